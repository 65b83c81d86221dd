"""How much of the advance a cancellation gives back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.booking import Status
from flows.refund_policy import USUAL, RefundStep, given_back, later_shares, share
from tests.flows.make import FIRST, PAWNA, booking

TWO = (RefundStep(7, 100), RefundStep(2, 50))
STEPS = st.lists(
    st.builds(RefundStep, days=st.integers(0, 60), percent=st.integers(1, 100)), max_size=6
).map(tuple)
DAYS = st.integers(-5, 90).map(lambda back: FIRST - timedelta(days=back))
ADVANCES = st.integers(1, 10**9)


@given(ADVANCES, STEPS, DAYS)
def test_never_more_than_the_advance_and_never_less_than_nothing(advance, steps, day):
    assert 0 <= given_back(advance, steps, FIRST, day) <= advance


@given(ADVANCES, STEPS, DAYS, st.integers(0, 60))
def test_later_never_gives_more(advance, steps, day, wait):
    now, later = day, day + timedelta(days=wait)
    assert given_back(advance, steps, FIRST, later) <= given_back(advance, steps, FIRST, now)


@given(ADVANCES, STEPS, DAYS, st.integers(0, 90))
def test_the_days_that_are_told_are_the_days_on_which_it_changes(advance, steps, day, wait):
    then = day + timedelta(days=wait)
    told = [percent for start, percent in later_shares(steps, FIRST, day) if start <= then]
    assert share(steps, FIRST, then) == ([share(steps, FIRST, day), *told])[-1]


@given(st.integers(1, 10**6), STEPS, DAYS)
def test_whole_rupees_go_back_from_whole_rupees(rupees, steps, day):
    assert given_back(rupees * 100, steps, FIRST, day) % 100 == 0


@pytest.mark.parametrize(
    ("day", "paise"),
    [(date(2026, 12, 17), 360_000), (date(2026, 12, 18), 180_000), (date(2026, 12, 22), 180_000),
     (date(2026, 12, 23), 0), (date(2026, 12, 25), 0), (date(2026, 12, 26), 0)],
)  # fmt: skip
def test_two_steps_of_a_stay_from_25_december(day, paise):
    assert given_back(360_000, TWO, FIRST, day) == paise


def test_the_usual_steps_and_none_at_all():
    assert share(USUAL, FIRST, date(2026, 12, 22)) == 100
    assert share(USUAL, FIRST, date(2026, 12, 23)) == 0
    assert share((), FIRST, date(2026, 1, 1)) == 0
    assert PAWNA.refund_steps == USUAL


def test_until_the_host_has_confirmed_everything_goes_back():
    waiting = booking(status=Status.BOOKING_REQUEST_SENT_TO_OWNER)
    confirmed = booking(status=Status.TICKET_GENERATED)
    assert waiting.back_on(FIRST) == waiting.advance
    assert confirmed.back_on(FIRST) == 0
