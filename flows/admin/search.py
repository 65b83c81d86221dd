"""What an admin's text may name: a booking, a number, a reference, a name, a place, nights."""

import re
from datetime import date, timedelta

from flows.dates import Stay, stay_in
from flows.guest.search import NAMED, places_in
from flows.guest.words import plain
from flows.owner.words import MISREAD
from flows.property import Property
from flows.record import record

MOST = 100  # hits that are counted
WITH_MARK = re.compile(r"\b(?:LC|1C)[- ]?([0-9A-Z]{6})\b")
BARE = re.compile(r"[0-9A-Z]{6}")
REFERENCE = re.compile(r"(?=.*\d)[0-9A-Za-z]{8,64}")
CROCKFORD = re.compile(r"[0-9A-HJKMNP-TV-Z]{6}")
INDIAN = 10  # digits of a number without its country
LONGEST_NUMBER = 15
LONG_PAST, LONG_AHEAD = date(2000, 1, 1), date(2200, 1, 1)


@record
class Query:
    """What to look for; every field may be empty, and any that is found counts."""

    booking_ids: tuple[str, ...] = ()
    phone: str | None = None
    last_four: str | None = None
    reference: str | None = None
    name: str | None = None  # a pattern of words in their order
    place_ids: tuple[str, ...] | None = None
    first: date | None = None  # nights: from this day
    after: date | None = None  # up to, not including, this one

    @property
    def exact(self) -> bool:
        """Whether something is named that belongs to one booking or one person."""
        return bool(self.booking_ids or self.phone or self.last_four or self.reference)


def read(text: str, places: tuple[Property, ...], today: date) -> Query:
    """Everything that a text may mean."""
    ids, digits = _booking_ids(text), re.sub(r"[\s()+-]", "", text)
    if digits.isascii() and digits.isdigit():
        return _numbers(digits, "+" in text, ids)
    reference = text.strip() if REFERENCE.fullmatch(text.strip()) else None
    if any("LC" in each for each in WITH_MARK.findall(text.upper())) or (
        WITH_MARK.search(text.upper()) and ids
    ):
        return Query(ids)
    words = _in_words(text, places, today)
    return Query(ids, None, None, reference, words.name, words.place_ids, words.first, words.after)


def _booking_ids(text: str) -> tuple[str, ...]:
    """Ids with or without LC and the dash; O, I, L and U are read as what they stand for."""
    upper = text.upper().strip()
    bare = [upper] if BARE.fullmatch(upper) else []
    found = (each.translate(MISREAD) for each in WITH_MARK.findall(upper) + bare)
    return tuple(f"LC{each}" for each in found if CROCKFORD.fullmatch(each))


def _numbers(digits: str, international: bool, ids: tuple[str, ...]) -> Query:
    if len(digits) == 4:
        return Query(ids, last_four=digits)
    if len(digits) > LONGEST_NUMBER:
        return Query(ids, reference=digits)
    number = digits if international else digits.lstrip("0")
    country = "" if international or len(number) > INDIAN else "91"
    return Query(ids, phone=f"+{country}{number}", reference=digits)


def _in_words(text: str, places: tuple[Property, ...], today: date) -> Query:
    """Names, places and nights: what is no date and no place is a name."""
    stay, rest = _nights(text, today)
    first, after = _span(stay, today)
    found = places_in(rest, places, least=NAMED) if rest else []
    left = [word for word in rest.split() if not places_in(word, found)]
    if found and not left:
        # The words of a place may be somebody's name as well.
        ids = tuple(each.property_id for each in found)
        return Query(name=_pattern(rest.split()), place_ids=ids, first=first, after=after)
    name = _pattern(rest.split()) if rest else None
    return Query(name=name, first=first, after=after)


def _nights(text: str, today: date) -> tuple[Stay | None, str]:
    found = stay_in(text, today)
    return (found[0], plain(found[1])) if found else (None, plain(text))


def _span(stay: Stay | None, today: date) -> tuple[date | None, date | None]:
    if stay is None or stay.checkin is None:
        return None, None
    return stay.checkin, stay.checkout or stay.checkin + timedelta(days=stay.nights or 1)


def _pattern(words: list[str]) -> str | None:
    """The words in their order, whatever stands between; too little to look for is nothing."""
    safe = [re.sub(r"[%_\\]", "", word) for word in words]
    return f"%{'%'.join(safe)}%" if len("".join(safe)) > 2 else None
