/** The board of trouble switches: each control writes one value of PUT /sandbox/api/trouble. */
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { settings } from "./phone.js";
import { world } from "./world.js";

const NOTHING = ["", "none"];
const pairs = (...words) => words.map((word) => [word, word.replaceAll("_", " ")]);

const REFUNDS = ["auto", "manual", "failed", "low_balance", "600", "607", "617", "619", "626", "627", "629"];
const BOARD = {
  webhooks: [
    "Webhooks to the service",
    ["delay_seconds", "Delay, seconds", { type: "number", min: 0 }],
    ["drop_next", "Drop the next", { type: "number", min: 0 }],
    ["drop_rate", "Drop this share, 0 to 1", { type: "number", min: 0, max: 1, step: 0.1 }],
    ["duplicate", "Repeat each so often", { type: "number", min: 0 }],
    ["batch", "Events in one webhook", { type: "number", min: 1, max: 1000, quiet: 1 }],
    ["reorder", "Wrong order", { type: "checkbox" }],
  ],
  whatsapp: [
    "WhatsApp",
    [
      "fail",
      "Sending fails",
      {
        options: [
          NOTHING,
          ...pairs(
            "429",
            "pair",
            "500",
            "html",
            "timeout_after_accept",
            "reset_after_accept",
            "reset",
            "down",
            "token_revoked",
            "maintenance",
          ),
        ],
      },
    ],
    ["fail_next", "Only the next (empty: all)", { type: "number", min: 1 }],
    ["window_errors", "Closed window is told", { options: pairs("sync", "async", "both") }],
    [
      "status_contacts",
      "Contacts in statuses",
      { options: pairs("full", "no_profile", "wa_id_only", "absent") },
    ],
    ["skip_delivered", "Skip delivered statuses", { type: "checkbox" }],
    ["hold_statuses", "Hold all statuses", { type: "checkbox" }],
    ["unreachable", "Unreachable numbers", { type: "text", placeholder: "+919…, +919…" }],
    ["unreachable_errors", "Unreachable is told", { options: pairs("async", "sync", "both") }],
    ["template_status", "New templates are", { options: pairs("APPROVED", "PENDING", "REJECTED") }],
    ["template_pacing", "Templates are held for quality", { type: "checkbox" }],
    ["pair_rate", "Limit per person and number", { type: "checkbox", quiet: true }],
  ],
  paytm: [
    "Paytm",
    ["down", "Down", { type: "checkbox" }],
    ["fail", "Calls fail", { options: [NOTHING, ...pairs("500", "501", "html", "hang", "reset", "refused")] }],
    ["fail_next", "Only the next (empty: all)", { type: "number", min: 1 }],
    ["lose_callbacks", "Lose callbacks", { type: "checkbox" }],
    ["duplicate_callbacks", "Repeat each callback so often", { type: "number", min: 0 }],
    ["refund", "Refunds", { options: pairs(...REFUNDS) }],
  ],
};

/** Fill the board; a changed control is sent at once. */
export function drawTrouble(node) {
  const groups = Object.entries(BOARD).map(([area, [title, ...switches]]) =>
    h(
      "fieldset",
      {},
      h("legend", {}, title),
      switches.map((each) => control(area, each)),
    ),
  );
  fill(node, groups, h("fieldset", {}, h("legend", {}, "Fingers"), twice()));
}

function control(area, each) {
  const [name, label, { options, quiet, ...attributes }] = each;
  const value = valueNow(area, each);
  const node = options
    ? h(
        "select",
        {},
        options.map(([option, text]) => h("option", { value: option }, text)),
      )
    : h("input", attributes);
  if (attributes.type === "checkbox") node.checked = Boolean(value);
  else node.value = Array.isArray(value) ? value.join(", ") : value;
  node.addEventListener("change", () => api.put("trouble", { [area]: { [name]: valueOf(node, name) } }));
  return h("label", { class: attributes.type === "checkbox" ? "check" : "pair" }, h("span", {}, label), node);
}

/** What a control writes; nothing stands for the quiet value. */
function valueOf(node, name) {
  if (node.type === "checkbox") return node.checked;
  if (node.value === "") return null;
  if (node.type === "number") return Number(node.value);
  return name === "unreachable" ? node.value.split(",").map((each) => each.trim()) : node.value;
}

const quietOf = ({ quiet, options, type }) => quiet ?? options?.[0][0] ?? (type === "checkbox" ? false : "");

const valueNow = (area, [name, , attributes]) => world.trouble[area]?.[name] ?? quietOf(attributes);

function twice() {
  const box = h("input", {
    type: "checkbox",
    checked: settings.twice,
    onchange: () => (settings.twice = box.checked),
  });
  return h("label", { class: "check" }, h("span", {}, "Tap twice at the same moment"), box);
}

/** How many switches are not as they are in a world without trouble. */
export function troubleCount() {
  const controls = Object.entries(BOARD).flatMap(([area, [, ...switches]]) =>
    switches.map((each) => [area, each]),
  );
  return controls.filter(isOn).length;
}

function isOn([area, each]) {
  const value = valueNow(area, each);
  return value !== quietOf(each[2]) && value !== 0 && value?.length !== 0;
}
