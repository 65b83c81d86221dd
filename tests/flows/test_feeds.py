"""Calendars shared with other sites: rules that hold for any events and stays."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from flows.feeds import DAY, Occupied, Wish, blocking, full_nights

START = date(2026, 12, 1)
UNITS = 3


@st.composite
def ranges(draw):
    first = START + draw(st.integers(0, 30)) * DAY
    return first, first + draw(st.integers(1, 9)) * DAY


@st.composite
def occupancies(draw):
    """Stays that no exclusion constraint would refuse."""
    kept: list[Occupied] = []
    for number, (first, last) in enumerate(draw(st.lists(ranges(), max_size=12))):
        unit = draw(st.integers(1, UNITS))
        if all(each.unit != unit or each.last <= first or last <= each.first for each in kept):
            booking = f"LC{number:06}" if draw(st.booleans()) else None
            kept.append(Occupied(unit, first, last, booking))
    return kept


def nights(first, last):
    return {first + n * DAY for n in range((last - first).days)}


def nights_of(unit, taken):
    return set().union(*(nights(each.first, each.last) for each in taken if each.unit == unit))


@given(ranges(), occupancies(), st.one_of(st.none(), st.integers(1, UNITS)))
def test_an_event_blocks_exactly_the_free_nights_of_its_unit(span, taken, unit):
    done = blocking(Wish(*span, unit), taken, UNITS)
    blocked = set().union(*(nights(*piece) for piece in done.pieces)) if done.pieces else set()
    assert blocked == nights(*span) - nights_of(done.unit, taken)
    assert unit in (None, done.unit)


@given(ranges(), occupancies())
def test_a_booking_is_met_only_where_no_unit_is_free(span, taken):
    done = blocking(Wish(*span), taken, UNITS)
    free = any(not nights(*span) & nights_of(unit, taken) for unit in range(1, UNITS + 1))
    if free:
        assert done.clashes == () and done.pieces == (span,)
    met = {each.booking_id for each in taken if each.unit == done.unit and each.booking_id
           and nights(each.first, each.last) & nights(*span)}  # fmt: skip
    assert set(done.clashes) == met


@given(occupancies(), st.integers(1, UNITS))
def test_full_nights_are_those_on_which_every_unit_is_taken(taken, units):
    shown = [nights(*each) for each in full_nights(taken, units)]
    count = {START + n * DAY: 0 for n in range(50)}
    for each in taken:
        for night in nights(each.first, each.last):
            count[night] += 1
    assert set().union(*shown) == {night for night, taken_ in count.items() if taken_ >= units}
    ends = full_nights(taken, units)
    assert all(a[1] < b[0] for a, b in pairwise(ends)), "ranges that touch"


def test_blocks_beside_an_event_are_no_clash():
    first, last = START, START + timedelta(days=2)
    done = blocking(Wish(first, last), [Occupied(1, first, last)], 1)
    assert done.pieces == () and done.clashes == ()
