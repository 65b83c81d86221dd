"""The calendar that each property shares with other sites: GET /calendar/{property}-{token}.ics.

A secret address, read only, without a name, a number or an amount: it only says which nights
cannot be booked. `?unit=3` gives the calendar of one unit, for a listing that sells that one.
"""

import hmac
import secrets
import time
from typing import Any

from aiohttp import web

from bot.rounds import ical
from bot.service import Service
from bot.web.limit import Limit
from db import calendars
from db.sql import sql
from flows.feeds import full_nights

NOBODY = secrets.token_hex(32)  # compared with where there is no such property; never given out
HEADERS = {
    "Cache-Control": "private, max-age=300",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def routes(service: Service) -> list[web.RouteDef]:
    """The one route, held back for addresses that try wrong ones."""
    limit = Limit(time.monotonic)

    async def answer(request: web.Request) -> web.Response:
        property_id, _, token = request.match_info["name"].rpartition("-")
        row = await service.pool.fetchrow(sql("feed_property"), property_id)
        known = row["feed_token"] if row else NOBODY
        unit = _unit(request, row)
        if not hmac.compare_digest(token.encode(), known.encode()) or row is None or unit is None:
            wait = limit.wait(request.remote or "")
            return web.Response(status=429 if wait else 404, text="not found", headers=HEADERS)
        body = await _calendar(service, row, unit)
        return web.Response(body=body, content_type="text/calendar", charset="utf-8",
                            headers=HEADERS)  # fmt: skip

    return [web.get("/calendar/{name:[a-z0-9-]{1,200}}.ics", answer)]


def address(public_url: str, row: Any) -> str:
    """The secret address of a property's own calendar."""
    return f"{public_url}/calendar/{row['property_id']}-{row['feed_token']}.ics"


def _unit(request: web.Request, row: Any) -> int | None:
    """The unit asked for; 0: the whole property; None: there is no such unit."""
    wanted = request.query.get("unit", "0")
    most = row["units"] if row else 0
    return int(wanted) if wanted.isdecimal() and len(wanted) < 5 and int(wanted) <= most else None


async def _calendar(service: Service, row: Any, unit: int) -> bytes:
    now = service.clock.now()
    today = now.astimezone(service.write.rules.zone).date()
    taken = await calendars.taken(service.pool, row["property_id"], today)
    if unit:
        nights = full_nights([each for each in taken if each.unit == unit], 1)
    else:
        nights = full_nights(taken, row["units"])
    return ical.write(row["name"], f"{row['property_id']}-{unit}", nights, now)
