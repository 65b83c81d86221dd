"""Live ticket pages past aiohttp's request machinery, which costs more than finding one.

Only what is a page for certain is answered here; see `short_way` for what becomes of the rest.
"""

from email.utils import formatdate
from functools import lru_cache
from time import time

from aiohttp import web
from aiohttp.http import SERVER_SOFTWARE

from bot.web.gate import Gate
from bot.web.plain import MOST_HEAD, head_of, headers_of
from flows.record import record
from tickets.routes import HTML, Tickets, takes_gzip
from tickets.token import Address, parse

_HEAD = head_of(rb"GET /eticket/([0-9A-Za-z_-]{1,81})")
_ALIVE = b"keep-alive"


@record
class Asked:
    """One plain question for a ticket's page."""

    address: Address
    takes_gzip: bool
    forwarded: list[str]  # its X-Forwarded-For headers


class ShortPage:
    """Answers for the gate and for the tickets behind it, in the very bytes of aiohttp."""

    def __init__(self, gate: Gate, tickets: Tickets) -> None:
        self._gate, self._tickets = gate, tickets
        self._heads = {packed: self._head(packed) for packed in (False, True)}

    def admit(self, asked: Asked, peer: str) -> str | None:
        """The client, counted like all who pass the gate; None: the gate refuses it."""
        return self._gate.admit(peer, asked.forwarded)

    def take_back(self, client: str) -> None:
        """Count a client no more, for it goes through the gate after all."""
        self._gate.take_back(client)

    async def answer(self, asked: Asked) -> bytes | None:
        """The whole answer; None: there is no live ticket, or no telling."""
        try:
            page = await self._tickets.live(asked.address)
        except Exception:  # met again, and told, on aiohttp's way
            return None
        if page is None:
            return None
        body = page.packed if asked.takes_gzip else page.plain
        return self._heads[asked.takes_gzip] % (len(body), _date(int(time()))) + body

    def _head(self, packed: bool) -> bytes:
        lines = [f"{name}: {text}" for name, text in self._tickets.headers.items()]
        if packed:
            lines.append("Content-Encoding: gzip")
        lines.append(f"Content-Type: {HTML}; charset=utf-8")
        known = "\r\n".join(["HTTP/1.1 200 OK", *lines]).replace("%", "%%").encode()
        server = SERVER_SOFTWARE.replace("%", "%%").encode()
        return known + b"\r\nContent-Length: %d\r\nDate: %s\r\nServer: " + server + b"\r\n\r\n"


def asked_for(data: bytes) -> Asked | None:
    """What is asked where the data are exactly one plain GET of a ticket's page; else None."""
    head = _HEAD.match(data, 0, MOST_HEAD)
    if head is None or head.end() != len(data):
        return None
    address, headers = parse(head[1].decode("ascii")), headers_of(data)
    if address is None or headers is None or headers.get(b"content-length", b"0") != b"0":
        return None
    if headers.get(b"connection", _ALIVE).lower() != _ALIVE:
        return None
    hops = headers.get(b"x-forwarded-for")
    accepted = headers.get(b"accept-encoding", b"").decode("ascii")
    return Asked(address, takes_gzip(accepted), [] if hops is None else [hops.decode("ascii")])


@lru_cache(maxsize=2)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


KEY = web.AppKey("short_page", ShortPage)
