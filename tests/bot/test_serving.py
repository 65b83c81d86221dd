"""`serve` without credentials, as somebody starts it who sees it for the first time."""

import asyncio
import os
import pty
import sys

import pytest

from tests.journeys.town import free_port

SECONDS = 30


async def shown_at_a_terminal(folder, database_url) -> str:
    """All that stands on the screen once LoonCamp has started."""
    ours, theirs = pty.openpty()
    port = free_port()
    values = {"DATABASE_URL": database_url, "DATA_DIR": str(folder), "PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "run.py", "serve", "--sandbox-port", str(free_port()),
        stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | values,
    )  # fmt: skip
    os.close(theirs)
    loop, seen, log = asyncio.get_running_loop(), bytearray(), folder / "looncamp.log"
    loop.add_reader(ours, lambda: seen.extend(os.read(ours, 4096)))
    try:
        async with asyncio.timeout(SECONDS):
            while b"Ctrl-C" not in seen or not log.stat().st_size:
                await asyncio.sleep(0.05)  # another process's work
    finally:
        loop.remove_reader(ours)
        process.terminate()
        await process.wait()
        os.close(ours)
    return seen.decode()


@pytest.mark.slow
async def test_at_a_terminal_the_address_is_not_buried_under_the_log(tmp_path, database_url):
    lines = (await shown_at_a_terminal(tmp_path, database_url)).splitlines()
    assert [line.split("  ")[1] for line in lines[1:]] == [
        "three phones",
        "log",
        "health check",
        "stop",
    ]
    assert str(tmp_path / "looncamp.log") in lines[2]
    assert b'"event":' in (tmp_path / "looncamp.log").read_bytes()
