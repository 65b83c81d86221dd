"""Requests: an answer is one tap, and a tap is a request that the door decides."""

from datetime import datetime

from flows import format as fmt
from flows.booking import Actor, Event, Status
from flows.facts import Booking, Person
from flows.messages import Button, Kind, Message, Row, clip
from flows.notices import REASONS, Writer
from flows.record import record

# An admin's Cancel on the owner's card answers for the owner, not for the guest.
ADMIN_CANCELS_TO = Status.OWNER_CANCELLED
# Reasons that say that nobody else can come on these nights either.
CLOSING = frozenset({"booked", "own"})
REFUND = "refund"  # the admin's button where refunds are made by hand
VERBS = {"confirm": Event.CONFIRMED, "cancel": Event.CANCELLED, "undo": Event.UNDONE}
# What an owner needs to know of a state: several states are one to him.
OUTCOMES = {
    Status.BOOKING_REQUEST_SENT_TO_OWNER: "waiting",
    Status.OWNER_CONFIRMED: "confirmed",
    Status.TICKET_GENERATED: "confirmed",
    Status.CHECKED_IN: "arrived",
    Status.CLOSED: "over",
    Status.OWNER_CANCELLED: "cancelled",
    Status.GUEST_CANCELLED: "cancelled",
    Status.REFUND_REQUIRED: "cancelled",
    Status.REFUND_INITIATED: "cancelled",
    Status.REFUNDED: "cancelled",
}


@record
class Tap:
    """A tapped answer about one booking: a move, or the reason of a cancellation."""

    booking_id: str
    verb: str
    reason: str | None = None

    @property
    def event(self) -> Event | None:
        """The event that this tap asks for; None: it names a reason."""
        return VERBS.get(self.verb)


def read_tap(payload: str) -> Tap | None:
    """The tap of an owner's button or row; None: the id is none of these."""
    mark, _, rest = payload.partition(":")
    booking_id, _, action = rest.partition(":")
    verb, _, reason = action.partition(":")
    if mark != "o" or not booking_id:
        return None
    if verb in (*VERBS, REFUND) and not reason:
        return Tap(booking_id, verb)
    return Tap(booking_id, verb, reason) if verb == "why" and reason in REASONS else None


def shows(payload: str) -> str | None:
    """The booking of a row in the list of waiting requests."""
    mark, _, rest = payload.partition(":")
    booking_id, _, verb = rest.partition(":")
    return booking_id if mark == "o" and verb == "show" else None


def actor_name(actor: Actor, write: Writer, reader: Person, booking: Booking) -> str:
    """Who did it, as this reader says it: his own act is his own."""
    own = actor is Actor.OWNER and reader.person_id == booking.owner.person_id
    return write.texts(reader)("actor.you" if own else f"actor.{actor}")


def already(booking: Booking, event: Event, actor: Actor, at: str, write: Writer,
            reader: Person, who: str = "") -> Message:  # fmt: skip
    """The polite answer to a repeated tap: what was done, by whom, when."""
    who = who or actor_name(actor, write, reader, booking)
    words = write.texts(reader)(
        f"owner.already.{event}", booking=fmt.shown_id(booking.booking_id), who=who, time=at
    )
    return Message(Kind.TEXT, words)


def stands(booking: Booking, now: datetime, write: Writer, reader: Person) -> str:
    """What is true of a booking now, who made it so, and when."""
    texts, outcome = write.texts(reader), OUTCOMES.get(booking.status, "unpaid")
    values = write.values(booking, reader)
    if outcome == "cancelled" and booking.decided_by is None:
        return texts("owner.stands.unpaid", **values)
    actor = Actor(booking.decided_by or Actor.OWNER)
    if outcome == "cancelled" and actor is Actor.GUEST:
        outcome = "guest_cancelled"
    values["who"] = actor_name(actor, write, reader, booking)
    values["time"] = fmt.hour_or_day(texts, booking.decided_at or now, now, write.rules.zone)
    return texts(f"owner.stands.{outcome}", **values)


def refused(booking: Booking, now: datetime, write: Writer, reader: Person) -> Message:
    """The answer to a tap that is no longer legal: what is true now, and where to go on."""
    texts = write.texts(reader)
    words = texts("owner.refused", state=stands(booking, now, write, reader))
    if reader.person_id != booking.owner.person_id:
        return Message(Kind.TEXT, words)
    pairs = (("h:today", "owner.button.today"), ("h:human", "owner.button.human"))
    return Message(
        Kind.BUTTONS, words, buttons=tuple(Button(key, texts(label)) for key, label in pairs)
    )


def not_yours(write: Writer, reader: Person) -> Message:
    """The answer to somebody who presses a button that is not theirs."""
    return Message(Kind.TEXT, write.texts(reader)("owner.not_yours"))


IN_WORDS = "other"  # the reason that is asked for in the owner's own words


def reason_noted(
    reason: str, block_id: int | None, booking: Booking, write: Writer, reader: Person
) -> Message:
    """The answer to a chosen reason: what it closed, and the ways back."""
    texts = write.texts(reader)
    words = texts("owner.reason_noted", reason=texts(f"reason.{reason}"))
    if reader.person_id != booking.owner.person_id:
        return Message(Kind.TEXT, words)
    if reason == IN_WORDS:
        words += "\n" + texts("owner.reason.in_words")
    nights = f"{booking.place.property_id}:{booking.first}..{booking.last}"
    pairs = [(f"h:free:{nights}", "owner.reason.block")]
    if block_id is not None:
        dates = fmt.dates(texts, booking.first, booking.last)
        words += "\n" + texts("owner.reason.blocked", place=booking.place.name, dates=dates)
        pairs = [(f"h:lift:{block_id}", "owner.reason.open")]
    if booking.status is Status.OWNER_CANCELLED:
        pairs.insert(0, (f"o:{booking.booking_id}:undo", "owner.reason.undo"))
    return Message(
        Kind.BUTTONS, words, buttons=tuple(Button(key, texts(label)) for key, label in pairs)
    )


def several(waiting: tuple[Booking, ...], now: datetime, write: Writer, reader: Person) -> Message:
    """Several requests wait: which one is meant (O7)."""
    texts = write.texts(reader)
    rows = tuple(
        Row(
            f"o:{each.booking_id}:show",
            clip(f"{fmt.dates(texts, each.first, each.last)} · {each.guests}", 24),
            clip(_which(each, now, write, reader), 72),
        )
        for each in waiting[:10]
    )
    body = texts("owner.several", n=len(waiting))
    return Message(Kind.LIST, body, rows=_distinct(rows), label=texts("owner.pick"))


def _which(booking: Booking, now: datetime, write: Writer, reader: Person) -> str:
    texts = write.texts(reader)
    values = write.values(booking, reader)
    if promised := booking.promise(now):
        values["by"] = fmt.hour_or_day(texts, promised, now, write.rules.zone)
    return texts("owner.several.row", **values)


def _distinct(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """WhatsApp refuses equal titles: what looks alike is told apart by its booking's id."""
    titles = [row.title for row in rows]
    return tuple(
        row if titles.count(row.title) == 1
        else Row(row.id, f"{row.title[:14].rstrip()} {row.id[2:10]}", row.description)
        for row in rows
    )  # fmt: skip
