"""Which of an owner's places is meant, and the lists of them."""

import re
from datetime import date, timedelta

from flows import format as fmt
from flows.dates import Fault, Stay, stay_in
from flows.guest.search import NAMED, places_in
from flows.messages import MOST_ROWS, Kind, Message, Row, clip
from flows.owner.reply import Reply
from flows.property import Property
from flows.record import record, replace
from flows.texts import Texts

ISO = r"\d{4}-\d\d-\d\d"
TAPPED = re.compile(rf"([a-z0-9-]{{2,60}})(?::({ISO})\.\.({ISO}))?", re.ASCII)


@record
class Meant:
    """What was said of a place and its nights; every field may be missing."""

    place: Property | None = None
    first: date | None = None
    last: date | None = None
    fault: Fault | None = None
    options: tuple[date, ...] = ()  # days that the words may mean

    @property
    def empty(self) -> bool:
        """Nothing was understood."""
        return self == Meant()


def read(words: str, places: tuple[Property, ...], today: date) -> Meant:
    """The place and the nights in a tapped id or in written words."""
    own = {place.property_id: place for place in places}
    if (tapped := TAPPED.fullmatch(words)) and tapped[1] in own:
        first, last = (date.fromisoformat(each) if each else None for each in tapped.groups()[1:])
        return Meant(own[tapped[1]], first, last)
    stay, rest = _stay(words, today)
    # A paused place is hidden from guests, not from its owner.
    shown = (replace(place, paused=False) for place in places)
    found = places_in(rest, shown, least=NAMED) if rest else []
    return _meant(own[found[0].property_id] if len(found) == 1 else None, stay)


def _stay(words: str, today: date) -> tuple[Stay | None, str]:
    return stay_in(words, today) or (None, words)


def _meant(place: Property | None, stay: Stay | None) -> Meant:
    """A lone day is one night; an owner may close his house for longer than a guest may stay."""
    if stay is None:
        return Meant(place)
    if stay.options and stay.checkin is None:
        return Meant(place, options=stay.options)
    first, last = stay.checkin, stay.checkout
    if first and last is None:
        last = first + timedelta(days=stay.nights or 1)
    fault = None if stay.fault is Fault.TOO_LONG and first and last else stay.fault
    return Meant(place, first, last, fault)


def nights_id(place: Property, first: date, last: date) -> str:
    """A place and its nights as part of a button's id."""
    return f"{place.property_id}:{first}..{last}"


def which(texts: Texts, verb: str, places: tuple[Property, ...], meant: Meant) -> Reply:
    """Ask which place is meant; dates that were said already stay in the rows' ids."""
    nights = f":{meant.first}..{meant.last}" if meant.first and meant.last else ""
    rows = tuple(
        Row(f"h:{verb}:{each.property_id}{nights}", title, each.area if title != each.area else "")
        for each, title in zip(places, titles(places), strict=True)
    )
    body, label = texts("owner.which_place"), texts("owner.which_place.label")
    return Reply(Message(Kind.LIST, body, rows=rows, label=label))


def titles(places: tuple[Property, ...]) -> list[str]:
    """Names that fit a row and differ: what is alike when cut gets a number."""
    cut = [clip(place.name, 24) for place in places[:MOST_ROWS]]
    return [
        title if title not in cut[:at] else f"{clip(title, 21)} {at + 1}"
        for at, title in enumerate(cut)
    ]


def dates(texts: Texts, first: date, last: date) -> str:
    """Nights as an owner reads them: 25–27 Dec (2 nights)."""
    nights = texts("count.nights", n=(last - first).days)
    return f"{fmt.dates(texts, first, last)} ({nights})"
