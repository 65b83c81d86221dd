"""The list of places: every place can be reached, by paging and by name."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from flows.availability import Taken
from flows.guest.draft import KEPT
from flows.messages import MOST_ROWS
from tests.flows.make import FIRST, MULSHI, PAWNA, PLACES, TEXTS, VILLA, many
from tests.flows.phone import Phone

LAST = date(2026, 12, 27)
STEPS = ("More places", "Earlier places")


def shown(phone):
    return [title for title in phone.titles if title not in STEPS]


@pytest.mark.parametrize("count", [1, 9, 10, 11, 12, 17, 18, 19, 26, 27, 40])
def test_every_place_is_reached_in_both_directions_once(count):
    phone = Phone(places=many(count))
    phone.say("hi")
    there = [shown(phone)]
    while "More places" in phone.titles:
        assert len(phone.titles) <= MOST_ROWS
        phone.tap("More places")
        there.append(shown(phone))
    back = [shown(phone)]
    while "Earlier places" in phone.titles:
        phone.tap("Earlier places")
        back.append(shown(phone))
    assert [name for page in there for name in page] == [f"Camp {n:02d}" for n in range(count)]
    assert back == there[::-1]
    assert all(there), "no page is empty"


def test_the_step_to_more_places_says_how_many():
    phone = Phone(places=many(14))
    phone.say("hi")
    assert phone.last.rows[-1].description == TEXTS(
        "place.more.n", n=5, names="Area9, Area10, Area11"
    )


def test_the_second_miss_lists_the_areas_and_each_leads_to_its_places():
    places = (PAWNA, replace(PAWNA, property_id="hut", name="Pawna Hut"), VILLA)
    phone = Phone(places=places)
    for text in ("hi", "blorf", "blorf"):
        phone.say(text)
    assert phone.titles == [PAWNA.area, VILLA.area, "All places"]
    assert phone.last.rows[0].description == f"{PAWNA.name}, Pawna Hut"
    areas = phone.last
    phone.tap(PAWNA.area)
    assert phone.titles == [PAWNA.name, "Pawna Hut"]
    assert phone.tap(VILLA.area, areas).body.startswith(TEXTS("tap.stale"))


def test_more_areas_than_rows_leave_the_way_to_all_places():
    phone = Phone(places=many(14))
    for text in ("hi", "blorf", "blorf"):
        phone.say(text)
    assert len(phone.titles) == MOST_ROWS
    phone.tap("All places")
    assert "More places" in phone.titles


def test_a_place_of_any_page_can_be_chosen():
    phone = Phone(places=many(30))
    phone.say("hi")
    for _ in range(2):
        phone.tap("More places")
    phone.tap(shown(phone)[-1])
    assert phone.draft.asked == "dates"
    assert phone.draft.page == 0


def test_the_list_shrinks_under_the_guest_without_an_empty_page():
    phone = Phone(places=many(30))
    phone.say("hi")
    for _ in range(3):
        phone.tap("More places")
    phone.places = many(12)
    phone.say("hmm")
    assert shown(phone)


def test_paused_places_are_neither_shown_nor_found():
    phone = Phone(places=(PAWNA, replace(PAWNA, property_id="x", name="Kolad River", paused=True)))
    phone.say("hi")
    assert phone.titles == [PAWNA.name]
    phone.say("kolad")
    assert phone.draft.property_id is None


def test_a_place_that_is_paused_meanwhile_is_said_and_another_asked():
    phone = Phone()
    phone.say("pawna")
    phone.places = (replace(PAWNA, paused=True), *phone.places[1:])
    phone.say("25 to 27 dec")
    assert phone.last.body.startswith(TEXTS("place.paused", place=PAWNA.name))
    assert phone.draft.asked == "place"


def test_with_dates_and_guests_only_places_with_room_are_shown():
    phone = Phone(taken={PAWNA.property_id: tuple(Taken(n, FIRST, LAST) for n in range(1, 11))})
    phone.say("25 to 27 dec, 13 people")
    assert phone.titles == ["Mulshi Forest Camp"]


def test_when_no_place_has_room_the_places_are_still_there_to_choose():
    everywhere = {
        place.property_id: tuple(Taken(n, FIRST, LAST) for n in range(1, place.units + 1))
        for place in many(3)
    }
    phone = Phone(places=many(3), taken=everywhere)
    phone.say("25 to 27 dec, 2 people")
    assert shown(phone) == ["Camp 00", "Camp 01", "Camp 02"]
    phone.tap("Camp 00")
    assert "already taken" in phone.last.body


def test_without_any_place_a_guest_is_still_answered():
    phone = Phone(places=())
    for text in ("hi", "pawna", "25 dec", "4 people", "help", "back"):
        assert phone.say(text).body


def test_two_long_names_alike_make_rows_that_can_be_told_apart():
    places = many(2, name="Pawna Lakeview Luxury Tents North Shore")
    phone = Phone(places=places)
    phone.say("hi")
    assert len(set(phone.titles)) == 2


def test_several_places_that_fit_are_offered():
    phone = Phone()
    phone.say("camp")
    assert phone.last.body.startswith(TEXTS("place.which"))
    assert phone.titles == ["Pawna Lakeview Camp", "Mulshi Forest Camp"]
    phone.tap("Mulshi Forest Camp")
    assert phone.draft.property_id == "mulshi-forest"


def test_what_else_was_said_with_an_ambiguous_place_is_kept():
    phone = Phone()
    phone.say("camp 25 to 27 dec 4 people")
    phone.tap("Mulshi Forest Camp")
    assert [(each.first, each.guests) for each in phone.booked] == [(FIRST, 4)]


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("palwan", ["Pawna Lakeview Camp"]),
        ("mulsing", ["Mulshi Forest Camp"]),
        ("lonali", ["Lonavala Pool Villa"]),
        ("पालवना", ["Lonavala Pool Villa", "Pawna Lakeview Camp"]),
    ],
)
def test_a_name_that_is_none_gets_the_nearest_ones_and_all(said, near):
    phone = Phone()
    phone.say("hi")
    phone.say(said)
    assert phone.last.body == phone.texts("place.none.near", said=said)
    assert phone.titles == [*near, phone.texts("place.all")]
    phone.tap(phone.texts("place.all"))
    assert len(phone.titles) == len(PLACES)


@pytest.mark.parametrize("said", ["xyz", "दिल्ली", "Kerala", "*goa*", "_goa_ beach"])
def test_a_name_like_no_other_is_repeated_and_all_places_are_shown(said):
    phone = Phone()
    phone.say("hi")
    phone.say(said)
    shown = " ".join(said.replace("*", " ").replace("_", " ").split())
    assert phone.last.body == phone.texts("place.none", said=shown)
    assert len(phone.titles) == len(PLACES)


@pytest.mark.parametrize("said", ["ok", "😀", "12 34", "i do not know what to say"])
def test_what_is_no_name_is_not_called_one(said):
    phone = Phone()
    phone.say("hi")
    phone.say(said)
    assert phone.last.body == TEXTS("missed.1.place")


SATURDAY = date(2026, 12, 5)


def test_places_free_on_the_next_weekend_come_first_and_say_so():
    full = {PAWNA.property_id: all_units(PAWNA, SATURDAY, SATURDAY + timedelta(days=1))}
    phone = Phone(taken=full)
    phone.say("hi")
    assert phone.titles == [MULSHI.name, VILLA.name, PAWNA.name]
    free = TEXTS("place.free", dates="5–6 Dec")
    assert [free in row.description for row in phone.last.rows] == [True, True, False]


def test_where_a_guest_was_last_comes_first_even_when_it_is_taken():
    full = {VILLA.property_id: all_units(VILLA, SATURDAY, SATURDAY + timedelta(days=1))}
    phone = Phone(taken=full)
    phone.say("lonavala")
    phone.now += KEPT + timedelta(minutes=1)
    phone.say("hi")
    assert phone.titles[0] == VILLA.name


def test_units_for_the_guests_must_be_free_on_the_weekend():
    nine = tuple(Taken(n, SATURDAY, SATURDAY + timedelta(days=1)) for n in range(1, 10))
    phone = Phone(taken={PAWNA.property_id: nine})
    phone.say("6 people")
    assert phone.titles[-1] == PAWNA.name


@pytest.mark.parametrize(
    ("hour", "first"), [("2026-12-04T18:00", 5), ("2026-12-05T06:00", 12), ("2026-12-06T06:00", 12)]
)
def test_the_next_weekend_is_one_that_can_still_be_booked(hour, first):
    phone = Phone(now=datetime.fromisoformat(f"{hour}+00:00"))
    phone.say("hi")
    assert TEXTS("place.free", dates=f"{first}–{first + 1} Dec") in phone.last.rows[0].description


def all_units(place, first, last):
    return tuple(Taken(n, first, last) for n in range(1, place.units + 1))
