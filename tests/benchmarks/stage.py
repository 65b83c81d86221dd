"""The bots under load: whole conversations, as fast as they go, at half of that and at twice."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from time import process_time

from tests.benchmarks import subjects
from tests.benchmarks.processes import Running
from tests.benchmarks.table import Table
from tests.benchmarks.world import World, percentile

PEERS = ("stock", "httpx-aiohttp")
OURS = {"ours": 1, "ours twice": 2}  # processes
# Guests at once, each with a connection of its own: where each bot does best. Beyond 64 the README
# bot falls to a tenth of what it does; each of our processes takes 256.
GUESTS, CROWD = 64, 256
RIVALS = (*((name, GUESTS) for name in PEERS), ("ours", GUESTS),
          *((name, count * CROWD) for name, count in OURS.items()))  # fmt: skip
README, FASTER = (f"{name}, {GUESTS}" for name in PEERS)
FEW, BEST, TWICE = f"ours, {GUESTS}", *(f"{name}, {n * CROWD}" for name, n in OURS.items())
MANY_LINES = 480  # just below the connections that our service lets in


class Stage:
    """The database, the Graph API and the present world."""

    def __init__(self, server: str, postgres: Running) -> None:
        self.server, self.postgres = server, postgres
        self.world, self.graph_port = World(), 0

    @asynccontextmanager
    async def subject(self, name: str) -> AsyncIterator[tuple[Running, int]]:
        """A fresh process of one subject, with a fresh world before it."""
        self.world = World()
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            if name not in OURS:
                yield await enter(subjects.peer(self.graph_port, name))
                return
            url = await enter(subjects.database(self.server, "bench_chain"))
            yield await enter(subjects.ours(url, self.graph_port, OURS[name]))


async def steps(
    stage: Stage, table: Table, name: str, guests: int, warm: float, seconds: float
) -> None:
    """Dialogue steps a second of one subject under full load, and their processor time."""
    async with stage.subject(name) as (process, port), stage.world.open(port, lines=guests):
        task = asyncio.create_task(stage.world.pressed(guests, warm, seconds))
        await asyncio.sleep(warm)
        clocks = (process.cpu, stage.postgres.cpu, process_time)
        before = [clock() for clock in clocks]
        rate = await task
        micro = 1e6 / max(1.0, rate * seconds)
        took = [(clock() - then) * micro for clock, then in zip(clocks, before, strict=True)]
        key = f"{name}, {guests}"
        table.add(f"{key}: steps/s", rate)
        for whose, each in zip(("", "PostgreSQL ", "generator "), took, strict=True):
            table.add(f"{key}: {whose}us a step", each)
        cores = (os.cpu_count() or 1) * 1e6
        table.add(f"{key}: most steps/s", cores / sum(took))
        table.add(f"{key}: most steps/s, load elsewhere", cores / sum(took[:2]))
        left = await stage.world.answered(10)
        table.add(f"{key}: lost or doubled", left + stage.world.lost + stage.world.again)


async def half_load(stage: Stage, table: Table, seconds: float) -> None:
    """Latencies at half of what was sustained just now."""
    rate = table.median(f"{BEST}: steps/s") / 2
    async with stage.subject("ours") as (_, port), stage.world.open(port):
        await stage.world.at(rate, 2.0)
        stage.world.forget()
        await stage.world.at(rate, seconds)
        await stage.world.answered(5)
        acks, replies = stage.world.webhook_seconds, stage.world.reply_seconds
        table.add("ack median ms", percentile(acks, 0.5) * 1000)
        table.add("ack p99 ms", percentile(acks, 0.99) * 1000)
        table.add("reply p95 ms", percentile(replies, 0.95) * 1000)


async def overload(stage: Stage, table: Table, seconds: float) -> None:
    """Twice what is sustained: acknowledged means answered, the rest is refused."""
    rate = table.median(f"{BEST}: steps/s") * 2
    async with stage.subject("ours") as (_, port), stage.world.open(port, lines=MANY_LINES):
        await stage.world.at(rate, seconds)
        left = await stage.world.answered(seconds * 4)
        world = stage.world
        table.add("acknowledged, unanswered", left + world.lost)
        asked = world.refused + world.acknowledged
        table.add("refused at twice the load, %", 100 * world.refused / max(1, asked))
