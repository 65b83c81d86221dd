"""What an owner may write, and which place and nights he means."""

from datetime import UTC, date, datetime

import pytest

from flows.dates import Fault
from flows.inbound import Inbound, What
from flows.owner import words
from flows.owner.checkin import scanned
from flows.owner.places import read as read_places
from flows.owner.words import COMMANDS, VERBS, Wish
from tests.flows.make import MULSHI, PAWNA, TODAY


def text(said):
    return Inbound("w", What.TEXT, datetime(2026, 12, 2, tzinfo=UTC), said)


def test_no_word_means_two_commands():
    said = [word for each in COMMANDS.values() for word in each]
    assert len(said) == len(set(said)) == len(VERBS)


def test_every_word_is_found_as_it_is_compared():
    for word, verb in VERBS.items():
        wish = words.read(text(word.upper() + "!"))
        assert wish is not None
        assert verb in (wish.verb, f"{wish.verb}:{wish.rest}")


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("confirm LC-7K2M9X", Wish("confirm", "LC7K2M9X")),
        ("haan lc7k2m9x", Wish("confirm", "LC7K2M9X")),
        ("cancel booking LC 7K2M9X", Wish("cancel", "LC7K2M9X")),
        ("block dates 25-27 dec", Wish("block", "25-27 dec")),
        ("block pawna २५ डिसेंबर", Wish("block", "pawna 25 डिसेंबर")),
        ("हो", Wish("confirm")),
        ("no thanks", None),
        ("confirm the gas", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_what_is_written_is_read(said, wish):
    assert words.read(text(said)) == wish


@pytest.mark.parametrize(
    ("said", "place", "first", "last"),
    [
        ("25-27 dec", None, "2026-12-25", "2026-12-27"),
        ("pawna 25-27 dec", PAWNA, "2026-12-25", "2026-12-27"),
        ("25 dec", None, "2026-12-25", "2026-12-26"),
        ("25 dec 3 nights mulshi", MULSHI, "2026-12-25", "2026-12-28"),
        ("1 jan to 15 march", None, "2027-01-01", "2027-03-15"),
        ("उद्या", None, "2026-12-03", "2026-12-04"),
        ("pawna-lakeview:2026-12-25..2026-12-27", PAWNA, "2026-12-25", "2026-12-27"),
        ("mulshi-forest", MULSHI, None, None),
        ("the gate", None, None, None),
    ],
)
def test_place_and_nights_are_read_together(said, place, first, last):
    meant = read_places(said, (PAWNA, MULSHI), TODAY)
    days = [date.fromisoformat(each) if each else None for each in (first, last)]
    assert (meant.place, [meant.first, meant.last], meant.fault) == (place, days, None)


@pytest.mark.parametrize(
    ("said", "fault"),
    [("27 to 25 dec", Fault.REVERSED), ("31 feb", Fault.IMPOSSIBLE), ("5 dec 2030", Fault.TOO_FAR)],
)
def test_nights_that_cannot_be_are_told_apart(said, fault):
    assert read_places(said, (PAWNA,), TODAY).fault is fault


@pytest.mark.parametrize(
    ("said", "booking_id"),
    [
        ("CHECKIN LC7K2M9X", "LC7K2M9X"),
        ("check-in lc-7k2m9x", "LC7K2M9X"),
        ("Check in LC 7KO1Ix", "LC7K011X"),
        ("checkin nothing", None),
        ("check in is when?", None),
        ("what is the checkin time", None),
        ("LC7K2M9X", None),
    ],
)
def test_a_scan_is_told_from_a_question(said, booking_id):
    assert scanned(text(said)) == booking_id
