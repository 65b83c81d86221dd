from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from tests.tickets.hostile import SCRIPTS
from tests.tickets.samples import BEFORE, LONG, TICKET
from tickets.calendar import calendar


def event(ticket, texts):
    return Calendar.from_ical(calendar(ticket, texts, BEFORE)).walk("VEVENT")[0]


@pytest.mark.parametrize("language", ["en", "hi", "mr"])
def test_a_stay_is_one_event_in_utc(catalogues, language):
    stay = event(TICKET, catalogues[language])
    assert stay["UID"] == "LC7K2M9X"
    assert (stay["DTSTART"].dt, stay["DTEND"].dt) == (TICKET.checkin, TICKET.checkout)
    assert stay["DTSTART"].to_ical() == b"20261225T083000Z"
    assert stay["DTSTAMP"].dt == BEFORE
    assert stay["SUMMARY"] == "Pawna Lakeview Camp"
    assert stay["LOCATION"] == TICKET.map_url
    for known in ("LC-7K2M9X", "₹8,400", "+91 98000 00000"):
        assert known in stay["DESCRIPTION"]


def test_the_alarm_rings_a_day_before(catalogues):
    (alarm,) = event(TICKET, catalogues["en"]).walk("VALARM")
    assert alarm["TRIGGER"].dt == -timedelta(days=1)
    assert alarm["ACTION"] == "DISPLAY"


@pytest.mark.parametrize("language", ["en", "hi", "mr"])
def test_the_longest_stay_fits_in_a_kilobyte_of_short_lines(catalogues, language):
    body = calendar(replace(TICKET, **LONG), catalogues[language], BEFORE)
    assert len(body) <= 1024
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert body.count(b"\n") == body.count(b"\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 75
    assert event(replace(TICKET, **LONG), catalogues[language])["SUMMARY"] == LONG["property_name"]


def test_names_are_text_and_cannot_add_lines(catalogues):
    for name in ["A;B,C\\D\nEND:VEVENT", "x\r\nATTACH:https://evil.example", *SCRIPTS]:
        stay = event(replace(TICKET, property_name=name), catalogues["en"])
        assert "ATTACH" not in stay
        printable = "".join(sign for sign in name[:60] if sign == "\n" or sign.isprintable())
        assert stay["SUMMARY"] == printable


def test_an_event_without_host_number_and_map_is_whole(catalogues):
    stay = event(replace(TICKET, host_phone=None, map_url="javascript:alert(1)"), catalogues["en"])
    assert "LOCATION" not in stay
    assert stay["DESCRIPTION"].endswith("Host: LoonCamp.shop.")
