/** One message as a phone shows it: bubble, quote, ticks, and what can be tapped. */
import { h, icon, iconButton } from "./dom.js";
import { dayOf, rich, timeOf, unmarked } from "./format.js";
import { now, tapped, world } from "./world.js";

const TICKS = {
  sent: ["tick", "Sent"],
  delivered: ["ticks", "Delivered"],
  read: ["ticks", "Read"],
  failed: ["failed", "Failed"],
};
const THINGS = {
  audio: ["mic", "Voice note, 0:04"],
  image: ["photo", "Photo"],
  video: ["photo", "Video"],
  document: ["file", "Document"],
  sticker: ["sticker", "Sticker"],
  location: ["pin", "Location"],
  contacts: ["person", "Contact"],
  order: ["file", "Order"],
  unsupported: ["failed", "This kind of message cannot be shown"],
  reaction: ["smile", "Reaction"],
};
const SHOWN_TEMPLATE_BUTTONS = 3;

/** The chip between the messages of two days. */
export const daySeparator = (message) => h("div", { class: "day" }, h("span", {}, dayOf(message.at, now())));

/** The bubble; `deeds` says what happens on tap, list, open, contact, flow, all, reply, inspect. */
export function bubble(message, deeds) {
  const mine = message.from === "person";
  const classes = `bubble ${mine ? "out" : "in"} ${message.type}`;
  return h(
    "article",
    { class: classes, data: { id: message.id }, "aria-label": mine ? "You" : "LoonCamp" },
    h("div", { class: "inside" }, quote(message), content(message), meta(message)),
    actions(message, deeds),
    tools(message, deeds),
  );
}

function quote(message) {
  const quoted = world.byId.get(message.reply_to);
  if (!quoted) return null;
  const author = quoted.from === "bot" ? "LoonCamp" : "You";
  return h(
    "blockquote",
    {},
    h("strong", {}, author),
    h("span", {}, unmarked(quoted.body || quoted.header || quoted.type)),
  );
}

function content(message) {
  return [
    message.header && h("h3", {}, message.header),
    thing(message),
    message.body && h("p", { class: "body" }, rich(message.body)),
    message.footer && h("p", { class: "footer" }, message.footer),
  ];
}

function thing({ type, media, body }) {
  const [name, label] = THINGS[media?.kind ?? type] ?? [];
  return name && h("p", { class: "thing" }, icon(name), media?.filename || (body ? "" : label));
}

function meta(message) {
  const price = message.template
    ? h("span", { class: "tag", title: "Sent as a template" }, "template")
    : null;
  const time = h("time", { datetime: message.at }, timeOf(message.at));
  return h("p", { class: "meta" }, price, time, message.from === "person" && ticks(message));
}

/** The ticks of a person's own message; a failed one says why. */
export function ticks(message) {
  const [name, label] = TICKS[message.status] ?? TICKS.sent;
  const why = message.error ? `${label}: ${message.error.title ?? message.error.code}` : label;
  return h(
    "span",
    { class: `status ${message.status}`, title: why, role: "img", "aria-label": why },
    icon(name),
  );
}

function actions(message, deeds) {
  const parts = [...replies(message, deeds), ...others(message, deeds)];
  return parts.length ? h("div", { class: "actions" }, parts) : null;
}

function replies(message, deeds) {
  const used = tapped(message);
  const button = ({ id, title }) => {
    const done = used.has(id) || used.has(title);
    return action(title, "reply", () => deeds.tap(message, id), {
      class: done && "used",
      data: { button: id },
    });
  };
  const buttons = message.buttons ?? [];
  if (buttons.length <= SHOWN_TEMPLATE_BUTTONS) return buttons.map(button);
  return [...buttons.slice(0, 2).map(button), action("See all options", "list", () => deeds.all(message))];
}

function others(message, deeds) {
  const { list, url, flow } = message;
  return [
    list && action(list.button, "list", () => deeds.list(message)),
    url && action(url.text, "open", () => deeds.open(message)),
    flow && action(flow.cta, "form", () => deeds.flow(message)),
  ].filter(Boolean);
}

function action(title, name, onclick, props = {}) {
  return h("button", { type: "button", onclick, ...props }, icon(name), h("span", {}, title));
}

function tools(message, deeds) {
  return h(
    "div",
    { class: "tools" },
    iconButton("reply", "Reply to this message", () => deeds.reply(message)),
    iconButton("smile", "React with a thumb", () => deeds.react(message)),
    iconButton("inspect", "Inspect this message", () => deeds.inspect(message)),
  );
}
