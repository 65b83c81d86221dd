"""A local Paytm on a loopback port, and the client that talks to it over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from payments.client import Link, PaytmClient
from payments.protocol import PaytmKey
from sandbox import paytm as emulator
from sandbox.config import SandboxConfig
from sandbox.paytm import control
from sandbox.paytm.till import TILL, Till
from sandbox.world import World

KEY = PaytmKey("DEMOMID0001", "DemoKey_16bytes!")
CONFIG = SandboxConfig(
    own_url="http://127.0.0.1:1",
    service_url="http://127.0.0.1:1",
    phone_id="1",
    business_id="2",
    business_phone="+919800000000",
    token="token",
    app_secret="secret",
    verify_token="verify",
    paytm_mid=KEY.mid,
    paytm_key="DemoKey_16bytes!",
)


@dataclass(slots=True)
class Paytm:
    """The emulator, its switches, and a client of its merchant."""

    client: PaytmClient
    session: aiohttp.ClientSession
    url: str
    world: World
    till: Till

    def as_merchant(self, key: PaytmKey = KEY, timeout: float = 5) -> PaytmClient:
        """A client with another key or patience."""
        return PaytmClient(self.session, f"{self.url}/paytm/", key, self.world.clock.now, timeout)

    async def link(self, request_id: str = "LC7K2M9X-1", **changes: Any) -> Link:
        """A link over 500 rupees for 15 minutes, unless `changes` say otherwise."""
        return await self.client.create_link(**self.order(request_id, **changes))

    def order(self, request_id: str = "LC7K2M9X-1", **changes: Any) -> dict[str, Any]:
        """What `create_link` is asked for."""
        return {
            "request_id": request_id,
            "amount": 50_000,
            "description": "Advance for LC7K2M9X",
            "expires_at": self.world.clock.now() + timedelta(minutes=15),
            "callback_url": "",
            "customer_name": "Ramesh",
            "customer_phone": "+919800000001",
            "note": "LC7K2M9X",
        } | changes

    async def desk(self, path: str, **fields: Any) -> Any:
        """One call of the emulator's control API."""
        async with self.session.post(f"{self.url}/sandbox/api/paytm/{path}", json=fields) as answer:
            return await answer.json()

    async def pay(
        self, link: Link, outcome: str = "success", **fields: Any
    ) -> list[dict[str, Any]]:
        """Pay a link as a payer would; the payments that this made."""
        done = await self.desk(f"links/{link.link_id}/pay", outcome=outcome, **fields)
        return list(done["payments"])

    def pass_time(self, **spans: float) -> None:
        """Move the emulator's and the client's clock."""
        self.world.move_clock(self.world.clock.offset + timedelta(**spans))


@asynccontextmanager
async def open_paytm() -> AsyncIterator[Paytm]:
    """A fresh emulator, for as long as the block lasts."""
    world = World.new()
    inner = emulator.make_app(world, CONFIG)
    app = web.Application()
    app.add_subapp("/paytm", inner)
    app.add_routes(control.routes(inner))
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("")).rstrip("/")
        client = PaytmClient(session, f"{url}/paytm", KEY, world.clock.now, 5)
        yield Paytm(client, session, url, world, inner[TILL])
        await world.deliveries.close()
