"""Deliveries past aiohttp's request machinery, which costs more than all that is done with one.

A connection begins here. As long as what arrives is one whole, plain and genuine delivery at a
time, it is answered here; whatever else arrives is given to aiohttp with the connection, for good:
every refusal, limit and oddity is its and the gate's. So nothing here says no but for want of room.
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
from bot.web.webhook import PATH, WORDS, Webhook
from bot.whatsapp.split import NotAWebhook, Single, split

MOST_HEAD = 4096
# Read in one way only: a plain name, a colon, printable letters; nothing is folded or encoded.
_HEAD = re.compile(rb"POST " + PATH.encode() + rb" HTTP/1\.1\r\n(?:[A-Za-z0-9-]+: [ -~]*\r\n)+\r\n")
_LENGTH = re.compile(rb"[0-9]{1,7}")
_OTHERWISE = (b"transfer-encoding", b"content-encoding", b"connection", b"expect")
_WORDS = WORDS | {500: "a fault of ours"}


class Lines:
    """The connections of one listening socket that are still on the short way."""

    def __init__(
        self, webhook: Webhook, limits: Limits, aiohttp: Callable[[], asyncio.Protocol]
    ) -> None:
        self.webhook, self.limits, self.aiohttp = webhook, limits, aiohttp
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
        self._early = b""  # what came before the last delivery was answered
        self._idle_since = self._loop.time()
        self._watch: asyncio.TimerHandle | None = None
        self.answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a delivery."""
        self._transport: Any = transport  # uvloop's are no asyncio.Transport
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
        if left <= 0:
            self.close()
        else:
            self._watch_for(left)

    def data_received(self, data: bytes) -> None:
        """Begin to answer a delivery, or give the connection away."""
        if self.answering:
            self._early += data
            if len(self._early) > self._lines.limits.webhook_bytes:
                self.close()
            return
        began = time.perf_counter()
        events = self._events_of(data)
        if events is None:
            self._hand_over(data)
        else:
            self.answering = self._loop.create_task(self._answer(events, began))

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
        protocol.data_received(data)

    async def _answer(self, events: list[Single], began: float) -> None:
        try:
            status = await self._lines.webhook.store(events, began)
        except Exception as fault:
            log.get().error("request_failed", exc_info=fault)
            status = 500
        self.answering, self._idle_since = None, self._loop.time()
        if self._transport.is_closing():
            return
        self._transport.write(_answer(status, int(time.time())))
        if self._lines.is_ending:
            self.close()
        elif self._early:
            early, self._early = self._early, b""
            self.data_received(early)


def whole_delivery(data: bytes) -> tuple[bytes, str] | None:
    """(body, signature) where the data are exactly one plain POST to the webhook; else None."""
    head = _HEAD.match(data, 0, MOST_HEAD)
    if head is None:
        return None
    at = head.end()
    headers: dict[bytes, bytes] = {}
    for line in data[: at - 4].split(b"\r\n")[1:]:
        name, _, text = line.partition(b": ")
        name = name.lower()
        if name in headers or name in _OTHERWISE:
            return None
        headers[name] = text
    length, signature = headers.get(b"content-length", b""), headers.get(b"x-hub-signature-256")
    if signature is None or b"host" not in headers or not _LENGTH.fullmatch(length):
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
