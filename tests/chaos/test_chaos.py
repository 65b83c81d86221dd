"""The storm in a small size, and the plan of a seed."""

import argparse

import pytest

from tests.chaos.command import carry_out, run
from tests.chaos.plan import SWITCHES, draw


def test_the_same_seed_is_the_same_plan(capsys: pytest.CaptureFixture[str]) -> None:
    size = {"bookings": 20, "kills": 3, "stops": 1, "crashes": 1, "plan": True, "sweep": None}
    printed = []
    for seed in (5, 5, 6):
        assert run(argparse.Namespace(seed=seed, **size)) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != printed[2]
    assert printed[0].count("kill -9") == 3
    assert printed[0].count("books:") == 20


def test_a_long_plan_has_every_kind_of_trouble() -> None:
    plan = draw(seed=1, bookings=500, kills=60, stops=6, crashes=6)
    kinds = plan.kinds()
    assert len(kinds) >= len(SWITCHES) + 5
    assert sum(kinds.values()) >= 400
    assert (kinds["kill -9"], kinds["SIGSTOP"], kinds["database crash"]) == (60, 6, 6)


@pytest.mark.slow
@pytest.mark.timeout(300)  # 25 s on a quiet machine; a busy one must not look like a loss
async def test_a_small_storm_loses_nothing_and_doubles_nothing() -> None:
    verdict = await carry_out(draw(seed=1, bookings=8, kills=4, stops=1, crashes=1))
    assert verdict.wrong == []
    assert (verdict.lost, verdict.doubled) == ([], [])
    assert verdict.messages > 30
    assert sum(verdict.ends.values()) >= 8
