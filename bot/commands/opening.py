"""What a command opens before it works: settings, database, service; faults in one line."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import uvloop

from bot import log
from bot.config import BadConfig, Config, for_sandbox, load
from bot.counters import keeping
from bot.service import Service, running
from db import embedded
from db.pool import AWAY

# What PostgreSQL says to a user, a password or a database that it does not have.
REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError,
           asyncpg.InsufficientPrivilegeError)  # fmt: skip
DATABASE_FIX = "see that it runs and takes this user; without DATABASE_URL one is started here"


def run(main: Coroutine[Any, Any, int]) -> int:
    """Run a command to its end; its exit code."""
    log.configure()
    return uvloop.run(main)


async def _database(config: Config) -> str:
    """The address of the database; without one the embedded server is started."""
    if config.database_url:
        return config.database_url
    try:
        return await asyncio.to_thread(embedded.start, config.data_dir / "postgres")
    except OSError as error:
        words = f"{config.data_dir}: {error.strerror}; name a folder that this user may write"
        raise BadConfig(f"DATA_DIR: {words}") from None


@contextmanager
def _reaching(url: str) -> Iterator[None]:
    """Raises BadConfig where the database cannot be had; its password is never shown."""
    try:
        yield
    except (*AWAY, *REFUSED) as error:
        words = str(error) if isinstance(error, REFUSED) else type(error).__name__
        where = f"PostgreSQL at {urlsplit(url).hostname or 'this machine'}"
        raise BadConfig(f"DATABASE_URL: {where}: {words}; {DATABASE_FIX}") from None


async def reached(config: Config) -> str:
    """The address of a database that answers; raises BadConfig."""
    url = await _database(config)
    with _reaching(url):
        await (await asyncpg.connect(url, timeout=5)).close()
    return url


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[tuple[Service, str]]:
    """The service on its database; raises BadConfig where that cannot be had."""
    url = await _database(config)
    async with AsyncExitStack() as stack:
        with _reaching(url):
            service = await stack.enter_async_context(running(config, url))
        await stack.enter_async_context(keeping(service.counters))
        yield service, url


def live(config: Config, command: str) -> Config:
    """A command that makes sense only against real services, or emulators set like them."""
    if config.in_sandbox:
        raise BadConfig(f"{command} needs credentials; without them `serve` does everything")
    return config


def with_service(work: Callable[[Service], Awaitable[int]]) -> int:
    """Run a short command on the database; works in sandbox mode as well."""

    async def main() -> int:
        config = load()
        if config.in_sandbox:
            config = for_sandbox(config, f"http://127.0.0.1:{config.port + 1}")
        async with opened(config) as (service, _):
            return await work(service)

    return run(main())
