"""`run.py chaos`: the plan, the storm, the verdict, or the sweep; 1 where anything is wrong."""

import argparse
import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import log
from tests.chaos import sweep
from tests.chaos.plan import Plan, draw
from tests.chaos.stage import stage
from tests.chaos.storm import Storm, crowd_of
from tests.chaos.verdict import Verdict, judge, table


def run(options: argparse.Namespace) -> int:
    """Print the plan, or carry it out and print the table; or sweep the crash points."""
    if options.sweep is not None:
        return sweep.run(options.sweep)
    plan = draw(options.seed, options.bookings, options.kills, options.stops, options.crashes)
    if options.plan:
        print("\n".join(plan.lines()))
        return 0
    log.configure(level=logging.CRITICAL)
    return int(bool(asyncio.run(carry_out(plan)).wrong))


async def carry_out(plan: Plan) -> Verdict:
    """The whole run, from nothing to nothing; prints progress and the table."""
    began = time.monotonic()
    async with over(plan) as storm:
        verdict = await judge(storm)
        print(table(storm, verdict, time.monotonic() - began), flush=True)
    return verdict


@asynccontextmanager
async def over(plan: Plan) -> AsyncIterator[Storm]:
    """A storm that has ended, everything still running."""
    async with stage() as made:
        storm = Storm(made, plan, crowd_of(made, plan))
        await storm.still()
        await storm.rage()
        yield storm
