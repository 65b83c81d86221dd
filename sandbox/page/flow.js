/** A WhatsApp Flow as a form: drawn from its JSON when the message carries it, else plain pairs. */
import { fill, h } from "./dom.js";
import { field, sheet } from "./sheets.js";

const TEXTS = { TextHeading: "h3", TextSubheading: "h4", TextBody: "p", TextCaption: "small" };
const INPUTS = { TextInput: "text", DatePicker: "date", CalendarPicker: "date" };
const TYPES = { email: "email", number: "number", phone: "tel", password: "password" };

/** Open the form of a flow message; `onSend` gets the values that the guest filled in. */
export function flowForm(message, phone, onSend) {
  const { json, screen: first, data: given = {} } = message.flow;
  const screens = (typeof json === "string" ? JSON.parse(json) : json)?.screens ?? [];
  const screen = screens.find((each) => each.id === first) ?? screens[0];
  const body = h("div", { class: "rows padded" });
  const form = h("form", { method: "dialog", onsubmit: () => onSend(valuesOf(form)) }, body);
  fill(body, screen ? drawn(screen, given) : pairs(given));
  const label = footerOf(screen)?.label ?? "Send";
  form.append(h("footer", {}, h("button", { type: "submit", class: "primary" }, label)));
  return sheet([h("header", {}, h("h2", {}, screen?.title ?? message.flow.name)), form], phone, "Form");
}

function drawn(screen, given) {
  return flat(screen.layout?.children).map((part) => component(part, given));
}

const flat = (children = []) => children.flatMap((part) => (part.children ? flat(part.children) : [part]));

const footerOf = (screen) => flat(screen?.layout?.children).find((part) => part.type === "Footer");

/** A value of the JSON; "${data.x}" stands for what the message gave as x. */
const read = (value, given) => {
  const name = /^\$\{data\.(\w+)\}$/.exec(value)?.[1];
  return name ? given[name] : value;
};

function component(part, given) {
  const get = (name) => read(part[name], given);
  if (TEXTS[part.type]) return h(TEXTS[part.type], {}, get("text"));
  const common = { required: get("required"), value: get("init-value") };
  if (part.type === "TextArea") return field([part.name, get("label"), { rows: 3, ...common }]);
  if (part["data-source"])
    return field([part.name, get("label"), { options: choices(get("data-source")), ...common }]);
  if (part.mode === "range") return range(part, get);
  if (part.type === "OptIn") return field([part.name, get("label"), { type: "checkbox" }]);
  if (!INPUTS[part.type]) return null;
  const type = TYPES[part["input-type"]] ?? INPUTS[part.type];
  return field([part.name, get("label"), { type, min: get("min-date"), max: get("max-date"), ...common }]);
}

const choices = (source = []) => source.map(({ id, title }) => [id, title]);

/** Two days of one range. A browser cannot grey single days: a taken one is refused in words. */
function range(part, get) {
  const label = get("label") ?? {};
  const taken = new Set(get("unavailable-dates") ?? []);
  const oninput = ({ target }) =>
    target.setCustomValidity(taken.has(target.value) ? "This day is taken" : "");
  const limits = { type: "date", min: get("min-date"), max: get("max-date"), required: true, oninput };
  const ends = ["start", "end"].map((end) =>
    field([`${part.name}.${end}-date`, label[`${end}-date`] ?? end, limits]),
  );
  return taken.size ? [...ends, h("small", {}, `Taken: ${[...taken].join(", ")}`)] : ends;
}

function pairs(given) {
  const known = Object.entries(given).filter(([, value]) => typeof value !== "object");
  return [
    h("p", {}, "This form's layout is not known here. Write its values, one a line: name = value"),
    field([
      "pairs",
      "Values",
      { rows: 6, value: known.map(([name, value]) => `${name} = ${value}`).join("\n") },
    ]),
  ];
}

function valuesOf(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "pairs") Object.assign(values, fromLines(value));
    else if (name.includes(".")) put(values, name.split("."), value);
    else values[name] = value;
  }
  return values;
}

function put(values, [outer, inner], value) {
  values[outer] = { ...values[outer], [inner]: value };
}

function fromLines(text) {
  const lines = text.split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(
    lines.map((line) =>
      line
        .split(/=(.*)/s)
        .slice(0, 2)
        .map((part) => part.trim()),
    ),
  );
}
