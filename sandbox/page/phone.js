/** One phone of the page: the chat with LoonCamp as one person sees it. */
import { act } from "./api.js";
import { bubble, daySeparator, ticks } from "./bubble.js";
import { fill, h, icon, iconButton, settled } from "./dom.js";
import { dayOf, leftUntil } from "./format.js";
import { Composer } from "./composer.js";
import { flowForm } from "./flow.js";
import { openPane } from "./pane.js";
import { addPerson, nameOf, phoneMenu, setLanguage, LANGUAGES } from "./people.js";
import { listSheet, menu } from "./sheets.js";
import { chat, newest, now, peopleOf, world } from "./world.js";

/** Choices that hold for all phones of this tab: `twice` repeats every tap at once. */
export const settings = { twice: false };

/** A column with the phone of one person of a role; `inspect` shows a message in the tools. */
export class Phone {
  constructor(role, title, inspect) {
    Object.assign(this, { role, title, inspect, key: sessionStorage.getItem(role) });
    this.deeds = this.makeDeeds();
    this.composer = new Composer(this);
    this.build();
  }

  get person() {
    return world.people.get(this.key);
  }

  build() {
    this.who = h("select", {
      "aria-label": `${this.title}: which person`,
      onchange: () => this.choosePerson(),
    });
    this.language = h("select", {
      "aria-label": `${this.title}: language of the phone`,
      onchange: () => this.chooseLanguage(),
    });
    fill(
      this.language,
      LANGUAGES.map(([value, text]) => h("option", { value }, text)),
    );
    this.badge = h("span", { class: "badge", hidden: true });
    this.chip = h("span", { class: "chip" });
    this.state = h("small", {}, "online");
    this.log = h("div", {
      class: "log",
      role: "log",
      "aria-live": "polite",
      "aria-label": `Chat of ${this.title}`,
      tabindex: "0",
      onclick: (event) => this.follow(event),
    });
    this.node = h("section", {
      class: `phone ${this.role}`,
      id: `phone-${this.role}`,
      "aria-label": `${this.title}'s phone`,
    });
    fill(this.node, this.owner(), h("div", { class: "screen" }, this.bar(), this.log, this.composer.node));
    this.node.addEventListener("keydown", (event) => this.shortcut(event));
    this.node.addEventListener("focusin", () => (Phone.active = this));
  }

  owner() {
    const more = iconButton("more", `${this.title}: more`, () => phoneMenu(this), { class: "quiet" });
    return h("div", { class: "holder" }, h("h2", {}, this.title), this.badge, this.who, this.language, more);
  }

  bar() {
    const name = h("div", { class: "name" }, h("strong", {}, "LoonCamp"), this.state);
    return h("header", { class: "bar" }, h("span", { class: "avatar" }, icon("tent")), name, this.chip);
  }

  makeDeeds() {
    return {
      tap: (message, id) => this.repeat(() => act.tap(this.key, message.id, id)),
      list: (message) => this.openList(message),
      open: (message) => this.open(message),
      flow: (message) => flowForm(message, this.screen, (values) => act.flow(this.key, message.id, values)),
      all: (message) => this.allButtons(message),
      reply: (message) => this.composer.quote(message),
      react: (message) => act.send(this.key, { type: "reaction", message: message.id, emoji: "👍" }),
      inspect: (message) => this.inspect(message),
    };
  }

  get screen() {
    return this.node.querySelector(".screen");
  }

  /** Do it once, or twice at the same moment where "tap twice" is on. */
  repeat(deed) {
    return Promise.all(settings.twice ? [deed(), deed()] : [deed()]);
  }

  /** Show the list of a message as a sheet; gives what `listSheet` gives. */
  openList(message) {
    return listSheet(message, this.screen, (row) => this.repeat(() => act.choose(this.key, message.id, row)));
  }

  /** Open the link of a message beside the phones, as a tap on its button does; gives the frame. */
  async open(message) {
    const { url } = await act.tap(this.key, message.id, message.url.text);
    const draft = chatLink(url);
    if (draft === null) return openPane(url, message.url.text);
    this.composer.write(draft);
    return null;
  }

  /** A web address in a text opens as the link of a button does. */
  follow(event) {
    const link = event.target.closest("a.link");
    if (!link) return;
    event.preventDefault();
    openPane(link.href, link.hostname);
  }

  allButtons(message) {
    menu(
      "Options",
      message.buttons.map(({ id, title }) => ["reply", title, () => this.deeds.tap(message, id)]),
      this.screen,
    );
  }

  /** 1-3 press the newest buttons; while typing that needs Alt, since a date may start with 2. */
  shortcut(event) {
    const typing = event.target.matches("input, textarea, select");
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (!digit || event.ctrlKey || event.metaKey || (typing && !(event.altKey && !this.composer.text)))
      return;
    event.preventDefault();
    this.press(Number(digit));
  }

  /** Press the n-th button of the newest message that has any. */
  press(place) {
    const groups = this.log.querySelectorAll(".bubble.in .actions");
    [...groups].at(-1)?.children[place - 1]?.click();
  }

  choosePerson() {
    if (this.who.value) this.select(this.who.value);
    else addPerson(this.role, (person) => this.select(person.key));
    this.who.value = this.key ?? "";
  }

  chooseLanguage() {
    setLanguage(this.key, this.language.value);
  }

  /** Put another person's phone in this column. */
  select(key) {
    this.key = key;
    sessionStorage.setItem(this.role, key);
    this.composer.quote(null);
    this.refresh();
    this.draw();
  }

  /** Bring the names, badges, language and window up to date. */
  refresh() {
    const people = peopleOf(this.role);
    if (!this.person || this.person.role !== this.role) this.key = people[0]?.key;
    const known = people.map((person) => h("option", { value: person.key }, nameOf(person)));
    fill(this.who, known, h("option", { value: "" }, "Add a person…"));
    this.who.value = this.key ?? "";
    this.language.value = this.person?.language ?? "en";
    const elsewhere = people.reduce((sum, person) => sum + (person.key === this.key ? 0 : person.unread), 0);
    this.badge.hidden = !elsewhere;
    fill(this.badge, elsewhere && h("span", { title: "Unread on other phones" }, String(elsewhere)));
    this.tick();
    this.readSoon();
  }

  /** Show how long the 24-hour window is still open. */
  tick() {
    const left = leftUntil(this.person?.window_until, now());
    this.chip.classList.toggle("shut", left === null);
    fill(this.chip, left === null ? "24 h window closed" : `24 h window: ${left} left`);
  }

  readSoon = settled(() => {
    const person = this.person;
    if (!person?.unread || !this.node.offsetParent || document.visibilityState !== "visible") return;
    person.unread = 0;
    act.read(person.key);
  }, 500);

  /** Draw the whole chat anew. */
  draw() {
    this.day = null;
    const messages = chat(this.key);
    const hello = h(
      "p",
      { class: "empty" },
      "No messages yet. Write ",
      h("button", { type: "button", onclick: () => act.say(this.key, "hi") }, "hi"),
    );
    fill(this.log, messages.length ? [] : hello);
    this.log.setAttribute("aria-live", "off");
    messages.forEach((message) => this.place(message));
    this.log.setAttribute("aria-live", "polite");
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** Show a new or changed message, if it belongs to this phone. */
  show(message) {
    if (message.person !== this.key) return;
    this.log.querySelector(".empty")?.remove();
    const low = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 160;
    this.place(message);
    if (message.from === "bot") this.typing(0);
    const quoted = world.byId.get(message.reply_to);
    if (quoted) this.replace(quoted);
    if (low || message.from === "person") this.log.scrollTop = this.log.scrollHeight;
  }

  place(message) {
    if (this.replace(message)) return;
    const day = dayOf(message.at, now());
    if (day !== this.day) this.log.append(daySeparator(message));
    this.day = day;
    if (message.type === "reaction" && this.react(message)) return;
    this.log.append(bubble(message, this.deeds));
  }

  find(id) {
    return this.log.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  replace(message) {
    const old = this.find(message.id);
    if (!old) return false;
    const focused = [...old.querySelectorAll("button")].indexOf(document.activeElement);
    const fresh = bubble(message, this.deeds);
    old.replaceWith(fresh);
    if (focused >= 0) fresh.querySelectorAll("button")[focused]?.focus();
    return true;
  }

  /** A reaction sits on its message; an empty one takes the last one back. */
  react(message) {
    const target = message.reply_to && this.find(message.reply_to);
    const old = target?.querySelector(`.reaction.${message.from}`);
    old?.remove();
    if (target && message.body) target.append(h("span", { class: `reaction ${message.from}` }, message.body));
    return Boolean(target);
  }

  /** Change only the ticks, so that a screen reader is not told the message again. */
  mark(message) {
    if (message.person === this.key)
      this.find(message.id)?.querySelector(".status")?.replaceWith(ticks(message));
  }

  /** Show that the bot is typing, for so many milliseconds. */
  typing(milliseconds) {
    clearTimeout(this.typingTimer);
    fill(this.state, milliseconds ? "typing…" : "online");
    if (milliseconds) this.typingTimer = setTimeout(() => this.typing(0), milliseconds);
  }

  /** The newest message of the bot on this phone that passes the test. */
  newest(test) {
    return newest(this.key, test);
  }
}

/** The text that a wa.me link to the bot itself writes into the composer; null for other links. */
function chatLink(url) {
  const link = new URL(url, location.href);
  const own = link.hostname === "wa.me" && world.business.endsWith(link.pathname.slice(1));
  return own ? (link.searchParams.get("text") ?? "") : null;
}
