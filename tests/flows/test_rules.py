"""The owner's time: it stands still at night, and never outlasts two hours before check-in."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules import CHECKIN_MARGIN, INDIA, Rules

RULES = Rules()
EXAMPLES = 3000 if os.environ.get("LOONCAMP_LONG") else 150
MINUTE = timedelta(minutes=1)
ZONES = st.sampled_from([INDIA, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Europe/Berlin")])
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda since: START + since)


def at(written):
    return datetime.fromisoformat(written).replace(tzinfo=INDIA)


def is_quiet(moment, rules):
    hour = moment.astimezone(rules.zone).hour
    return hour >= 22 or hour < 7


@pytest.mark.parametrize(
    ("paid", "reminded", "promised", "ends"),
    [
        ("2026-12-02 14:00", ["14:15", "14:30", "14:45"], "2026-12-02 15:00", "2026-12-02 20:00"),
        ("2026-12-02 20:59", ["21:14", "21:29", "21:44"], "2026-12-02 21:59", "2026-12-03 11:59"),
        ("2026-12-02 21:30", ["21:45", "07:00", "07:15"], "2026-12-03 07:30", "2026-12-03 12:30"),
        ("2026-12-02 22:00", ["07:15", "07:30", "07:45"], "2026-12-03 08:00", "2026-12-03 13:00"),
        ("2026-12-03 02:40", ["07:15", "07:30", "07:45"], "2026-12-03 08:00", "2026-12-03 13:00"),
        ("2026-12-03 06:59", ["07:15", "07:30", "07:45"], "2026-12-03 08:00", "2026-12-03 13:00"),
    ],
)
def test_the_owners_hour_in_the_day_and_at_night(paid, reminded, promised, ends):
    checkin = at("2026-12-25 14:00")
    answer_by = RULES.answer_by(at(paid), checkin)
    nudges = RULES.nudges(at(paid), answer_by)
    assert [f"{each.astimezone(INDIA):%H:%M}" for each in nudges] == reminded
    assert answer_by == at(promised)
    assert RULES.deadline(at(paid), checkin) == at(ends)


def test_two_hours_before_check_in_is_the_end_even_at_night():
    assert RULES.deadline(at("2026-12-02 23:00"), at("2026-12-03 08:00")) == at("2026-12-03 06:00")
    assert RULES.answer_by(at("2026-12-02 23:00"), at("2026-12-03 08:00")) == at("2026-12-03 06:00")


@settings(max_examples=EXAMPLES, deadline=None)
@given(MOMENTS, st.integers(0, 4000), ZONES)
def test_so_many_waking_minutes_lie_between(start, minutes, zone):
    """Counted one by one by somebody who looks at the clock each minute."""
    rules = replace(RULES, zone=zone)
    start = start.replace(second=0, microsecond=0)
    end = rules.waking(start, minutes)
    assert not is_quiet(end, rules)
    steps = int((end - start) / MINUTE)
    assert sum(not is_quiet(start + step * MINUTE, rules) for step in range(steps)) == minutes


@settings(max_examples=EXAMPLES, deadline=None)
@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=3)), st.integers(0, 500))
def test_who_asks_later_is_never_answered_earlier(start, later, minutes):
    assert RULES.waking(start, minutes) <= RULES.waking(start + later, minutes)


@settings(max_examples=EXAMPLES, deadline=None)
@given(MOMENTS, st.timedeltas(timedelta(hours=2), timedelta(days=40)))
def test_what_is_promised_keeps_its_order(paid, ahead):
    checkin = paid + ahead
    answer_by, deadline = RULES.answer_by(paid, checkin), RULES.deadline(paid, checkin)
    nudges = RULES.nudges(paid, answer_by)
    assert [*nudges, answer_by, deadline] == sorted([*nudges, answer_by, deadline])
    assert deadline <= checkin - CHECKIN_MARGIN
    assert not any(is_quiet(each, RULES) for each in nudges)


@settings(max_examples=EXAMPLES, deadline=None)
@given(MOMENTS)
def test_the_first_check_in_leaves_the_owner_his_whole_hour(now):
    checkin = RULES.earliest_checkin(now)
    paid = RULES.hold_until(now)
    assert RULES.answer_by(paid, checkin) == RULES.waking(paid, RULES.answer_minutes)
    assert RULES.waking(paid, 0) + timedelta(hours=1) <= RULES.answer_by(paid, checkin)
