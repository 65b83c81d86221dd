"""Group commit: what arrives while one call runs is done together by the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from db.pool import AWAY

T = TypeVar("T")


class Full(Exception):
    """So much is waiting already that more would not be done in time."""


class Grouped(Generic[T]):
    """Does together what has arrived meanwhile, one call at a time.

    The first item never waits for more; after a call, the next begins so many seconds of `rest`
    later. `work` takes at most `most` items and does all of them or none; where it fails, each
    item is tried alone, so that one that cannot be done spoils no other. At most `waiting` wait.
    """

    def __init__(
        self, work: Callable[[Sequence[T]], Awaitable[None]], *, most: int, waiting: int,
        rest: float = 0.0,
    ) -> None:  # fmt: skip
        self._work, self._most, self._waiting, self._rest = work, most, waiting, rest
        self._queue: deque[tuple[T, asyncio.Future[None]]] = deque()
        self._running: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None  # asking for it is a system call

    async def do(self, item: T) -> None:
        """Return when the item is done; raises Full at once, or what `work` raised for it."""
        if len(self._queue) >= self._waiting:
            raise Full
        loop = self._loop = self._loop or asyncio.get_running_loop()
        done = loop.create_future()
        self._queue.append((item, done))
        if self._running is None or self._running.done():
            self._running = loop.create_task(self._drain())
        await done

    async def _drain(self) -> None:
        while self._queue:
            count = min(self._most, len(self._queue))
            await self._together([self._queue.popleft() for _ in range(count)])
            if self._rest:
                await asyncio.sleep(self._rest)

    async def _together(self, group: list[tuple[T, "asyncio.Future[None]"]]) -> None:
        try:
            await self._work([item for item, _ in group])
        except AWAY as away:  # trying each alone would only take as long again
            _fail(group, away)
        except Exception as fault:
            if len(group) == 1:
                _fail(group, fault)
                return
            for each in group:
                await self._together([each])
        else:
            for _, done in group:
                if not done.done():
                    done.set_result(None)


def _fail(group: list[tuple[T, "asyncio.Future[None]"]], fault: Exception) -> None:
    for _, done in group:
        if not done.done():
            done.set_exception(fault)
