/** What is true now: bookings that the phones know of, payments, the refund desk, the windows. */
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { leftUntil, rupees, unmarked } from "./format.js";
import { nameOf } from "./people.js";
import { bookings, lastWord } from "./story.js";
import { now, world } from "./world.js";

/** Fill a page with the state; `filterBy(id)` shows the timeline of a booking. */
export async function drawState(node, filterBy) {
  const books = await api.get("paytm/books");
  const again = () => drawState(node, filterBy);
  const people = [...world.people.values()];
  fill(
    node,
    group(
      "Bookings",
      bookings().map((id) => bookingRow(id, filterBy)),
    ),
    group(
      "Payments",
      books.payments.map((each) => paymentRow(each, again)),
    ),
    group(
      "Refund desk",
      books.refunds.map((each) => refundRow(each, again)),
    ),
    group(
      "Payment links",
      books.links.map((link) => row(rupees(link.amount_paise ?? 0), link.status, link.description)),
    ),
    group(
      "Phones",
      people.map((person) => row(nameOf(person), windowOf(person), person.phone ?? person.user_id)),
    ),
  );
}

function group(title, rows) {
  return [
    h("h3", {}, title),
    rows.length ? h("ul", { class: "list" }, rows) : h("p", { class: "empty" }, "None."),
  ];
}

function row(title, state, text, ...rest) {
  return h(
    "li",
    {},
    h("strong", {}, title),
    state && h("span", { class: `pill ${state}` }, state),
    h("span", {}, text),
    rest,
  );
}

function bookingRow(id, filterBy) {
  const last = lastWord(id);
  const said = last ? (last.header || unmarked(last.body)).split("\n")[0] : "";
  return row(id, "", said, h("button", { type: "button", onclick: () => filterBy(id) }, "Timeline"));
}

function windowOf(person) {
  const left = leftUntil(person.window_until, now());
  return left === null ? "closed" : `${left} left`;
}

function decision(label, path, to, again) {
  const decide = () => api.post(`paytm/${path}`, { to }).then(again);
  return h("button", { type: "button", onclick: decide }, label);
}

function paymentRow(payment, again) {
  const path = `payments/${payment.txn_id}/resolve`;
  const open = /WAITING|PENDING/.test(payment.status);
  return row(
    rupees(payment.amount_paise),
    payment.status,
    payment.txn_id,
    open && [decision("Success", path, "success", again), decision("Failed", path, "failed", again)],
  );
}

function refundRow(refund, again) {
  const path = `refunds/${refund.ref_id}`;
  const open = /PENDING|SLOW/.test(refund.status);
  const choices = [
    ["Done", "done"],
    ["Failed", "failed"],
    ["Slow", "slow"],
  ];
  return row(
    rupees(refund.amount_paise),
    refund.status,
    refund.ref_id,
    open && choices.map(([label, to]) => decision(label, path, to, again)),
  );
}
