"""Whether the service is well, for machines: /healthz, /readyz and /metrics."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from aiohttp import web

from bot.service import Service
from db.migrate import is_current
from db.pool import AWAY
from db.sql import sql

Seen = TypeVar("Seen")
FRESH_SECONDS = 1.0


class Shared(Generic[Seen]):
    """One look at a time, shared by everybody who asks within a second of it.

    These routes have no password: however often they are asked, the database is asked once.
    """

    def __init__(self, look: Callable[[], Awaitable[Seen]]) -> None:
        self._look = look
        self._turn = asyncio.Lock()
        self._seen: tuple[float, Seen] | None = None

    async def __call__(self) -> Seen:
        """What the last look saw; raises what the look raises."""
        async with self._turn:
            if self._seen is None or time.monotonic() - self._seen[0] > FRESH_SECONDS:
                seen = await self._look()
                self._seen = time.monotonic(), seen
            return self._seen[1]


def routes(service: Service) -> list[web.RouteDef]:
    """The three routes; none of them changes anything."""
    ready = Shared(lambda: _readiness(service))
    numbers = Shared(lambda: _numbers(service))

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "up"})

    async def readyz(_: web.Request) -> web.Response:
        status = await ready()
        return web.json_response({"status": status}, status=200 if status == "ready" else 503)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=await numbers(), content_type="text/plain")

    return [
        web.get("/healthz", healthz),
        web.get("/readyz", readyz),
        web.get("/metrics", metrics),
    ]


async def _readiness(service: Service) -> str:
    try:
        current = await is_current(service.pool)
    except AWAY:
        return "database away"
    return "ready" if current else "schema not current"


async def _numbers(service: Service) -> bytes:
    now = service.clock.now()
    for row in await service.pool.fetch(sql("message_states")):
        service.metrics.queue.labels(row["state"]).set(row["rows"])
        if row["oldest"] is not None:
            age = (now - row["oldest"]).total_seconds()
            service.metrics.queue_age.set(max(0.0, age))
    service.metrics.alerts.clear()
    for row in await service.pool.fetch(sql("open_alerts")):
        service.metrics.alerts.labels(row["subject"].partition(":")[0]).inc()
    return service.metrics.text()
