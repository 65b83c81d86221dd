from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.flood import Verdict, weigh

START = datetime(2026, 12, 1, tzinfo=UTC)


def verdicts(gaps, a_minute=20):
    now, seen, found = START, None, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        verdict, seen = weigh(seen, now, a_minute)
        found.append((now, verdict))
    return found


def test_twenty_at_once_are_answered_then_one_notice_then_nothing():
    found = [verdict for _, verdict in verdicts([0.1] * 60)]
    assert found == [Verdict.ANSWER] * 20 + [Verdict.NOTICE] + [Verdict.SILENT] * 39


def test_half_a_minute_of_calm_is_enough_to_be_answered_again():
    found = [verdict for _, verdict in verdicts([0] * 25 + [29] + [3])]
    assert found[-2:] == [Verdict.SILENT, Verdict.SILENT]
    found = [verdict for _, verdict in verdicts([0] * 25 + [31])]
    assert found[-1] is Verdict.ANSWER


def test_one_every_three_seconds_is_answered_for_ever():
    assert {verdict for _, verdict in verdicts([3] * 500)} == {Verdict.ANSWER}


def test_no_limit_is_no_limit():
    assert {verdict for _, verdict in verdicts([0] * 500, 0)} == {Verdict.ANSWER}


def test_a_clock_that_goes_back_silences_nobody():
    assert {verdict for _, verdict in verdicts([-3600, 0, -3600, 3])} == {Verdict.ANSWER}


@given(st.lists(st.floats(0, 40), max_size=200), st.integers(1, 30))
def test_no_minute_has_many_more_answers_than_allowed(gaps, a_minute):
    found = verdicts(gaps, a_minute)
    for start, _ in found:
        within = [v for at, v in found if start <= at < start + timedelta(minutes=1)]
        assert sum(v is Verdict.ANSWER for v in within) <= 2 * a_minute
        assert sum(v is Verdict.NOTICE for v in within) <= 3


@given(st.lists(st.floats(0, 40), max_size=200))
def test_silence_always_begins_with_a_notice(gaps):
    before = None
    for _, verdict in verdicts(gaps):
        assert verdict is not Verdict.SILENT or before in (Verdict.NOTICE, Verdict.SILENT)
        before = verdict
