"""A database built from db/schema.sql, once for all rules that look at it."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from db.sql import FOLDER
from tests.db import stock

NAME = "from_schema"


@pytest.fixture(scope="session")
def schema_url(server: str) -> Iterator[str]:
    """A database built from schema.sql alone."""
    url = stock.named(server, NAME)
    asyncio.run(_run(server, f"CREATE DATABASE {NAME} STRATEGY FILE_COPY"))
    asyncio.run(_run(url, (FOLDER / "schema.sql").read_text("utf-8")))
    yield url
    asyncio.run(_run(server, f"DROP DATABASE {NAME} WITH (FORCE)"))


async def _run(url: str, script: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(script)
    await connection.close()
