"""The list of places: every place can be reached, by paging and by name."""

from dataclasses import replace
from datetime import date

import pytest

from flows.availability import Taken
from flows.messages import MOST_ROWS
from tests.flows.make import FIRST, PAWNA, TEXTS, many
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
