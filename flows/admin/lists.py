"""Lists of the admin's desk: the home, bookings to choose from, open alerts."""

from collections.abc import Sequence

from flows import format as fmt
from flows.admin.words import payload
from flows.booking import Status
from flows.facts import Booking, Person
from flows.messages import MOST_ROWS, ROW_TEXT, ROW_TITLE, Button, Kind, Message, Row, clip
from flows.record import record
from flows.texts import Texts

ROWS = (
    "pending", "refunds", "today", "tomorrow", "weekend", "people", "alerts", "health", "cost",
)  # fmt: skip
FEW = 9  # so many hits are shown; of more, the number


@record
class Alert:
    """Something that stays open until an admin closes it."""

    alert_id: int
    subject: str
    booking_id: str | None
    detail: str


def home(texts: Texts, reader: Person) -> Message:
    """Everything that the desk can do, in one list."""
    rows = tuple(
        Row(payload(verb), texts(f"admin.home.{verb}"), texts(f"admin.home.{verb}.more"))
        for verb in ROWS
    )
    body = texts("admin.hello", name=reader.name)
    return Message(Kind.LIST, body, rows=rows, label=texts("admin.home.label"))


def state(texts: Texts, status: Status) -> str:
    """A state in two or three words."""
    return texts(f"admin.state.{status}")


def bookings(texts: Texts, head: str, found: Sequence[Booking], total: int) -> Message:
    """The first bookings of so many, under a line that says what they are."""
    if not found:
        return Message(Kind.TEXT, head)
    rows = tuple(_row(texts, each) for each in found[:MOST_ROWS])
    more = total - len(rows)
    body = f"{head}\n{texts('admin.list.more', n=more)}" if more else head
    return Message(Kind.LIST, body, rows=rows, label=texts("admin.list.label"))


def _row(texts: Texts, booking: Booking) -> Row:
    """The state and the nights first: a long name may be cut, they may not."""
    parts = (
        state(texts, booking.status), fmt.dates(texts, booking.first, booking.last),
        booking.guest_name, booking.place.name,
    )  # fmt: skip
    title = fmt.shown_id(booking.booking_id)
    return Row(payload("card", booking.booking_id), title, clip(" · ".join(parts), ROW_TEXT))


def too_many(texts: Texts, count: str) -> Message:
    """More hits than a list can show."""
    return Message(Kind.TEXT, texts("admin.search.many", count=count))


def nothing(texts: Texts, words: str) -> Message:
    """No booking fits; what the desk understands."""
    made = (Button(payload("home"), texts("admin.button.home")),)
    body = texts("admin.search.none", words=clip(words, 200))
    return Message(Kind.BUTTONS, body, buttons=made)


def alerts(texts: Texts, found: Sequence[Alert]) -> Message:
    """What is open; a tap shows one with its button to close it."""
    if not found:
        return Message(Kind.TEXT, texts("admin.alerts.none"))
    rows = tuple(
        Row(
            payload("alert", str(each.alert_id)),
            clip(f"{each.alert_id} {each.subject}", ROW_TITLE),
            clip(each.detail, ROW_TEXT),
        )
        for each in found[:MOST_ROWS]
    )
    body, label = texts("admin.alerts", n=len(found)), texts("admin.list.label")
    return Message(Kind.LIST, body, rows=rows, label=label)


def alert(texts: Texts, one: Alert) -> Message:
    """One alert with its button to close it."""
    pairs = [(payload("closed", str(one.alert_id)), "admin.alert.close")]
    if one.booking_id:
        pairs.append((payload("card", one.booking_id), "admin.button.card"))
    body = texts("admin.alert", subject=one.subject, detail=one.detail or "-")
    made = tuple(Button(key, texts(label)) for key, label in pairs)
    return Message(Kind.BUTTONS, body, buttons=made)
