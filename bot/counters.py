"""One count of the whole service: what its processes count is added up in the database.

So whichever process is asked for /metrics tells of all of them, also of workers that no one can
reach, and a process that starts anew sets nothing back to zero.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from bot.metrics import Count, Metrics
from db.pool import AWAY
from db.sql import sql

KEEP_SECONDS = 5.0


class Counters:
    """Brings the counts of one process to the database, each once."""

    def __init__(self, metrics: Metrics, pool: asyncpg.Pool) -> None:
        self.metrics, self.pool = metrics, pool
        self._kept: dict[Count, float] = {}
        self._turn = asyncio.Lock()

    async def keep(self) -> None:
        """Add what was counted since the last time; where that fails, the next time adds it."""
        async with self._turn:
            now = self.metrics.counted()
            fresh = {key: value - self._kept.get(key, 0.0) for key, value in now.items()}
            fresh = {key: value for key, value in fresh.items() if value}
            if fresh:
                columns = zip(*((*key, value) for key, value in fresh.items()), strict=True)
                await self.pool.execute(sql("add_counts"), *map(list, columns))
            self._kept = now

    async def all(self) -> dict[Count, float]:
        """What all processes have counted, this one to the moment."""
        await self.keep()
        rows = await self.pool.fetch(sql("counts"))
        return {(row["name"], row["labels"]): row["value"] for row in rows}


@asynccontextmanager
async def keeping(counters: Counters) -> AsyncIterator[None]:
    """Bring the counts every few seconds, and once more at the end."""
    stop = asyncio.Event()
    task = asyncio.create_task(_keep_on(counters, stop), name="counters")
    try:
        yield
    finally:
        stop.set()
        await task


async def _keep_on(counters: Counters, stop: asyncio.Event) -> None:
    over = False
    while not over:
        with suppress(TimeoutError):
            over = await asyncio.wait_for(stop.wait(), KEEP_SECONDS)
        with suppress(*AWAY):
            await counters.keep()
