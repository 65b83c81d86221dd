"""The gate before every route: who asks, how often, how much; refused before any work is done."""

import asyncio
import ipaddress
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.metrics import Metrics
from bot.web.limit import Limit, Monotonic
from flows.record import record

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

WEBHOOK, CALLBACK, OTHER = "/whatsapp/webhook", "/paytm/callback/", "other"
# The answers that count as a wrong try: a forged signature; an unknown secret, a bad checksum.
WRONG = {WEBHOOK: frozenset({401, 403}), CALLBACK: frozenset({400, 404})}


@record
class Limits:
    """What one client may take of us (facts/reliability.md 5); tests make it small."""

    connections: int = 500  # of this process; more are closed as soon as they come
    idle_seconds: float = 10.0  # without a whole request head, however it trickles
    body_seconds: float = 5.0  # for the whole body
    webhook_bytes: int = 3 * 1024 * 1024  # Meta's most
    other_bytes: int = 64 * 1024
    forged_a_minute: int = 10  # wrong signatures or verify tokens of one address
    wrong_callbacks_a_minute: int = 30  # of one address
    asks_a_minute: int = 300  # of one address, of everything but the webhook


class Gate:
    """Holds back an address that has been wrong too often, and bodies that are too much."""

    def __init__(
        self, limits: Limits, proxies: int, metrics: Metrics, monotonic: Monotonic = time.monotonic
    ) -> None:
        self._limits = limits
        self._proxies = proxies
        self._metrics = metrics
        self._asks = Limit(monotonic, most=limits.asks_a_minute, addresses=2000)
        self._wrong = {
            WEBHOOK: Limit(monotonic, most=limits.forged_a_minute),
            CALLBACK: Limit(monotonic, most=limits.wrong_callbacks_a_minute),
        }

    def middleware(self) -> Middleware:
        """The gate as aiohttp calls it."""

        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._pass(request, handler)

        return gate

    async def _pass(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        address, path = client_address(request, self._proxies), _route(request.path)
        wait = self._held(path, address)
        if wait:
            return self._refuse(path, 429, "too many tries", wait)
        request = self._fitted(request, address, path)
        refused = await self._read(request, path)
        if refused is not None:
            return refused
        response = await handler(request)
        if response.status in WRONG.get(path, ()) and is_public(address):
            self._wrong[path].wait(address)
        return response

    def admit(self, seen: str, forwarded: Sequence[str]) -> str | None:
        """The client that asks for anything but the webhook, counted; None: it must wait.

        `seen` and `forwarded` are the peer's address and the X-Forwarded-For headers.
        """
        address = believed(seen, forwarded, self._proxies)
        return None if self._held(OTHER, address) else address

    def take_back(self, address: str) -> None:
        """Forget that a client was admitted: it comes through the gate once more."""
        self._asks.take_back(address)

    def _held(self, path: str, address: str) -> int:
        """Whole seconds that this address must wait; 0: it may ask."""
        if not is_public(address):
            return 0
        wrong = self._wrong[path].held(address) if path in self._wrong else 0
        return wrong or (0 if path == WEBHOOK else self._asks.wait(address))

    def _most(self, path: str) -> int:
        return self._limits.webhook_bytes if path == WEBHOOK else self._limits.other_bytes

    def _fitted(self, request: web.Request, address: str, path: str) -> web.Request:
        """The request with its client's true address and its route's limit of the body."""
        if path == WEBHOOK and address == request.remote:
            return request  # as it is: the application's own limit is the webhook's
        return request.clone(remote=address, client_max_size=self._most(path))

    async def _read(self, request: web.Request, path: str) -> web.Response | None:
        """Read the body, which the request keeps; an answer where it is refused.

        A compressed body is never opened: a signature is over the bytes on the wire.
        """
        if (request.content_length or 0) > self._most(path):
            return self._refuse(path, 413, "too large")
        if request.headers.get("Content-Encoding"):
            return self._refuse(path, 400, "encoded bodies are not accepted")
        if not request.body_exists:
            return None
        try:
            if request.content.is_eof():  # all of it is here: nothing to be waited for
                await request.read()
            else:
                await asyncio.wait_for(request.read(), self._limits.body_seconds)
        except TimeoutError:
            return self._refuse(path, 408, "too slow")
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(path, 413, "too large")
        except web.RequestPayloadError:
            return self._refuse(path, 400, "malformed body")
        return None

    def _refuse(self, path: str, status: int, why: str, wait: int = 0) -> web.Response:
        self._metrics.turned_away.labels(path, str(status)).inc()
        headers = {"Connection": "close", "Cache-Control": "no-store"}
        if wait:
            headers["Retry-After"] = str(wait)
        response = web.Response(status=status, text=why, headers=headers)
        response.force_close()
        return response


def _route(path: str) -> str:
    """Which of the routes that are counted apart this is; `other` for all the rest."""
    if path == WEBHOOK:
        return WEBHOOK
    return CALLBACK if path.startswith(CALLBACK) else OTHER


def client_address(request: web.BaseRequest, proxies: int) -> str:
    """The address of the client that sent a request."""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    return believed(request.remote or "", forwarded, proxies)


def believed(seen: str, forwarded: Sequence[str], proxies: int) -> str:
    """The address of the client: what the outermost of our own `proxies` saw.

    Each proxy adds the address it saw at the right of X-Forwarded-For; what stands further left
    is the client's own word and is not believed.
    """
    if not proxies:
        return seen
    hops = ",".join(forwarded).split(",")
    if proxies <= len(hops):
        told = hops[-proxies].strip()
        return told if _parsed(told) else seen
    return seen


@lru_cache(maxsize=4096)
def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def is_public(address: str) -> bool:
    """Whether an address is one client's.

    A loopback or private one is a proxy that does not say for whom it asks, or ourselves: holding
    it back would let one forger keep WhatsApp's own deliveries out.
    """
    parsed = _parsed(address)
    return parsed is not None and parsed.is_global
