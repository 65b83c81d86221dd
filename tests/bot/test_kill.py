"""Workers killed at random instants: nothing lost, nothing doubled, by WhatsApp's own book.

The edge writes its book before it answers, so a kill between the two leaves a message that only
its status webhook can prove. Full size with LOONCAMP_LONG=1.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import log
from bot.config import Config
from bot.service import Service, running
from bot.web.app import make_app
from db import outbox
from flows.messages import Kind, Message, Outgoing
from tests.bot import hooks
from tests.bot.conftest import settings
from tests.db import stock

LONG = bool(os.environ.get("LOONCAMP_LONG"))
MESSAGES, PEOPLE, KILLS = (500, 50, 20) if LONG else (150, 30, 6)
PATIENCE = 60.0
REQUEST_SECONDS = (0.0, 0.03)  # until it is in the book
ANSWER_SECONDS = (0.02, 0.1)  # until the answer: the instant a kill is aimed at
STATUS_SECONDS = (0.0, 0.05)


@dataclass(slots=True)
class Book:
    """WhatsApp: keeps its own book, answers late, and reports by webhook unless told not to."""

    seed: int
    reports: bool = True
    webhook: str = ""
    accepted: list[tuple[str, int]] = field(default_factory=list)  # recipient, our key
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _random: random.Random = field(init=False)
    _reports: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    async def take(self, request: web.Request) -> web.Response:
        """POST /messages: the book first, the answer later."""
        sent = await request.json()
        await asyncio.sleep(self._random.uniform(*REQUEST_SECONDS))
        key = int(sent["biz_opaque_callback_data"])
        self.accepted.append((sent["to"], key))
        self.arrived.set()
        wamid = f"wamid.{key}.{len(self.accepted)}"
        if self.reports:
            task = asyncio.create_task(self._report(key, wamid))
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)
        await asyncio.sleep(self._random.uniform(*ANSWER_SECONDS))
        return web.json_response({"messages": [{"id": wamid}]})

    async def _report(self, key: int, wamid: str) -> None:
        await asyncio.sleep(self._random.uniform(*STATUS_SECONDS))
        raw = hooks.body(hooks.change(statuses=(hooks.status(key, id=wamid),), contacts=()))
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.webhook, data=raw, headers=hooks.signed(raw)) as response,
        ):
            assert response.status == 200

    async def more(self, count: int) -> None:
        """Until so many more have been accepted, or a while in which none is."""
        goal = len(self.accepted) + count
        try:
            async with asyncio.timeout(PATIENCE / 10):
                while len(self.accepted) < goal:
                    self.arrived.clear()
                    await self.arrived.wait()
        except TimeoutError:
            return


@dataclass(slots=True)
class Storm:
    """The workers, the edge, and the queue between them."""

    service: Service
    book: Book
    start: Callable[[], Awaitable[int]]

    async def fill(self, messages: int, people: int) -> None:
        """Queue messages, an equal share for each person, in turns."""
        guests = [await stock.add_person(self.service.pool) for _ in range(people)]
        now = self.service.clock.now()
        await self.service.pool.execute("UPDATE person SET heard_at = $1", now)
        rows = [
            outbox.message_row(
                Outgoing(guests[n % people].person_id, "test", Message(Kind.TEXT, f"{n}")),
                f"storm:{n}", now, None,
            )
            for n in range(messages)
        ]  # fmt: skip
        await outbox.insert(self.service.pool, rows, now)

    async def rage(self, kills: int, seed: int) -> None:
        """Kill a worker so many times, each after a random number of sends and a moment more."""
        draw = random.Random(seed)
        for _ in range(kills):
            pid = await self.start()
            await self.book.more(draw.randint(1, MESSAGES // KILLS // 2))
            await asyncio.sleep(draw.choice((0, draw.uniform(0, ANSWER_SECONDS[1]))))
            os.kill(pid, signal.SIGKILL)

    async def finish(self) -> None:
        """Let one worker live until nothing is left to do."""
        pid = await self.start()
        async with asyncio.timeout(PATIENCE):
            while await self.count("state <> 'sent'") > 0:  # another process's work
                await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)

    async def count(self, condition: str) -> int:
        """How many rows of the outbox are so."""
        return await self.service.pool.fetchval(f"SELECT count(*) FROM message WHERE {condition}")


@asynccontextmanager
async def workers(values: dict[str, Any]) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """A process that forks workers; all of them are gone at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot.killed_worker",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(values).encode() + b"\n")

    async def start() -> int:
        process.stdin.write(b"start\n")
        return int(await process.stdout.readline())

    try:
        yield start
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def storm(url: str, book: Book, **timing: int) -> AsyncIterator[Storm]:
    """The edge, the web part in this process, and workers under the given times."""
    log.configure(level=log.logging.CRITICAL)
    app = web.Application()
    app.router.add_post("/graph/v26.0/{phone_id}/messages", book.take)
    edge = TestServer(app)
    await edge.start_server()
    values = settings(
        whatsapp_api_url=f"http://127.0.0.1:{edge.port}/graph", database_url=url, **timing
    )
    async with running(Config(**values), url) as service:
        front = TestServer(make_app(service))
        await front.start_server()
        book.webhook = f"http://127.0.0.1:{front.port}/whatsapp/webhook"
        passed = {name: value for name, value in values.items() if name != "_env_file"}
        async with workers(passed) as start:
            yield Storm(service, book, start)
        await front.close()
    await edge.close()


async def overtaken(pool: asyncpg.Pool, book: Book) -> list[str]:
    """Recipients whose messages were not accepted in the order of the outbox."""
    lanes: dict[str, list[int]] = defaultdict(list)
    for to, key in book.accepted:
        lanes[to].append(key)
    return [to for to, keys in lanes.items() if keys != sorted(keys)]


@pytest.mark.slow
async def test_killed_workers_lose_nothing_and_double_nothing(database_url):
    book = Book(seed=1)
    began = time.monotonic()
    async with storm(database_url, book, lease_seconds=1, send_proof_seconds=3) as town:
        await town.fill(MESSAGES, PEOPLE)
        await town.rage(KILLS, seed=1)
        hit = MESSAGES - len(book.accepted)
        await town.finish()
        disorder = await overtaken(town.service.pool, book)
        proven = await town.count("form IS NULL")
        again = await town.count("attempts > 1")
    copies = Counter(key for _, key in book.accepted)
    print(
        f"{MESSAGES} messages, {KILLS} kills, {hit} not yet sent at the last, {proven} proven by "
        f"their status alone, {again} begun again, {time.monotonic() - began:.1f} s"
    )
    assert len(copies) == MESSAGES, "lost"
    assert [key for key, count in copies.items() if count > 1] == [], "doubled"
    assert disorder == []
    assert hit > 0, "the last kill came too late to prove anything"
    assert proven > 0, "no kill fell between the book and the answer"


@pytest.mark.slow
async def test_the_control_without_proof_does_double(database_url):
    """The same storm, but no status comes and nothing waits for one: the edge sees repeats."""
    book = Book(seed=1, reports=False)
    async with storm(database_url, book, lease_seconds=1, send_proof_seconds=1) as town:
        await town.fill(MESSAGES // 3, PEOPLE)
        await town.rage(max(2, KILLS // 5), seed=1)
        await town.finish()
    copies = Counter(key for _, key in book.accepted)
    print(f"{sum(count > 1 for count in copies.values())} doubled")
    assert len(copies) == MESSAGES // 3, "even so nothing is lost"
    assert any(count > 1 for count in copies.values())
