"""What is measured: our service as it is started in production, and the peer in its two forms."""

import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from db import embedded
from db.pool import close_pool, open_pool
from tests.benchmarks.processes import Running, listening, running
from tests.benchmarks.world import BUSINESS, PHONE_ID, SECRET
from tests.db import stock

SAMPLE = Path("sandbox/properties.toml")
ADMIN = "+919800000009"


@contextmanager
def postgres() -> Iterator[tuple[str, Running]]:
    """A PostgreSQL of its own until the block ends: its address, and its first process."""
    with tempfile.TemporaryDirectory(prefix="looncamp-bench-") as folder:
        Path(folder).chmod(0o755)  # the server of a root process runs as a user of its own
        server = embedded.start(Path(folder) / "data")
        pid = (Path(folder) / "data" / "postmaster.pid").read_text().split()[0]
        yield server, Running(int(pid))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environ(database_url: str, graph_port: int, port: int) -> dict[str, str]:
    """The settings of our service in production, with Meta on this machine."""
    return {
        "DATABASE_URL": database_url, "PORT": str(port), "PUBLIC_URL": f"http://localhost:{port}",
        "WHATSAPP_TOKEN": "token", "WHATSAPP_PHONE_ID": PHONE_ID,
        "WHATSAPP_BUSINESS_ID": BUSINESS, "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_VERIFY_TOKEN": "verify-me",
        "WHATSAPP_API_URL": f"http://127.0.0.1:{graph_port}",
        "PAYTM_MID": "DEMOMID0001", "PAYTM_MERCHANT_KEY": "DemoKey_16bytes!",
        "PAYTM_API_URL": "http://127.0.0.1:1", "ADMIN_PHONES": ADMIN,
    }  # fmt: skip


@asynccontextmanager
async def ours(
    database_url: str, graph_port: int, workers: int = 1
) -> AsyncIterator[tuple[Running, int]]:
    """`run.py serve --workers N` on a port of its own; one alone has no parent."""
    port = free_port()
    settings = environ(database_url, graph_port, port)
    command = ("run.py", "serve", "--workers", str(workers))
    async with running(*command, ready="LoonCamp", **settings) as process:
        await listening(process.pid, port, workers)
        yield process, port


@asynccontextmanager
async def peer(graph_port: int, form: str) -> AsyncIterator[tuple[Running, int]]:
    """The README bot: form is stock or httpx-aiohttp."""
    port = free_port()
    arguments = ("-m", "tests.benchmarks.peer", str(port), str(graph_port), form)
    async with running(*arguments) as process:
        yield process, port


@asynccontextmanager
async def database(server: str, name: str) -> AsyncIterator[str]:
    """An empty database of its own with our schema and the sample properties."""
    from bot.clock import Clock
    from bot.places import properties, property_files
    from db.migrate import migrate

    admin = await asyncpg.connect(server)
    await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {name}")
    url = stock.named(server, name)
    pool = await open_pool(url)
    await migrate(pool)
    await properties.store(pool, property_files.read(SAMPLE), Clock().now())
    await close_pool(pool)
    try:
        yield url
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
