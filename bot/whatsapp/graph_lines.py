"""Kept-alive connections to the Graph API for calls that are all alike: JSON out, JSON back.

A general client builds a request, a response, timers and a pool's books around every call; that
was a seventh of a dialogue step. What HTTP says is read by llhttp, as in Node.js and aiohttp.
"""

import asyncio
import ssl
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

import httptools
import httpx

KEPT_SECONDS = 15.0  # an idle connection is not used after that: the other side may close it
MOST_BODY = 1024 * 1024


@cache
def trust() -> ssl.SSLContext:
    """The authorities that this machine trusts; reading them takes some twenty milliseconds."""
    return ssl.create_default_context()


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    content: bytes


class Lines:
    """Connections to one host, as many as there are calls at a time."""

    def __init__(self, base: str, seconds: float) -> None:
        parts = urlsplit(base)
        self._is_secure = parts.scheme == "https"
        self._host, self._port = str(parts.hostname), parts.port or (443 if self._is_secure else 80)
        self.host = parts.netloc
        self._seconds = seconds
        self._free: list[_Line] = []
        self._open: set[_Line] = set()

    async def ask(self, request: bytes) -> Answer:
        """Send a whole request and read its answer.

        Raises httpx.ConnectError where nothing was sent, httpx.ReadTimeout or httpx.ReadError
        where that is not known.
        """
        line = self._kept() or await self._connected()
        try:
            answer = await line.ask(request, self._seconds)
        except BaseException:
            line.close()
            raise
        if line.is_usable:
            self._free.append(line)
        return answer

    def close(self) -> None:
        """Close every connection."""
        for line in list(self._open):
            line.close()

    def _kept(self) -> "_Line | None":
        while self._free:
            line = self._free.pop()
            if line.is_usable and line.idle_seconds < KEPT_SECONDS:
                return line
            line.close()
        return None

    async def _connected(self) -> "_Line":
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                _, line = await loop.create_connection(
                    lambda: _Line(self._open), self._host, self._port,
                    ssl=trust() if self._is_secure else None,
                )  # fmt: skip
        except OSError as fault:  # TimeoutError and ssl.SSLError among them
            raise httpx.ConnectError(type(fault).__name__) from fault
        return line


class _Line(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self, open_: "set[_Line]") -> None:
        self._open, self._loop = open_, asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None
        self._body: list[bytes] = []
        self._since = self._loop.time()
        self.is_usable = True

    @property
    def idle_seconds(self) -> float:
        """Since the last answer."""
        return self._loop.time() - self._since

    async def ask(self, request: bytes, seconds: float) -> Answer:
        answer = self._answer = self._loop.create_future()
        timer = self._loop.call_later(seconds, self._fail, httpx.ReadTimeout("no answer"))
        try:
            self._transport.write(request)
            found: Answer = await answer
        finally:
            timer.cancel()
            self._answer = None
        return found

    def close(self) -> None:
        self.is_usable = False
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]  # uvloop's own
        self._open.add(self)

    def connection_lost(self, fault: Exception | None) -> None:
        self.is_usable = False
        self._open.discard(self)
        self._fail(httpx.ReadError("the connection was closed"))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._broken("no HTTP")

    # httptools calls these while it is fed.

    def on_body(self, body: bytes) -> None:
        self._body.append(body)
        if sum(map(len, self._body)) > MOST_BODY:
            self._broken("too long an answer")

    def on_message_complete(self) -> None:
        status, content = self._parser.get_status_code(), b"".join(self._body)
        self._body.clear()
        if status < httpx.codes.OK:
            return  # the answer proper is still to come
        if not self._parser.should_keep_alive():
            self.is_usable = False
        self._since = self._loop.time()
        if self._answer is None or self._answer.done():
            self._broken("an answer that nobody asked for")
        else:
            self._answer.set_result(Answer(status, content))

    def _broken(self, why: str) -> None:
        self._fail(httpx.ReadError(why))
        self.close()

    def _fail(self, fault: httpx.HTTPError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(fault)
