"""`serve --workers N` as an operator runs it: one dies and is replaced, all stop together."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager, suppress

import aiohttp
import psutil
import pytest

from bot.commands import fleet
from bot.config import BadConfig
from tests.bot.conftest import settings
from tests.journeys.town import free_port

SECONDS = 20


@asynccontextmanager
async def started(database_url: str, port: int, *arguments: str):
    values = settings(database_url=database_url, port=port)
    values.pop("_env_file")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "run.py", "serve", *arguments, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        env=os.environ | {name.upper(): str(value) for name, value in values.items()},
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def is_ready(port: int) -> bool:
    """Whether somebody answers on a connection of its own."""
    try:
        async with aiohttp.request("GET", f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def until(look) -> None:
    async with asyncio.timeout(SECONDS):
        while not (await look()):
            await asyncio.sleep(0.05)  # another process's work


def listening(parent: int, port: int) -> set[int]:
    """The processes of a fleet that have the port."""
    found = set()
    for child in psutil.Process(parent).children():
        with suppress(psutil.NoSuchProcess):
            if any(each.laddr.port == port for each in child.net_connections("tcp")):
                found.add(child.pid)
    return found


@pytest.mark.slow
async def test_who_dies_is_replaced_and_all_stop_together(database_url):
    port = free_port()
    async with started(database_url, port, "--workers", "2", "--no-worker") as parent:

        async def both() -> bool:
            return len(listening(parent.pid, port)) == 2

        await until(both)
        before = listening(parent.pid, port)
        dead = min(before)
        os.kill(dead, signal.SIGKILL)
        await until(lambda: asyncio.sleep(0, dead not in listening(parent.pid, port)))
        assert all([await is_ready(port) for _ in range(5)])
        await until(both)
        after = listening(parent.pid, port)
        assert max(before) in after and dead not in after
        parent.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(parent.communicate(), SECONDS)
        assert (parent.returncode, errors.count(b"process_ended")) == (0, 1)
        assert not any(psutil.pid_exists(pid) for pid in after)


async def test_a_process_ends_with_its_parent_however_that_ends(database_url):
    port = free_port()
    async with started(database_url, port, "--one-of-many") as child:
        await until(lambda: is_ready(port))
        child.stdin.close()
        await asyncio.wait_for(child.wait(), SECONDS)
        assert child.returncode == 0


async def test_a_port_that_another_program_has_is_not_shared():
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(BadConfig, match=f"PORT: 127.0.0.1:{port}: "):
        fleet.see_that_free("127.0.0.1", port)
    server.close()
    await server.wait_closed()
