"""pywa's HTTP session on aiohttp: httpx's interface, a twentieth of its processor time a send.

httpx builds a request, a response and a pool's bookkeeping of its own around every call; a call
that carries JSON needs none of it. Everything else (uploads, downloads) stays with httpx.
"""

from typing import Any, cast

import aiohttp
import httpx
import orjson
from httpx_aiohttp import AiohttpTransport
from multidict import CIMultiDict
from yarl import URL

BAD = 400
MOST_URLS = 64  # remembered; a service asks for a handful


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


def _without_usual(headers: httpx.Headers) -> CIMultiDict[str]:
    """Headers but for those that aiohttp adds by itself with the same value."""
    usual = CIMultiDict(aiohttp.ClientRequest.DEFAULT_HEADERS)
    return CIMultiDict({key: text for key, text in headers.items() if usual.get(key) != text})


class GraphSession(httpx.AsyncClient):
    """An `httpx.AsyncClient` whose JSON calls go straight to an aiohttp session.

    The bytes on the wire are those that httpx would send over its aiohttp transport. A short
    call may take as long as that session says, any other `seconds`. Raises httpx's exceptions.
    """

    def __init__(self, over: aiohttp.ClientSession, seconds: float) -> None:
        super().__init__(transport=AiohttpTransport(client=over), timeout=seconds)
        self._over = over
        self._urls: dict[str, URL] = {}
        self._base: httpx.URL | None = None
        self._raw: list[tuple[bytes, bytes]] = []
        self._headers_sent: CIMultiDict[str] = CIMultiDict()

    async def request(self, method: str, url: Any, **options: Any) -> httpx.Response:
        """As httpx's own; a call of nothing but `json` takes the short way."""
        if list(options) != ["json"] or not isinstance(url, str):
            return await super().request(method, url, **options)
        body = orjson.dumps(options["json"])
        try:
            async with self._over.request(
                method, self._url(url), data=body, headers=self._sent(),
                allow_redirects=False,
            ) as answer:  # fmt: skip
                content = await answer.read()
        except aiohttp.ClientConnectorError as fault:
            raise httpx.ConnectError(str(fault)) from fault
        except TimeoutError as fault:
            raise httpx.ReadTimeout(str(fault)) from fault
        except (aiohttp.ClientError, OSError) as fault:
            raise httpx.ReadError(str(fault)) from fault
        if answer.status >= BAD:
            return httpx.Response(answer.status, headers=answer.headers, content=content)
        return cast(httpx.Response, GoodAnswer(answer.status, content))

    def _url(self, path: str) -> URL:
        """The whole address of a path below the base, made once."""
        if self._base is not self.base_url or len(self._urls) > MOST_URLS:
            self._base = self.base_url
            self._urls.clear()
        made = self._urls.get(path)
        if made is None:
            whole = path if path.startswith("http") else str(self.base_url).rstrip("/") + path
            made = self._urls[path] = URL(whole)
        return made

    def _sent(self) -> CIMultiDict[str]:
        """The session's headers, which hold the token; made again when they change."""
        raw = self.headers.raw
        if raw != self._raw:
            self._raw, self._headers_sent = raw, _without_usual(self.headers)
            self._headers_sent["Content-Type"] = "application/json"
        return self._headers_sent
