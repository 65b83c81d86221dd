"""The storm in a small size, and the plan of a seed."""

import argparse

import pytest

from bot.commands.rehearsal import wait_for
from tests.chaos.command import over, run
from tests.chaos.plan import SWITCHES, draw
from tests.chaos.storm import Storm
from tests.chaos.verdict import judge

NEWEST = (
    "SELECT max(id) FROM message WHERE intent = 'answer' AND wa_status IN ('delivered', 'read')"
)
OLDEST = (
    "SELECT min(id) FROM message WHERE intent = 'answer' AND wa_status IN ('delivered', 'read')"
)
AGAIN = """
UPDATE message SET state = 'ready', wa_status = NULL, attempts = 0,
                   run_at = now() - interval '1 day' WHERE id = $1
"""


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
    assert len(kinds) >= 60
    assert sum(kinds.values()) >= 400
    assert (kinds["kill -9"], kinds["SIGSTOP"], kinds["database crash"]) == (60, 6, 6)


@pytest.mark.slow
@pytest.mark.timeout(300)  # 25 s on a quiet machine; a busy one must not look like a loss
async def test_a_small_storm_loses_nothing_and_doubles_nothing() -> None:
    async with over(draw(seed=1, bookings=8, kills=4, stops=1, crashes=2)) as storm:
        verdict = await judge(storm)
        assert verdict.wrong == []
        assert (verdict.lost, verdict.doubled) == ([], [])
        assert verdict.messages > 30
        assert sum(verdict.ends.values()) >= 8
        await _break(storm)
        broken = await judge(storm)
        first_words = {each.split()[0] for each in broken.wrong}
        assert first_words >= {"lost", "doubled"}
        assert any(word.startswith("I") for word in first_words)
        assert any("guest.review" in each and "WhatsApp: 2" in each for each in broken.stories)


async def _break(storm: Storm) -> None:
    """What the verdict must see: a message that is gone, one that went twice, wrong money."""
    pool = storm.stage.service.pool
    await storm.stage.sandbox.call("POST", "people/imran/say", text="hi")
    await storm.rest()
    twice, gone = await pool.fetchval(NEWEST), await pool.fetchval(OLDEST)
    await pool.execute(AGAIN, twice)

    async def sent_again() -> bool | None:
        return (
            await pool.fetchval("SELECT state = 'sent' FROM message WHERE id = $1", twice) or None
        )

    await wait_for(sent_again, "the message should go once more", 20)
    await pool.execute("UPDATE payment SET amount = amount + 1")
    await pool.execute(
        "UPDATE message SET state = 'ready', run_at = now() + interval '9 years' WHERE id = $1",
        gone,
    )
