"""The listening socket, with limits against clients that take a connection and give nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.web import short_page, webhook
from bot.web.gate import Limits
from bot.web.short_way import Line, Lines

STOP_SECONDS = 5.0
MOST_FIELD = 8190  # bytes of one header, or of the request's line
MOST_HEADERS = 128


class _Refused(asyncio.Protocol):
    """A connection too many: closed before a byte of it is read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()  # uvloop's transports are no asyncio.Transport; nothing is to be flushed


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, limits: Limits | None = None,
    *, shared: bool = False,
) -> AsyncIterator[int]:  # fmt: skip
    """Serve an application until the block ends; yields the port, raises OSError if it is taken.

    A `shared` port may be listened on by other processes of the same user as well.
    """
    limits = limits or Limits()
    runner = web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,
        keepalive_timeout=limits.idle_seconds,
        lingering_time=limits.body_seconds,
        max_field_size=MOST_FIELD,
        max_headers=MOST_HEADERS,
        max_line_size=MOST_FIELD,
        shutdown_timeout=STOP_SECONDS,
    )
    await runner.setup()
    server = runner.server
    assert server is not None

    lines = Lines(app[webhook.KEY], app[short_page.KEY], limits, server)

    def connection() -> asyncio.BaseProtocol:
        taken = len(server.connections) + len(lines.open)
        return Line(lines) if taken < limits.connections else _Refused()

    try:
        socket = await asyncio.get_running_loop().create_server(
            connection, host, port, reuse_port=shared or None
        )
    except OSError:
        await runner.cleanup()
        raise
    try:
        yield int(socket.sockets[0].getsockname()[1])
    finally:
        socket.close()
        await lines.end(STOP_SECONDS)
        await runner.cleanup()
