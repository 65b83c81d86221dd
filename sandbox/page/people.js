/** The people behind the phones: who there is, how they are named, and other identities. */
import { act, api } from "./api.js";
import { download, h, toast } from "./dom.js";
import { ask, menu } from "./sheets.js";
import { transcript } from "./transcript.js";
import { chat, world } from "./world.js";

export const LANGUAGES = [
  ["en", "English"],
  ["hi", "हिन्दी"],
  ["mr", "मराठी"],
];

const NAME_SHOWN = 26;

const IDENTITIES = [
  ["An ordinary guest", { name: "Asha Kulkarni" }],
  ["No phone number, a username only", { name: "Kabir", username: "kabir.travels", hides_phone: true }],
  ["Empty profile name", { name: "" }],
  ["Emoji as name", { name: "🌙✨🏕️" }],
  ["Name of 200 characters", { name: "Shri ".repeat(40).trim().padEnd(200, "i") }],
  ["Number of the Emirates, +971", { name: "Omar Haddad", phone: "+971501234567" }],
];

/** The name to choose a person by: profile name, else number, else username, with unread count. */
export function nameOf({ name, phone, username, key, unread }) {
  const full = name || phone || username || key;
  const short = full.length > NAME_SHOWN ? `${full.slice(0, NAME_SHOWN)}…` : full;
  return unread ? `${short} (${unread})` : short;
}

/** Ask for a new person, with the identities that break naive bots ready to pick. */
export function addPerson(role, onAdded) {
  const fields = [
    ["name", "Profile name", { autocomplete: "off" }],
    ["phone", "Phone, with + and country code (empty: a free number)", { type: "tel", autocomplete: "off" }],
    ["username", "Username", { autocomplete: "off" }],
    ["language", "Language of the phone", { options: LANGUAGES }],
    ["hides_phone", "Hides the phone number", { type: "checkbox" }],
  ];
  const pick = h(
    "div",
    { class: "presets" },
    IDENTITIES.map(([label, values]) => preset(label, () => prefill(form, values))),
  );
  const form = ask({ title: "Add a person", extra: pick, fields, send: "Add" }, async (values) => {
    const added = await api.post("people", person(values, role));
    world.people.set(added.key, added); // the stream tells it too, a moment later
    onAdded(added);
  });
}

function preset(label, onclick) {
  return h("button", { type: "button", onclick }, label);
}

function prefill(form, values) {
  form.reset();
  for (const [name, value] of Object.entries(values)) {
    const control = form.elements[name];
    if (control.type === "checkbox") control.checked = value;
    else control.value = value;
  }
}

/** What the control API wants: no phone for one who hides it, a free one where none was written. */
function person({ name, phone, username, language, hides_phone: hidden }, role) {
  const number = phone || (hidden ? null : "new");
  return { name, role, language, phone: number, username, hides_phone: hidden === "on" };
}

/** Set the language of a phone. */
export const setLanguage = (key, language) => act.update(key, { language });

/** The menu behind the three dots of a phone. */
export function phoneMenu(phone) {
  const { person: someone, key, role } = phone;
  const items = [
    ["plus", "Add a person", () => addPerson(role, (added) => phone.select(added.key))],
    ["person", "Change the profile name", () => rename(someone)],
    ["phone", "Change the phone number", () => changeNumber(someone)],
    turn(someone, "hides_phone", "Hide the phone number", "Show the phone number"),
    turn(someone, "offline", "Turn the phone off", "Turn the phone on"),
    turn(someone, "blocks", "Block LoonCamp", "Unblock LoonCamp"),
    [
      "download",
      "Export this conversation",
      () => download(`${key}.json`, transcript([key], `Conversation of ${key}`)),
    ],
  ];
  menu(
    `${nameOf({ ...someone, unread: 0 })} · ${someone.phone ?? "no number"} · ${chat(key).length} messages`,
    items,
    phone.screen,
  );
}

function rename({ key, name }) {
  const fields = [["name", "Profile name", { value: name, autocomplete: "off" }]];
  ask({ title: "Profile name", fields, send: "Change" }, (values) => act.update(key, values));
}

function changeNumber({ key, phone }) {
  const fields = [
    ["phone", "New number", { value: phone ?? "", type: "tel", required: true, autocomplete: "off" }],
  ];
  const text = "WhatsApp tells the service with a system message.";
  ask({ title: "Change number", text, fields, send: "Change" }, async (values) => {
    await act.changeNumber(key, values.phone);
    toast("Number changed", values.phone, "good");
  });
}

function turn(someone, field, set, unset) {
  const label = someone[field] ? unset : set;
  return ["phone", label, () => act.update(someone.key, { [field]: !someone[field] })];
}
