"""Several processes on one port: kept alive by their parent, and stopped by it together.

Each is a whole `serve` of its own on the shared port; the kernel spreads connections over them.
What they must agree on is in the database, so one that dies takes nothing with it.
"""

import asyncio
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from bot import log
from bot.commands.sandbox_process import ROOT
from bot.config import BadConfig

STOP_SECONDS = 20.0  # what a process may take in order, and then is killed
LONG_ENOUGH = 10.0  # who lived so long is started again at once;
SOONEST, SLOWEST = 0.2, 30.0  # else after so many seconds, twice as many each time


def see_that_free(host: str, port: int) -> None:
    """Raise BadConfig where another program has the port: sharing would hide it."""
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise BadConfig(f"PORT: {host}:{port}: {error.strerror}") from None


async def run(
    count: int, arguments: Sequence[str], environment: Mapping[str, str], stop: asyncio.Event
) -> None:
    """Keep so many processes of `run.py` running until told to stop, then end them in order."""
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(_keep(arguments, environment, stop))


async def _keep(
    arguments: Sequence[str], environment: Mapping[str, str], stop: asyncio.Event
) -> None:
    """One place in the fleet: whoever dies in it is replaced, slower if that happens at once."""
    wait = 0.0
    while not stop.is_set():
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "run.py"), *arguments, env=environment,
            stdin=asyncio.subprocess.PIPE,  # closed when this process dies, however it dies
            start_new_session=True,  # Ctrl-C is for the parent
        )  # fmt: skip
        if await _stopped_first(process, stop):
            await _end(process)
            return
        log.get().error("process_ended", code=process.returncode)
        lived = time.monotonic() - began
        wait = 0.0 if lived > LONG_ENOUGH else min(max(SOONEST, wait * 2), SLOWEST)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)


async def _stopped_first(process: asyncio.subprocess.Process, stop: asyncio.Event) -> bool:
    """Wait for the process to end or for the word to stop; whether it was the word."""
    tasks = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    return stop.is_set()


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    if process.returncode is None:
        process.kill()
        await process.wait()
