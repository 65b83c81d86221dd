"""While the database is away nothing is promised; when it is back, nothing was lost."""

import asyncio
import time
from contextlib import suppress

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import log
from bot.config import Config
from bot.queue.worker import settle_down, working
from bot.service import running
from bot.web.app import make_app
from db.pool import AWAY
from tests.bot import hooks
from tests.bot.conftest import settings
from tests.bot.wall import Wall
from tests.db import stock

PATIENCE = 2.5  # seconds; Meta waits longer, but not for ever


@pytest.fixture
async def wall(database_url):
    made = Wall(database_url)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def service(wall, edge_url):
    log.configure()
    config = Config(**settings(whatsapp_api_url=edge_url))
    async with running(config, wall.url) as made:
        yield made


@pytest.fixture
async def client(service):
    async with TestClient(TestServer(make_app(service))) as opened:
        yield opened


@pytest.mark.parametrize(
    "path", ["/eticket/LC7K2M9X-0123456789012345678901", "/readyz", "/metrics"]
)
async def test_pages_are_503_without_a_traceback(client, wall, path, capsys):
    await wall.close()
    async with client.get(path) as response:
        assert response.status == 503
    assert "Traceback" not in capsys.readouterr().err


async def test_the_process_itself_is_up(client, wall):
    await wall.close()
    async with client.get("/healthz") as response:
        assert response.status == 200


async def test_a_delivery_is_503_at_once_and_stored_when_it_comes_again(
    service, client, deliver, wall
):
    raw = hooks.body(hooks.change(hooks.text()))
    await wall.close()
    began = time.monotonic()
    assert await deliver(raw) == 503
    assert time.monotonic() - began < PATIENCE
    await wall.open()
    assert await deliver(raw) == 200
    assert await service.pool.fetchval("SELECT count(*) FROM inbox") == 1


async def test_a_forged_delivery_is_401_even_then(client, wall):
    await wall.close()
    async with client.post("/whatsapp/webhook", data=b"{}") as response:
        assert response.status == 401


async def test_a_callback_is_503_so_that_it_is_not_taken_for_received(client, wall):
    await wall.close()
    async with client.post("/paytm/callback/secret", data=b"MID=x") as response:
        assert response.status == 503


async def test_a_database_that_only_reads_is_503(service, deliver):
    """A fail-over, a full disk: nothing can be stored, so nothing is acknowledged."""
    name = await service.pool.fetchval("SELECT current_database()")
    await service.pool.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await service.pool.expire_connections()
    assert await deliver(hooks.body(hooks.change(hooks.text()))) == 503


async def test_the_worker_outlives_the_database(service, deliver, wall, edge):
    """Its loops wait; the message that was stored before is answered after."""
    await deliver(hooks.body(hooks.change(hooks.text("before"))))
    await wall.close()
    async with working(service, wall.url):
        with pytest.raises(ConnectionRefusedError):
            await service.pool.fetchval("SELECT 1")
        await wall.open()
        await asyncio.wait_for(edge.arrived.wait(), 10)
    await settle_down(service)
    assert len(edge.trackers()) == len(set(edge.trackers())) == 1


async def until_true(step) -> None:
    """As the service and WhatsApp do: what failed with the line is tried again."""
    for _ in range(5):
        with suppress(*AWAY):
            if await step():
                return
    raise AssertionError("it never ended")


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5, 6])
async def test_a_commit_whose_answer_is_lost_doubles_nothing(service, deliver, wall, edge, nth):
    """The work was done and nobody heard: trying again finds it done."""
    service.clock.offset = stock.NOW - service.clock.now()
    await stock.add_property(service.pool)
    booking = await stock.asked(service.pool, service.door, await stock.add_property(service.pool))
    await settle_down(service)
    owner = {"from": stock.OWNER.removeprefix("+"), "from_user_id": "IN.77"}
    button = {"payload": f"o:{booking.booking_id}:confirm", "text": "Confirm booking"}
    tap = hooks.message("button", button=button, **owner)
    person = hooks.contact(wa_id=owner["from"], user_id="IN.77")
    raw = hooks.body(hooks.change(tap, contacts=(person,)))
    before = len(edge.book)
    wall.commits_until_cut = nth

    async def delivered() -> bool:
        return await deliver(raw) == 200

    async def done() -> bool:
        return await settle_down(service) == 0

    await until_true(delivered)
    await until_true(done)
    assert wall.commits_until_cut == 0, "the line was never cut"
    events = await service.pool.fetch("SELECT event FROM booking_event WHERE event = 'confirmed'")
    assert len(events) == 1
    told = await service.pool.fetch(
        "SELECT intent, count(*) FROM message WHERE intent LIKE '%.confirmed' GROUP BY 1"
    )
    assert {row["intent"]: row["count"] for row in told} == {
        "guest.confirmed": 1, "owner.confirmed": 1, "admin.confirmed": 1,
    }  # fmt: skip
    assert len(edge.trackers()) == len(set(edge.trackers())) > before
