/** Dialogs: the list's bottom sheet, a menu, and small forms. */
import { h, icon, iconButton } from "./dom.js";

/** Show a dialog; with `phone` it rises from the bottom of that phone. It goes when closed. */
function show(content, { phone, label, kind = "" }) {
  const dialog = h("dialog", { class: `${phone ? "sheet" : "form"} ${kind}`, "aria-label": label }, content);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  if (phone) sitOn(dialog, phone);
  dialog.showModal();
  return dialog;
}

function sitOn(dialog, phone) {
  const box = phone.getBoundingClientRect();
  dialog.style.left = `${box.left}px`;
  dialog.style.width = `${box.width}px`;
  dialog.style.bottom = `${Math.max(0, window.innerHeight - box.bottom)}px`;
  dialog.style.maxHeight = `${box.height * 0.85}px`;
}

function titled(title, close) {
  return h("header", {}, iconButton("close", "Close", close, { class: "quiet" }), h("h2", {}, title));
}

/** The bottom sheet of a list message; `pick(id)` and `send()` do what a finger would. */
export function listSheet(message, phone, onSend) {
  const send = h("button", { type: "submit", class: "primary", disabled: true }, "Send");
  const picked = () => dialog.querySelector("input:checked");
  const form = h(
    "form",
    {
      method: "dialog",
      onchange: () => (send.disabled = !picked()),
      onsubmit: () => onSend(picked().value),
    },
    titled(message.list.button, () => dialog.close()),
    h("div", { class: "rows" }, message.list.sections.map(section)),
    h("footer", {}, send),
  );
  const dialog = show(form, { phone, label: message.list.button });
  return {
    dialog,
    pick: (id) => form.querySelector(`[value="${CSS.escape(id)}"]`).click(),
    send: () => send.click(),
  };
}

function section({ title, rows }) {
  return h("fieldset", {}, title && h("legend", {}, title), rows.map(row));
}

function row({ id, title, description }) {
  const text = h("span", {}, h("strong", {}, title), description && h("small", {}, description));
  return h("label", {}, text, h("input", { type: "radio", name: "row", value: id }));
}

/** A menu of named actions: [icon, label, action]; rises from the bottom of the phone. */
export function menu(title, items, phone) {
  const item = ([name, label, run]) => {
    const go = () => {
      dialog.close();
      run();
    };
    return h("button", { type: "button", onclick: go }, name && icon(name), h("span", {}, label));
  };
  const content = [titled(title, () => dialog.close()), h("div", { class: "menu" }, items.map(item))];
  const dialog = show(content, { phone, label: title });
  return dialog;
}

/** A small form: fields as [name, label, attributes]; `onSend` gets the values. Gives the form. */
export function ask({ title, text, fields = [], send, extra }, onSend) {
  const form = h(
    "form",
    { method: "dialog", onsubmit: () => onSend(Object.fromEntries(new FormData(form))) },
    titled(title, () => dialog.close()),
    text && h("p", {}, text),
    extra,
    fields.map(field),
    send && h("footer", {}, h("button", { type: "submit", class: "primary" }, send)),
  );
  const dialog = show(form, { label: title });
  return form;
}

/** One labelled control: [name, label, attributes]; `options` make it a select. */
export function field([name, label, { options, ...attributes } = {}]) {
  const control = options
    ? h(
        "select",
        { name, ...attributes },
        options.map(([value, text]) => h("option", { value }, text)),
      )
    : h(attributes.rows ? "textarea" : "input", { name, ...attributes });
  if (options && attributes.value) control.value = attributes.value;
  return h(
    "label",
    { class: attributes.type === "checkbox" ? "check" : "field" },
    h("span", {}, label),
    control,
  );
}

/** An empty sheet on a phone, to be filled by the caller. */
export const sheet = (content, phone, label) => show(content, { phone, label });
