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
from bot.whatsapp.split import NotAWebhook, Single, split
from db.pool import AWAY

PATH = "/whatsapp/webhook"
WORDS = {200: "ok", 503: "try again"}


class Webhook:
    """Takes WhatsApp's deliveries, whichever way they came in."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._answered = cache(self._counter)

    def _counter(self, status: int) -> Counter:
        return self._service.metrics.webhooks.labels(str(status))

    def routes(self) -> list[web.RouteDef]:
        """GET (the challenge) and POST (deliveries)."""
        return [web.get(PATH, self._challenge, allow_head=False), web.post(PATH, self._deliver)]

    def is_genuine(self, body: bytes, signature: str | None) -> bool:
        """Whether WhatsApp signed exactly these bytes for us."""
        return is_genuine(body, signature, self._service.config.app_secrets)

    async def store(self, events: list[Single], began: float) -> int:
        """200 once the events are committed, 503 where they cannot be now; `began` is monotonic."""
        try:
            if events:
                await self._service.intake.take(events)
        except (*AWAY, Full) as away:
            log.get().warning("webhook_not_stored", why=type(away).__name__)
            return self._told(503, began)
        return self._told(200, began)

    def _told(self, status: int, began: float) -> int:
        self._answered(status).inc()
        self._service.metrics.webhook_seconds.observe(time.perf_counter() - began)
        return status

    async def _deliver(self, request: web.Request) -> web.Response:
        began = time.perf_counter()
        body = await request.read()  # bounded by the gate
        if not self.is_genuine(body, request.headers.get("X-Hub-Signature-256")):
            return web.Response(status=self._told(401, began), text="bad signature")
        try:
            events = split(body)
        except NotAWebhook as fault:
            log.get().warning("webhook_malformed", why=str(fault), bytes=len(body))
            return web.Response(status=self._told(400, began), text="malformed")
        status = await self.store(events, began)
        return web.Response(status=status, text=WORDS[status])

    async def _challenge(self, request: web.Request) -> web.Response:
        """Echo the challenge to whoever knows the verify token (facts/whatsapp.md 1.1)."""
        query = request.query
        given = query.get("hub.verify_token", "").encode("utf-8", "surrogateescape")
        knows = hmac.compare_digest(given, self._service.config.whatsapp_verify_token.encode())
        if query.get("hub.mode") != "subscribe" or not knows or "hub.challenge" not in query:
            return web.Response(status=403, text="refused")
        return web.Response(text=query["hub.challenge"])


KEY = web.AppKey("webhook", Webhook)
