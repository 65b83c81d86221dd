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
  const pace = h("label", { class: "pace" }, "They type and tap by themselves. Pace: ", paceSelect());
  const extra = [pace, h("div", { class: "scenarios" }, items)];
  const form = ask({ title: "Scenarios", extra });
  items[0]?.focus();
}

function paceSelect() {
  const options = Object.entries(PACES).map(([name, value]) => h("option", { value }, name));
  const change = () => (player.pace = Number(select.value));
  const select = h("select", { "aria-label": "Pace", onchange: change }, options);
  select.value = player.pace;
  return select;
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

/** Show how the player is doing, below the bar; the controls stay while only the step changes. */
export function showPlayer({ state, title, step, of, caption, problem }) {
  const bar = byId("player");
  if (bar.className !== state || (state === "playing" && step <= 1)) buildPlayer(bar, state, title);
  const text = state === "done" ? "Done." : caption;
  bar.querySelector("progress").value = of ? step / of : 0;
  bar.querySelector(".caption").textContent = problem || text;
  if (problem) toast("The scenario stopped", problem);
}

function buildPlayer(bar, state, title) {
  const over = !["playing", "paused"].includes(state);
  const close = iconButton("close", "Close", () => (bar.hidden = true), { class: "quiet" });
  const progress = h("progress", { max: 1, value: 0, "aria-label": "Steps played" });
  const caption = h("span", { class: "caption", role: "status" });
  bar.hidden = state === "stopped";
  bar.className = state;
  fill(bar, h("strong", {}, title), progress, caption, over ? close : playerControls(state));
}

function playerControls(state) {
  const paused = state === "paused";
  const pause = iconButton(paused ? "play" : "pause", paused ? "Go on" : "Pause", () =>
    player.pause(!paused),
  );
  return [pause, iconButton("stop", "Stop", () => player.stop()), paceSelect()];
}
