/** Plays scenarios: the steps type and tap on the phones by themselves, at a pace, with pause. */
import { act, api } from "./api.js";
import { optionsOf, plain, shortDay, wordsOf } from "./format.js";
import { closePane } from "./pane.js";
import { newest, now } from "./world.js";

const PATIENCE_MS = 15000;
const PAGE_LOADS_MS = 2500;
const UNITS = { s: 1, m: 60, h: 3600, d: 86400 };
const LETTER_MS = 28;

/** The pace is the pause between two steps, in milliseconds. */
export const PACES = { slow: 1800, normal: 900, fast: 120 };

class Stopped extends Error {}

/** One player; `phoneOf(key)` shows a person's phone and gives it, `report(state)` hears how it goes. */
export class Player {
  constructor(phoneOf, report) {
    Object.assign(this, { phoneOf, report, pace: PACES.normal, paused: false, run: 0 });
  }

  get playing() {
    return Boolean(this.scenario);
  }

  /** Play a scenario from its first step; a running one stops. */
  async play(scenario) {
    const run = ++this.run;
    Object.assign(this, { scenario, paused: false, step: 0, caption: "", problem: "" });
    try {
      for (const step of scenario.steps) await this.next(step, run);
      this.finish(run, "done");
    } catch (error) {
      this.finish(run, error instanceof Stopped ? "stopped" : "failed", error.message);
    }
  }

  async next(step, run) {
    await this.rest(this.pace, run);
    this.step += 1;
    this.tell("playing");
    closePane();
    const [word] = Object.keys(step).filter((name) => name !== "who");
    await this[`do_${word}`](step[word], step.who, run);
  }

  finish(run, state, problem = "") {
    if (run !== this.run) return;
    this.problem = problem;
    this.tell(state);
    this.scenario = null;
  }

  stop() {
    this.run += 1;
    this.tell("stopped");
    this.scenario = null;
  }

  pause(paused) {
    this.paused = paused;
    this.tell(paused ? "paused" : "playing");
  }

  tell(state) {
    this.report({
      state,
      title: this.scenario?.title,
      step: this.step,
      of: this.scenario?.steps.length,
      caption: this.caption,
      problem: this.problem,
    });
  }

  /** Wait, and as long as the reader has paused; throws Stopped when another run began. */
  async rest(milliseconds, run) {
    let left = milliseconds;
    do {
      await new Promise((done) => setTimeout(done, Math.min(60, Math.max(left, 0))));
      if (run !== this.run) throw new Stopped();
      if (!this.paused) left -= 60;
    } while (left > 0);
  }

  /** Wait until `look()` finds something, at every change; gives up with the words of `what`. */
  async until(look, what, run, patience = PATIENCE_MS) {
    const started = Date.now();
    for (;;) {
      const found = await look();
      if (found) return found;
      if (Date.now() - started > patience) throw new Error(`Step ${this.step}: ${what}`);
      await this.rest(60, run);
    }
  }

  async do_note(text, who, run) {
    this.caption = text;
    this.tell("playing");
    await this.rest(this.pace, run);
  }

  async do_say(text, who, run) {
    const phone = this.phoneOf(who);
    const words = expand(text);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || this.pace < 500;
    for (let end = calm ? words.length : 1; end <= words.length; end += 1) {
      phone.composer.write(words.slice(0, end));
      await this.rest(LETTER_MS, run);
    }
    await phone.composer.submit();
  }

  async do_tap(title, who, run) {
    const { message, option } = await this.offered(title, who, run, "button");
    await this.press(who, message, option.id, run);
    await this.phoneOf(who).deeds.tap(message, option.id);
  }

  async do_choose(title, who, run) {
    const { message, option } = await this.offered(title, who, run, "row");
    await this.press(who, message, null, run);
    const sheet = this.phoneOf(who).openList(message);
    await this.rest(this.pace / 2, run);
    sheet.pick(option.id);
    await this.rest(this.pace / 2, run);
    sheet.send();
  }

  async do_open(title, who, run) {
    const message = await this.until(
      () => newest(who, (each) => each.url && plain(each.url.text) === plain(title)),
      `no link "${title}"`,
      run,
    );
    await this.press(who, message, null, run);
    await this.phoneOf(who).open(message);
  }

  async do_pay(outcome, who, run) {
    const { message, link } = await this.payable(who, run);
    await this.press(who, message, null, run);
    const frame = await this.phoneOf(who).open(message);
    const button = await this.inFrame(frame, `button[value="${outcome}"]`, run);
    button?.focus();
    await this.rest(this.pace, run);
    if (button) button.click();
    else await api.post(`paytm/links/${encodeURIComponent(link.link_id)}/pay`, { outcome });
    await this.rest(this.pace, run);
  }

  /** A part of the opened page; null where the page is of another origin or has no such part. */
  async inFrame(frame, selector, run) {
    const look = () => frame?.contentDocument?.querySelector(selector);
    return this.until(look, "not in the page", run, PAGE_LOADS_MS).catch((error) => {
      if (error instanceof Stopped) throw error;
      return null;
    });
  }

  async do_send(type, who) {
    this.phoneOf(who);
    await act.send(who, { type });
  }

  async do_sees(fragment, who, run) {
    this.phoneOf(who);
    const seen = () => wordsOf(newest(who) ?? {}).includes(plain(expand(fragment)));
    await this.until(seen, `${who} does not see "${fragment}"`, run);
  }

  async do_sees_not(fragment, who) {
    await api.post("flush");
    if (wordsOf(newest(who) ?? {}).includes(plain(fragment)))
      throw new Error(`Step ${this.step}: ${who} sees "${fragment}"`);
  }

  async do_clock(change) {
    await api.post("clock", clockChange(change));
  }

  async do_trouble(switches) {
    await api.put("trouble", switches);
  }

  /** The newest message of this phone that offers the option, waiting for it. */
  async offered(title, who, run, what) {
    this.phoneOf(who);
    let option;
    const has = (message) => (option = pick(message, expand(String(title)), title));
    const message = await this.until(() => newest(who, has), `${who} has no ${what} "${title}"`, run);
    return { message, option };
  }

  /** The newest message with a payment link, and that link in the books of the demo Paytm. */
  async payable(who, run) {
    this.phoneOf(who);
    const look = async () => {
      const { links } = await api.get("paytm/books");
      const linkOf = (message) =>
        links.find((link) => [link.short_url, link.long_url].includes(message.url?.url));
      const message = newest(who, linkOf);
      return message && { message, link: linkOf(message) };
    };
    return this.until(look, `${who} has no payment link`, run);
  }

  /** Show for a moment what is pressed. */
  async press(who, message, id, run) {
    const node = this.phoneOf(who).find(message.id);
    const button = node?.querySelector(id === null ? ".actions button" : `[data-button="${CSS.escape(id)}"]`);
    button?.scrollIntoView({ block: "nearest" });
    button?.classList.add("pressed");
    await this.rest(this.pace / 2, run);
    button?.classList.remove("pressed");
  }
}

function pick(message, title, place) {
  const offered = optionsOf(message);
  if (typeof place === "number") return offered[place - 1];
  return offered.find((option) => plain(option.title) === plain(title));
}

/** The text with each {+N} written as the day N days from now, like "25 Dec". */
function expand(text) {
  return text.replace(/\{\+(\d+)\}/g, (_, days) => shortDay(new Date(now() + days * 86400000)));
}

function clockChange(value) {
  const [, count, unit] = /^\+(\d+)([smhd])$/.exec(value) ?? [];
  if (count) return { advance_seconds: count * UNITS[unit] };
  return value === "reset" ? { reset: true } : { to: value };
}
