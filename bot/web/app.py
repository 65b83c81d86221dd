"""The service's HTTP surface, composed of its parts."""

import time
from collections.abc import Callable
from datetime import timedelta

from aiohttp import web

from bot import log
from bot.queue.grouped import Full
from bot.service import Service
from bot.web import feed, health, sandboxed, short_page, webhook
from bot.web.gate import Gate, Handler, Limits
from bot.web.limit import Limit
from bot.web.ticket_lookup import ticket_lookup
from db import trace
from db.pool import AWAY
from payments import callback
from tickets.routes import tickets

LOOPBACK = "'self' http://localhost:* http://127.0.0.1:*"


def make_app(service: Service, limits: Limits | None = None) -> web.Application:
    """The aiohttp application of one service."""
    limits = limits or Limits()
    gate = Gate(limits, service.config.trusted_proxies, service.metrics)
    app = web.Application(
        client_max_size=limits.webhook_bytes, middlewares=[_calm, gate.middleware()]
    )
    in_sandbox = service.config.in_sandbox
    app[webhook.KEY] = webhook.Webhook(service)
    app.add_routes(app[webhook.KEY].routes())
    app.add_routes(
        callback.routes(service.desk, service.paytm_key, _count(service), service.wakeup.ring)
    )
    shown = tickets(
        ticket_lookup(service),
        service.clock.now,
        service.write.catalogues,
        hold_back=Limit(time.monotonic).wait,
        grace=timedelta(minutes=service.config.ticket_grace_minutes),
        frame_ancestors=LOOPBACK if in_sandbox else "'none'",
    )
    app.add_routes(shown.routes())
    app[short_page.KEY] = short_page.ShortPage(gate, shown)
    app.add_routes(feed.routes(service))
    app.add_routes(health.routes(service))
    if in_sandbox:
        app.add_routes(sandboxed.routes(service))
    return app


@web.middleware
async def _calm(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Never a traceback: 503 where the database is away or too much waits, 500 for our faults.

    The path is not logged: it may hold a ticket's token or a callback's secret.
    """
    try:
        return await handler(request)
    except (*AWAY, Full) as away:
        log.get().warning("request_unserved", why=type(away).__name__)
        return web.Response(
            status=503, text="please try again in a moment", headers={"Cache-Control": "no-store"}
        )
    except web.HTTPException:
        raise
    except Exception as fault:
        log.get().error("request_failed", exc_info=fault)
        return web.Response(status=500, text="a fault of ours", headers={"Connection": "close"})


def _count(service: Service) -> Callable[[str], None]:
    def count(outcome: str) -> None:
        service.metrics.callbacks.labels(outcome).inc()
        if outcome == "accepted":
            log.get().info("callback_accepted", trace=trace.current())
        else:
            log.get().warning("callback_refused", why=outcome)

    return count
