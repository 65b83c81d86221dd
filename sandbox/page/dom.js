/** DOM nodes without a template language: every text becomes a text node, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (`on…` functions listen, `class`, `data`), and children. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  node.append(...present(children));
  return node;
}

function set(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "value" || name === "checked") node[name] = value;
  else node.setAttribute(name, value === true ? "" : value);
}

function present(children) {
  return children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Put these children in place of what the node holds. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
}

/** One of the page's own icons (the symbols in index.html); silent for screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows an icon only and is named by its label. */
export function iconButton(name, label, onclick, props = {}) {
  return h("button", { type: "button", title: label, "aria-label": label, onclick, ...props }, icon(name));
}

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** Call `task` once, soon after the last of many calls. */
export function settled(task, milliseconds = 120) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(task, milliseconds);
  };
}

/** Show a short notice; problems stay longer and are read out at once. */
export function toast(title, detail = "", kind = "problem") {
  const close = iconButton("close", "Dismiss", () => note.remove(), { class: "quiet" });
  const note = h(
    "div",
    { class: `toast ${kind}` },
    h("div", {}, h("strong", {}, title), detail && h("p", {}, detail)),
    close,
  );
  byId("toasts").append(note);
  setTimeout(() => note.remove(), kind === "problem" ? 12000 : 5000);
}

/** Save an object as a JSON file on the reader's disk. */
export function download(name, value) {
  const blob = new Blob([JSON.stringify(value, null, 2), "\n"], { type: "application/json" });
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
