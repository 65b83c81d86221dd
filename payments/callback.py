"""Paytm's callback over HTTP: believed in nothing, stored as a reason to ask Paytm."""

from collections.abc import Callable
from urllib.parse import parse_qsl

from aiohttp import web

from db import trace
from db.crash import Moment
from db.pool import transaction
from db.sql import sql
from payments.callback_form import BadCallback, read_callback
from payments.desk import Desk
from payments.protocol import PaytmKey


def routes(
    desk: Desk, key: PaytmKey, count: Callable[[str], None], wake: Callable[[], None]
) -> list[web.RouteDef]:
    """POST /paytm/callback/{secret}; `count` counts outcomes, `wake` starts the look at once."""

    async def answer(request: web.Request) -> web.Response:
        row = await _checkout(desk, request.match_info["secret"])
        if row is None:
            count("unknown_secret")
            return web.Response(status=404, text="not found")
        try:
            hint = read_callback(key, await _pairs(request))
        except BadCallback as bad:
            count(bad.reason.replace(" ", "_"))
            return web.Response(status=400, text="refused")
        if hint.link_id is not None and hint.link_id != row["link_id"]:
            count("foreign_link")
            return web.Response(status=400, text="refused")
        what = f"{hint.txn_id}:{hint.status}"
        with trace.follow(trace.of(f"callback:{what}")):
            await _ring(desk, row["booking_id"], what)
            count("accepted")
        wake()
        return web.Response(text="ok")

    return [web.post("/paytm/callback/{secret}", answer)]


async def _checkout(desk: Desk, secret: str) -> dict[str, object] | None:
    row = await desk.pool.fetchrow(sql("checkout_by_secret"), secret.replace("\x00", ""))
    return dict(row) if row else None


async def _pairs(request: web.Request) -> list[tuple[str, str]]:
    """The form's fields in their order, blanks kept: a dropped blank breaks the checksum."""
    body = await request.read()  # bounded before it comes here
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise BadCallback("not a form") from None


async def _ring(desk: Desk, booking_id: object, what: str) -> None:
    """Ask for a look at once; the same callback again asks for nothing new."""
    async with transaction(desk.pool, Moment.CALLBACK) as connection:
        await desk.start(connection, f"callback:{what}", str(booking_id), "look", desk.now())
