"""The connection pool: JSON as values, time-outs, and prepared statements kept for reuse."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
import orjson

from db import crash
from db.crash import Moment

Pool = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

SETTINGS = {
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    "application_name": "looncamp",
    "jit": "off",  # short statements only: compiling them costs more than running them
    # Every statement is planned once on each connection, for tables that grow: by index, whatever
    # a young table's statistics say. Otherwise the plan of the first minutes scans for hours.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "timezone": "UTC",
}
STATEMENTS = 500  # prepared once on each connection and kept
FOR_EVER = 10**12  # queries until a connection would be made anew, and everything prepared again
ACQUIRE_SECONDS = 1.0  # a webhook that cannot be stored is refused at once (reliability.md 14)
CLOSE_SECONDS = 5.0
# What is raised while the database is away; the caller tries again or answers 503.
AWAY = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError,
        asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError,
        asyncpg.InsufficientResourcesError, asyncpg.ReadOnlySQLTransactionError)  # fmt: skip

# Its retries while the database is away are told with a traceback; ours are told in one line.
logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda raw: orjson.loads(raw[1:]),
        format="binary",
    )


async def _reset(connection: asyncpg.Connection) -> None:
    """Nothing of ours outlives its transaction, so a clean connection needs no round trip."""
    if connection.is_in_transaction():
        await connection.reset()


async def open_pool(url: str, *, size: int = 8) -> asyncpg.Pool:
    """A pool of at most `size` connections; raises what asyncpg raises if none can be made."""
    return await asyncpg.create_pool(
        url, min_size=1, max_size=size, init=_prepare, reset=_reset, server_settings=SETTINGS,
        timeout=5, max_queries=FOR_EVER, statement_cache_size=STATEMENTS,
        max_cached_statement_lifetime=0,
    )  # fmt: skip


@asynccontextmanager
async def transaction(
    pool: asyncpg.Pool, moment: Moment | None = None
) -> AsyncIterator[Connection]:
    """A connection inside a transaction; waits at most a second for one.

    `moment` names its commit among the crash points; only what a person runs by hand has none.
    """
    async with pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
        async with connection.transaction():
            yield connection
            if moment is not None:
                crash.before(moment)
        if moment is not None:
            crash.after(moment)


async def close_pool(pool: asyncpg.Pool) -> None:
    """Close every connection, by force if one does not end within five seconds."""
    try:
        await asyncio.wait_for(pool.close(), CLOSE_SECONDS)
    except TimeoutError:
        pool.terminate()
