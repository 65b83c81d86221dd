"""Whether the service is well, for machines: /healthz, /readyz and /metrics."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from itertools import chain
from typing import Generic, TypeVar

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.service import Service
from bot.web import figures
from bot.web.figures import Family
from db.migrate import is_current
from db.pool import AWAY

Seen = TypeVar("Seen")
FRESH_SECONDS = 1.0
SLOW_SECONDS = 60.0


class Shared(Generic[Seen]):
    """One look at a time, shared by everybody who asks within so many seconds of it.

    These routes have no password: however often they are asked, the database is asked once.
    """

    def __init__(self, look: Callable[[], Awaitable[Seen]], seconds: float) -> None:
        self._look, self._seconds = look, seconds
        self._turn = asyncio.Lock()
        self._seen: tuple[float, Seen] | None = None

    async def __call__(self) -> Seen:
        """What the last look saw; raises what the look raises."""
        async with self._turn:
            if self._seen is None or time.monotonic() - self._seen[0] > self._seconds:
                seen = await self._look()
                self._seen = time.monotonic(), seen
            return self._seen[1]


def routes(service: Service) -> list[web.RouteDef]:
    """The three routes; none of them changes anything."""
    ready = Shared(lambda: _readiness(service), FRESH_SECONDS)
    slow = Shared(lambda: figures.slow(service), SLOW_SECONDS)
    numbers = Shared(lambda: _text(service, slow), FRESH_SECONDS)

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "up"})

    async def readyz(_: web.Request) -> web.Response:
        status = await ready()
        return web.json_response({"status": status}, status=200 if status == "ready" else 503)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=await numbers(), headers={"Content-Type": CONTENT_TYPE_LATEST})

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


class Families(Collector):
    """What was read, in the shape that the writer of the text form takes."""

    def __init__(self, *groups: Iterable[Metric]) -> None:
        self._groups = groups

    def collect(self) -> Iterable[Metric]:
        """All of it."""
        return chain(*self._groups)


async def _text(service: Service, slow: Shared[list[Family]]) -> bytes:
    """Everything in Prometheus' text form."""
    counts = service.metrics.families(await service.counters.all())
    families = Families(counts, await figures.quick(service), await slow())
    return generate_latest(families)
