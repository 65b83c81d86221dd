"""What an owner hears unasked: the day's arrivals in the morning, the week on Monday."""

from collections.abc import Sequence
from datetime import date, timedelta

from flows import format as fmt
from flows.facts import Person
from flows.messages import Kind, Message, Outgoing, clip
from flows.notices import Writer
from flows.owner.arrivals import Arrival, listed
from flows.owner.reply import buttons
from flows.property import Property
from flows.record import record
from flows.templates import TEMPLATES
from flows.texts import Texts

WEEK = timedelta(days=7)
MOST_IDS = 5  # bookings that a template names; the others are counted
LONGEST = 400  # characters of a template's value


@record
class Week:
    """The week behind and the week ahead at one owner's places."""

    arriving: Sequence[Arrival]
    confirmed: int  # in the week behind
    cancelled: int
    waiting: int
    paused: Sequence[Property]

    @property
    def empty(self) -> bool:
        """Nothing that an owner would want to read."""
        counts = (self.confirmed, self.cancelled, self.waiting)
        return not (any(counts) or self.arriving or self.paused)


def morning(arriving: Sequence[Arrival], today: date, write: Writer, owner: Person) -> Outgoing:
    """Today's arrivals; outside the window their number, sum and bookings, the rest by a tap."""
    texts = write.texts(owner)
    message = listed(texts, arriving, "today", today, write.rules).message
    assert message
    values = _summed(texts, arriving) | {"day": fmt.day(texts, today)}
    call = TEMPLATES["owner_arrivals"].call(owner.language, values, ("h:today",))
    return Outgoing(owner.person_id, "owner.arrivals", message, call)


def weekly(week: Week, today: date, write: Writer, owner: Person) -> Outgoing:
    """The week in a few lines; a paused place is called to mind."""
    texts = write.texts(owner)
    values = _summed(texts, week.arriving)
    values["week"] = fmt.dates(texts, today, today + WEEK)
    lines = [texts("owner.week.ahead", n=len(week.arriving), due=values["due"])]
    lines.append(texts("owner.week.behind", confirmed=week.confirmed, cancelled=week.cancelled))
    if week.waiting:
        lines.append(texts("owner.hello", n=week.waiting))
    if week.paused:
        names = ", ".join(place.name for place in week.paused)
        lines.append(texts("owner.week.paused", places=clip(names, LONGEST)))
    values["news"] = clip(" ".join(lines), LONGEST)
    body = "\n".join([texts("owner.week.head", week=values["week"]), *lines])
    pairs = (("h:week", "owner.arrivals.week"), ("h:home", "owner.button.home"))
    message = buttons(texts, body, *pairs).message or Message(Kind.TEXT, body)
    call = TEMPLATES["owner_week"].call(owner.language, values, ("h:week",))
    return Outgoing(owner.person_id, "owner.week", message, call)


def _summed(texts: Texts, arriving: Sequence[Arrival]) -> dict[str, str]:
    ids = [fmt.shown_id(each.booking.booking_id) for each in arriving]
    more = len(ids) - MOST_IDS
    named = ", ".join(ids[:MOST_IDS]) + (texts("owner.block.and_more", n=more) if more > 0 else "")
    return {
        "booking": named,
        "count": str(len(ids)),
        "due": fmt.rupees(sum(each.to_collect for each in arriving)),
    }
