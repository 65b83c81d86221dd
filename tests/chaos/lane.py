"""One replica that dies on purpose, the people before it, and whoever starts it again."""

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.commands.rehearsal import NotAsItShouldBe, pay, shown
from bot.commands.rehearsal import Stage as Sandbox
from db.pool import AWAY
from flows.rules import INDIA
from sandbox.trouble import quiet
from tests.chaos.stage import Stage

PLACE, OWNER = "Pawna Lakeview Camp", "suresh"
PATIENCE = 40.0
FREE = 9  # days ahead, where the nights begin that are given out one by one
FLUSH_EVERY, NUDGE_AFTER = 0.5, 2.0  # real seconds: what waits for the clock is then brought on
NUDGE = 20.0  # seconds of business time
LOOK = 0.05
DUE = """
SELECT (SELECT count(*) FROM inbox WHERE state = 'ready')
     + (SELECT count(*) FROM message WHERE state = 'sending'
                                        OR state = 'ready' AND run_at <= $1)
"""


@dataclass(slots=True)
class Lane:
    """A stage on which one point after another is died at."""

    made: Stage
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    nights: "itertools.count[int]" = field(default_factory=itertools.count)
    seen: dict[str, int] = field(default_factory=dict)
    died_at: float | None = None
    recovery: float = 0.0
    _read: int = 0  # bytes of the log that belong to points before

    @property
    def sandbox(self) -> Sandbox:
        """Everybody's phones."""
        return self.made.sandbox

    async def begin(self, point: str) -> None:
        """A fresh replica that dies at this point."""
        replicas = self.made.replicas
        replicas.signal(0, 9)
        self._read = (await asyncio.to_thread(self.made.log.stat)).st_size
        self.died_at, self.recovery = None, 0.0
        await replicas.start(0, point)
        for who in (OWNER, "admin"):
            self.seen[who] = len(await self.sandbox.phone(who))

    async def hit(self, point: str) -> bool:
        """Whether the replica has died at the point."""
        lines = (await asyncio.to_thread(self.made.log.read_bytes))[self._read :]
        return f"crashed {point.partition(':')[0]}\n".encode() in lines

    async def watch(self) -> None:
        """The supervisor: whoever dies is started again, to live."""
        while True:
            if not self.made.replicas.lives(0):
                died_at = time.monotonic()
                await self.made.replicas.start(0)
                self.died_at = died_at
            await asyncio.sleep(LOOK)

    async def until(self, look: Callable[[], Any], what: str) -> Any:
        """What `look` finds; Meta's repeats are hurried and time goes on while nothing is found.

        Time goes on only after what WhatsApp has to tell was taken: a status that is still on its
        way is the proof that a message needs no repeat. Raises NotAsItShouldBe.
        """
        began = flushed = time.monotonic()
        nudged = began
        while time.monotonic() < began + PATIENCE:
            if (found := await look()) is not None:
                if self.died_at is not None:
                    self.recovery = time.monotonic() - self.died_at
                    self.died_at = None
                return found
            now = time.monotonic()
            if now > flushed + FLUSH_EVERY:
                flushed, waits = now, (await self.sandbox.call("POST", "flush"))["pending"]
                if now > nudged + NUDGE_AFTER and not waits:
                    nudged = now
                    await self.move(NUDGE)
            await asyncio.sleep(LOOK)
        raise NotAsItShouldBe(what)

    async def move(self, seconds: float) -> None:
        """The clock, told again until a replica has heard of it."""
        answer = await self.sandbox.call("POST", "clock", advance_seconds=seconds)
        while not answer["told"]:
            await asyncio.sleep(0.1)
            answer = await self.sandbox.call("POST", "clock", advance_seconds=0)

    async def trouble(self, **areas: dict[str, Any]) -> None:
        """Switch something on, beside what always is."""
        url = f"{self.sandbox.sandbox}/sandbox/api/trouble"
        board = quiet()
        board["whatsapp"] |= {"pair_rate": False, "mps": 0}
        for area, switches in areas.items():
            board[area] |= switches
        async with self.sandbox.http.put(url, json=board) as answer:
            assert answer.status == 200, await answer.text()

    async def guest(self) -> str:
        """Somebody who has never written."""
        number = next(self.numbers)
        body = {"name": "Xilotep Guest", "phone": f"+91983{number:07d}"}
        return str((await self.sandbox.call("POST", "people", **body))["key"])

    async def say(self, who: str, text: str) -> None:
        """A person types."""
        await self.sandbox.say(who, text)

    async def tap(self, who: str, message: dict[str, Any], button: str) -> None:
        """A person taps a button."""
        await self.sandbox.tap(who, message, button)

    async def sees(self, who: str, words: str) -> dict[str, Any]:
        """Wait until a new message of the bot says something."""

        async def found() -> dict[str, Any] | None:
            messages = await self.sandbox.phone(who)
            for place, message in enumerate(messages[self.seen.get(who, 0) :]):
                bot = message["from"] == "bot"
                if bot and re.search(words, shown(message), re.IGNORECASE | re.DOTALL):
                    self.seen[who] = self.seen.get(who, 0) + place + 1
                    return message
            return None

        message: dict[str, Any] = await self.until(found, f"{who} should see {words!r}")
        return message

    async def wish(self, who: str, ahead: int | None = None) -> None:
        """A guest asks for one night, so many days ahead; else for one that nobody else wants."""
        await self.made.service.clock.load(self.made.service.pool)
        today = self.made.service.clock.now().astimezone(INDIA).date()
        first = today + timedelta(days=ahead or FREE + next(self.nights))
        await self.say(
            who, f"{PLACE}, {first:%d %b %Y} to {first + timedelta(1):%d %b %Y}, 2 people"
        )

    async def pay(self, review: dict[str, Any], outcome: str = "success") -> None:
        """The guest pays the link of a review."""
        await pay(self.sandbox, review["url"]["url"], outcome)

    async def rest(self) -> None:
        """Until nothing is due."""
        quiet_looks = 0

        async def still() -> bool | None:
            nonlocal quiet_looks
            quiet_looks = quiet_looks + 1 if await self._due() == 0 else 0
            return quiet_looks > 2 or None

        await self.until(still, "the work should come to rest")

    async def _due(self) -> int:
        service = self.made.service
        with suppress(*AWAY):
            await service.clock.load(service.pool)
            return int(await service.pool.fetchval(DUE, service.clock.now()))
        return 1
