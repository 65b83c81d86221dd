"""The sweep over the crash points: a few of them here, all of them behind LOONCAMP_LONG=1."""

import os

import pytest

from db.crash import POINTS
from tests.chaos import sweep
from tests.chaos.lane import Lane

NASTY = ("after send", "after settled")
WHOLE = "LOONCAMP_LONG" in os.environ


@pytest.mark.slow
@pytest.mark.timeout(900 if WHOLE else 180)
async def test_whoever_dies_at_a_crash_point_loses_nothing_and_doubles_nothing() -> None:
    results = await sweep.sweep(POINTS if WHOLE else NASTY, lanes=sweep.LANES if WHOLE else 1)
    assert [each.line() for each in results if not each.well] == []
    assert len(results) == len(POINTS if WHOLE else NASTY)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_the_sweep_sees_a_message_that_goes_twice_and_a_point_that_is_not_met() -> None:
    async with sweep.lane() as lane:
        await lane.begin("after refund_told")  # no scene is played: nobody comes by
        await _twice(lane)
        result = await sweep.judged(lane, "after refund_told", [])
    assert (result.hit, result.doubled, result.well) == (False, 1, False)
    assert "never came by" in result.wrong


async def _twice(lane: Lane) -> None:
    """A row of the outbox that was sent is made to wait again, behind the code's back."""
    who = await lane.guest()
    await lane.say(who, "hi")
    await lane.sees(who, "Choose a place")
    await lane.rest()
    await lane.made.service.pool.execute("UPDATE message SET state = 'ready', wa_status = NULL")
    await lane.sees(who, "Choose a place")
    await lane.rest()
