"""The free stretches of a place are exactly what its guests have left."""

import os
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.availability import Calendar, Taken
from tests.flows.make import PAWNA

EXAMPLES = 3000 if os.environ.get("LOONCAMP_LONG") else 150
START = date(2026, 12, 1)
UNITS = 3
PLACE = replace(PAWNA, units=UNITS)
DAYS = st.integers(0, 20).map(lambda day: START + timedelta(days=day))
STAYS = st.builds(
    lambda unit, first, nights: Taken(unit, first, first + timedelta(days=nights)),
    st.integers(1, UNITS), DAYS, st.integers(1, 6),
)  # fmt: skip


def nights(pieces):
    return [
        (each.unit, each.first + timedelta(days=day))
        for each in pieces
        for day in range((each.last - each.first).days)
    ]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(STAYS, max_size=8), DAYS, st.integers(1, 10))
def test_gaps_and_stays_fill_a_range_without_overlap(stays, first, length):
    last = first + timedelta(days=length)
    gaps = nights(Calendar(PLACE, tuple(stays)).gaps(first, last))
    asked = set(nights(Taken(unit, first, last) for unit in range(1, UNITS + 1)))
    assert len(gaps) == len(set(gaps))
    assert set(gaps) == asked - set(nights(stays))
