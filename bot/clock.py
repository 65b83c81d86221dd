"""Business time: the machine's own, moved only in the sandbox."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

from db.sql import sql

KEY = "clock_offset_seconds"


@dataclass(slots=True)
class Clock:
    """The one clock that everything asks; `offset` stays zero outside the sandbox."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """The present in business time, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    async def load(self, pool: asyncpg.Pool) -> None:
        """Take the offset that all processes share from the database."""
        stored = await pool.fetchval(sql("setting"), KEY)
        self.offset = timedelta(seconds=float(stored or 0))

    async def move(self, pool: asyncpg.Pool, seconds: float) -> None:
        """Set the offset for every process, and wake them.

        Pacing looks ahead of the clock, so a clock that goes back must forget it.
        """
        await pool.execute(sql("put_setting"), KEY, seconds)
        if timedelta(seconds=seconds) < self.offset:
            await pool.execute(sql("forget_pacing"))
        self.offset = timedelta(seconds=seconds)
        await pool.execute(sql("wake"), "clock")
