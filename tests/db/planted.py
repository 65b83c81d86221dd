"""Violations to plant: what no statement of ours can do, each a sin against exactly one rule.

`{confirmed}` and the like stand for the bookings of the story in test_invariants.py. The second part of a plant
changes what the outside has on record; without it the data is judged by our own evidence.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from db.invariants import Books, PaytmRefund

BooksChange = Callable[[Books], Books]


@dataclass(frozen=True, slots=True)
class Plant:
    """What is planted, and by which rule it must be seen."""

    rule: str
    what: str
    statements: tuple[str, ...] = ()
    books: BooksChange | None = None

    def __str__(self) -> str:
        return f"{self.rule} {self.what}"


def _plant(rule: str, what: str, *statements: str) -> Plant:
    return Plant(rule, what, statements)


def _outside(rule: str, what: str, change: BooksChange) -> Plant:
    return Plant(rule, what, (), change)


def _took(changes: dict[str, int]) -> BooksChange:
    """Paytm's record of payments changed by so many paise; a new one appears with them."""

    def change(books: Books) -> Books:
        known = dict(books.payments or {})
        first = next(iter(known))
        for name, paise in changes.items():
            txn = first if name == "known" else name
            known[txn] = known.get(txn, 0) + paise
        return replace(books, payments={txn: paise for txn, paise in known.items() if paise > 0})

    return change


def _gave(change: Callable[[PaytmRefund], PaytmRefund]) -> BooksChange:
    def changed(books: Books) -> Books:
        done = [each for each in books.refunds or () if each.state == "DONE"]
        rest = [each for each in books.refunds or () if each.state != "DONE"]
        return replace(books, refunds=[change(done[0]), *done[1:], *rest])

    return changed


def _accepted(change: Callable[[list[tuple[int, str]]], list[tuple[int, str]]]) -> BooksChange:
    return lambda books: replace(books, accepted=change(list(books.accepted or ())))


NO_TRIGGERS = "SET LOCAL session_replication_role = replica"
PAYMENT = """INSERT INTO payment SELECT 'T-new', booking_id, 'O-new', link_id, 1000, 'SUCCESS',
    '%s', now(), now() FROM checkout WHERE booking_id = '{pending}'"""
REFUND = """INSERT INTO refund (ref_id, txn_id, booking_id, amount, status, created_at, done_at)
    SELECT 'RF-new', txn_id, booking_id, %s, 'refunded', now(), now()
      FROM payment WHERE booking_id = '{%s}'"""
MESSAGE = """INSERT INTO message (dedupe_key, lane, kind, intent, booking_id, person_id, state,
    run_at, lease_until, wamid, wa_status, wa_error, created_at, done_at)
    SELECT %s, %s, 'whatsapp', '%s', '{confirmed}', person_id, '%s', now() - interval '1 year',
           clock_timestamp() - interval '1 hour', %s, %s, 131026, now(), now()
      FROM booking WHERE booking_id = '{confirmed}'"""
INBOX = """INSERT INTO inbox (id, seq, kind, lane, body, state, run_at, received_at, done_at)
    SELECT 'wamid.new', 1000000, 'message', 'x', '{{}}', '%s', now() - interval '1 year', now(), %s"""

PLANTS = (
    # I01
    _plant("I01", "a booking's payment is lost", "DELETE FROM payment WHERE booking_id = '{confirmed}'"),
    _plant("I01", "settled as a booking that is not there", PAYMENT % "booking"),
    _plant("I01", "a surplus that does not go back", PAYMENT % "surplus"),
    _plant("I01", "a mismatch of which a part goes back", PAYMENT % "mismatch", REFUND % (400, "pending")),
    _plant("I01", "a booking has a surplus payment",
           "UPDATE payment SET settled_as = 'surplus' WHERE booking_id = '{confirmed}'"),
    _plant("I01", "a payment stands twice", "ALTER TABLE payment DROP CONSTRAINT payment_pkey CASCADE",
           "DROP INDEX payment_one_booking",
           "INSERT INTO payment SELECT * FROM payment WHERE booking_id = '{confirmed}'"),
    # I02
    _plant("I02", "a payment of too little made a booking",
           "UPDATE payment SET amount = amount - 1 WHERE booking_id = '{confirmed}'"),
    _plant("I02", "a payment by another link", "UPDATE payment SET link_id = '1' WHERE booking_id = '{confirmed}'"),
    _outside("I02", "Paytm took what we do not know", _took({"T-new": 1})),
    _outside("I02", "one paisa more at Paytm", _took({"known": 1})),
    _outside("I02", "ours is not Paytm's", _took({"known": -(10**9)})),
    # I03
    _plant("I03", "a confirmed booking's money goes back", REFUND % (100, "confirmed")),
    _plant("I03", "refunded, and nothing went back", "DELETE FROM refund WHERE booking_id = '{refunded}'"),
    _plant("I03", "the host cancelled, and half goes back",
           "UPDATE booking SET refund_due = refund_due / 2 WHERE booking_id = '{refunded}'",
           "UPDATE refund SET amount = amount / 2 WHERE booking_id = '{refunded}'"),
    _plant("I03", "another advance than agreed",
           "UPDATE checkout SET advance = advance + 1 WHERE booking_id = '{confirmed}'"),
    _plant("I03", "refunded, and its refund is on its way",
           "UPDATE refund SET status = 'initiated', look_at = NULL WHERE booking_id = '{refunded}'",
           "INSERT INTO alert (subject, booking_id, detail, created_at) VALUES ('x', '{refunded}', '', now())"),
    # I04
    _plant("I04", "more back than came", "UPDATE refund SET amount = amount + 1 WHERE booking_id = '{refunded}'"),
    _plant("I04", "a payment goes back twice", "DROP INDEX refund_one_open", REFUND % ("amount", "refunded")),
    _plant("I04", "a refund of another's payment",
           "UPDATE refund SET booking_id = '{confirmed}' WHERE booking_id = '{refunded}'"),
    _plant("I04", "refunded at no time", "UPDATE refund SET done_at = NULL WHERE booking_id = '{refunded}'"),
    _outside("I04", "a refund that is not ours", _gave(lambda r: replace(r, txn_id="T-new", ref_id="RF-new"))),
    _outside("I04", "another amount at Paytm", _gave(lambda r: replace(r, amount=r.amount - 1))),
    _outside("I04", "done here and failed at Paytm", _gave(lambda r: replace(r, state="FAILED"))),
    # I05
    _plant("I05", "a unit is taken twice", "ALTER TABLE occupancy DROP CONSTRAINT occupancy_never_twice",
           "INSERT INTO occupancy (property_id, unit, stay) SELECT property_id, unit, stay"
           " FROM occupancy WHERE booking_id = '{confirmed}' LIMIT 1"),
    _plant("I05", "a booking without one of its units",
           "DELETE FROM occupancy WHERE occupancy_id = (SELECT min(occupancy_id) FROM occupancy"
           " WHERE booking_id = '{confirmed}')"),
    _plant("I05", "a refunded booking holds dates",
           "INSERT INTO occupancy (property_id, unit, stay, booking_id) SELECT property_id, 1,"
           " daterange('2031-01-01', '2031-01-02'), booking_id FROM checkout WHERE booking_id = '{refunded}'"),
    _plant("I05", "a booking holds other dates",
           "UPDATE occupancy SET stay = daterange('2031-01-01', '2031-01-02') WHERE booking_id = '{confirmed}'"),
    # I06
    _plant("I06", "a state without its event", NO_TRIGGERS,
           "UPDATE booking SET status = 'CHECKED_IN' WHERE booking_id = '{confirmed}'"),
    _plant("I06", "an event is missing",
           "DELETE FROM booking_event WHERE booking_id = '{confirmed}' AND event = 'payment_succeeded'"),
    _plant("I06", "an illegal move", NO_TRIGGERS,
           "UPDATE booking_event SET actor = 'guest' WHERE booking_id = '{confirmed}' AND event = 'payment_succeeded'"),
    _plant("I06", "an event that moved nothing", NO_TRIGGERS,
           "INSERT INTO booking_event SELECT '{confirmed}', 1 + max(seq), 'TICKET_GENERATED', 'stay_over',"
           " 'CLOSED', 'clock', now() FROM booking_event WHERE booking_id = '{confirmed}'"),
    # I07
    _plant("I07", "the guest was not told", "DELETE FROM message WHERE booking_id = '{confirmed}' AND intent = 'guest.confirmed'"),
    _plant("I07", "a timer was not set", "DELETE FROM message WHERE booking_id = '{refunded}' AND intent = 'settled'"),
    _plant("I07", "neither of two was told",
           "DELETE FROM message WHERE booking_id = '{partly}' AND intent LIKE 'guest.cancelled_%'"),
    _plant("I07", "told twice", MESSAGE % ("(SELECT dedupe_key || 'x' FROM message WHERE booking_id = '{confirmed}'"
           " AND intent = 'guest.paid')", "'x'", "guest.paid", "sent", "'w'", "'sent'")),
    _plant("I07", "a message of no event", MESSAGE % ("'{confirmed}:99:guest.paid:1'", "'x'", "guest.paid", "sent", "'w'", "'sent'")),
    _plant("I07", "a message that this event does not say",
           MESSAGE % ("'{confirmed}:1:guest.refunded:1'", "'x'", "guest.refunded", "sent", "'w'", "'sent'")),
    _plant("I07", "somebody else was told", "UPDATE message SET person_id = (SELECT min(person_id) FROM person)"
           " WHERE booking_id = '{confirmed}' AND intent = 'guest.paid'"),
    # I08
    _plant("I08", "sent without a wamid", "UPDATE message SET wamid = NULL WHERE booking_id = '{confirmed}' AND intent = 'guest.paid'"),
    _plant("I08", "two messages with one wamid", "UPDATE message SET wamid = 'same' WHERE booking_id = '{confirmed}' AND kind = 'whatsapp'",
           "DELETE FROM inbox WHERE kind = 'status'"),
    _plant("I08", "a status of a second send",
           "INSERT INTO inbox SELECT 'second', 1000000, kind, lane, convert_to(replace(convert_from(body, 'UTF8'),"
           " 'wamid.', 'wamid.2'), 'UTF8'), state, attempts, run_at, received_at, done_at"
           " FROM inbox WHERE kind = 'status' ORDER BY seq LIMIT 1"),
    _plant("I08", "delivered, and cancelled here",
           "UPDATE message SET state = 'cancelled' WHERE booking_id = '{confirmed}' AND intent = 'guest.paid'"),
    _outside("I08", "accepted twice", _accepted(lambda rows: [*rows, rows[-1]])),
    _outside("I08", "sent, and never accepted", _accepted(lambda rows: rows[1:])),
    _outside("I08", "accepted, and unknown here", _accepted(lambda rows: [*rows, (10**9, "wamid.x")])),
    _outside("I08", "another wamid", _accepted(lambda rows: [(rows[0][0], "wamid.x"), *rows[1:]])),
    # I09
    _plant("I09", "a message is overdue", MESSAGE % ("'x'", "'x'", "guest.state", "ready", "NULL", "NULL")),
    _plant("I09", "a message hangs", MESSAGE % ("'x'", "'x'", "guest.state", "sending", "NULL", "NULL")),
    _plant("I09", "an inbound message waits", INBOX % ("ready", "NULL")),
    *(_plant("I09", f"{name} has no {intent}", "UPDATE message SET state = 'cancelled'"
             f" WHERE booking_id = '{{{name}}}' AND intent = '{intent}'")
      for name, intent in (("pending", "hold_lapsed"), ("waiting", "deadline_passed"), ("confirmed", "stay_over"),
                           ("refunding", "refund"))),
    _plant("I09", "a refund is not looked at",
           "UPDATE refund SET look_at = now() - interval '1 year' WHERE booking_id = '{refunding}'"),
    # I10
    _plant("I10", "a later message was first", "UPDATE message SET done_at = done_at - interval '1 day'"
           " WHERE booking_id = '{confirmed}' AND intent = 'guest.confirmed'"),
    _outside("I10", "accepted the other way round", _accepted(lambda rows: rows[::-1])),
    # I11
    _plant("I11", "an answer to nothing", "DELETE FROM inbox WHERE id = (SELECT min(id) FROM inbox WHERE kind = 'message'"
           " AND EXISTS (SELECT 1 FROM message WHERE dedupe_key = inbox.id || ':0'))"),
    _plant("I11", "done at no time", "UPDATE inbox SET done_at = NULL WHERE seq = 1"),
    _outside("I11", "delivered, and not here", lambda books: replace(books, delivered=[*(books.delivered or ()), "wamid.lost"])),
    Plant("I11", "forged", (INBOX % ("done", "now()"),), lambda books: books),
    # I12
    _plant("I12", "nobody decided", "UPDATE booking_event SET by_phone = NULL WHERE booking_id = '{confirmed}' AND event = 'confirmed'"),
    _plant("I12", "a stranger decided", "UPDATE booking_event SET by_phone = '+919999999999'"
           " WHERE booking_id = '{confirmed}' AND event = 'confirmed'"),
    _plant("I12", "the host of before decided", "INSERT INTO enrolment SELECT property_id, '+919999999999',"
           " made_at - interval '1 millisecond' FROM booking_event JOIN checkout USING (booking_id)"
           " WHERE booking_id = '{confirmed}' AND event = 'confirmed'"),
    _plant("I12", "an admin who never was one", "DELETE FROM enrolment WHERE property_id IS NULL"),
    # I13
    _plant("I13", "confirmed without a ticket", "DELETE FROM ticket WHERE booking_id = '{confirmed}'"),
    _plant("I13", "a ticket before the answer",
           "INSERT INTO ticket (booking_id, token, issued_at) VALUES ('{waiting}', repeat('x', 22), now())"),
    _plant("I13", "two tickets with one secret", "ALTER TABLE ticket DROP CONSTRAINT ticket_token_key",
           "UPDATE ticket SET token = repeat('x', 22)"),
    # I14
    _plant("I14", "a dead message", MESSAGE % ("'x'", "'x'", "guest.state", "dead", "NULL", "NULL")),
    _plant("I14", "a message that did not arrive", MESSAGE % ("'x'", "'x'", "guest.state", "sent", "'w'", "'failed'")),
    _plant("I14", "a parked message", INBOX % ("parked", "NULL")),
    _plant("I14", "a stuck refund", "UPDATE refund SET stuck_since = now() WHERE booking_id = '{refunding}'"),
)  # fmt: skip
