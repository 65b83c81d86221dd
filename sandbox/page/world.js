/** What the page knows: a copy of the sandbox's people, messages and journal, kept by one stream. */
import { act, api } from "./api.js";
import { settled } from "./dom.js";

const KINDS = [
  "message",
  "tap",
  "status",
  "request",
  "webhook",
  "clock",
  "trouble",
  "person",
  "template",
  "reset",
  "paytm.link",
  "paytm.payment",
  "paytm.refund",
  "paytm.request",
  "paytm.callback",
];
const KEPT = 3000;
const WAMID = /wamid\.\w+/g;
const TYPING_ENDS_MS = 25000;

/** The copy. `chats` holds the messages of each person by key, oldest first. */
export const world = {
  people: new Map(),
  chats: new Map(),
  byId: new Map(),
  entries: [],
  trouble: {},
  offset: 0,
  service: "",
  business: "",
  lastEvent: 0,
};

const news = new EventTarget();

/** Hear of: message, status, people, clock, trouble, entry, reset, refused, typing. */
export const on = (name, listener) => news.addEventListener(name, (event) => listener(event.detail));
const tell = (name, detail) => news.dispatchEvent(new CustomEvent(name, { detail }));

/** The sandbox's present. */
export const now = () => Date.now() + world.offset * 1000;

/** Messages on the phone of this person, oldest first. */
export const chat = (key) => world.chats.get(key) ?? [];

/** People of a role, in the order in which they came. */
export const peopleOf = (role) => [...world.people.values()].filter((person) => person.role === role);

/** Load everything once, then follow the stream; it resumes by itself after a break. */
export async function start() {
  world.lastEvent = (await refresh()).last_event;
  const { entries } = await api.get("journal?after=0");
  world.entries = entries.filter((entry) => entry.id <= world.lastEvent).slice(-KEPT);
  await loadChats();
  world.entries.filter((entry) => entry.kind === "webhook").forEach((entry) => takeWebhook(entry.data));
  tell("reset");
  follow();
}

async function loadChats() {
  const keys = [...world.people.keys()];
  const answers = await Promise.all(keys.map(act.messages));
  keys.forEach((key, n) => answers[n].messages.forEach((message) => keep({ ...message, person: key })));
}

function follow() {
  const stream = new EventSource(`/sandbox/events?after=${world.lastEvent}`);
  for (const kind of KINDS) {
    stream.addEventListener(kind, (event) => take(Number(event.lastEventId), kind, JSON.parse(event.data)));
  }
  stream.addEventListener("open", connected);
  stream.addEventListener("error", () => tell("connection", false));
}

/** A sandbox that was started anew counts its journal from the beginning: so does the page. */
async function connected() {
  tell("connection", true);
  const known = world.lastEvent;
  const { last_event: newest } = await api.get("state");
  if (newest < known) location.reload();
}

function take(id, kind, event) {
  if (id <= world.lastEvent) return;
  world.lastEvent = id;
  const entry = { id, kind, at: event.at ?? new Date(now()).toISOString(), data: event.data ?? event };
  world.entries.push(entry);
  if (world.entries.length > KEPT) world.entries.splice(0, KEPT / 10);
  (FOLDS[kind] ?? (() => {}))(entry.data);
  tell("entry", entry);
}

const soon = settled(() => refresh());

const FOLDS = {
  message: takeMessage,
  tap: takeTap,
  status: takeStatus,
  request: takeRequest,
  webhook: takeWebhook,
  clock: soon,
  trouble: soon,
  person: soon,
  reset: takeReset,
};

function keep(message) {
  if (!world.chats.has(message.person)) world.chats.set(message.person, []);
  const messages = world.chats.get(message.person);
  const place = messages.findIndex((each) => each.id === message.id);
  if (place < 0) messages.push(message);
  else messages[place] = message;
  world.byId.set(message.id, message);
  return message;
}

function takeMessage(data) {
  tell("message", keep(data));
  soon(); // the window and the unread count may have changed
}

/** A link was opened: no message comes of it, so the tap is noted here. */
function takeTap({ wamid, button }) {
  world.byId.get(wamid)?.taps.push(button);
}

function takeStatus(data) {
  const message = world.byId.get(data.wamid);
  if (!message) return;
  if (data.status === "read") soon(); // fewer are unread
  Object.assign(message, {
    status: data.status,
    error: data.error ?? message.error,
    price: data.price ?? message.price,
  });
  tell("status", message);
}

function takeRequest({ method, path, status, request, response }) {
  if (status >= 400) tell("refused", { path, status, request, error: response?.error ?? {} });
  if (method !== "POST" || request?.status !== "read") return;
  const message = world.byId.get(request.message_id);
  if (message) markRead(message);
  if (message && request.typing_indicator) tell("typing", { person: message.person, for: TYPING_ENDS_MS });
}

/** What the service has taken is delivered: the second tick. */
function takeWebhook({ status, body }) {
  if (status !== 200) return;
  for (const [id] of String(body).matchAll(WAMID)) {
    const message = world.byId.get(id);
    if (message?.from !== "person" || message.status !== "sent") continue;
    message.status = "delivered";
    tell("status", message);
  }
}

function markRead(last) {
  for (const message of chat(last.person)) {
    if (message.from === "person" && message.status !== "read") {
      message.status = "read";
      tell("status", message);
    }
    if (message.id === last.id) return;
  }
}

function takeReset() {
  for (const part of [world.people, world.chats, world.byId]) part.clear();
  world.entries = [];
  refresh().then(() => tell("reset"));
}

async function refresh() {
  const state = await api.get("state");
  world.people = new Map(state.people.map((person) => [person.key, person]));
  Object.assign(world, { trouble: state.trouble, offset: state.clock.offset_seconds });
  Object.assign(world, { service: state.service_url, business: state.business_phone });
  ["people", "clock", "trouble"].forEach((name) => tell(name));
  return state;
}

/** The newest message of the bot on a phone, or the newest that passes `test`. */
export function newest(key, test = () => true) {
  return chat(key).findLast((message) => message.from === "bot" && test(message));
}

/** What of a message was tapped already, by the sandbox's account and by the answers below it. */
export function tapped(message) {
  const answers = chat(message.person).filter(
    (each) => each.from === "person" && each.reply_to === message.id,
  );
  return new Set([...(message.taps ?? []), ...answers.map((each) => each.body)]);
}
