"""HTTP POSTs to the service in the background: webhooks and callbacks, with trouble on the way."""

import asyncio
import heapq
import itertools
import random
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.journal import Journal
from sandbox.trouble import Trouble

# Meta retries for hours or days (facts/whatsapp.md 1.3); here the same in half a minute.
RETRY_AFTER = (0.2, 1.0, 5.0, 20.0)
REORDER_LINGER = 0.05  # seconds in which a newer webhook may overtake
ANSWER_WITHIN = 10.0
KINDS = {"paytm": "paytm.callback"}


@dataclass(slots=True, order=True)
class Delivery:
    """One POST: when it is due (loop time), its place among equals, and what it carries."""

    due: float
    place: int
    url: str = field(compare=False)
    body: bytes = field(compare=False)
    headers: dict[str, str] = field(compare=False)
    area: str = field(compare=False)
    retry: bool = field(compare=False)
    note: dict[str, Any] = field(compare=False)
    attempt: int = field(default=0, compare=False)


@dataclass(slots=True)
class Lane:
    """POSTs that go one after the other; `task` sends them and ends when none is left."""

    queue: list[Delivery] = field(default_factory=list)
    task: asyncio.Task[None] | None = None
    sending: bool = False


def _dice() -> random.Random:
    return random.Random(11)  # noqa: S311  repeatable on purpose; nothing here is a secret


@dataclass(slots=True)
class Deliveries:
    """All POSTs that are under way, in lanes: one for each webhook address, one per callback."""

    journal: Journal
    trouble: Trouble
    dice: random.Random = field(default_factory=_dice)
    _lanes: dict[str, Lane] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _session: ClientSession | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def post(
        self,
        url: str,
        body: bytes,
        headers: dict[str, str],
        *,
        area: str,
        retry: bool,
        note: dict[str, Any],
    ) -> None:
        """Queue one POST; `area` names the trouble switches, `note` goes into the journal."""
        if self._lost(area):
            self._report(url, body, area, note | {"status": None, "lost": True})
            return
        for _ in range(1 + self._copies(area)):
            number = next(self._numbers)
            after, place = self._delay(area, number)
            due = asyncio.get_running_loop().time() + after
            lane = url if area == "webhooks" else f"{url} {number}"
            self._add(lane, Delivery(due, place, url, body, headers, area, retry, dict(note)))

    async def flush(self) -> int:
        """Wait until nothing is being sent or due; how many wait for a delay or a retry."""
        self.hurry(REORDER_LINGER)
        while any(lane.sending or self._due(lane) for lane in self._lanes.values()):
            await self._news.wait()
        return sum(len(lane.queue) for lane in self._lanes.values())

    def hurry(self, seconds: float) -> None:
        """Bring everything that waits so much nearer, as the moved clock does."""
        for lane in self._lanes.values():
            for delivery in lane.queue:
                delivery.due -= max(0.0, seconds)
        self._wake()

    def forget(self) -> None:
        """Drop everything that waits."""
        for lane in self._lanes.values():
            lane.queue.clear()
        self._wake()

    async def close(self) -> None:
        """Stop sending and drop what is left."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        self._lanes.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _lost(self, area: str) -> bool:
        switches = self.trouble[area]
        if area != "webhooks":
            return bool(switches.get("lose_callbacks"))
        if switches["drop_next"] > 0:
            switches["drop_next"] -= 1
            return True
        return self.dice.random() < float(switches["drop_rate"])

    def _copies(self, area: str) -> int:
        name = "duplicate" if area == "webhooks" else "duplicate_callbacks"
        return int(self.trouble[area].get(name) or 0)

    def _delay(self, area: str, number: int) -> tuple[float, int]:
        """Seconds to wait, and the place among POSTs that are due at the same moment."""
        switches = self.trouble["webhooks"] if area == "webhooks" else {}
        after = float(switches.get("delay_seconds", 0))
        if switches.get("reorder"):
            return after + REORDER_LINGER, -number
        return after, number

    def _add(self, name: str, delivery: Delivery) -> None:
        lane = self._lanes.setdefault(name, Lane())
        heapq.heappush(lane.queue, delivery)
        if lane.task is None:
            lane.task = asyncio.create_task(self._run(name, lane))
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _due(self, lane: Lane) -> bool:
        return bool(lane.queue) and lane.queue[0].due <= asyncio.get_running_loop().time()

    async def _run(self, name: str, lane: Lane) -> None:
        """Send what is due, oldest first, until the lane is empty."""
        while lane.queue:
            if self._due(lane):
                await self._attempt(name, lane, self._next(lane))
            else:
                await self._wait(lane)
        lane.task = None
        self._lanes.pop(name, None)
        self._wake()

    def _next(self, lane: Lane) -> Delivery:
        """Take the next one; where the order is to be wrong, the newest of those that are due."""
        lane.sending = True
        if lane.queue[0].place > 0:
            return heapq.heappop(lane.queue)
        now = asyncio.get_running_loop().time()
        due = [delivery for delivery in lane.queue if delivery.due <= now]
        newest = min(due, key=lambda each: each.place)
        lane.queue.remove(newest)
        heapq.heapify(lane.queue)
        return newest

    async def _wait(self, lane: Lane) -> None:
        news = self._news
        left = lane.queue[0].due - asyncio.get_running_loop().time()
        try:
            await asyncio.wait_for(news.wait(), max(left, 0.0))
        except TimeoutError:
            return

    async def _attempt(self, name: str, lane: Lane, delivery: Delivery) -> None:
        delivery.attempt += 1
        started = time.perf_counter()
        status, error = await self._send(delivery)
        ms = round((time.perf_counter() - started) * 1000, 1)
        facts: dict[str, Any] = {"status": status, "ms": ms, "attempt": delivery.attempt}
        facts |= {"error": error} if error else {}
        self._report(delivery.url, delivery.body, delivery.area, delivery.note | facts)
        if status != 200 and delivery.retry and delivery.attempt <= len(RETRY_AFTER):
            wait = RETRY_AFTER[delivery.attempt - 1]
            delivery.due = asyncio.get_running_loop().time() + wait
            heapq.heappush(lane.queue, delivery)
        lane.sending = False
        self._wake()

    async def _send(self, delivery: Delivery) -> tuple[int | None, str]:
        """The answer's status, or None and why there was none."""
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=ANSWER_WITHIN))
        try:
            async with self._session.post(
                delivery.url, data=delivery.body, headers=delivery.headers
            ) as answer:
                await answer.read()
                return answer.status, ""
        except (ClientError, TimeoutError, OSError) as error:
            return None, type(error).__name__

    def _report(self, url: str, body: bytes, area: str, facts: dict[str, Any]) -> None:
        kind = KINDS.get(area, "webhook")
        self.journal.add(kind, url=url, body=body.decode("utf-8", "replace"), **facts)
