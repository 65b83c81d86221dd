"""Waking the worker: at once inside a process, by NOTIFY between processes."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

import asyncpg

from db.pool import AWAY

CHANNEL = "looncamp"
RECONNECT_SECONDS = 0.5


class Work(StrEnum):
    """What a loop waits for."""

    INBOX = "inbox"
    STATUSES = "statuses"
    JOBS = "jobs"
    SENDS = "sends"
    HANDED = "handed"  # answers of this process, claimed as they were made


@dataclass(slots=True)
class Wakeup:
    """Bells that any part of the process may ring; each waiting loop hears those of its work."""

    _bells: list[tuple[Work | None, asyncio.Event]] = field(default_factory=list)
    _rung: Counter[Work] = field(default_factory=Counter)

    def bell(self, work: Work | None = None) -> asyncio.Event:
        """A bell of its own for one loop; without a work it hears everything."""
        bell = asyncio.Event()
        self._bells.append((work, bell))
        return bell

    def ring(self, *works: Work) -> None:
        """Wake the loops that do these; without any, every loop."""
        self._rung.update(works or Work)
        for work, bell in self._bells:
            if not works or work is None or work in works:
                bell.set()

    def rung(self, work: Work) -> int:
        """How often this work's bells have been rung."""
        return self._rung[work]

    def is_heard(self, work: Work) -> bool:
        """Whether a loop of this process does this work."""
        return any(heard == work for heard, _ in self._bells)


async def wait(bell: asyncio.Event, seconds: float) -> None:
    """Until the bell rings, at most so long; then the bell is quiet again."""
    with suppress(TimeoutError):
        await asyncio.wait_for(bell.wait(), seconds)
    bell.clear()


async def listen(url: str, heard: Callable[[str], None]) -> None:
    """Hear other processes for ever; a lost connection is made again."""
    while True:
        try:
            connection = await asyncpg.connect(url, timeout=5)
        except AWAY:
            await asyncio.sleep(RECONNECT_SECONDS)
            continue
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _, gone=gone: gone.set())
        try:
            await connection.add_listener(CHANNEL, lambda *parts: heard(str(parts[-1])))
            heard("connected")
            await gone.wait()
        except AWAY:
            await asyncio.sleep(RECONNECT_SECONDS)
        finally:
            with suppress(Exception):
                await connection.close(timeout=1)
