"""Work that goes on while more of it is taken: a slow piece holds up only its own lane."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Flight:
    """At most so many pieces of work at once."""

    most: int
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def room(self) -> int:
        """How many more may begin."""
        return self.most - len(self._tasks)

    async def wait_for(self, room: int) -> int:
        """How many more may begin, once that are `room` or more."""
        while self.room < min(room, self.most):
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        return self.room

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Let this piece go on by itself; it must end without an exception."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def land(self, seconds: float) -> None:
        """Wait so long for what is under way; the rest is left to its lease."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
