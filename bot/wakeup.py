"""Waking the worker: at once inside a process, by NOTIFY between processes."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg

from db.pool import AWAY

CHANNEL = "looncamp"
RECONNECT_SECONDS = 0.5


@dataclass(slots=True)
class Wakeup:
    """A bell that any part of the process may ring and each waiting loop hears."""

    _bells: list[asyncio.Event] = field(default_factory=list)

    def bell(self) -> asyncio.Event:
        """A bell of its own for one loop."""
        bell = asyncio.Event()
        self._bells.append(bell)
        return bell

    def ring(self) -> None:
        """Wake every loop."""
        for bell in self._bells:
            bell.set()


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
