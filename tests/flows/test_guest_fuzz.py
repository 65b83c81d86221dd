"""Whatever is typed, tapped or sent, in whatever order: one answer that can be sent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.availability import Taken
from flows.booking import Status
from flows.guest.words import WORD_TO_COMMAND
from flows.inbound import What
from tests.flows.make import FIRST, GUEST, PLACES, booking, many
from tests.flows.phone import Phone

TURNS = 300
SAID = [
    *WORD_TO_COMMAND, "ok", "👍", "yes", "pawna", "camp", "villa", "lonavala pool", "25 to 27 dec", "25 dec",
    "next sat", "sat", "tomorrow", "2 nights", "till 27 dec", "4", "0", "31", "999", "4 people",
    "15 people", "pawna, 25 to 27 dec, 4 people", "26 to 28 dec", "25 dec 4pm", "8am", "name Asha",
    "name 👍", "98220 12345", "12345 67890", "31 feb", "20 nov", "9999-12-31", "2026-13-01",
    "other", "page.3", "page.x", "चार जण", "\x00\ud800", "x" * 4096, "1 " * 2000, "{n}", "%s",
]  # fmt: skip
KINDS = [each for each in What if each not in (What.TEXT, What.TAP, What.SILENT)]
PAYLOADS = ["", "d:", "d:0:place=", "d:1:guests=other", "d:2:dates=2026-12-05..2026-12-06",
            "g:LC000000:again", "g:LC000000:cancel_yes", "g:LC000000:check", "g:LC000000:ticket",
            "g:LC000000:map", "g:LC000000:keep", "g:LC7K2M9X:cancel_yes", "g:new", "g:others"]  # fmt: skip
STATES = [state for state in Status if state is not Status.NONE]

turn = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(SAID) | st.text(max_size=40)),
    st.tuples(st.just("tap"), st.integers(0, 12)),
    st.tuples(st.just("tap"), st.integers(0, 12)),
    st.tuples(st.just("old"), st.integers(0, 500)),
    st.tuples(st.just("press"), st.sampled_from(PAYLOADS)),
    st.tuples(st.just("send"), st.sampled_from(KINDS)),
    st.tuples(st.just("state"), st.sampled_from(STATES)),
)


def play(phone, what, value):
    match what:
        case "say":
            phone.say(value)
        case "send":
            phone.send(value, "+919999999999")
        case "press":
            phone.press(value)
        case "state" if phone.bookings:
            newest = phone.bookings[0].booking_id
            phone.settle(newest, value, token="t" * 22)
        case "tap" if phone.shown and phone.ids:
            phone.press(phone.ids[value % len(phone.ids)])
        case "old" if phone.shown:
            old = phone.shown[value % len(phone.shown)]
            parts = [*old.buttons, *old.rows]
            phone.press(parts[value % len(parts)].id if parts else "")


PERSONS = [GUEST, GUEST.__class__(1, "👍", None), GUEST.__class__(1, "x" * 200, None)]


@settings(max_examples=60)
@given(
    st.sampled_from(PERSONS), st.sampled_from([PLACES, many(25), (), many(1)]), st.booleans(),
    st.lists(turn, max_size=40),
)  # fmt: skip
def test_every_turn_is_answered_once(person, places, waits, turns):
    full = {place.property_id: (Taken(1, FIRST, FIRST.replace(day=28)),) for place in places}
    phone = Phone(person=person, places=places, taken=full, bookings=(booking(),) if waits else ())
    for what, value in turns:
        play(phone, what, value)


@pytest.mark.parametrize("seed", range(3))
def test_a_long_conversation_is_answered_to_its_end(seed):
    import random

    dice = random.Random(seed)
    phone = Phone(places=many(15))
    for _ in range(TURNS):
        what = dice.choice(["say", "say", "tap", "tap", "tap", "old", "press", "send", "state"])
        value = {
            "say": dice.choice(SAID), "send": dice.choice(KINDS), "press": dice.choice(PAYLOADS),
            "state": dice.choice(STATES),
        }.get(what, dice.randrange(500))  # fmt: skip
        play(phone, what, value)
    assert len(phone.shown) > TURNS / 2
