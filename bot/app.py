"""The service's HTTP surface, composed of its parts."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiohttp import web

from bot import feed, log, sandboxed, webhook
from bot.service import Service
from db.migrate import is_current
from db.pool import AWAY
from db.sql import sql
from payments import callback
from tickets import routes as ticket_routes
from tickets.model import Ticket

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK = "'self' http://localhost:* http://127.0.0.1:*"


def make_app(service: Service) -> web.Application:
    """The aiohttp application of one service."""
    app = web.Application(client_max_size=webhook.MOST_BYTES, middlewares=[_calm])
    in_sandbox = service.config.in_sandbox
    app.add_routes(webhook.routes(service))
    app.add_routes(
        callback.routes(service.desk, service.paytm_key, _count(service), service.wakeup.ring)
    )
    app.add_routes(
        ticket_routes.routes(
            _lookup(service),
            service.clock.now,
            service.write.catalogues,
            grace=timedelta(minutes=service.config.ticket_grace_minutes),
            frame_ancestors=LOOPBACK if in_sandbox else "'none'",
        )
    )
    app.add_routes(feed.routes(service))
    app.add_routes(_health(service))
    if in_sandbox:
        app.add_routes(sandboxed.routes(service))
    return app


@web.middleware
async def _calm(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A database that is away is a 503, never a traceback.

    The path is not logged: it may hold a ticket's token or a callback's secret.
    """
    try:
        return await handler(request)
    except AWAY as away:
        log.get().warning("request_unserved", why=type(away).__name__)
        return web.Response(
            status=503, text="please try again in a moment", headers={"Cache-Control": "no-store"}
        )


def _count(service: Service) -> Callable[[str], None]:
    def count(outcome: str) -> None:
        service.metrics.callbacks.labels(outcome).inc()
        if outcome != "accepted":
            log.get().warning("callback_refused", why=outcome)

    return count


def _lookup(service: Service) -> Callable[[str], Awaitable[Ticket | None]]:
    async def lookup(booking_id: str) -> Ticket | None:
        row = await service.pool.fetchrow(sql("ticket"), booking_id)
        if row is None:
            return None
        config = service.config
        return Ticket(
            **dict(row),
            zone=config.timezone,
            host_name=config.host_name,
            host_phone=config.host_phone,
            bot_phone=service.learned.get("business_phone"),
        )

    return lookup


def _health(service: Service) -> list[web.RouteDef]:
    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "up"})

    async def readyz(_: web.Request) -> web.Response:
        try:
            current = await is_current(service.pool)
        except AWAY:
            return web.json_response({"status": "database away"}, status=503)
        if not current:
            return web.json_response({"status": "schema not current"}, status=503)
        return web.json_response({"status": "ready"})

    async def metrics(_: web.Request) -> web.Response:
        now = service.clock.now()
        for row in await service.pool.fetch(sql("message_states")):
            service.metrics.queue.labels(row["state"]).set(row["rows"])
            if row["oldest"] is not None:
                age = (now - row["oldest"]).total_seconds()
                service.metrics.queue_age.set(max(0.0, age))
        return web.Response(body=service.metrics.text(), content_type="text/plain")

    return [
        web.get("/healthz", healthz),
        web.get("/readyz", readyz),
        web.get("/metrics", metrics),
    ]
