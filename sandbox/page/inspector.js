/** The tools beside the phones: timeline, one message in detail, state and money, trouble. */
import { byId, fill, h, settled } from "./dom.js";
import { exactTime, rupees } from "./format.js";
import { nameOf } from "./people.js";
import { drawState } from "./state.js";
import { about, bookings, counters, isLoud, lineOf, naming } from "./story.js";
import { drawTrouble, troubleCount } from "./trouble.js";
import { on, world } from "./world.js";

const ROWS = 300;
const TABS = { timeline: "Timeline", message: "Message", state: "State", trouble: "Trouble" };
const PAGES = {
  timeline: drawTimeline,
  message: drawMessage,
  state: () => drawState(page("state"), filterBy),
  trouble: () => drawTrouble(page("trouble")),
};

const view = { tab: "timeline", message: null, filter: "", all: false };
const page = (name) => byId(`page-${name}`);

/** Whether the reader's focus is on a control of this page, which must not be drawn anew then. */
const inUse = (name) => page(name) !== document.activeElement && page(name).contains(document.activeElement);

/** Build the tabs and keep them up to date. */
export function startInspector() {
  const tabs = Object.entries(TABS).map(([name, label]) => tab(name, label));
  const list = h("div", { role: "tablist", "aria-label": "Tools", class: "tabs", onkeydown: walk }, tabs);
  const pages = Object.keys(TABS).map((name) =>
    h("div", {
      id: `page-${name}`,
      role: "tabpanel",
      "aria-labelledby": `tab-${name}`,
      tabindex: "0",
      hidden: true,
    }),
  );
  fill(byId("tools"), list, pages, h("footer", { id: "counters" }));
  fill(page("timeline"), filters(), h("ol", { id: "entries" }));
  ["entry", "reset", "people"].forEach((name) => on(name, drawSoon));
  on("trouble", drawTroubleSoon);
  choose(view.tab);
}

function tab(name, label) {
  return h(
    "button",
    {
      type: "button",
      role: "tab",
      id: `tab-${name}`,
      "aria-controls": `page-${name}`,
      onclick: () => choose(name),
    },
    label,
  );
}

function walk(event) {
  const names = Object.keys(TABS);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  choose(names.at((names.indexOf(view.tab) + step) % names.length));
  byId(`tab-${view.tab}`).focus();
}

function choose(name) {
  view.tab = name;
  for (const each of Object.keys(TABS)) {
    page(each).hidden = each !== name;
    byId(`tab-${each}`).setAttribute("aria-selected", String(each === name));
    byId(`tab-${each}`).tabIndex = each === name ? 0 : -1;
  }
  PAGES[name]();
}

/** Show everything about one message. */
export function inspectMessage(message) {
  view.message = message.id;
  choose("message");
}

const drawSoon = settled(() => {
  drawCounters();
  if (view.tab !== "trouble" && !(view.tab === "state" && inUse("state"))) PAGES[view.tab]();
}, 80);

const drawTroubleSoon = settled(() => {
  const count = troubleCount();
  byId("tab-trouble").textContent = count ? `Trouble (${count})` : "Trouble";
  if (view.tab === "trouble" && !inUse("trouble")) PAGES.trouble();
}, 80);

function drawCounters() {
  const { messages, touches, billed, paise } = counters();
  const parts = [
    ["guest messages", messages],
    ["touches", touches],
    ["billed messages", billed],
    ["their price", rupees(paise)],
  ];
  fill(
    byId("counters"),
    parts.map(([label, value]) => h("span", {}, h("strong", {}, String(value)), ` ${label}`)),
  );
}

function filters() {
  const text = h("input", {
    type: "search",
    list: "bookings",
    placeholder: "Booking or any text",
    "aria-label": "Filter the timeline by booking or text",
  });
  text.addEventListener(
    "input",
    settled(() => show({ filter: text.value.trim() })),
  );
  const all = h("input", { type: "checkbox", onchange: () => show({ all: all.checked }) });
  const label = h("label", { class: "check" }, all, h("span", {}, "All"));
  label.title = "Also API calls, webhooks and statuses";
  return h("div", { class: "filters" }, text, label, h("datalist", { id: "bookings" }));
}

function show(change) {
  Object.assign(view, change);
  drawTimeline();
}

function drawTimeline() {
  const list = byId("entries");
  const low = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const found = view.filter ? about(view.filter) : world.entries;
  const shown = found.filter((entry) => view.all || isLoud(entry)).slice(-ROWS);
  const old = new Map([...list.children].map((node) => [node.dataset.entry, node]));
  fill(
    list,
    shown.map((entry) => old.get(String(entry.id)) ?? entryRow(entry)),
  );
  if (!shown.length) fill(list, h("li", { class: "empty" }, "Nothing yet."));
  fill(
    byId("bookings"),
    bookings().map((id) => h("option", { value: id })),
  );
  if (low) list.scrollTop = list.scrollHeight;
}

function entryRow(entry) {
  const { time, subject, text } = lineOf(entry);
  const bad = entry.data.status >= 400 || entry.data.status === "failed";
  const line = h("summary", {}, h("time", {}, time), h("strong", {}, subject), h("span", {}, text));
  const details = h("details", { ontoggle: () => details.open && unfold(details, entry) }, line);
  return h(
    "li",
    { class: `${entry.kind.replace(".", "-")}${bad ? " bad" : ""}`, data: { entry: entry.id } },
    details,
  );
}

function unfold(details, entry) {
  if (!details.querySelector("pre"))
    details.append(h("pre", { tabindex: "0" }, JSON.stringify(readable(entry.data), null, 2)));
}

/** The fields with bodies that are JSON in a string laid open. */
function readable(data) {
  const open = (value) => {
    try {
      return typeof value === "string" && /^[[{]/.test(value) ? JSON.parse(value) : value;
    } catch {
      return value;
    }
  };
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, open(value)]));
}

function drawMessage() {
  const message = world.byId.get(view.message);
  if (!message)
    return fill(
      page("message"),
      h(
        "p",
        { class: "empty" },
        "Choose the glass on a message to see its request, webhook, statuses and price.",
      ),
    );
  const entries = naming([message.id]).filter((entry) => entry.kind !== "message");
  const rows = h("ol", { class: "list" }, entries.map(entryRow));
  fill(
    page("message"),
    facts(message),
    h("h3", {}, "On the wire"),
    rows,
    h("h3", {}, "As the phone has it"),
    h("pre", { tabindex: "0" }, JSON.stringify(message, null, 2)),
  );
}

function facts(message) {
  const { error, price, template } = message;
  const rows = [
    ["Kind", message.type],
    [
      "From",
      message.from === "bot" ? "LoonCamp" : nameOf({ ...world.people.get(message.person), unread: 0 }),
    ],
    ["At", exactTime(message.at)],
    ["Status", message.status],
    ["Error", error && `${error.code} ${error.title ?? error.message ?? ""}`],
    ["Price", price && `${rupees(price.paise ?? 0)} · ${price.category} · ${price.type}`],
    ["Template", template && `${template.name} · ${template.language}`],
    ["Tracker", message.tracker],
    ["Id", message.id],
  ];
  return h(
    "dl",
    {},
    rows.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
  );
}

function filterBy(id) {
  choose("timeline");
  byId("tools").querySelector("input[type=search]").value = id;
  show({ filter: id });
}
