"""The e-ticket over HTTP: reading only, and nothing that tells a wrong link from a near one."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from gzip import compress

from aiohttp import web

from flows.record import record
from flows.texts import Catalogues, Texts
from tickets import pages
from tickets.calendar import calendar
from tickets.expiry import Standing, standing, valid_until
from tickets.model import Lookup, Ticket
from tickets.token import Address, new_token, parse, same

HoldBack = Callable[[str], int]  # counts a wrong link of an address; seconds it must wait, or 0
HTML, CALENDAR, TEXT = "text/html", "text/calendar", "text/plain"
KEPT = 250  # pages, of about 20 kB each
NO_TOKEN = new_token()  # compared with when a booking does not exist; never given to anyone


def tickets(
    lookup: Lookup,
    now: Callable[[], datetime],
    catalogues: Catalogues,
    *,
    hold_back: HoldBack,
    grace: timedelta,
    frame_ancestors: str = "'none'",
) -> "Tickets":
    """The tickets of one service; `frame_ancestors` is the CSP source list of who may frame one."""

    @lru_cache(maxsize=KEPT)
    def page(ticket: Ticket) -> Page:
        """By all that a ticket shows: what changes is a page of its own, never an old one."""
        ends = valid_until(ticket.checkout, ticket.zone, grace)
        plain = pages.ticket_page(ticket, _texts(catalogues, ticket), ends).encode()
        return Page(plain, compress(plain, mtime=0))

    return Tickets(
        lookup=lookup,
        now=now,
        catalogues=catalogues,
        page=page,
        grace=grace,
        headers=headers(frame_ancestors),
        hold_back=hold_back,
        unknown=pages.plain_page("unknown", catalogues.values()),
        busy=pages.plain_page("busy", catalogues.values()),
    )


def headers(frame_ancestors: str) -> dict[str, str]:
    """What every answer carries (facts/reliability.md 5, facts/ux.md 4.3)."""
    policy = (
        "default-src 'none'",
        f"style-src {pages.STYLE_HASH}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        f"frame-ancestors {frame_ancestors}",
    )
    return {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }


def takes_gzip(accepted: str) -> bool:
    """Whether a live page may go out packed, by the Accept-Encoding of who asks."""
    return "gzip" in accepted.lower()


def _texts(catalogues: Catalogues, ticket: Ticket) -> Texts:
    return catalogues.get(ticket.language) or catalogues["en"]


@record
class Page:
    """A live ticket as it goes out."""

    plain: bytes
    packed: bytes  # gzip


@record
class Tickets:
    """Answers whoever asks for a ticket."""

    lookup: Lookup
    now: Callable[[], datetime]
    catalogues: Catalogues
    page: Callable[[Ticket], Page]
    grace: timedelta
    headers: Mapping[str, str]
    hold_back: HoldBack
    unknown: str
    busy: str

    def routes(self) -> list[web.AbstractRouteDef]:
        """Everything under /eticket."""
        paths = ("/eticket", "/eticket/{name:.*}")
        return [web.route("*", path, self._answer) for path in paths]

    async def live(self, address: Address) -> Page | None:
        """The page of a ticket that is live now; None: something else is to be said."""
        ticket = await self._find(address)
        if ticket is None or standing(ticket, self.now(), self.grace) is not Standing.LIVE:
            return None
        return self.page(ticket)

    async def _answer(self, request: web.Request) -> web.Response:
        if request.method not in {"GET", "HEAD"}:
            return self._response(405, "", TEXT, Allow="GET, HEAD")
        address = parse(request.match_info.get("name", ""))
        ticket = await self._find(address) if address else None
        now = self.now()
        worth = standing(ticket, now, self.grace) if ticket else Standing.NONE
        if address is None or ticket is None or worth is Standing.NONE:
            return self._nothing(request.remote or "")
        texts = _texts(self.catalogues, ticket)
        if worth is not Standing.LIVE:
            return self._response(410, pages.gone_page(ticket, texts, worth), HTML)
        if address.calendar:
            return self._calendar(ticket, texts, now)
        return self._live(ticket, request)

    async def _find(self, address: Address) -> Ticket | None:
        ticket = await self.lookup(address.booking_id)
        # Compared in any case, so that the time does not tell which bookings exist.
        matches = same(address.token, ticket.token if ticket else NO_TOKEN)
        return ticket if matches else None

    def _live(self, ticket: Ticket, request: web.Request) -> web.Response:
        page = self.page(ticket)
        if not takes_gzip(request.headers.get("Accept-Encoding", "")):
            return self._whole(200, page.plain, HTML)
        return self._whole(200, page.packed, HTML, **{"Content-Encoding": "gzip"})

    def _calendar(self, ticket: Ticket, texts: Texts, now: datetime) -> web.Response:
        shown = f'inline; filename="{ticket.booking_id}.ics"'
        body = calendar(ticket, texts, now)
        return self._response(200, body, CALENDAR, **{"Content-Disposition": shown})

    def _nothing(self, address: str) -> web.Response:
        # Only wrong links are held back: behind a proxy or a carrier's NAT many guests share
        # one address, and nobody else's mistakes may keep a guest from a ticket.
        wait = self.hold_back(address)
        if wait:
            return self._response(429, self.busy, HTML, **{"Retry-After": str(wait)})
        return self._response(404, self.unknown, HTML)

    def _response(self, status: int, body: str | bytes, kind: str, **more: str) -> web.Response:
        whole = body.encode() if isinstance(body, str) else body
        response = self._whole(status, whole, kind, **more)
        response.enable_compression()
        return response

    def _whole(self, status: int, body: bytes, kind: str, **more: str) -> web.Response:
        headers = {**self.headers, **more}
        return web.Response(
            status=status, body=body, content_type=kind, charset="utf-8", headers=headers
        )
