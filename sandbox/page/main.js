/** The page: three phones, the tools beside them, and the bar above, kept by one stream. */
import { byId, fill, h, toast } from "./dom.js";
import { inspectMessage, startInspector } from "./inspector.js";
import { Phone } from "./phone.js";
import { Player } from "./player.js";
import { showPlayer, startToolbar } from "./toolbar.js";
import { on, peopleOf, start, world } from "./world.js";

const ROLES = { guest: "Guest", owner: "Owner", admin: "Admin" };
const CHIP_EVERY_MS = 15000;

const phones = Object.entries(ROLES).map(([role, title]) => new Phone(role, title, inspect));
let offset = 0;
const phoneOfRole = (role) => phones.find((phone) => phone.role === role);

const activePhone = () => Phone.active ?? phones[0];

function inspect(message) {
  inspectMessage(message);
  showTab("tools");
}

/** The phone of a person, brought into view. */
function phoneOf(key) {
  const person = world.people.get(key);
  if (!person) throw new Error(`Nobody is called ${key} here`);
  const phone = phoneOfRole(person.role);
  if (phone.key !== key) phone.select(key);
  showTab(person.role);
  return phone;
}

function startTabs() {
  const names = { ...ROLES, tools: "Tools" };
  const tabs = Object.entries(names).map(([name, label]) =>
    h(
      "button",
      { type: "button", id: `show-${name}`, onclick: () => showTab(name) },
      label,
      h("span", { class: "badge", hidden: true }),
    ),
  );
  fill(byId("tabs"), tabs);
  showTab("guest");
}

/** On a narrow screen only one phone, or the tools, is seen at a time. */
function showTab(name) {
  document.body.dataset.tab = name;
  for (const tab of byId("tabs").children)
    tab.setAttribute("aria-pressed", String(tab.id === `show-${name}`));
  phoneOfRole(name)?.readSoon();
}

function showBadges() {
  for (const role of Object.keys(ROLES)) {
    const unread = peopleOf(role).reduce((sum, person) => sum + person.unread, 0);
    const badge = byId(`show-${role}`).querySelector(".badge");
    badge.hidden = !unread;
    badge.textContent = unread;
  }
}

/** Moved over midnight, "Today" becomes "Yesterday". */
function redrawWhenMoved() {
  if (world.offset === offset) return;
  offset = world.offset;
  phones.forEach((phone) => (phone.tick(), phone.draw()));
}

function listen() {
  on("clock", redrawWhenMoved);
  on("reset", () => phones.forEach((phone) => (phone.refresh(), phone.draw())));
  on("people", () => (phones.forEach((phone) => phone.refresh()), showBadges()));
  on("message", (message) => phones.forEach((phone) => phone.show(message)));
  on("status", (message) => phones.forEach((phone) => phone.mark(message)));
  on("typing", ({ person, for: long }) =>
    phones.forEach((phone) => phone.key === person && phone.typing(long)),
  );
  on("refused", ({ error, status }) =>
    toast(
      `WhatsApp refused it: ${error.code ?? status}`,
      [error.message, error.error_data?.details].filter(Boolean).join("\n"),
    ),
  );
  on("connection", (there) => (byId("offline").hidden = there));
  document.addEventListener(
    "keydown",
    (event) => event.target === document.body && activePhone().shortcut(event),
  );
  document.addEventListener("visibilitychange", () => phones.forEach((phone) => phone.readSoon()));
  addEventListener(
    "unhandledrejection",
    (event) => (event.preventDefault(), toast("That did not work", event.reason?.message)),
  );
  setInterval(() => phones.forEach((phone) => phone.tick()), CHIP_EVERY_MS);
}

document.body.classList.toggle("shot", new URLSearchParams(location.search).has("shot"));
fill(
  byId("phones"),
  phones.map((phone) => phone.node),
);
startTabs();
startToolbar(new Player(phoneOf, showPlayer));
startInspector();
listen();
await start();
document.body.dataset.ready = "yes";
