"""Processes of a benchmark: a database, a bot, the world outside; started, measured, stopped."""

import asyncio
import os
import re
import socket
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import orjson

from tests.benchmarks.people import BUSINESS_ID, PHONE_ID, SECRET, TOKEN

ROOT = Path(__file__).parents[2]
PROPERTIES = ROOT / "sandbox" / "properties.toml"
WEBHOOK = "/whatsapp/webhook"
TICKS = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 30.0


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


@dataclass(slots=True)
class Bot:
    """A running bot: its port, that of its Graph API, its process."""

    port: int
    graph_port: int
    process: asyncio.subprocess.Process

    @property
    def pid(self) -> int:
        """Of the process."""
        return self.process.pid

    def url(self, path: str) -> str:
        """An address of this bot."""
        return f"http://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def process(
    *arguments: str, env: dict[str, str] | None = None, **pipes: Any
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process of this project, ended with the block."""
    made = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env=os.environ | (env or {}), **pipes
    )
    try:
        yield made
    finally:
        if made.returncode is None:
            made.terminate()
        await asyncio.wait_for(made.wait(), READY_SECONDS)


async def until_up(url: str, proc: asyncio.subprocess.Process) -> None:
    """Ask until the process answers; raises RuntimeError where it ends instead."""

    def ask() -> bool:
        try:
            return bool(urllib.request.urlopen(url, timeout=1).status == 200)
        except OSError:
            return False

    while not await asyncio.to_thread(ask):
        if proc.returncode is not None:
            raise RuntimeError(f"{url}: the process ended with {proc.returncode}")
        await asyncio.sleep(0.02)


@asynccontextmanager
async def fresh_database(server: str, name: str) -> AsyncIterator[str]:
    """A new database on a server, dropped with the block; durable as PostgreSQL is by default."""
    connection = await asyncpg.connect(server)
    await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.close()


def environment(database: str, port: int, graph_port: int) -> dict[str, str]:
    """The settings of a service whose WhatsApp is the world's fake Graph API."""
    return {
        "DATABASE_URL": database,
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
        "WHATSAPP_TOKEN": TOKEN,
        "WHATSAPP_PHONE_ID": PHONE_ID,
        "WHATSAPP_BUSINESS_ID": BUSINESS_ID,
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_VERIFY_TOKEN": "bench",
        "WHATSAPP_API_URL": f"http://127.0.0.1:{graph_port}",
        "PAYTM_MID": "BENCHM0001",
        "PAYTM_MERCHANT_KEY": "BenchKey16bytes!",
        "PAYTM_API_URL": "http://127.0.0.1:9",
        "ADMIN_PHONES": "+919800000009",
        "PAIR_SECONDS": "0",
    }


@asynccontextmanager
async def looncamp(database: str, graph_port: int, *more: str) -> AsyncIterator[Bot]:
    """The service itself, as `run.py serve` runs it, with the sample properties."""
    port = free_port()
    env = environment(database, port, graph_port)
    async with process("run.py", "properties", "import", str(PROPERTIES), env=env) as it:
        await it.wait()
    async with process(*more, "run.py", "serve", env=env) as proc:
        bot = Bot(port, graph_port, proc)
        await until_up(bot.url("/readyz"), proc)
        yield bot


@asynccontextmanager
async def readme_bot(transport: str, graph_port: int) -> AsyncIterator[Bot]:
    """The bot of pywa's documentation; transport is stock or aiohttp."""
    port = free_port()
    graph = f"http://127.0.0.1:{graph_port}"
    module = "tests.benchmarks.peers.readme_bot"
    async with process("-m", module, str(port), graph, transport) as proc:
        bot = Bot(port, graph_port, proc)
        await until_up(bot.url("/healthz"), proc)
        yield bot


class World:
    """The world's process, commanded line by line."""

    def __init__(self, proc: asyncio.subprocess.Process) -> None:
        self.proc = proc

    async def do(self, what: str, **options: Any) -> dict[str, Any]:
        """One command and its answer."""
        assert self.proc.stdin
        self.proc.stdin.write(orjson.dumps({"do": what} | options) + b"\n")
        return await self.read()

    async def read(self) -> dict[str, Any]:
        """The next line of the process; raises RuntimeError where it has ended."""
        assert self.proc.stdout
        line = await self.proc.stdout.readline()
        if not line:
            raise RuntimeError("the world has ended")
        told: dict[str, Any] = orjson.loads(line)
        return told


@asynccontextmanager
async def world(bot: Bot, statuses: str = "delivered") -> AsyncIterator[World]:
    """The outside of a bot; `statuses` (comma-separated) follow each message it sends."""
    ports = str(bot.graph_port), str(bot.port)
    module = "tests.benchmarks.world"
    async with process("-m", module, *ports, WEBHOOK, statuses, stdin=-1, stdout=-1) as proc:
        made = World(proc)
        await made.read()
        yield made
