"""WhatsApp's edge as the sender meets it: a book that is written before any answer."""

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[["Edge", web.Request, str], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Edge:
    """Every accepted send, in its order, and answers that a test puts in the way."""

    book: list[dict[str, Any]] = field(default_factory=list)  # what was accepted
    asked: int = 0
    answers: deque[Answer] = field(default_factory=deque)
    always: Answer | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def take(self, request: web.Request) -> web.StreamResponse:
        """POST /v26.0/{phone id}/messages."""
        self.asked += 1
        sent = await request.json()
        answer = self.answers.popleft() if self.answers else self.always
        return await (answer or accepted)(self, request, self.keep(sent) if answer is None else "")

    def keep(self, sent: dict[str, Any]) -> str:
        """Write a send into the book; the wamid it got."""
        wamid = f"wamid.edge{next(self._numbers)}"
        self.book.append(sent | {"wamid": wamid})
        self.arrived.set()
        return wamid

    def trackers(self) -> list[int]:
        """Our keys of what was accepted."""
        return [int(sent["biz_opaque_callback_data"]) for sent in self.book]

    def app(self) -> web.Application:
        """The edge as an application."""
        app = web.Application()
        app.router.add_post("/graph/v26.0/{phone_id}/messages", self.take)
        return app


async def accepted(edge: Edge, request: web.Request, wamid: str) -> web.StreamResponse:
    """The usual answer."""
    contact = {"input": "x", "wa_id": "x"}
    return web.json_response(
        {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]}
    )


def refused(code: int, status: int = 400) -> Answer:
    """A refusal in Graph's shape: certainly not sent."""

    async def answer(edge: Edge, request: web.Request, wamid: str) -> web.StreamResponse:
        error = {"message": f"(#{code}) no", "type": "OAuthException", "code": code}
        return web.json_response({"error": error}, status=status)

    return answer


async def broken(edge: Edge, request: web.Request, wamid: str) -> web.StreamResponse:
    """A gateway's page instead of an answer: nobody knows whether it was sent."""
    edge.keep(await request.json())
    return web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html")


async def cut(edge: Edge, request: web.Request, wamid: str) -> web.StreamResponse:
    """Accepted, and then the line is cut before the answer."""
    edge.keep(await request.json())
    assert request.transport
    request.transport.abort()
    return web.Response()
