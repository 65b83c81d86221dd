"""The webhook's edge: check, split, store, answer 200. Everything else comes later."""

import hmac
import time
from functools import cache

from aiohttp import web
from prometheus_client import Counter

from bot import log
from bot.queue.grouped import Full
from bot.service import Service
from bot.whatsapp.signature import is_genuine
from bot.whatsapp.split import NotAWebhook, split
from db.pool import AWAY


def routes(service: Service) -> list[web.RouteDef]:
    """GET (the challenge) and POST (deliveries) of /whatsapp/webhook."""

    @cache
    def answered(status: int) -> Counter:
        return service.metrics.webhooks.labels(str(status))

    async def challenge(request: web.Request) -> web.Response:
        return _challenge(request, service.config.whatsapp_verify_token)

    async def deliver(request: web.Request) -> web.Response:
        started = time.perf_counter()
        response = await _deliver(request, service)
        answered(response.status).inc()
        service.metrics.webhook_seconds.observe(time.perf_counter() - started)
        return response

    return [
        web.get("/whatsapp/webhook", challenge, allow_head=False),
        web.post("/whatsapp/webhook", deliver),
    ]


def _challenge(request: web.Request, verify_token: str) -> web.Response:
    """Echo the challenge to whoever knows the verify token (facts/whatsapp.md 1.1)."""
    query = request.query
    given = query.get("hub.verify_token", "").encode("utf-8", "surrogateescape")
    knows = hmac.compare_digest(given, verify_token.encode())
    if query.get("hub.mode") != "subscribe" or not knows or "hub.challenge" not in query:
        return web.Response(status=403, text="refused")
    return web.Response(text=query["hub.challenge"])


async def _deliver(request: web.Request, service: Service) -> web.Response:
    body = await request.read()  # bounded by the gate
    header = request.headers.get("X-Hub-Signature-256")
    if not is_genuine(body, header, service.config.app_secrets):
        return web.Response(status=401, text="bad signature")
    try:
        events = split(body)
    except NotAWebhook as fault:
        log.get().warning("webhook_malformed", why=str(fault), bytes=len(body))
        return web.Response(status=400, text="malformed")
    try:
        if events:
            await service.intake.take(events)
    except (*AWAY, Full) as away:
        log.get().warning("webhook_not_stored", why=type(away).__name__)
        return web.Response(status=503, text="try again")
    return web.Response(text="ok")
