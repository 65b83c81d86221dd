"""The ticket page against a bare aiohttp handler that returns the same bytes."""

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from tests.benchmarks import growth, subjects
from tests.benchmarks.processes import running
from tests.benchmarks.table import Table

NOBODY = 1  # a Graph API's port: nothing is sent here


async def measure(server: str, table: Table, rounds: int, seconds: float) -> None:
    """In turns: pages opened before, pages opened for the first time in a while, the partner."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        url = await enter(subjects.database(server, "bench_tickets"))
        await growth.fill(url, growth.SMALL)
        _, port = await enter(subjects.ours(url, NOBODY))
        paths = growth.tickets()
        body = await packed(port, paths[0])
        table.add("ticket page bytes", len(body))
        file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "page"
        file.write_bytes(body)
        partner = subjects.free_port()
        await enter(running("-m", "tests.benchmarks.bare_page", str(partner), str(file)))
        for _ in range(rounds):
            known = paths[: growth.KEPT]
            table.add("ticket pages/s", await growth.pages(port, known, seconds))
            table.add("bare pages/s", await growth.pages(partner, known, seconds))
            table.add("ticket pages/s, first time", await growth.pages(port, paths, seconds))


async def packed(port: int, path: str) -> bytes:
    """The page's body as it goes over the wire."""
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.get(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"}) as page,
    ):
        if page.status != 200 or page.headers.get("Content-Encoding") != "gzip":
            raise RuntimeError(f"{path}: {page.status}")
        return await page.read()
