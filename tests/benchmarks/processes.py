"""Processes to be measured: started, waited for, their processor time read, ended."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

TICK = os.sysconf("SC_CLK_TCK")
READY = "ready"
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Running:
    """A process under test and the words of its line `ready ...`."""

    pid: int
    words: tuple[str, ...] = ()

    def cpu(self) -> float:
        """Processor seconds of the process and of its children."""
        return sum(cpu_of(each) for each in family(self.pid))

    def resident(self) -> int:
        """Bytes of memory that the process holds."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *(each.pid for each in psutil.Process(pid).children())]


async def listening(pid: int, port: int, count: int) -> None:
    """Until so many of a family have the port; raises TimeoutError."""
    async with asyncio.timeout(START_SECONDS):
        while sum(_has(each, port) for each in family(pid)) < count:
            await asyncio.sleep(0.05)


def _has(pid: int, port: int) -> bool:
    return any(each.laddr.port == port for each in psutil.Process(pid).net_connections("tcp"))


def cpu_of(pid: int) -> float:
    """Processor seconds of one process; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / TICK


@asynccontextmanager
async def running(*command: str, ready: str = READY, **environ: str) -> AsyncIterator[Running]:
    """A Python process until the block ends; the block begins when it prints a line with `ready`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env=os.environ | environ, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        words = await asyncio.wait_for(_ready(process, ready), START_SECONDS)
        yield Running(process.pid, words)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.communicate(), 10)
            except TimeoutError:
                process.kill()
        await process.wait()


async def _ready(process: asyncio.subprocess.Process, ready: str) -> tuple[str, ...]:
    assert process.stdout
    async for line in process.stdout:
        words = line.decode().split()
        if ready in line.decode():
            return tuple(words)
    raise RuntimeError(f"ended before it was ready: {await process.wait()}")
