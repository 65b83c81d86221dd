"""How money, days and times are written in messages and on the ticket."""

from datetime import date, datetime, time, tzinfo
from functools import lru_cache

from flows.messages import BUTTON_TITLE
from flows.texts import Texts

NOON = 12


@lru_cache(maxsize=1000)
def rupees(paise: int) -> str:
    """₹ with lakh grouping; paise only where there are any: 42000000 -> ₹4,20,000."""
    sign = "-" if paise < 0 else ""
    whole, rest = divmod(abs(paise), 100)
    return f"{sign}₹{_lakhs(whole)}" + (f".{rest:02d}" if rest else "")


def _lakhs(whole: int) -> str:
    head, tail = divmod(whole, 1000)
    if not head:
        return str(tail)
    groups = [f"{tail:03d}"]
    while head >= 100:
        head, pair = divmod(head, 100)
        groups.append(f"{pair:02d}")
    return ",".join([str(head), *reversed(groups)])


def day(texts: Texts, when: date, *, year: bool = False) -> str:
    """A day with weekday and month by name: Fri 25 Dec, with the year on request."""
    weekday = texts("date.weekdays").split()[when.weekday()]
    month = texts("date.months").split()[when.month - 1]
    return f"{weekday} {when.day} {month}" + (f" {when.year}" if year else "")


def day_and_month(texts: Texts, when: date) -> str:
    """A day without its weekday: 18 Dec."""
    return f"{when.day} {texts('date.months').split()[when.month - 1]}"


def clock_time(texts: Texts, when: time) -> str:
    """A time of day as people say it: 2 pm, 11:30 am."""
    hour = when.hour % NOON or NOON
    shown = f"{hour}:{when.minute:02d}" if when.minute else str(hour)
    return texts("date.pm" if when.hour >= NOON else "date.am", time=shown)


def moment(texts: Texts, when: datetime, zone: tzinfo, *, year: bool = False) -> str:
    """A day and a time in the property's zone: Fri 25 Dec, 2 pm."""
    local = when.astimezone(zone)
    return f"{day(texts, local.date(), year=year)}, {clock_time(texts, local.time())}"


def hour_or_day(texts: Texts, when: datetime, seen: datetime | None, zone: tzinfo) -> str:
    """A moment seen from another: the hour alone on the same day, else with its day."""
    local = when.astimezone(zone)
    if seen is not None and seen.astimezone(zone).date() == local.date():
        return clock_time(texts, local.time())
    return moment(texts, when, zone)


def dates(texts: Texts, first: date, last: date) -> str:
    """A range of days, short: 25–27 Dec, or 30 Dec – 2 Jan."""
    months = texts("date.months").split()
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {months[last.month - 1]}"
    return f"{first.day} {months[first.month - 1]} – {last.day} {months[last.month - 1]}"


def phone(number: str) -> str:
    """A number as people read it: +91 98220 12345; other countries as they are."""
    if number.startswith("+91") and len(number) == 13:
        return f"+91 {number[3:8]} {number[8:]}"
    return number


def shown_id(booking_id: str) -> str:
    """A booking id as people read it: LC7K2M9X -> LC-7K2M9X."""
    return f"{booking_id[:2]}-{booking_id[2:]}"


def span(texts: Texts, first: date, last: date) -> str:
    """A range of days for a button: Sat 5 – Sun 6 Dec, or 31 Jan – 1 Feb where that is too long."""
    if (first.year, first.month) != (last.year, last.month):
        return dates(texts, first, last)
    weekday = texts("date.weekdays").split()[first.weekday()]
    full = f"{weekday} {first.day} – {day(texts, last)}"
    return full if len(full) <= BUTTON_TITLE else dates(texts, first, last)
