"""The same work on a small and on a grown database: step, search and ticket page.

Filled by SQL with triggers off: a benchmark needs the rows, not their history's proof.
"""

import asyncio
import re
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg

from db.pool import SETTINGS
from db.sql import sql
from tests.benchmarks import subjects
from tests.benchmarks.http import Client, request
from tests.benchmarks.processes import Running
from tests.benchmarks.table import Table
from tests.benchmarks.world import World, graph

SMALL = 1000
AHEAD = 500  # bookings that are to come, in every size
KEPT = 200  # of their tickets, in turns: fewer than the service keeps
AT_ONCE = 32
SEARCHES = 150
PLACE = "pawna-lakeview"
NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Copy:
    """One service and its database."""

    url: str
    process: Running
    port: int


def _statements() -> dict[str, str]:
    text = Path(__file__).with_name("grown.sql").read_text("utf-8")
    _, *parts = NAME.split(text)
    return dict(zip(parts[::2], parts[1::2], strict=True))


async def fill(url: str, bookings: int) -> float:
    """So many bookings with all that belongs to them; the seconds that it took."""
    began = time.perf_counter()
    steps = _statements()
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC", "jit": "off"})
    indexes = await connection.fetch(steps.pop("indexes"))
    await connection.execute(
        "SET session_replication_role = replica; SET work_mem = '256MB';"
        "SET maintenance_work_mem = '512MB'; SET synchronous_commit = off"
    )
    for row in indexes:
        await connection.execute(f"DROP INDEX {row['indexname']}")
    never_twice = await connection.fetchval(steps.pop("never_twice"))
    await connection.execute("ALTER TABLE occupancy DROP CONSTRAINT occupancy_never_twice")
    for text in steps.values():
        await connection.execute(text.format(first=1, last=bookings) if "{first}" in text else text)
    added = f"ADD CONSTRAINT occupancy_never_twice {never_twice}"
    await connection.execute(f"ALTER TABLE occupancy {added}")
    for row in indexes:
        await connection.execute(row["indexdef"])
    await connection.execute("VACUUM (ANALYZE)")
    await connection.execute("CHECKPOINT")
    await connection.close()
    return time.perf_counter() - began


def tickets(first: int = 1, last: int = AHEAD) -> list[str]:
    """The paths of the tickets of bookings that are to come."""
    from hashlib import md5

    tokens = ((n, md5(f"token{n}".encode()).hexdigest()) for n in range(first, last + 1))
    return [f"/eticket/LC{n:06X}-{token}" for n, token in tokens]


async def pages(port: int, paths: list[str], seconds: float) -> float:
    """Pages a second, so many at once, in turns; raises where one is no page."""
    client, done, wrong = Client("127.0.0.1", (port,)), 0, 0
    await client.open(AT_ONCE)
    asked = [request("GET", path, Accept_Encoding="gzip") for path in paths]
    turn, until = 0, time.perf_counter() + seconds

    def ask() -> None:
        nonlocal turn
        turn += 1
        client.send(asked[turn % len(asked)], told)

    def told(status: int, _: bytes) -> None:
        nonlocal done, wrong
        done, wrong = done + 1, wrong + (status != 200)
        if time.perf_counter() < until:
            ask()

    began = time.perf_counter()
    for _ in range(AT_ONCE):
        ask()
    await asyncio.sleep(seconds)
    rate = done / (time.perf_counter() - began)
    await asyncio.sleep(0.1)
    client.close()
    if wrong:
        raise RuntimeError(f"{wrong} of {done} answers are no page")
    return rate


async def searches(copies: dict[str, "Copy"], table: Table) -> None:
    """Milliseconds of a search: a weekend in every place, a year in one; one here, one there."""
    async with AsyncExitStack() as stack:
        connections = {
            name: await stack.enter_async_context(_connected(copy.url))
            for name, copy in copies.items()
        }
        today = await connections["small"].fetchval("SELECT current_date")
        took: dict[str, list[float]] = {name: [] for name in copies}
        for turn in range(SEARCHES):
            first = today + timedelta(days=turn % 90)
            for name, connection in connections.items():
                began = time.perf_counter()
                await connection.fetch(sql("busy_units"), [first], [first + timedelta(days=2)])
                await connection.fetch(sql("busy"), [PLACE], today, today + timedelta(days=365))
                took[name].append(time.perf_counter() - began)
    for name, values in took.items():
        table.add(f"{name}: search ms", statistics.median(values) * 1000)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, server_settings=SETTINGS)
    try:
        yield connection
    finally:
        await connection.close()


async def steps(copy: Copy, stage: "Stage", seconds: float) -> float:
    """Dialogue steps a second of this copy."""
    stage.world = World()
    async with stage.world.open(copy.port):
        rate = await stage.world.pressed(64, 0.7, seconds)
        await stage.world.answered(5)
    return rate


class Stage:
    """The present world, for a Graph API that outlives it."""

    def __init__(self) -> None:
        self.world = World()


@asynccontextmanager
async def copies(
    server: str, sizes: dict[str, int], graph_port: int, table: Table
) -> AsyncIterator[dict[str, Copy]]:
    """A service and a filled database of each size."""
    async with AsyncExitStack() as stack:
        made = {}
        for name, bookings in sizes.items():
            url = await stack.enter_async_context(subjects.database(server, f"grown_{name}"))
            table.add(f"fill {name} s", await fill(url, bookings))
            process, port = await stack.enter_async_context(subjects.ours(url, graph_port))
            made[name] = Copy(url, process, port)
        yield made


async def measure(server: str, table: Table, large: int, rounds: int, seconds: float) -> None:
    """Alternate the two sizes in short turns; what a turn beside it suffers, the other does too."""
    stage = Stage()
    async with (
        graph(lambda: stage.world) as graph_port,
        copies(server, {"small": SMALL, "large": large}, graph_port, table) as made,
    ):
        for number in range(rounds):
            turns = list(made.items()) if number % 2 else list(made.items())[::-1]
            for name, copy in turns:
                rate = await steps(copy, stage, seconds)
                if number:  # the first warms both
                    table.add(f"{name}: step us", 1e6 / rate)
            await searches(made, table)
            for name, copy in turns:
                rate = await pages(copy.port, tickets(), seconds)
                if number:
                    table.add(f"{name}: page us", 1e6 / rate)
