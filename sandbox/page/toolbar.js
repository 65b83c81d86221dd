/** The bar above the phones: the clock, scenarios and their player, reset, export, looks. */
import { api } from "./api.js";
import { byId, download, fill, h, icon, iconButton, toast } from "./dom.js";
import { momentOf } from "./format.js";
import { closePane } from "./pane.js";
import { PACES } from "./player.js";
import { ask } from "./sheets.js";
import { stayFrom } from "./story.js";
import { transcript } from "./transcript.js";
import { now, on, world } from "./world.js";

const MINUTE = 60;
const JUMPS = [
  ["+1 min", MINUTE],
  ["+15 min", 15 * MINUTE],
  ["+30 min", 30 * MINUTE],
  ["+1 day", 24 * 60 * MINUTE],
];
const AFTER_CHECKOUT_MS = 60000;
const THEMES = ["", "light", "dark"];
const SHORTCUTS = [
  ["Ctrl K", "scenarios"],
  ["1 2 3", "press the newest buttons (Alt 1 2 3 while typing)"],
  ["↑", "in an empty field: the last text again"],
  ["Enter", "send"],
  ["Esc", "close, or do not quote"],
];

let player;

/** Build the bar for a player. */
export function startToolbar(thePlayer) {
  player = thePlayer;
  fill(byId("toolbar"), clockControls(), h("div", { class: "spacer" }), storyControls());
  on("clock", showTime);
  setInterval(showTime, 5000);
  document.addEventListener("keydown", shortcut);
  useTheme(sessionStorage.getItem("theme") ?? "");
}

function shortcut(event) {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (!document.querySelector("dialog[open]")) chooseScenario();
}

const button = (label, onclick, props = {}) => h("button", { type: "button", onclick, ...props }, label);

function clockControls() {
  const jumps = JUMPS.map(([label, seconds]) => button(label, () => move({ advance_seconds: seconds })));
  return h(
    "div",
    { class: "clock", role: "group", "aria-label": "Clock" },
    icon("clock"),
    h("time", { id: "now" }),
    jumps,
    button("Check-in", () => jump("In", 0), { title: "To the check-in of the newest booking" }),
    button("After check-out", () => jump("Out", AFTER_CHECKOUT_MS), {
      title: "Just after the check-out of the newest booking",
    }),
    button("To…", chooseTime),
    button("Now", () => move({ reset: true }), { title: "Back to now", id: "back-to-now" }),
  );
}

async function move(change) {
  const answer = await api.post("clock", change);
  if (answer.error) toast("The service did not hear of the new time", answer.error);
}

function jump(word, after) {
  const time = stayFrom(word);
  if (time) move({ to: new Date(time.getTime() + after).toISOString() });
  else chooseTime();
}

function chooseTime() {
  const local = new Date(now() + 330 * 60000).toISOString().slice(0, 16);
  const fields = [["to", "Time in India", { type: "datetime-local", value: local, required: true }]];
  ask({ title: "Move the clock", fields, send: "Move" }, ({ to }) => move({ to: `${to}:00+05:30` }));
}

function showTime() {
  byId("now").textContent = momentOf(new Date(now()));
  byId("back-to-now").disabled = Math.abs(world.offset) < 1;
}

function storyControls() {
  const scenarios = button([icon("play"), "Scenarios"], chooseScenario, {
    class: "primary",
    title: "Scenarios (Ctrl K)",
  });
  return h(
    "div",
    { class: "story" },
    scenarios,
    button([icon("download"), "Export"], exportAll, { title: "The whole story as a scenario file" }),
    button([icon("again"), "Reset"], reset, {
      title: "Forget messages, payments, trouble and the moved clock",
    }),
    iconButton("moon", "Light, dark or as the system", nextTheme),
    iconButton("help", "Keys", showKeys),
  );
}

function exportAll() {
  download("story.json", transcript([...world.people.keys()], "Exported story"));
}

function reset() {
  const text =
    "The phones, the payments, the trouble and the moved clock are forgotten. Bookings that the service keeps stay.";
  ask({ title: "Reset the sandbox?", text, send: "Reset" }, async () => {
    player.stop();
    closePane();
    await api.post("reset");
  });
}

function nextTheme() {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? "") + 1) % THEMES.length];
  useTheme(next);
  toast(next ? `The ${next} look` : "The look of the system", "", "good");
}

function useTheme(name) {
  document.documentElement.dataset.theme = name;
  sessionStorage.setItem("theme", name);
}

function showKeys() {
  const rows = SHORTCUTS.map(([key, text]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, text)]);
  ask({ title: "Keys", extra: h("dl", {}, rows) });
}

async function chooseScenario() {
  const scenarios = await api.get("scenarios");
  const items = scenarios.map((scenario) => scenarioButton(scenario, () => play(scenario, form)));
  const form = ask({
    title: "Scenarios",
    text: "They type and tap by themselves.",
    extra: h("div", { class: "scenarios" }, items),
  });
  items[0]?.focus();
}

function scenarioButton({ title, about, steps }, onclick) {
  return button(
    [h("strong", {}, title), h("span", {}, about), h("small", {}, `${steps.length} steps`)],
    onclick,
  );
}

function play(scenario, form) {
  form.closest("dialog").close();
  closePane();
  player.play(scenario);
}

/** Show how the player is doing, below the bar. */
export function showPlayer({ state, title, step, of, caption, problem }) {
  const bar = byId("player");
  const over = !["playing", "paused"].includes(state);
  bar.hidden = state === "stopped";
  bar.className = state;
  if (over && problem) toast("The scenario stopped", problem);
  const text = over && !problem ? "Done." : caption;
  fill(
    bar,
    h("strong", {}, title),
    h("progress", { max: of, value: step, "aria-label": "Steps played" }),
    h("span", { class: "caption", role: "status" }, problem || text),
    over ? null : playerControls(state),
    over && iconButton("close", "Close", () => (bar.hidden = true), { class: "quiet" }),
  );
}

function playerControls(state) {
  const paused = state === "paused";
  const pace = h(
    "select",
    { "aria-label": "Pace", onchange: () => (player.pace = PACES[pace.value]) },
    Object.keys(PACES).map((name) => h("option", { value: name }, name)),
  );
  pace.value = Object.keys(PACES).find((name) => PACES[name] === player.pace);
  return [
    iconButton(paused ? "play" : "pause", paused ? "Go on" : "Pause", () => player.pause(!paused)),
    iconButton("stop", "Stop", () => player.stop()),
    pace,
  ];
}
