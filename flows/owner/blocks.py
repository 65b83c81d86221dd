"""Blocking dates and opening them again (facts/ux.md O8)."""

from collections.abc import Sequence
from datetime import date, timedelta

from flows import format as fmt
from flows.dates import Fault
from flows.facts import Booking
from flows.messages import MOST_ROWS, ROW_TEXT, Button, Kind, Message, Row, clip
from flows.owner.places import Meant, dates, nights_id
from flows.owner.reply import Reply, buttons, text
from flows.property import Property
from flows.texts import Texts

MOST_NAMED = 3  # bookings that are named; more are counted
OTHER_DATES = ("h:block", "owner.block.other")
HOME = ("h:home", "owner.button.home")
NIGHT = timedelta(days=1)


def ask_dates(
    texts: Texts, place: Property, weekends: Sequence[tuple[date, date]], lead: str = ""
) -> Reply:
    """Which nights: two weekends by button, everything else in words."""
    body = " ".join(part for part in (lead, texts("owner.block.when", place=place.name)) if part)
    offered = tuple(
        Button(f"h:block:{nights_id(place, first, last)}", fmt.span(texts, first, last))
        for first, last in weekends[:2]
    )
    message = Message(Kind.BUTTONS if offered else Kind.TEXT, body, buttons=offered)
    return Reply(message).asking(f"dates:{place.property_id}")


def fault(texts: Texts, place: Property, meant: Meant) -> Reply | None:
    """What is wrong with the dates that were said, or which of them are meant."""
    if meant.fault is not None:
        named = meant.fault if meant.fault is not Fault.TOO_LONG else Fault.TOO_FAR
        return ask_dates(texts, place, (), texts(f"dates.fault.{named}"))
    if not meant.options:
        return None
    pairs = [(day, day + NIGHT) for day in meant.options[:3]]
    made = tuple(
        Button(f"h:block:{nights_id(place, *pair)}", fmt.day(texts, pair[0])) for pair in pairs
    )
    return Reply(Message(Kind.BUTTONS, texts("dates.which"), buttons=made))


def done(
    texts: Texts, place: Property, first: date, last: date, block_id: int,
    staying: Sequence[Booking] = (),
) -> Reply:  # fmt: skip
    """Blocked; bookings that stay are named, and one tap undoes it."""
    words = texts(
        "owner.blocked", place=place.name, dates=dates(texts, first, last), day=fmt.day(texts, last)
    )
    if staying:
        words += "\n" + texts("owner.blocked.staying", bookings=named(texts, staying))
    return buttons(
        texts, words, (f"h:lift:{block_id}", "owner.block.undo"), ("h:block", "owner.block.more")
    )


def nothing_left(texts: Texts, place: Property, first: date, last: date) -> Reply:
    """Every unit is taken or blocked already on all of these nights."""
    words = texts("owner.block.full", place=place.name, dates=dates(texts, first, last))
    return buttons(texts, words, ("h:unblock", "owner.block.show"), HOME)


def in_the_way(
    texts: Texts, place: Property, first: date, last: date, guests: Sequence[Booking],
    anything_free: bool,
) -> Reply:  # fmt: skip
    """Guests have some of these nights: nothing is blocked, the free part is offered."""
    words = texts(
        "owner.block.booked", place=place.name, dates=dates(texts, first, last),
        bookings=named(texts, guests),
    )  # fmt: skip
    if not anything_free:
        words += "\n" + texts("owner.block.nothing_free")
        return buttons(
            texts, words, ("h:block", "owner.block.other"), ("h:human", "owner.button.human")
        )
    words += "\n" + texts("owner.block.free_part")
    return buttons(
        texts, words,
        (f"h:free:{nights_id(place, first, last)}", "owner.block.free"),
        OTHER_DATES,
    )  # fmt: skip


def named(texts: Texts, bookings: Sequence[Booking]) -> str:
    """Bookings by id, name and dates; an unpaid hold by the time at which it ends."""
    parts = [
        texts(
            "owner.block.booking", booking=fmt.shown_id(each.booking_id), guest=each.guest_name,
            n=each.guests, dates=fmt.dates(texts, each.first, each.last),
        )
        for each in bookings[:MOST_NAMED]
    ]  # fmt: skip
    more = len(bookings) - len(parts)
    return "; ".join(parts) + (texts("owner.block.and_more", n=more) if more > 0 else "")


def opened(texts: Texts, place: Property, first: date, last: date, was_blocked: bool) -> Reply:
    """Open again, or was never blocked."""
    key = "owner.opened" if was_blocked else "owner.opened.was_open"
    words = texts(key, place=place.name, dates=dates(texts, first, last))
    again = (f"h:block:{nights_id(place, first, last)}", "owner.block.again")
    return buttons(
        texts, words, *((again,) if was_blocked else ()), ("h:home", "owner.button.home")
    )


def lifted(texts: Texts, name: str, first: date, last: date) -> Reply:
    """A block was undone."""
    words = texts("owner.opened", place=name, dates=dates(texts, first, last))
    return buttons(texts, words, OTHER_DATES, HOME)


def gone(texts: Texts) -> Reply:
    """The block of an old button is not there any more."""
    return text(texts("owner.block.gone"))


def listing(texts: Texts, blocked: Sequence[tuple[str, str, date, date]]) -> Reply:
    """What is blocked, from (property id, name, first, last); a row opens its nights."""
    if not blocked:
        return buttons(
            texts, texts("owner.block.none"),
            ("h:block", "owner.home.block"), HOME,
        )  # fmt: skip
    shown = tuple(dict.fromkeys(blocked))[:MOST_ROWS]
    rows = tuple(
        Row(
            f"h:unblock:{property_id}:{first}..{last}",
            clip(f"{number}. {fmt.dates(texts, first, last)}", 24),
            clip(name, ROW_TEXT),
        )
        for number, (property_id, name, first, last) in enumerate(shown, 1)
    )
    body, label = texts("owner.block.list", n=len(blocked)), texts("owner.block.list.label")
    return Reply(Message(Kind.LIST, body, rows=rows, label=label))
