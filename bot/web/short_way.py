"""Deliveries and pages past aiohttp's request machinery, which costs more than what is done.

A connection begins here. As long as what arrives is one whole, plain and genuine delivery or one
plain question for a live ticket at a time, it is answered here; whatever else arrives is given to
aiohttp with the connection, for good: every refusal, limit and oddity is its and the gate's. So
nothing here says no but for want of room.
"""

import asyncio
import re
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from bot import log
from bot.web.gate import Limits
from bot.web.plain import MOST_HEAD, head_of, headers_of
from bot.web.short_page import Asked, ShortPage, asked_for
from bot.web.webhook import PATH, WORDS, Webhook
from bot.whatsapp.split import NotAWebhook, Single, split

_HEAD = head_of(rb"POST " + PATH.encode())
_LENGTH = re.compile(rb"[0-9]{1,7}")
_WORDS = WORDS | {500: "a fault of ours"}


class Lines:
    """The connections of one listening socket that are still on the short way."""

    def __init__(
        self, webhook: Webhook, page: ShortPage, limits: Limits,
        aiohttp: Callable[[], asyncio.Protocol],
    ) -> None:  # fmt: skip
        self.webhook, self.page, self.limits, self.aiohttp = webhook, page, limits, aiohttp
        self.open: set[Line] = set()
        self.is_ending = False

    async def end(self, seconds: float) -> None:
        """Close the idle ones, and the others once they are answered, at most so much later."""
        self.is_ending = True
        busy = [line.answering for line in self.open if line.answering]
        for line in list(self.open):
            if not line.answering:
                line.close()
        if busy:
            await asyncio.wait(busy, timeout=seconds)
        for line in list(self.open):
            line.close()


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._loop = asyncio.get_running_loop()
        self._early = b""  # what came before the last request was answered
        self._is_full = False  # the client does not read what it asks for
        self._idle_since = self._loop.time()
        self._watch: asyncio.TimerHandle | None = None
        self.answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        self._transport: Any = transport  # uvloop's are no asyncio.Transport
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if peer else ""
        self._lines.open.add(self)
        self._watch_for(self._lines.limits.idle_seconds)

    def connection_lost(self, fault: Exception | None) -> None:
        """Forget the connection; a delivery that is being stored is stored all the same."""
        self._leave()

    def close(self) -> None:
        """Close the connection once what is written is sent."""
        self._transport.close()

    def _leave(self) -> None:
        self._lines.open.discard(self)
        if self._watch:
            self._watch.cancel()

    def _watch_for(self, seconds: float) -> None:
        self._watch = self._loop.call_later(seconds, self._close_if_idle)

    def _close_if_idle(self) -> None:
        left = self._idle_since + self._lines.limits.idle_seconds - self._loop.time()
        if self.answering:
            left = self._lines.limits.idle_seconds
        if left <= 0 and self._is_full:
            self._transport.abort()  # what is written would wait for a reader for ever
        elif left <= 0:
            self.close()
        else:
            self._watch_for(left)

    def data_received(self, data: bytes) -> None:
        """Begin to answer a request, or give the connection away."""
        if self.answering or self._is_full:
            self._early += data
            if len(self._early) > self._lines.limits.webhook_bytes:
                self.close()
            return
        began = time.perf_counter()
        events = self._events_of(data)
        if events is not None:
            self.answering = self._loop.create_task(self._answer(events, began))
            return
        asked = asked_for(data)
        client = self._lines.page.admit(asked, self._peer) if asked else None
        if asked is None or client is None:
            self._hand_over(data)
        else:
            self.answering = self._loop.create_task(self._show(asked, client, data))

    def pause_writing(self) -> None:
        """Answer no more: what was answered is not read."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Go on where it was left."""
        self._is_full = False
        if not self.answering:
            self._go_on()

    def _events_of(self, data: bytes) -> list[Single] | None:
        """The events of one whole genuine delivery; None: it is anything else."""
        found = whole_delivery(data)
        if found is None or not self._lines.webhook.is_genuine(*found):
            return None
        try:
            return split(found[0])
        except NotAWebhook:
            return None

    def _hand_over(self, data: bytes) -> None:
        """From here on the connection is aiohttp's."""
        self._leave()
        protocol = self._lines.aiohttp()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        if self._is_full:
            protocol.pause_writing()
        protocol.data_received(data)

    async def _answer(self, events: list[Single], began: float) -> None:
        try:
            status = await self._lines.webhook.store(events, began)
        except Exception as fault:
            log.get().error("request_failed", exc_info=fault)
            status = 500
        self._answered(_answer(status, int(time.time())))

    async def _show(self, asked: Asked, client: str, data: bytes) -> None:
        answer = await self._lines.page.answer(asked)
        if answer is not None or self._transport.is_closing():
            self._answered(answer or b"")
            return
        self._lines.page.take_back(client)
        self.answering = None
        self._hand_over(data + self._early)

    def _answered(self, answer: bytes) -> None:
        self.answering, self._idle_since = None, self._loop.time()
        if self._transport.is_closing():
            return
        self._transport.write(answer)
        if self._lines.is_ending:
            self.close()
        else:
            self._go_on()

    def _go_on(self) -> None:
        if self._early and not self._is_full:
            early, self._early = self._early, b""
            self.data_received(early)


def whole_delivery(data: bytes) -> tuple[bytes, str] | None:
    """(body, signature) where the data are exactly one plain POST to the webhook; else None."""
    head = _HEAD.match(data, 0, MOST_HEAD)
    if head is None:
        return None
    at = head.end()
    headers = headers_of(data[:at])
    if headers is None or b"connection" in headers:
        return None
    length, signature = headers.get(b"content-length", b""), headers.get(b"x-hub-signature-256")
    if signature is None or not _LENGTH.fullmatch(length):
        return None
    if at + int(length) != len(data):
        return None
    return data[at:], signature.decode("ascii")


@lru_cache(maxsize=8)
def _answer(status: int, second: int) -> bytes:
    reason, words = HTTPStatus(status).phrase, _WORDS[status]
    return (
        f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(words)}\r\nDate: {formatdate(second, usegmt=True)}\r\n\r\n{words}"
    ).encode()
