"""Two processes on one database whose clocks differ, and one that is told to stop."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import KEY
from bot.config import Config
from bot.queue import worker
from bot.queue.worker import settle_down, working
from bot.service import running
from bot.whatsapp.split import split
from db.door import Door
from db.migrate import migrate, migrations
from db.pool import close_pool, open_pool
from db.sql import sql
from tests.bot import edge as edges
from tests.bot import hooks
from tests.bot.conftest import settings
from tests.db import stock

SKEW = timedelta(seconds=90)


@pytest.fixture
async def replicas(database_url, edge_url):
    """Two services whose clocks are three minutes apart."""
    async with AsyncExitStack() as stack:
        made = []
        for skew in (-SKEW, SKEW):
            config = Config(**settings(whatsapp_api_url=edge_url))
            service = await stack.enter_async_context(running(config, database_url))
            service.clock.offset = stock.NOW - service.clock.now() + skew
            made.append(service)
        yield made


async def both(replicas) -> None:
    for _ in range(3):
        await asyncio.gather(*(settle_down(service) for service in replicas))


def move(replicas, **by) -> None:
    for service in replicas:
        service.clock.offset += timedelta(**by)


async def test_timers_of_two_replicas_with_skewed_clocks_fire_once_each(replicas, edge):
    first = replicas[0]
    place = await stock.add_property(first.pool)
    await stock.asked(first.pool, first.door, place)
    for _ in range(30):
        move(replicas, minutes=2)
        await both(replicas)
    rows = await first.pool.fetch(
        "SELECT intent, count(*) FROM message WHERE kind = 'whatsapp' AND intent LIKE 'owner.%'"
        " GROUP BY 1 ORDER BY 1"
    )
    sent = {row["intent"]: row["count"] for row in rows}
    assert sent == {"owner.request": 1, "owner.reminder": 2, "owner.last_reminder": 1}
    assert len(edge.trackers()) == len(set(edge.trackers()))


async def test_a_deadline_is_kept_within_two_minutes_by_skewed_clocks(replicas):
    first = replicas[0]
    place = await stock.add_property(first.pool)
    booking = await stock.asked(first.pool, first.door, place)
    move(replicas, minutes=360)
    await both(replicas)
    row = await first.pool.fetchrow(
        "SELECT event, at FROM booking_event WHERE event = 'deadline_passed'"
    )
    assert abs(row["at"] - (stock.NOW + timedelta(minutes=360))) <= timedelta(minutes=2)
    count = await first.pool.fetchval(
        "SELECT count(*) FROM booking_event WHERE booking_id = $1 AND event = 'deadline_passed'",
        booking.booking_id,
    )
    assert count == 1


async def test_eight_processes_that_start_at_once_migrate_once(server):
    connection = await asyncpg.connect(server)
    await connection.execute("CREATE DATABASE bare_for_migrations")
    pools = [await open_pool(stock.named(server, "bare_for_migrations"), size=1) for _ in range(8)]
    applied = await asyncio.gather(*(migrate(pool) for pool in pools))
    assert sorted(map(len, applied)) == [0] * 7 + [len(migrations())]
    for pool in pools:
        await close_pool(pool)
    await connection.execute("DROP DATABASE bare_for_migrations WITH (FORCE)")
    await connection.close()


async def test_messages_of_one_guest_at_two_replicas_are_answered_in_order(replicas, edge):
    texts = [hooks.text(f"word{n}") for n in range(6)]
    for number, message in enumerate(texts):
        await replicas[number % 2].intake.take(split(hooks.body(hooks.change(message))))
    await both(replicas)
    keys = await replicas[0].pool.fetch(
        "SELECT dedupe_key FROM message WHERE intent = 'answer' ORDER BY id"
    )
    answered = [row["dedupe_key"].rpartition(":")[0] for row in keys]
    assert list(dict.fromkeys(answered)) == [message["id"] for message in texts]
    assert (
        await replicas[0].pool.fetchval(
            "SELECT count(*) FROM person WHERE user_id = $1", hooks.USER
        )
        == 1
    )


async def test_no_statement_and_no_idle_transaction_lasts_for_ever(pool):
    async with pool.acquire() as connection:
        assert await connection.fetchval("SHOW statement_timeout") == "5s"
        assert await connection.fetchval("SHOW idle_in_transaction_session_timeout") == "10s"
        await connection.execute("SET statement_timeout = '20ms'")
        with pytest.raises(asyncpg.QueryCanceledError):
            await connection.execute("SELECT pg_sleep(1)")
        assert await connection.fetchval("SELECT 1") == 1
        await connection.execute("RESET statement_timeout")


# ---------------------------------------------------------------- being told to stop


async def slow(edge: edges.Edge, request: web.Request, wamid: str) -> web.StreamResponse:
    """Accepted at once, answered a moment later."""
    kept = edge.keep(await request.json())
    await asyncio.sleep(0.2)
    return await edges.accepted(edge, request, kept)


async def keep_the_clock(service) -> None:
    """A worker takes its clock from the database: let it be the tests'."""
    await service.clock.move(service.pool, service.clock.offset.total_seconds())


async def test_what_is_in_flight_ends_before_the_worker_does(service, edge, database_url, deliver):
    await keep_the_clock(service)
    edge.always = slow
    for number in range(5):
        who = {"from": f"9198220{number:05d}", "from_user_id": f"IN.{number}"}
        person = hooks.contact(wa_id=who["from"], user_id=who["from_user_id"])
        await deliver(hooks.body(hooks.change(hooks.text(**who), contacts=(person,))))
    async with working(service, database_url):
        await asyncio.wait_for(edge.arrived.wait(), 10)
    rows = await service.pool.fetch("SELECT state FROM message WHERE state = 'sending'")
    assert rows == []
    sent = await service.pool.fetchval("SELECT count(*) FROM message WHERE state = 'sent'")
    assert sent == len(edge.trackers()) > 0


async def test_what_does_not_end_is_left_to_its_lease(
    service, edge, database_url, deliver, monkeypatch
):
    monkeypatch.setattr(worker, "STOP_SECONDS", 0.1)
    await keep_the_clock(service)
    edge.always = slow
    await deliver(hooks.body(hooks.change(hooks.text())))
    async with working(service, database_url):
        await asyncio.wait_for(edge.arrived.wait(), 10)
    assert await service.pool.fetchval("SELECT state FROM message") == "sending"


async def test_sigterm_ends_a_worker_in_order(database_url, edge, write):
    edge.always = slow
    front = TestServer(edge.app())
    await front.start_server()
    values = settings(
        whatsapp_api_url=f"http://127.0.0.1:{front.port}/graph", database_url=database_url
    )
    values.pop("_env_file")
    pool = await open_pool(database_url)
    place = await stock.add_property(pool)
    ahead = stock.NOW - datetime.now(UTC) + timedelta(minutes=1)
    await pool.execute(sql("put_setting"), KEY, ahead.total_seconds())
    process = await asyncio.create_subprocess_exec(
        sys.executable, "run.py", "worker", stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {name.upper(): str(value) for name, value in values.items()},
    )  # fmt: skip
    assert process.stdout
    await asyncio.wait_for(process.stdout.readline(), 20)
    await stock.asked(pool, Door(write, stock.ADMIN), place)
    await asyncio.wait_for(edge.arrived.wait(), 10)
    process.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, errors.count(b"Traceback")) == (0, 0)
    assert await pool.fetchval("SELECT count(*) FROM message WHERE state = 'sending'") == 0
    await close_pool(pool)
    await front.close()
