"""Calendar files of other sites: what is read, what is left out, what is refused."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rounds import ical
from bot.rounds.ical import BadFeed
from flows.rules import INDIA

TODAY = date(2026, 12, 2)
NOW = datetime(2026, 12, 2, 6, tzinfo=UTC)


def feed(*lines: str) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", "BEGIN:VEVENT", "UID:a@site")
    return "\r\n".join((*head, *lines, "END:VEVENT", "END:VCALENDAR", "")).encode()


DAYS = ("DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261227")
NIGHTS = (date(2026, 12, 25), date(2026, 12, 27))


@pytest.mark.parametrize(
    ("lines", "nights"),
    [
        (DAYS, NIGHTS),
        (("DTSTART;VALUE=DATE:20261225", "DURATION:P2D"), NIGHTS),
        (("DTSTART;VALUE=DATE:20261225",), (date(2026, 12, 25), date(2026, 12, 26))),
        (("DTSTART:20261224T203000Z", "DTEND:20261227T053000Z"), NIGHTS),
        (("DTSTART:20261225T140000", "DTEND:20261227T110000"), NIGHTS),
        (("DTSTART:20261225T090000Z", "DTEND:20261225T100000Z"), (NIGHTS[0], date(2026, 12, 26))),
        (("DTSTART;TZID=Asia/Kolkata:20261225T140000", "DURATION:P2D"), NIGHTS),
    ],
)
def test_every_way_to_say_two_nights(lines, nights):
    (event,) = ical.read(feed(*lines), INDIA, TODAY)
    assert (event.first, event.last) == nights


@pytest.mark.parametrize(
    "lines",
    [
        (*DAYS, "TRANSP:TRANSPARENT"),
        (*DAYS, "STATUS:CANCELLED"),
        ("DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261202"),
    ],
)
def test_what_takes_no_night_is_left_out(lines):
    assert ical.read(feed(*lines), INDIA, TODAY) == ()


def test_our_own_events_that_come_back_are_left_out():
    assert ical.read(ical.write("Villa", "villa-0", [NIGHTS], NOW), INDIA, TODAY) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>please log in</html>",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nEND:VEVENT\r\n",
        feed(*DAYS, "RRULE:FREQ=WEEKLY"),
        feed("SUMMARY:no start"),
        feed("DTSTART;VALUE=DATE:20269999"),
        b"\xff\xfe\x00",
    ],
)
def test_what_cannot_be_acted_on_is_refused(body):
    with pytest.raises(BadFeed):
        ical.read(body, INDIA, TODAY)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 30)), max_size=8, unique=True))
def test_what_we_write_another_site_reads(spans):
    nights = [(TODAY + timedelta(days=a), TODAY + timedelta(days=a + n)) for a, n in spans]
    body = ical.write("Villa", "villa-0", nights, NOW).replace(b"@looncamp", b"@site")
    found = {(event.first, event.last) for event in ical.read(body, INDIA, TODAY)}
    assert found == set(nights)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_calendar_or_refused(body):
    with suppress(BadFeed):
        ical.read(b"BEGIN:VCALENDAR\r\n" + body + b"\r\nEND:VCALENDAR\r\n", INDIA, TODAY)
