"""Calendar files (RFC 5545), written for other sites and read from them."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import icalendar

from db.calendars import Event

DOMAIN = "looncamp"  # of the ids of our own events, so that they are known when they come back
MOST_EVENTS = 5000
DAY = timedelta(days=1)


class BadFeed(ValueError):
    """The file is no calendar that can be acted on; the message says why."""


def write(name: str, mark: str, taken: Iterable[tuple[date, date]], now: datetime) -> bytes:
    """A calendar whose events are nights that cannot be booked; `mark` makes their ids unique."""
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//LoonCamp//Taken dates//EN")
    calendar.add("X-WR-CALNAME", name)
    for first, last in taken:
        event = icalendar.Event()
        event.add("UID", f"{mark}-{first:%Y%m%d}-{last:%Y%m%d}@{DOMAIN}")
        event.add("DTSTAMP", now)
        event.add("DTSTART", first)
        event.add("DTEND", last)
        event.add("SUMMARY", "Not available")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def read(body: bytes, zone: tzinfo, today: date) -> tuple[Event, ...]:
    """The events of another site that end after today; raises BadFeed.

    Our own events that come back, cancelled and transparent ones are left out.
    """
    try:
        calendar = icalendar.Calendar.from_ical(body)
        found = {event.uid: event for event in _events(calendar, zone)}
    except BadFeed:
        raise
    except Exception as fault:  # the library raises what the file makes it raise
        raise BadFeed(f"no calendar: {type(fault).__name__}") from None
    if len(found) > MOST_EVENTS:
        raise BadFeed(f"{len(found)} events")
    return tuple(sorted((e for e in found.values() if e.last > today), key=lambda e: e.uid))


def _events(calendar: Any, zone: tzinfo) -> Iterator[Event]:
    if calendar.name != "VCALENDAR":
        raise BadFeed("no VCALENDAR")
    for part in calendar.walk("VEVENT"):
        uid = str(part.get("UID", ""))
        free = str(part.get("TRANSP", "")).upper() == "TRANSPARENT"
        if free or part.get("STATUS") == "CANCELLED" or uid.endswith(f"@{DOMAIN}"):
            continue
        if part.get("RRULE") or part.get("RDATE"):
            raise BadFeed("a repeating event")
        yield _event(part, uid, zone)


def _event(part: Any, uid: str, zone: tzinfo) -> Event:
    if part.get("DTSTART") is None:
        raise BadFeed("an event without a start")
    start = part["DTSTART"].dt
    first = _day(start, zone)
    if part.get("DTEND") is not None:
        last = _day(part["DTEND"].dt, zone)
    elif part.get("DURATION") is not None:
        last = _day(start + part["DURATION"].dt, zone)
    else:
        last = first + DAY  # RFC 5545 3.6.1: a day by itself
    key = f"{uid}:{part['RECURRENCE-ID'].dt}" if part.get("RECURRENCE-ID") else uid
    key = key or f"{first}:{last}"
    if len(key) > 200:
        key = hashlib.sha256(key.encode()).hexdigest()
    return Event(key.replace("\x00", ""), first, max(last, first + DAY))


def _day(moment: date | datetime, zone: tzinfo) -> date:
    """The day of a moment in the house's zone; a moment without a zone is the house's own."""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
