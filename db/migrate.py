"""Bring a database to the schema of this code."""

from pathlib import Path

import asyncpg

from db.pool import transaction
from db.sql import FOLDER, sql

MIGRATIONS = FOLDER / "migrations"
WAITS = "10min"  # for another process that migrates, and for one statement
LOCK_WAITS = "3s"  # for a table: whoever comes after a waiting migration waits behind it


def migrations() -> list[Path]:
    """The migration files in their order."""
    return sorted(MIGRATIONS.glob("[0-9]*.sql"))


async def migrate(pool: asyncpg.Pool) -> list[str]:
    """Apply what is missing, all or nothing; safe for many processes at once.

    Returns the names of the migrations applied now. Raises asyncpg.LockNotAvailableError where the
    code that runs beside it holds a table for too long: to be tried again.
    """
    async with transaction(pool) as connection:
        await connection.execute(sql("patience"), WAITS, "0")
        await connection.execute(sql("migration_lock"))
        await connection.execute(sql("patience"), WAITS, LOCK_WAITS)
        await connection.execute(sql("migration_table"))
        done = {row["version"] for row in await connection.fetch(sql("applied_migrations"))}
        missing = [path for path in migrations() if path.stem not in done]
        for path in missing:
            await connection.execute(path.read_text("utf-8"))
            await connection.execute(sql("record_migration"), path.stem)
        return [path.stem for path in missing]


async def is_current(pool: asyncpg.Pool) -> bool:
    """Whether the database has every migration of this code; it may have newer ones as well."""
    async with pool.acquire(timeout=1) as connection:
        done = {row["version"] for row in await connection.fetch(sql("applied_migrations"))}
    return all(path.stem in done for path in migrations())
