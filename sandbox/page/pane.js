/** The side pane: a page that a message links to, at the width of a phone. */
import { byId, fill, h, iconButton } from "./dom.js";

const LOOPBACK = new Set(["localhost", "127.0.0.1"]);

let opener;

/** Open an address in the pane and give its frame; one of the wide world gets a tab, and null. */
export function openPane(url, title) {
  if (!LOOPBACK.has(new URL(url, location.href).hostname)) {
    window.open(url, "_blank", "noopener");
    return null;
  }
  return show(url, title);
}

/** Focus goes into the pane and comes back when it is closed. */
function show(url, title) {
  opener = document.activeElement;
  const frame = h("iframe", { src: url, title });
  const address = h(
    "a",
    { href: url, target: "_blank", rel: "noreferrer", title: "Open in a tab of its own" },
    url.replace(/^https?:\/\//, ""),
  );
  const reload = iconButton("again", "Load again", () => (frame.src = url), { class: "quiet" });
  const close = iconButton("close", "Close the page", closePane, { class: "quiet" });
  fill(byId("pane"), h("header", {}, h("div", {}, h("strong", {}, title), address), reload, close), frame);
  byId("pane").hidden = false;
  document.body.classList.add("paned");
  close.focus();
  return frame;
}

/** Close the pane, if it is open. */
export function closePane() {
  if (byId("pane").hidden) return;
  byId("pane").hidden = true;
  fill(byId("pane"));
  document.body.classList.remove("paned");
  opener?.focus();
}
