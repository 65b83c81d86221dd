/** Reading the journal: a line for each entry, what belongs to a message or booking, the counters. */
import { exactTime, momentOf, rupees, unmarked } from "./format.js";
import { nameOf } from "./people.js";
import { chat, newest, peopleOf, world } from "./world.js";

const BOOKING = /\bLC-?[0-9A-HJKMNP-TV-Z]{6}\b/g;
const LOUD = /^(message|clock|trouble|person|tap|template|reset|paytm\.(link|payment|refund))$/;
const SNIPPET = 70;
const TOUCHES_OF_A_LIST = 3; // open, row, send

const who = (key) => (world.people.has(key) ? nameOf({ ...world.people.get(key), unread: 0 }) : (key ?? ""));
const first = (text) =>
  unmarked(text ?? "")
    .split("\n")[0]
    .slice(0, SNIPPET);
const money = (data) => (data.amount_paise ? rupees(data.amount_paise) : "");

const LINES = {
  message: (data) => [
    data.from === "bot" ? `to ${who(data.person)}` : who(data.person),
    first(data.body || data.header) || data.type,
  ],
  status: (data) => [
    who(data.person ?? world.byId.get(data.wamid)?.person),
    data.error ? `${data.status} ${data.error.code ?? ""}` : data.status,
  ],
  request: (data) => [
    "API call",
    `${data.method} ${data.path.replace(/^.*\/(?=[^/]+$)/, "…/")} → ${data.status}`,
  ],
  webhook: (data) => [
    "webhook",
    `answered ${data.status ?? "nothing"}${data.ms === undefined ? "" : ` in ${Math.round(data.ms)} ms`}`,
  ],
  clock: (data) => ["clock", data.now ? momentOf(new Date(data.now)) : "moved"],
  person: (data) => [who(data.key), data.event ?? "changed"],
  tap: (data) => [who(data.person), `opens ${data.button}`],
  template: (data) => ["template", [data.name, data.language, data.status].filter(Boolean).join(" · ")],
  trouble: (data) => ["trouble", JSON.stringify(data).slice(0, SNIPPET)],
  reset: () => ["reset", "everything forgotten"],
  "paytm.link": (data) => [
    "payment link",
    [money(data), data.event, data.status].filter(Boolean).join(" · "),
  ],
  "paytm.payment": (data) => ["payment", [money(data), data.status].filter(Boolean).join(" · ")],
  "paytm.refund": (data) => ["refund", [money(data), data.status].filter(Boolean).join(" · ")],
  "paytm.request": (data) => ["Paytm call", `${data.path ?? ""} → ${data.status ?? ""}`],
  "paytm.callback": (data) => ["Paytm callback", `answered ${data.status ?? "nothing"}`],
};

/** A journal entry in words: time, who or what, and what happened. */
export function lineOf({ kind, at, data }) {
  const [subject, text] = (LINES[kind] ?? (() => [kind, ""]))(data);
  return { time: exactTime(at), subject, text };
}

/** Whether an entry is worth showing when the machinery is hidden. */
export const isLoud = (entry) => LOUD.test(entry.kind);

const textOf = (entry) => (entry.text ??= JSON.stringify(entry.data));

/** The journal entries that name any of these ids or texts. */
export const naming = (ids) => world.entries.filter((entry) => ids.some((id) => textOf(entry).includes(id)));

/** Entries about a booking: those that say its id, and all about the messages that say it. */
export function about(text) {
  const spellings = [...new Set([text, text.replace(/^LC-?/, "LC"), text.replace(/^LC-?/, "LC-")])];
  const direct = naming(spellings);
  const ids = direct.filter((entry) => entry.kind === "message").map((entry) => entry.data.id);
  return naming([...spellings, ...ids]);
}

/** Ids of the bookings that any phone has heard of, the newest first. */
export function bookings() {
  const texts = [...world.byId.values()].map((message) => [message.header, message.body].join(" "));
  const found = texts.join("\n").match(BOOKING) ?? [];
  return [...new Set(found.map((id) => id.replace(/^LC-?/, "LC-")))].toReversed();
}

/** The newest message of the bot that names a booking, to anyone. */
export function lastWord(id) {
  return [...world.byId.values()].findLast(
    (each) => each.from === "bot" && `${each.header} ${each.body}`.includes(id),
  );
}

/** What a story cost: the guests' messages and touches, and the bot's billed messages in paise. */
export function counters() {
  const guests = peopleOf("guest").flatMap((person) => chat(person.key));
  const own = guests.filter((message) => message.from === "person");
  const billed = [...world.byId.values()].filter((message) => Number(message.price?.paise) > 0);
  const opened = guests.reduce((sum, message) => sum + (message.url ? message.taps.length : 0), 0);
  return {
    messages: own.length,
    touches: own.reduce((sum, message) => sum + touchesOf(message), opened),
    billed: billed.length,
    paise: billed.reduce((sum, message) => sum + Number(message.price.paise), 0),
  };
}

function touchesOf(message) {
  const asked = world.byId.get(message.reply_to);
  if (!asked || message.type === "text") return 0;
  return asked.list ? TOUCHES_OF_A_LIST : 1;
}

/** The check-in or check-out that the newest message with both names, as a time; null: none seen. */
export function stayFrom(word) {
  const messages = [...world.people.keys()].map((key) =>
    newest(key, (each) => /\bIn: .+\bOut: /s.test(each.body)),
  );
  const last = messages
    .filter(Boolean)
    .sort((one, other) => one.at.localeCompare(other.at))
    .at(-1);
  const found = new RegExp(`\\b${word}:\\s+\\S+ (\\d+ \\S+ \\d{4}), (\\d+)(?::(\\d+))? ?([ap]m)`).exec(
    last?.body ?? "",
  );
  if (!found) return null;
  const [, day, hour, minute = "00", half] = found;
  return new Date(`${day} ${(Number(hour) % 12) + (half === "pm" ? 12 : 0)}:${minute} GMT+0530`);
}
