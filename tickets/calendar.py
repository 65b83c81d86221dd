"""A stay as a calendar file (RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from flows.format import rupees, shown_id
from flows.texts import Texts
from tickets.links import spaced, web
from tickets.model import Ticket

LINE_BYTES = 75  # RFC 5545 3.1
LONGEST_NAME = 60  # characters; with the next limit it keeps the file under 1 KB
LONGEST_URL = 200
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar(ticket: Ticket, texts: Texts, now: datetime) -> bytes:
    """The stay as one event in UTC, with an alarm the day before; at most 1 KB."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//LoonCamp//E-ticket//EN",
        "BEGIN:VEVENT",
        f"UID:{ticket.booking_id}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(ticket.checkin)}",
        f"DTEND:{_utc(ticket.checkout)}",
        *_words(ticket, texts),
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P1D",
        f"DESCRIPTION:{shown_id(ticket.booking_id)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines)


def _words(ticket: Ticket, texts: Texts) -> Iterator[str]:
    host = " ".join(
        filter(None, (ticket.host_name, ticket.host_phone and spaced(ticket.host_phone)))
    )
    details = texts(
        "ticket.event.details", id=shown_id(ticket.booking_id), due=rupees(ticket.due), host=host
    )
    yield f"SUMMARY:{_escaped(ticket.property_name[:LONGEST_NAME])}"
    yield f"DESCRIPTION:{_escaped(details)}"
    place = web(ticket.map_url)
    if place and len(place) <= LONGEST_URL:
        yield f"LOCATION:{_escaped(place)}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    kept = "".join(
        sign for sign in text if sign == "\n" or sign.isprintable() or sign in "\u200c\u200d"
    )
    return kept.translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """One content line with its CRLF, folded between characters, never inside one."""
    pieces, size = [""], 0
    for sign in line:
        width = len(sign.encode(errors="replace"))
        if size + width > LINE_BYTES:
            pieces.append(" ")
            size = 1
        pieces[-1] += sign
        size += width
    return ("\r\n".join(pieces) + "\r\n").encode(errors="replace")
