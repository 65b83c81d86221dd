"""Words that mean something by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.guest import search, words
from flows.guest.phones import mobile
from tests.flows.make import PLACES


def test_no_word_means_two_commands():
    said = [word for each in words.COMMANDS.values() for word in each]
    assert len(said) == len(set(said)) == len(words.WORD_TO_COMMAND)


def test_every_command_word_is_found_as_it_is_compared():
    assert {word: words.command(word) for word in words.WORD_TO_COMMAND} == words.WORD_TO_COMMAND


def test_no_command_is_a_filler():
    assert not [word for word in words.WORD_TO_COMMAND if words.is_filler(word)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("4 people", 4), ("we are 12 guests", 12), ("चार जण", 4), ("5 log", 5), ("two adults", 2),
     ("4 adults 2 kids", 6), ("4 adults and two children", 6), ("10 pax please", 10),
     ("6 of us", 6), ("villa for 2 nights, we are 8", 8), ("we're five", 5), ("१२ लोक", 12), ("३ मेहमान", 3), ("2 adults, 1 child", 3)],
)  # fmt: skip
def test_guests_are_counted_with_their_children(text, number):
    found = words.guests_in(text, bare=False)
    assert found is not None
    assert found[0] == number


@pytest.mark.parametrize(
    "text", ["4", "we are 2 nights there", "25 dec", "2 nights", "98220 12345", "family", "4 days"]
)
def test_a_number_of_something_else_is_no_number_of_guests(text):
    assert words.guests_in(text, bare=False) is None


@given(st.integers(6_000_000_000, 9_999_999_999), st.sampled_from(["", "+91", "91", "0", "0091 "]))
def test_every_indian_mobile_number_is_read(number, before):
    assert mobile(f"{before}{number}") == f"+91{number}"


@given(st.text("0123456789+- ()०९", max_size=20))
def test_a_number_is_e164_or_none(text):
    phone = mobile(text)
    assert phone is None or (phone[0] == "+" and phone[1] != "0" and 8 <= len(phone[1:]) <= 15)


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_found_by_name_area_and_misspelt(place):
    first = place.name.split()[0].lower()
    for text in (place.name, place.name.upper(), place.area, f"book {first} please",
                 f"{first[:-1]}{first[-1]}a camp" if len(first) > 5 else first):  # fmt: skip
        assert search.places_in(text, PLACES) == [place], text


@given(st.text(max_size=300))
def test_any_text_can_be_searched(text):
    search.places_in(text, PLACES)
    words.guests_in(text, bare=True)
    words.phone_in(text)
    words.name_in(text)
    words.is_filler(text)
    words.command(text)
