/** A conversation as a scenario file: what was typed and tapped, and what was seen. */
import { optionsOf, plain } from "./format.js";
import { chat, world } from "./world.js";

const SEEN_LENGTH = 40;
const THINGS = new Set([
  "audio",
  "image",
  "sticker",
  "video",
  "document",
  "location",
  "contacts",
  "unsupported",
]);

/** The scenario of these people's chats, in the order in which the messages came. */
export function transcript(keys, title) {
  const messages = keys.flatMap(chat).toSorted((one, other) => one.at.localeCompare(other.at));
  const about = `Exported from the sandbox, ${new Date().toISOString().slice(0, 10)}.`;
  return { title, about, steps: messages.map(step).filter(Boolean) };
}

function step(message) {
  const who = message.person;
  if (message.from === "bot") return seen(who, message);
  if (THINGS.has(message.type)) return { who, send: message.type };
  return answer(who, message) ?? (message.body ? { who, say: message.body } : null);
}

function seen(who, message) {
  const line = (message.body || message.header || "").split("\n").find((each) => each.trim()) ?? "";
  const sees = plain(line).trim().slice(0, SEEN_LENGTH);
  return sees && { who, sees };
}

/** A tap or a choice is an answer to a message that offers this very title. */
function answer(who, message) {
  const asked = world.byId.get(message.reply_to);
  const offered = asked && optionsOf(asked).find((option) => option.title === message.body.split("\n")[0]);
  if (!offered) return null;
  return asked.list ? { who, choose: offered.title } : { who, tap: offered.title };
}
