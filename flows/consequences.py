"""What each move of a booking causes: messages, calls to Paytm and timers, in one table."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from flows.booking import Actor, Event, Status
from flows.facts import Booking
from flows.messages import Outgoing
from flows.notices import Writer
from flows.record import record, replace


@record
class Job:
    """Work for later: a call to Paytm or a timer."""

    kind: str  # paytm or timer
    intent: str
    run_at: datetime
    key: str = ""  # tells apart jobs of the same intent that one move causes


@record
class Effects:
    """What a move causes, beyond the change of status."""

    messages: tuple[Outgoing, ...] = ()
    jobs: tuple[Job, ...] = ()
    stops: tuple[str, ...] = ()  # intents of this booking's waiting rows that are now pointless


@record
class Move:
    """One move that has just been made, with the booking as it is after it."""

    booking: Booking
    event: Event
    source: Status
    to: Status
    actor: Actor
    now: datetime


HOLD_TIMERS = ("hold_lapsed", "hold_ends_soon")
# Timers, and the reminders that they have queued: after the answer none of them may go out.
OWNER_TIMERS = (
    "owner.reminder", "owner.last_reminder", "guest.still_waiting", "guest.owner_silent",
    "owner_silent", "deadline_passed",
)  # fmt: skip
STAY_TIMERS = ("guest.reminder", "stay_over")
# A reminder this long before the hold ends (facts/ux.md G6).
LAST_CALL = timedelta(minutes=5)
# When a guest hears of the stay tomorrow and of the one that is over (facts/ux.md G8).
MORNING = time(10)
THANKS_WITHIN = timedelta(days=3)  # after that, as after an outage, thanks would be odd


def stay_ends(booking: Booking, write: Writer) -> datetime:
    """The end of the check-out day in the property's zone, plus the ticket's grace."""
    zone = write.rules.zone
    day_after = booking.checkout.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day_after, time(), zone) + timedelta(minutes=write.rules.grace_minutes)


def day_before(booking: Booking, write: Writer) -> datetime:
    """Ten in the morning of the day before check-in, in the property's zone."""
    zone = write.rules.zone
    eve = booking.checkin.astimezone(zone).date() - timedelta(days=1)
    return datetime.combine(eve, MORNING, zone)


def _link_created(move: Move, write: Writer) -> Effects:
    hold_until = move.booking.hold_until
    jobs = [Job("paytm", "create_link", move.now), Job("timer", "hold_lapsed", hold_until)]
    if hold_until - move.now > LAST_CALL:
        jobs.append(Job("timer", "hold_ends_soon", hold_until - LAST_CALL))
    return Effects(jobs=tuple(jobs))


def _hold_over(move: Move, write: Writer) -> Effects:
    by_admin = move.actor is Actor.ADMIN
    messages = (write.to_guest("guest.released", move.booking),) if by_admin else ()
    return Effects(messages, (Job("paytm", "expire_link", move.now),), stops=HOLD_TIMERS)


def _paid(move: Move, write: Writer) -> Effects:
    if move.to is Status.REFUND_REQUIRED:
        return _with_refund(
            move,
            write,
            write.to_guest("guest.paid_late", move.booking),
            write.to_admin("admin.paid_late", move.booking),
        )
    return Effects(stops=HOLD_TIMERS)


def _asked(move: Move, write: Writer) -> Effects:
    booking, rules = move.booking, write.rules
    messages = (
        write.paid(booking),
        write.request(booking),
        write.to_admin("admin.waiting", booking),
    )
    nudges = rules.nudges(move.now, booking.answer_by or move.now)
    return Effects(messages, _owner_timers(booking, move.now, nudges))


def _owner_timers(booking: Booking, now: datetime, nudges: tuple[datetime, ...]) -> tuple[Job, ...]:
    answer_by, deadline = booking.answer_by or now, booking.deadline or now
    reminders = (
        Job("timer", "owner.reminder", moment, key=str(number))
        for number, moment in enumerate(nudges, 1)
    )
    return (
        *reminders,
        Job("timer", "owner_silent", answer_by),
        Job("timer", "deadline_passed", deadline),
    )


def _confirmed(move: Move, write: Writer) -> Effects:
    return Effects(stops=OWNER_TIMERS)


def _ticketed(move: Move, write: Writer) -> Effects:
    booking = move.booking
    by = booking.decided_by or "owner"
    messages = (
        write.confirmed(booking),
        write.owner_confirmed(booking),
        write.to_admin("admin.confirmed", booking, f"decision.confirmed_by_{by}"),
    )
    jobs = [Job("timer", "stay_over", stay_ends(booking, write))]
    if (eve := day_before(booking, write)) > move.now:
        jobs.append(Job("timer", "guest.reminder", eve))
    return Effects(messages, tuple(jobs))


def _cancelled(move: Move, write: Writer) -> Effects:
    if move.to is Status.GUEST_CANCELLED:
        return Effects(
            jobs=(Job("timer", "settled", move.now),), stops=(*OWNER_TIMERS, *STAY_TIMERS)
        )
    by_owner = move.event is Event.CANCELLED and move.actor is Actor.OWNER
    wait = timedelta(seconds=write.rules.undo_seconds if by_owner else 0)
    messages = (write.owner_cancelled(move.booking),) if by_owner else ()
    return Effects(messages, (Job("timer", "settled", move.now + wait),), OWNER_TIMERS)


def _undone(move: Move, write: Writer) -> Effects:
    """Open again; an admin who undoes it confirms in the same breath, so nobody is asked."""
    if move.actor is Actor.ADMIN:
        return Effects(stops=("settled",))
    jobs = _owner_timers(move.booking, move.now, ())
    return Effects((write.request(move.booking, "owner.undone"),), jobs, stops=("settled",))


def _settled(move: Move, write: Writer) -> Effects:
    booking, by = move.booking, move.booking.decided_by or "owner"
    if move.source is Status.GUEST_CANCELLED:
        messages = _stay_cancelled(booking, write, by)
        if move.to is Status.CLOSED:
            return Effects(messages)
        return _with_refund(move, write, *messages)
    told = () if by == "owner" else (write.to_owner(f"owner.cancelled_by_{by}", booking),)
    return _with_refund(
        move,
        write,
        write.cancelled(booking),
        *told,
        write.to_admin("admin.cancelled", booking, f"decision.cancelled_by_{by}"),
    )


def _stay_cancelled(booking: Booking, write: Writer, by: str) -> tuple[Outgoing, ...]:
    """What everybody hears of a stay that its guest or an admin cancelled."""
    if by == "admin":
        guest, owner = "guest.cancelled_by_admin", "owner.cancelled_by_admin"
    else:
        guest = "guest.cancelled_own" if booking.refund_due else "guest.cancelled_late"
        owner, by = "owner.guest_cancelled", "guest"
    return (
        write.to_guest(guest, booking),
        write.to_owner(owner, booking),
        write.to_admin("admin.cancelled", booking, f"decision.cancelled_by_{by}"),
    )


def _with_refund(move: Move, write: Writer, *messages: Outgoing) -> Effects:
    if not write.rules.refunds_auto:
        return Effects(messages)
    return Effects(messages, (Job("paytm", "refund", move.now),))


def _refund_failed(move: Move, write: Writer) -> Effects:
    return Effects((write.to_admin("admin.refund_failed", move.booking),))


def _refunded(move: Move, write: Writer) -> Effects:
    """The job of a booking's refunds goes on: there may be a surplus to pay back as well."""
    return Effects((write.to_guest("guest.refunded", move.booking),))


def _refunded_by_hand(move: Move, write: Writer) -> Effects:
    return Effects((write.to_guest("guest.refunded_by_hand", move.booking),))


def _refund_requested(move: Move, write: Writer) -> Effects:
    """The clock's request was told with the cancellation; where an admin waited, it is news."""
    if move.actor is not Actor.ADMIN:
        return Effects()
    return Effects((write.to_guest("guest.refund_requested", move.booking),))


def _stay_over(move: Move, write: Writer) -> Effects:
    """The guest is thanked in the morning, not at midnight."""
    ended = move.now.astimezone(write.rules.zone)
    morning = datetime.combine(ended.date(), MORNING, write.rules.zone)
    if morning <= move.now:
        morning += timedelta(days=1)
    if morning > move.booking.checkout + THANKS_WITHIN:
        return Effects(stops=STAY_TIMERS)
    return Effects(jobs=(Job("timer", "guest.thanks", morning),), stops=STAY_TIMERS)


def _nothing(move: Move, write: Writer) -> Effects:
    return Effects()


TABLE: dict[Event, Callable[[Move, Writer], Effects]] = {
    Event.LINK_CREATED: _link_created,
    Event.HOLD_LAPSED: _hold_over,
    Event.WITHDRAWN: _hold_over,
    Event.PAYMENT_SUCCEEDED: _paid,
    Event.REQUEST_QUEUED: _asked,
    Event.CONFIRMED: _confirmed,
    Event.TICKET_ISSUED: _ticketed,
    Event.CANCELLED: _cancelled,
    Event.DEADLINE_PASSED: _cancelled,
    Event.UNDONE: _undone,
    Event.SETTLED: _settled,
    Event.CHECKED_IN: _nothing,
    Event.STAY_OVER: _stay_over,
    Event.REFUND_REQUESTED: _refund_requested,
    Event.REFUND_SUCCEEDED: _refunded,
    Event.REFUND_FAILED: _refund_failed,
    Event.REFUNDED_BY_HAND: _refunded_by_hand,
}


def consequences(move: Move, write: Writer) -> Effects:
    """Everything that follows from a move."""
    effects = TABLE[move.event](move, write)
    return replace(effects, stops=tuple(dict.fromkeys(effects.stops)))
