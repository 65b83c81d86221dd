"""A rolling update: the code of the release before runs on this schema, alone and beside this code.

What it begins this code ends, and the other way round.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.commands import sandbox_process
from bot.commands.rehearsal import Stage, book, shown
from bot.config import Config
from bot.places import festivals, properties, property_files
from bot.queue.worker import working
from bot.service import running
from bot.web.app import make_app
from bot.whatsapp import booking_form, registration
from db.invariants import Books, Check, violations
from db.migrate import migrations
from db.sql import NAME
from sandbox.__main__ import read_config
from sandbox.app import make_app as make_sandbox
from tests.bot.conftest import settings
from tests.journeys.town import SAMPLE, free_port
from tests.rolling.keep import unpack

CREDENTIALS = {
    "token": "whatsapp_token", "phone_id": "whatsapp_phone_id",
    "business_id": "whatsapp_business_id", "app_secret": "whatsapp_app_secret",
    "verify_token": "whatsapp_verify_token", "paytm_mid": "paytm_mid",
    "paytm_key": "paytm_merchant_key",
}  # fmt: skip
SECONDS = 20


@dataclass(slots=True)
class Proxy:
    """What stands in front of the copies: each request goes to the next of those that run."""

    copies: dict[str, int] = field(default_factory=dict)  # name: port
    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    _turn: int = 0

    async def pass_on(self, request: web.Request) -> web.Response:
        names = sorted(self.copies)
        name = names[self._turn % len(names)]
        self._turn += 1
        url = f"http://127.0.0.1:{self.copies[name]}{request.raw_path}"
        headers = {key: value for key, value in request.headers.items() if key != "Host"}
        body = await request.read()
        async with aiohttp.request(request.method, url, data=body, headers=headers) as answer:
            self.answers[name, request.path.split("/")[1], answer.status] += 1
            return web.Response(body=await answer.read(), status=answer.status)


@pytest.fixture(scope="module")
def previous(tmp_path_factory) -> Path:
    """The code of the release before."""
    folder = tmp_path_factory.mktemp("previous")
    unpack(folder)
    return folder


@asynccontextmanager
async def old_copy(folder: Path, values: dict, port: int):
    """The release before, as it was started."""
    given = {name.upper(): str(value) for name, value in values.items() if name != "_env_file"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "run.py", "serve", cwd=folder, stdout=asyncio.subprocess.PIPE,
        env=os.environ | given | {"PORT": str(port)},
    )  # fmt: skip
    try:
        await asyncio.wait_for(process.stdout.readline(), SECONDS)
        yield process
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), SECONDS) == 0


@asynccontextmanager
async def outside(stack: AsyncExitStack, url: str):
    """Emulators that are no sandbox to the service, and the proxy before it."""
    proxy, port = Proxy(), free_port()
    front = web.Application()
    front.router.add_route("*", "/{path:.*}", proxy.pass_on)
    server = TestServer(front, port=port)
    await server.start_server()
    sandbox_port = free_port()
    own = f"http://127.0.0.1:{sandbox_port}"
    base = f"http://127.0.0.1:{port}"
    values = settings(
        database_url=url, public_url=base, whatsapp_api_url=f"{own}/graph",
        paytm_api_url=f"{own}/paytm", cancel_undo_seconds=0,
    )  # fmt: skip
    told = sandbox_process.settings(own, base, property_files.read(SAMPLE), None)
    told |= {theirs: values[ours] for theirs, ours in CREDENTIALS.items()}
    values["admin_phones"] = next(p["phone"] for p in told["people"] if p["key"] == "admin")
    sandbox = TestServer(make_sandbox(read_config(json.dumps(told))), port=sandbox_port)
    await sandbox.start_server()
    async with aiohttp.ClientSession() as http:
        yield proxy, values, Stage(http, base, own)
    await server.close()
    await sandbox.close()


async def open_house(service) -> None:
    """Places, templates and the form, as `properties import` and `setup` bring them."""
    now = service.clock.now()
    await properties.store(service.pool, property_files.read(SAMPLE), now)
    await festivals.store(service.pool, festivals.read(SAMPLE))
    languages = list(service.write.catalogues.values())
    await registration.publish_all(service.whatsapp, service.config.whatsapp_business_id, languages)
    await booking_form.publish(service)


@pytest.mark.slow
async def test_a_booking_goes_through_both(previous: Path, database_url: str) -> None:
    async with AsyncExitStack() as stack:
        proxy, values, stage = await stack.enter_async_context(outside(stack, database_url))
        new_port = free_port()
        config = Config(**values, port=new_port)
        service = await stack.enter_async_context(running(config, database_url, pool_size=6))
        await open_house(service)
        old = await stack.enter_async_context(AsyncExitStack())
        old_port = free_port()
        await old.enter_async_context(old_copy(previous, values, old_port))

        # The old code alone, on the schema of the new.
        proxy.copies = {"old": old_port}
        first = await book(stage, "rahul", "Pawna Lakeview Camp", 30)
        asked = await stage.sees("suresh", "please answer")
        second = await book(stage, "asha", "Karjat Farm Villa", 40)
        # Both, a request to each in turn: what the old one began is decided.
        server = TestServer(make_app(service), port=new_port)
        await server.start_server()
        stack.push_async_callback(server.close)
        await stack.enter_async_context(working(service, database_url))
        proxy.copies = {"old": old_port, "new": new_port}
        await stage.tap("suresh", asked, "Confirm booking")
        assert "e-ticket" in shown(await stage.sees("rahul", "Booking confirmed"))
        third = await book(stage, "imran", "Pawna Lakeview Camp", 50)
        await stage.sees("suresh", "please answer")
        await stage.tap("meera", await stage.sees("meera", "please answer"), "Cancel booking")
        await stage.sees("asha", "Booking cancelled")
        # The new one alone: what both began is ended.
        await old.aclose()
        proxy.copies = {"new": new_port}
        newest = [each for each in await stage.phone("suresh") if each["from"] == "bot"][-1]
        await stage.tap("suresh", newest, "Confirm booking")
        await stage.sees("imran", "Booking confirmed")
        for _ in range(3):
            offset = service.clock.offset.total_seconds() + 400
            await service.clock.move(service.pool, offset)
            await asyncio.sleep(0.3)  # the worker's own loops
        await stage.sees("asha", "Refund done")

        told = {key for key in proxy.answers if key[1] in ("whatsapp", "paytm")}
        assert {status for *_, status in told} == {200}
        assert {name for name, who, _ in told if who == "whatsapp"} == {"old", "new"}
        rows = await service.pool.fetch("SELECT booking_id, status FROM booking")
        assert {row["booking_id"]: row["status"] for row in rows} == {
            first: "TICKET_GENERATED", second: "REFUNDED", third: "TICKET_GENERATED",
        }  # fmt: skip
        check = Check(service.write, service.clock.now(), service.config.grace, Books())
        assert [str(each) for each in await violations(service.pool, check)] == []


async def test_every_statement_of_the_old_code_fits_this_schema(
    previous: Path, database_url: str
) -> None:
    connection = await asyncpg.connect(database_url)
    _, *parts = NAME.split((previous / "db" / "queries.sql").read_text("utf-8"))
    for statement in parts[1::2]:
        await connection.prepare(statement)
    await connection.close()
    assert len(parts) > 200


def test_the_old_code_is_older(previous: Path) -> None:
    theirs = {path.name for path in (previous / "db" / "migrations").glob("*.sql")}
    ours = {path.name for path in migrations()}
    assert theirs < ours
    assert all(
        (previous / "db" / "migrations" / name).read_bytes()
        == (migrations()[0].parent / name).read_bytes()
        for name in theirs
    )
