/** How texts, times and money look: WhatsApp's markup, India's clock, paise as rupees. */
import { h } from "./dom.js";

const ZONE = "Asia/Kolkata";
const TAGS = { "*": "strong", _: "em", "~": "s", "`": "code" };
const MARK =
  /```([\s\S]+?)```|(?<![\p{L}\p{N}])([*_~`])(?=\S)([^\n]*?\S)\2(?![\p{L}\p{N}])|https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/u;

/** The nodes of a text with *bold*, _italic_, ~strike~, ```mono``` and web addresses. */
export function rich(text) {
  const nodes = [];
  let rest = text ?? "";
  for (let found = MARK.exec(rest); found; found = MARK.exec(rest)) {
    nodes.push(rest.slice(0, found.index), marked(found));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...nodes, rest].filter((node) => node !== "");
}

function marked([whole, mono, sign, inner]) {
  if (mono !== undefined) return h("code", {}, mono);
  if (!sign) return h("a", { href: whole, class: "link", rel: "noreferrer" }, whole);
  return h(TAGS[sign], {}, sign === "`" ? inner : rich(inner));
}

const formatter = (options) => new Intl.DateTimeFormat("en-IN", { timeZone: ZONE, ...options });
const CLOCK = formatter({ hour: "numeric", minute: "2-digit" });
const EXACT = formatter({ hour: "numeric", minute: "2-digit", second: "2-digit" });
const DAY = formatter({ day: "numeric", month: "long", year: "numeric" });
const MOMENT = formatter({
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
});
const SHORT_DAY = formatter({ day: "numeric", month: "short" });

/** "2:05 pm" in India. */
export const timeOf = (iso) => CLOCK.format(new Date(iso));

/** "2:05:09 pm" in India. */
export const exactTime = (iso) => EXACT.format(new Date(iso));

/** "Wed, 2 Dec, 2:05 pm" in India. */
export const momentOf = (date) => MOMENT.format(date);

/** "2 Dec" in India. */
export const shortDay = (date) => SHORT_DAY.format(date);

/** A word for the day of a message, seen from now: Today, Yesterday or the date. */
export function dayOf(iso, now) {
  const day = DAY.format(new Date(iso));
  if (day === DAY.format(now)) return "Today";
  return day === DAY.format(new Date(now - 86400000)) ? "Yesterday" : day;
}

/** Paise (a number, or text where WhatsApp charges parts of one) as "₹3,600" or "₹0.115". */
export function rupees(paise) {
  const digits = Number(paise) % 100 ? 2 : 0;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: 3 };
  return `₹${(Number(paise) / 100).toLocaleString("en-IN", options)}`;
}

/** What is left until a time, as "23:10"; null when it is over. */
export function leftUntil(iso, now) {
  const minutes = iso ? Math.floor((new Date(iso) - now) / 60000) : -1;
  return minutes < 0 ? null : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/** All that can be read in a message, without markup, for finding texts in it. */
export function wordsOf(message) {
  const parts = [
    message.header,
    message.body,
    message.footer,
    ...optionsOf(message).map((each) => each.title),
  ];
  return plain([...parts, message.url?.text, message.list?.button].filter(Boolean).join("\n"));
}

/** A text without markup. */
export const unmarked = (text) => String(text).replace(/[*_~`]+/g, "");

/** A text without markup and without the difference of upper and lower case. */
export const plain = (text) => unmarked(text).toLowerCase();

/** What can be tapped or chosen in a message: its buttons, then the rows of its list. */
export function optionsOf(message) {
  return [...(message.buttons ?? []), ...(message.list?.sections ?? []).flatMap((section) => section.rows)];
}
