"""Slots of recurring work."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules import INDIA
from flows.schedule import Daily, Every

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=730)).map(lambda after: START + after)
SCHEDULES = st.one_of(
    st.builds(Daily, st.times().map(lambda t: t.replace(microsecond=0))),
    st.builds(Daily, st.just(time(9)), st.integers(0, 6)),
    st.builds(Every, st.integers(1, 1440)),
)


@given(SCHEDULES, MOMENTS)
def test_the_slot_has_begun_and_is_the_newest(schedule, now):
    slot = schedule.slot(now, INDIA)
    assert slot <= now
    assert schedule.slot(slot, INDIA) == slot
    assert schedule.slot(slot - timedelta(microseconds=1), INDIA) < slot


@given(SCHEDULES, MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)))
def test_slots_never_go_back(schedule, now, ahead):
    assert schedule.slot(now, INDIA) <= schedule.slot(now + ahead, INDIA)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (datetime(2026, 12, 2, 2, 29, tzinfo=UTC), datetime(2026, 12, 1, 8, tzinfo=INDIA)),
        (datetime(2026, 12, 2, 2, 30, tzinfo=UTC), datetime(2026, 12, 2, 8, tzinfo=INDIA)),
    ],
)
def test_a_day_begins_at_the_house(now, slot):
    assert Daily(time(8)).slot(now, INDIA) == slot
