/** The lower edge of a phone: the field to write in, what is quoted, and what can be attached. */
import { act } from "./api.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { unmarked } from "./format.js";
import { menu } from "./sheets.js";
import { chat } from "./world.js";

const ATTACHMENTS = [
  ["mic", "Voice note", { type: "audio" }],
  ["photo", "Photo", { type: "image" }],
  ["sticker", "Sticker", { type: "sticker" }],
  ["file", "Document", { type: "document" }],
  ["pin", "Location", { type: "location", latitude: 18.7557, longitude: 73.4091, name: "Lonavala" }],
  ["person", "Contact", { type: "contacts", name: "Rahul Deshmukh", phone: "+919822012345" }],
  ["failed", "Unsupported kind", { type: "unsupported" }],
];

/** The composer of one phone. */
export class Composer {
  constructor(phone) {
    this.phone = phone;
    const label = `Message from ${phone.title}`;
    this.input = h("textarea", {
      rows: 1,
      placeholder: "Message",
      "aria-label": label,
      onkeydown: (event) => this.typed(event),
    });
    this.quoting = h("div", { class: "quoting", hidden: true });
    const attach = iconButton("plus", "Attach", () => this.attach());
    const send = h("button", { type: "submit", "aria-label": "Send", title: "Send" }, icon("send"));
    const row = h("div", { class: "row" }, attach, this.input, send);
    this.node = h("form", { class: "composer", onsubmit: (event) => this.submit(event) }, this.quoting, row);
  }

  get text() {
    return this.input.value;
  }

  /** Put a text into the field, as if it were typed. */
  write(text) {
    this.input.value = text;
    this.input.focus();
  }

  attach() {
    menu(
      "Attach",
      ATTACHMENTS.map(([name, label, thing]) => [name, label, () => act.send(this.phone.key, thing)]),
      this.phone.screen,
    );
  }

  /** Quote a message in what is sent next; null: none. */
  quote(message) {
    this.replyTo = message?.id;
    this.quoting.hidden = !message;
    if (!message) return;
    const close = iconButton("close", "Do not quote", () => this.quote(null), { class: "quiet" });
    fill(this.quoting, h("span", {}, unmarked(message.body || message.header || message.type)), close);
    this.input.focus();
  }

  /** Send what is in the field. */
  async submit(event) {
    event?.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    const quoted = this.replyTo;
    this.quote(null);
    await act.say(this.phone.key, text, quoted);
  }

  typed(event) {
    const empty = this.input.value === "";
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
    else if (event.key === "Escape") this.quote(null);
    else if (event.key === "ArrowUp" && empty) this.again(event);
  }

  /** Bring the last text back. */
  again(event) {
    const last = chat(this.phone.key).findLast(
      (message) => message.from === "person" && message.type === "text",
    );
    if (!last) return;
    event.preventDefault();
    this.input.value = last.body;
  }
}
