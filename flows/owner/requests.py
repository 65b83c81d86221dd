"""Requests: an answer is one tap, and a tap is a request that the door decides."""

from dataclasses import dataclass

from flows import format as fmt
from flows.booking import Actor, Event, Status
from flows.facts import Booking, Person
from flows.messages import Kind, Message, Row, clip
from flows.notices import REASONS, Writer

# An admin's Cancel on the owner's card answers for the owner, not for the guest.
ADMIN_CANCELS_TO = Status.OWNER_CANCELLED
REFUND = "refund"  # the admin's button where refunds are made by hand
VERBS = {"confirm": Event.CONFIRMED, "cancel": Event.CANCELLED, "undo": Event.UNDONE}


@dataclass(frozen=True, slots=True)
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


def already(booking: Booking, event: Event, actor: Actor, at: str, write: Writer,
            reader: Person) -> Message:  # fmt: skip
    """The polite answer to a repeated tap: what was done, by whom, when."""
    texts = write.texts(reader)
    key = f"owner.already.{event}"
    who = texts(f"actor.{actor}")
    words = texts(key, booking=fmt.shown_id(booking.booking_id), who=who, time=at)
    return Message(Kind.TEXT, words)


def refused(booking: Booking, write: Writer, reader: Person) -> Message:
    """The answer to a tap that is no longer legal: what is true now."""
    texts = write.texts(reader)
    state = texts(f"state.{booking.status}", **write.values(booking, reader))
    return Message(Kind.TEXT, texts("owner.refused", state=state))


def not_yours(write: Writer, reader: Person) -> Message:
    """The answer to somebody who presses a button that is not theirs."""
    return Message(Kind.TEXT, write.texts(reader)("owner.not_yours"))


def reason_noted(reason: str, write: Writer, reader: Person) -> Message:
    """The answer to a chosen reason."""
    texts = write.texts(reader)
    return Message(Kind.TEXT, texts("owner.reason_noted", reason=texts(f"reason.{reason}")))


def home(waiting: tuple[Booking, ...], write: Writer, reader: Person) -> Message:
    """What an owner sees after writing anything: the request that waits, or the list of them."""
    texts = write.texts(reader)
    if not waiting:
        return Message(Kind.TEXT, texts("owner.hello.none", name=reader.name or "").strip())
    if len(waiting) == 1:
        return write.request(waiting[0]).message
    rows = tuple(
        Row(
            f"o:{each.booking_id}:show",
            clip(f"{fmt.shown_id(each.booking_id)} · {each.guests}", 24),
            clip(f"{each.place.name}, {fmt.dates(texts, each.first, each.last)}", 72),
        )
        for each in waiting
    )
    body = texts("owner.hello", name=reader.name or "", n=len(waiting))
    return Message(Kind.LIST, body, rows=rows, label=texts("owner.pick"))


def shows(payload: str) -> str | None:
    """The booking of a row in the list of waiting requests."""
    mark, _, rest = payload.partition(":")
    booking_id, _, verb = rest.partition(":")
    return booking_id if mark == "o" and verb == "show" else None
