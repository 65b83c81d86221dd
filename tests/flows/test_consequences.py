"""What each legal move causes: whom it tells, what it starts, what it stops."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flows.booking import AT_ONCE, HOLDING, TRANSITIONS, Actor, Event, Status, legal_moves, targets
from flows.consequences import TABLE, Move, consequences
from flows.messages import Kind
from flows.notices import Writer
from flows.rules import INDIA
from tests.flows.make import ADMIN, CATALOGUES, GUEST, NOW, OWNER, RULES, WRITE, booking

ROLES = {GUEST.person_id: "guest", OWNER.person_id: "owner", ADMIN.person_id: "admin"}
OWNER_STOPS = {"owner.reminder", "owner.last_reminder", "guest.still_waiting", "guest.owner_silent",
               "owner_silent", "deadline_passed"}  # fmt: skip
HOLD_STOPS = {"hold_lapsed", "hold_ends_soon"}
WAITING = ["owner.reminder"] * 3 + ["owner_silent", "deadline_passed"]
STAY_STOPS = {"stay_over", "guest.reminder"}

# (from, event, actor, to): messages, jobs, stops. The promise of the product, move by move.
TOLD = {
    "- link_created guest PAYMENT_PENDING":
        ([], ["create_link", "hold_lapsed", "hold_ends_soon"], set()),
    "PAYMENT_PENDING payment_succeeded paytm PAYMENT_SUCCESS": ([], [], HOLD_STOPS),
    "PAYMENT_PENDING hold_lapsed clock PAYMENT_EXPIRED": ([], ["expire_link"], HOLD_STOPS),
    "PAYMENT_PENDING withdrawn guest PAYMENT_EXPIRED": ([], ["expire_link"], HOLD_STOPS),
    "PAYMENT_PENDING withdrawn admin PAYMENT_EXPIRED":
        (["guest.released"], ["expire_link"], HOLD_STOPS),
    "PAYMENT_EXPIRED payment_succeeded paytm PAYMENT_SUCCESS": ([], [], HOLD_STOPS),
    "PAYMENT_EXPIRED payment_succeeded paytm REFUND_REQUIRED":
        (["guest.paid_late", "admin.paid_late"], ["refund"], set()),
    "PAYMENT_SUCCESS request_queued clock BOOKING_REQUEST_SENT_TO_OWNER":
        (["guest.paid", "owner.request", "admin.waiting"], WAITING, set()),
    "BOOKING_REQUEST_SENT_TO_OWNER confirmed owner OWNER_CONFIRMED": ([], [], OWNER_STOPS),
    "BOOKING_REQUEST_SENT_TO_OWNER confirmed admin OWNER_CONFIRMED": ([], [], OWNER_STOPS),
    "BOOKING_REQUEST_SENT_TO_OWNER cancelled owner OWNER_CANCELLED":
        (["owner.cancelled"], ["settled"], OWNER_STOPS),
    "BOOKING_REQUEST_SENT_TO_OWNER cancelled admin OWNER_CANCELLED": ([], ["settled"], OWNER_STOPS),
    "BOOKING_REQUEST_SENT_TO_OWNER deadline_passed clock OWNER_CANCELLED":
        ([], ["settled"], OWNER_STOPS),
    "BOOKING_REQUEST_SENT_TO_OWNER cancelled guest GUEST_CANCELLED":
        ([], ["settled"], OWNER_STOPS | STAY_STOPS),
    "BOOKING_REQUEST_SENT_TO_OWNER cancelled admin GUEST_CANCELLED":
        ([], ["settled"], OWNER_STOPS | STAY_STOPS),
    "TICKET_GENERATED cancelled guest GUEST_CANCELLED":
        ([], ["settled"], OWNER_STOPS | STAY_STOPS),
    "TICKET_GENERATED cancelled admin GUEST_CANCELLED":
        ([], ["settled"], OWNER_STOPS | STAY_STOPS),
    "OWNER_CONFIRMED ticket_issued clock TICKET_GENERATED":
        (["guest.confirmed", "owner.confirmed", "admin.confirmed"],
         ["stay_over", "guest.reminder"], set()),
    "OWNER_CANCELLED undone owner BOOKING_REQUEST_SENT_TO_OWNER":
        (["owner.undone"], ["owner_silent", "deadline_passed"], {"settled"}),
    "OWNER_CANCELLED undone admin BOOKING_REQUEST_SENT_TO_OWNER": ([], [], {"settled"}),
    "OWNER_CANCELLED settled clock REFUND_REQUIRED":
        (["guest.cancelled", "admin.cancelled"], ["refund"], set()),
    "GUEST_CANCELLED settled clock REFUND_REQUIRED":
        (["guest.cancelled_own", "owner.guest_cancelled", "admin.cancelled"], ["refund"], set()),
    "GUEST_CANCELLED settled clock CLOSED":
        (["guest.cancelled_own", "owner.guest_cancelled", "admin.cancelled"], [], set()),
    "TICKET_GENERATED checked_in owner CHECKED_IN": ([], [], set()),
    "TICKET_GENERATED checked_in admin CHECKED_IN": ([], [], set()),
    "TICKET_GENERATED stay_over clock CLOSED": ([], ["guest.thanks"], STAY_STOPS),
    "CHECKED_IN stay_over clock CLOSED": ([], ["guest.thanks"], STAY_STOPS),
    "REFUND_REQUIRED refund_requested clock REFUND_INITIATED": ([], [], set()),
    "REFUND_REQUIRED refund_requested admin REFUND_INITIATED": (
        ["guest.refund_requested"], [], set(),
    ),
    "REFUND_INITIATED refund_succeeded paytm REFUNDED": (["guest.refunded"], [], set()),
    "REFUND_INITIATED refund_failed paytm REFUND_REQUIRED": (["admin.refund_failed"], [], set()),
    "REFUND_REQUIRED refunded_by_hand admin REFUNDED": (["guest.refunded_by_hand"], [], set()),
    "REFUND_INITIATED refunded_by_hand admin REFUNDED": (["guest.refunded_by_hand"], [], set()),
}  # fmt: skip


def move(source, event, actor, to, write=WRITE, now=NOW, **changes):
    made = booking(status=Status(to), **changes)
    return consequences(
        Move(made, Event(event), Status(source), Status(to), Actor(actor), now), write
    )


def digits(text):
    return "".join(character for character in text if character.isdigit())


def told(effects):
    return [(each.intent, ROLES[each.to]) for each in effects.messages]


def test_the_table_names_every_legal_move():
    assert set(TOLD) == {" ".join(each) for each in legal_moves()}
    assert set(TABLE) == {event for _, event, _, _ in TRANSITIONS} == set(Event)


@pytest.mark.parametrize("name", TOLD)
def test_a_move_causes_exactly_what_is_promised(name):
    messages, jobs, stops = TOLD[name]
    effects = move(*name.split(" "))
    assert told(effects) == [(intent, intent.split(".")[0]) for intent in messages]
    assert [job.intent for job in effects.jobs] == jobs
    assert set(effects.stops) == stops
    assert len(effects.stops) == len(stops), "nothing is stopped twice"
    assert all(job.run_at >= NOW for job in effects.jobs)
    assert len({(job.intent, job.key) for job in effects.jobs}) == len(jobs), "keys tell apart"


@pytest.mark.parametrize("name", TOLD)
def test_every_notice_of_a_move_can_be_sent_outside_the_window(name):
    assert all(message.template for message in move(*name.split(" ")).messages)


def walk(*events, refunds_auto=True, by="owner", **changes):
    """Every message of a booking's life from the pay link on, by role."""
    write = Writer(CATALOGUES, replace(RULES, refunds_auto=refunds_auto))
    status, heard = Status.PAYMENT_PENDING, Counter()
    for event, actor in events:
        to = next(iter(targets(status, event, actor)))
        heard += Counter(role for _, role in told(
            move(status, event, actor, to, write, decided_by=by, **changes)))  # fmt: skip
        status = to
        while (follows := AT_ONCE.get(status)) is not None:
            (to,) = targets(status, follows, Actor.CLOCK)
            heard += Counter(role for _, role in told(
                move(status, follows, Actor.CLOCK, to, write, decided_by=by)))  # fmt: skip
            status = to
    return status, dict(heard)


PAID = (Event.PAYMENT_SUCCEEDED, Actor.PAYTM)
REFUND = ((Event.REFUND_REQUESTED, Actor.CLOCK), (Event.REFUND_SUCCEEDED, Actor.PAYTM))


@pytest.mark.parametrize("who", [Actor.OWNER, Actor.ADMIN])
def test_a_confirmed_booking_is_two_messages_to_each(who):
    assert walk(PAID, (Event.CONFIRMED, who), by=str(who)) == (
        Status.TICKET_GENERATED, {"guest": 2, "owner": 2, "admin": 2},
    )  # fmt: skip


def test_a_cancelled_and_refunded_booking_is_three_to_the_guest_and_two_to_the_others():
    settled = (Event.SETTLED, Actor.CLOCK)
    assert walk(PAID, (Event.CANCELLED, Actor.OWNER), settled, *REFUND) == (
        Status.REFUNDED, {"guest": 3, "owner": 2, "admin": 2},
    )  # fmt: skip


def test_an_unanswered_request_ends_with_everybody_told():
    settled = (Event.SETTLED, Actor.CLOCK)
    assert walk(PAID, (Event.DEADLINE_PASSED, Actor.CLOCK), settled, by="clock") == (
        Status.REFUND_REQUIRED, {"guest": 2, "owner": 2, "admin": 2},
    )  # fmt: skip


@pytest.mark.parametrize("name", [name for name, (_, jobs, _) in TOLD.items() if "refund" in jobs])
def test_with_refunds_by_hand_nothing_is_asked_of_paytm(name):
    by_hand = Writer(CATALOGUES, replace(RULES, refunds_auto=False))
    effects = move(*name.split(" "), by_hand)
    assert told(effects) == told(move(*name.split(" ")))
    assert not effects.jobs


@pytest.mark.parametrize(
    ("by", "owner_hears"),
    [("owner", []), ("admin", ["owner.cancelled_by_admin"]), ("clock", ["owner.cancelled_by_clock"])],
)  # fmt: skip
def test_an_owner_hears_of_a_cancellation_that_was_not_his(by, owner_hears):
    effects = move("OWNER_CANCELLED", "settled", "clock", "REFUND_REQUIRED", decided_by=by)
    assert [each.intent for each in effects.messages if each.to == OWNER.person_id] == owner_hears


def test_the_owners_two_buttons_are_the_same_in_both_forms():
    asking = [
        each for name in TOLD for each in move(*name.split(" ")).messages
        if each.to == OWNER.person_id and each.intent != "owner.confirmed"
        and each.message.kind is Kind.BUTTONS
    ]  # fmt: skip
    reminders = {"owner.reminder", "owner.last_reminder"}
    asking += [WRITE.request(booking(), intent) for intent in reminders]
    assert {each.intent for each in asking} == {"owner.request", "owner.undone"} | reminders
    for each in asking:
        pressed = tuple(button.id for button in each.message.buttons)
        assert pressed == ("o:LC7K2M9X:confirm", "o:LC7K2M9X:cancel")
        assert each.template is None or each.template.payloads == pressed


def test_the_guests_number_reaches_the_owner_only_after_confirm():
    before = WRITE.request(booking())
    assert before.template
    assert digits(GUEST.phone) not in digits(before.message.body + str(before.template.values))
    after = WRITE.owner_confirmed(booking())
    assert digits(GUEST.phone) in digits(after.message.body)


def test_the_admin_card_names_everybody_and_the_state():
    (card,) = [
        each for each in
        move("PAYMENT_SUCCESS", "request_queued", "clock", "BOOKING_REQUEST_SENT_TO_OWNER").messages
        if each.intent == "admin.waiting"
    ]  # fmt: skip
    for part in ("Waiting for owner confirmation", "Pawna Lakeview Camp", OWNER.name, GUEST.name):
        assert part in card.message.body
    for number in (OWNER.phone, GUEST.phone):
        assert digits(number) in digits(card.message.body)
    assert card.quote == "admin.waiting"


def test_the_undo_time_is_only_for_the_owner():
    def settles(actor, event=Event.CANCELLED):
        (job,) = move(Status.BOOKING_REQUEST_SENT_TO_OWNER, event, actor, "OWNER_CANCELLED").jobs
        return job.run_at - NOW

    assert settles(Actor.OWNER) == timedelta(seconds=30)
    assert settles(Actor.ADMIN) == settles(Actor.CLOCK, Event.DEADLINE_PASSED) == timedelta(0)


def test_no_reminder_comes_after_the_time_promised():
    soon = NOW + timedelta(minutes=20)
    effects = move("PAYMENT_SUCCESS", "request_queued", "clock", "BOOKING_REQUEST_SENT_TO_OWNER",
                   answer_by=soon)  # fmt: skip
    assert [job.key for job in effects.jobs if job.intent == "owner.reminder"] == ["1"]


def test_no_last_call_where_the_hold_is_shorter_than_it():
    effects = move("-", "link_created", "guest", "PAYMENT_PENDING",
                   hold_until=NOW + timedelta(minutes=5))  # fmt: skip
    assert "hold_ends_soon" not in [job.intent for job in effects.jobs]


def test_the_stay_is_over_at_the_end_of_the_check_out_day():
    over, eve = move("OWNER_CONFIRMED", "ticket_issued", "clock", "TICKET_GENERATED").jobs
    assert over.run_at == datetime(2026, 12, 28, tzinfo=INDIA)
    assert eve.run_at == datetime(2026, 12, 24, 10, tzinfo=INDIA)


def test_who_books_for_tomorrow_after_ten_is_not_reminded():
    late = datetime(2026, 12, 24, 10, tzinfo=INDIA)
    jobs = move("OWNER_CONFIRMED", "ticket_issued", "clock", "TICKET_GENERATED", now=late).jobs
    assert [job.intent for job in jobs] == ["stay_over"]


def test_thanks_come_in_the_morning_after_the_stay():
    midnight = datetime(2026, 12, 28, tzinfo=INDIA)
    (job,) = move("CHECKED_IN", "stay_over", "clock", "CLOSED", now=midnight).jobs
    assert job.run_at == datetime(2026, 12, 28, 10, tzinfo=INDIA)
    later = midnight + timedelta(days=9)
    assert move("CHECKED_IN", "stay_over", "clock", "CLOSED", now=later).jobs == ()


def test_a_stay_that_an_admin_cancelled_is_told_as_such():
    effects = move("GUEST_CANCELLED", "settled", "clock", "REFUND_REQUIRED", decided_by="admin")
    assert [intent for intent, _ in told(effects)] == [
        "guest.cancelled_by_admin", "owner.cancelled_by_admin", "admin.cancelled",
    ]  # fmt: skip


def test_dates_are_kept_exactly_until_the_booking_is_lost_or_over():
    assert set(Status) - HOLDING == {
        Status.NONE, Status.PAYMENT_EXPIRED, Status.GUEST_CANCELLED, Status.REFUND_REQUIRED,
        Status.REFUND_INITIATED, Status.REFUNDED, Status.CLOSED,
    }  # fmt: skip


def test_every_state_can_be_reached_and_only_two_are_final():
    reached = {to for *_, to in TRANSITIONS}
    left = {source for source, *_ in TRANSITIONS}
    assert reached == set(Status) - {Status.NONE}
    assert set(Status) - left == {Status.REFUNDED, Status.CLOSED}
