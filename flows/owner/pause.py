"""Pausing a place: no new bookings for a night, a week, or until it is resumed (O10)."""

from datetime import datetime, timedelta

from flows import format as fmt
from flows.messages import Kind, Message, Row
from flows.owner.places import titles
from flows.owner.reply import Reply, buttons
from flows.property import Property
from flows.rules import Rules
from flows.texts import Texts

SPANS = {"tonight": 1, "week": 7, "open": None}  # days; open: until it is resumed
PLACES = 10


def ends(span: str, now: datetime, rules: Rules) -> datetime | None:
    """When a pause ends: in the morning, when the quiet hours are over; None: not by itself."""
    days = SPANS[span]
    if days is None:
        return None
    day = now.astimezone(rules.zone).date() + timedelta(days=days)
    return datetime.combine(day, rules.quiet_until, rules.zone)


def which(texts: Texts, places: tuple[Property, ...], rules: Rules) -> Reply:
    """The owner's places with what each is now; a paused one is resumed by its row."""
    rows = tuple(
        Row(f"h:{'resume' if each.paused else 'pause'}:{each.property_id}", title,
            state(texts, each, rules))
        for each, title in zip(places[:PLACES], titles(places), strict=True)
    )  # fmt: skip
    body, label = texts("owner.pause.which"), texts("owner.which_place.label")
    return Reply(Message(Kind.LIST, body, rows=rows, label=label))


def state(texts: Texts, place: Property, rules: Rules) -> str:
    """Whether a place takes bookings, in a few words."""
    if not place.paused:
        return texts("owner.pause.is_open")
    if place.paused_until is None:
        return texts("owner.pause.is_paused")
    return texts(
        "owner.pause.is_paused.until", until=fmt.moment(texts, place.paused_until, rules.zone)
    )


def how_long(texts: Texts, place: Property) -> Reply:
    """For how long a place is to be paused."""
    key = f"h:pause:{place.property_id}"
    return buttons(
        texts, texts("owner.pause.how_long", place=place.name),
        (f"{key}:tonight", "owner.pause.tonight"),
        (f"{key}:week", "owner.pause.week"),
        (f"{key}:open", "owner.pause.open"),
    )  # fmt: skip


def paused(
    texts: Texts, place: Property, until: datetime | None, ahead: int, waiting: int, rules: Rules
) -> Reply:
    """Paused: until when, and what stays valid."""
    key = "owner.paused.until" if until else "owner.paused"
    words = texts(
        key, place=place.name, until=fmt.moment(texts, until, rules.zone) if until else ""
    )
    if ahead:
        words += "\n" + texts("owner.paused.stay", n=ahead)
    if waiting:
        words += "\n" + texts("owner.paused.waiting", n=waiting)
    return buttons(
        texts, words,
        (f"h:resume:{place.property_id}", "owner.pause.resume"), ("h:home", "owner.button.home"),
    )  # fmt: skip


def resumed(texts: Texts, place: Property) -> Reply:
    """Guests can book the place again."""
    return buttons(
        texts, texts("owner.resumed", place=place.name),
        (f"h:pause:{place.property_id}", "owner.pause.again"), ("h:home", "owner.button.home"),
    )  # fmt: skip
