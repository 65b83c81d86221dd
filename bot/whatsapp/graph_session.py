"""pywa's HTTP session over connections of our own: httpx's interface, a part of its time a send.

httpx builds a request, a response and a pool's bookkeeping of its own around every call; a call
that carries JSON needs none of it. Everything else (uploads, downloads) stays with httpx.
"""

from typing import Any, cast

import httpx
import orjson

from bot.whatsapp.graph_lines import Lines

BAD = 400
LEFT_OUT = ("accept-encoding", "connection")  # a few hundred bytes are not worth compressing


class GoodAnswer:
    """What pywa reads of an answer that is no error: a part of `httpx.Response`."""

    __slots__ = ("content", "status_code")

    def __init__(self, status_code: int, content: bytes) -> None:
        self.status_code, self.content = status_code, content

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body's JSON; raises ValueError."""
        return orjson.loads(self.content)


class GraphSession(httpx.AsyncClient):
    """An `httpx.AsyncClient` whose JSON calls go straight to kept-alive connections.

    The bytes on the wire are those that httpx would send, but that no compressed answer is asked
    for. A call may take so many seconds. Raises httpx's exceptions.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, seconds: float) -> None:
        super().__init__(transport=transport, timeout=seconds)
        self._seconds = seconds
        self._lines: Lines | None = None
        self._base = ""  # of the path
        self._raw: list[tuple[bytes, bytes]] = []
        self._shared = ""  # the headers, which hold the token

    async def request(self, method: str, url: Any, **options: Any) -> httpx.Response:
        """As httpx's own; a call below the base with nothing but `json` takes the short way."""
        if list(options) != ["json"] or not isinstance(url, str) or not url.startswith("/"):
            return await super().request(method, url, **options)
        lines, body = self._to_base(), orjson.dumps(options["json"])
        head = (
            f"{method} {self._base}{url} HTTP/1.1\r\n{self._sent(lines.host)}"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        answer = await lines.ask(head.encode("ascii") + body)
        if answer.status >= BAD:
            return httpx.Response(answer.status, content=answer.content)
        return cast(httpx.Response, GoodAnswer(*answer))

    async def aclose(self) -> None:
        """Close every connection."""
        if self._lines:
            self._lines.close()
        await super().aclose()

    def _to_base(self) -> Lines:
        if self._lines is None:
            self._lines = Lines(str(self.base_url), self._seconds)
            self._base = self.base_url.path.rstrip("/")
        return self._lines

    def _sent(self, host: str) -> str:
        """The session's headers as they are written; made again when they change."""
        raw = self.headers.raw
        if raw != self._raw:
            ours = {"Host": host, "Content-Type": "application/json"}
            theirs = ((k, v) for k, v in self.headers.items() if k.lower() not in LEFT_OUT)
            lines = (f"{name}: {text}\r\n" for name, text in (*ours.items(), *theirs))
            self._raw, self._shared = raw, "".join(lines)
        return self._shared
