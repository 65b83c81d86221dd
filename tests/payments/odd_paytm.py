"""A Paytm that answers whatever a test tells it to, over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from payments.client import PaytmClient
from payments.protocol import PaytmKey, json_text, sign_body

KEY = PaytmKey("DEMOMID0001", "DemoKey_16bytes!")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "request_id": "LC7K2M9X-1",
    "amount": 50_000,
    "description": "Advance",
    "expires_at": NOW,
    "callback_url": "https://pay.example.in/paytm/callback/very-secret",
    "customer_name": "Ramesh",
    "customer_phone": "+919800000001",
    "note": "LC7K2M9X",
}
LINK: dict[str, Any] = {
    "linkId": 31309,
    "linkType": "FIXED",
    "merchantRequestId": "LC7K2M9X-1",
    "amount": 500,
    "isActive": True,
    "longUrl": "https://paytm.example/link/x/LL_31309",
    "shortUrl": "https://paytm.me/ab",
    "expiryDate": "24/11/2026 18:30:00",
}
ATTEMPT: dict[str, Any] = {
    "txnId": "T1",
    "orderId": "O1",
    "orderStatus": "SUCCESS",
    "txnAmount": "500.00",
    "orderCompletedTime": "24/11/2026 18:30:00",
}


@dataclass(slots=True)
class Odd:
    """A server that says what it was told to, in turn, the last word again and again."""

    client: PaytmClient
    answers: list[web.Response] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def says(self, *bodies: dict[str, Any], key: PaytmKey = KEY, status: int = 200) -> None:
        texts = [json_text(body) for body in bodies]
        self.says_raw(
            *(f'{{"body":{t},"head":{{"signature":"{sign_body(key, t)}"}}}}' for t in texts),
            status=status,
        )

    def says_raw(self, *texts: str, status: int = 200, **headers: str) -> None:
        self.answers = [web.Response(text=t, status=status, headers=headers) for t in texts]


@asynccontextmanager
async def open_odd() -> AsyncIterator[Odd]:
    """The server, for as long as the block lasts."""

    async def answer(request: web.Request) -> web.Response:
        made.requests.append((request.path, dict(request.headers), await request.read()))
        told = made.answers[0] if len(made.answers) == 1 else made.answers.pop(0)
        return web.Response(body=told.body, status=told.status, headers=told.headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        made = Odd(PaytmClient(session, str(server.make_url("")), KEY, lambda: NOW, 5))
        yield made


def good(**fields: Any) -> dict[str, Any]:
    return {**fields, "resultInfo": {"resultStatus": "S", "resultCode": "200", "resultMsg": "ok"}}


def result(status: str, code: str, **fields: Any) -> dict[str, Any]:
    return {**fields, "resultInfo": {"resultStatus": status, "resultCode": code}}
