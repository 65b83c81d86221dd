"""The journal as a stream of server-sent events, resumed after Last-Event-ID."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from aiohttp import web

from sandbox.control.desk import Desk
from sandbox.journal import Entry, Journal

BEAT = 15.0  # seconds of silence after which a comment shows that the stream lives


def routes(desk: Desk) -> list[web.RouteDef]:
    """GET /sandbox/events?after=N; the header Last-Event-ID counts more."""
    return [web.get("/sandbox/events", _stream(desk))]


def _stream(desk: Desk) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def stream(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        last = int(given) if given.isdecimal() else desk.world.journal.last
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        closing = asyncio.ensure_future(desk.account.closing.wait())
        writing = asyncio.ensure_future(_write(desk.world.journal, last, response))
        await asyncio.wait({closing, writing}, return_when=asyncio.FIRST_COMPLETED)
        for task in (closing, writing):
            task.cancel()
        await asyncio.gather(closing, writing, return_exceptions=True)
        return response

    return stream


async def _write(journal: Journal, last: int, response: web.StreamResponse) -> None:
    """Write entries until the reader goes away."""
    await response.write(b": here\n\n")
    try:
        while True:
            news = journal.news()
            for entry in journal.after(last):
                last = entry.id
                await response.write(frame(entry))
            try:
                await asyncio.wait_for(news.wait(), BEAT)
            except TimeoutError:
                await response.write(b": beat\n\n")
    except ConnectionError:
        return


def frame(entry: Entry) -> bytes:
    """One event: its number, its kind, and the whole entry as JSON."""
    return f"id: {entry.id}\nevent: {entry.kind}\ndata: {json.dumps(asdict(entry))}\n\n".encode()
