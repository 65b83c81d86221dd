"""One local Paytm on a real port, a merchant who signs with Paytm's own library, and its till."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import paytmchecksum
import pytest
from aiohttp import ClientSession, web

from sandbox import paytm
from sandbox.config import SandboxConfig
from sandbox.paytm import control
from sandbox.paytm.times import IST
from sandbox.world import World

MID = "DEMOMID0001"
KEY = "DemoKey_16bytes!"


@dataclass(slots=True)
class Service:
    """The merchant's side: it keeps every callback as it came."""

    posts: list[tuple[str, str]] = field(default_factory=list)  # path, raw body

    async def take(self, request: web.Request) -> web.Response:
        self.posts.append((request.path, await request.text()))
        return web.Response(text="ok")

    @property
    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(body, keep_blank_values=True)) for _, body in self.posts]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status, the raw text and the two halves of the envelope."""

    http: int
    text: str
    head: dict[str, Any]
    body: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.body["resultInfo"]["resultCode"])

    @property
    def status(self) -> str:
        return str(self.body["resultInfo"]["resultStatus"])

    @property
    def body_text(self) -> str:
        """The body's exact text, cut out without our emulator's own slicer."""
        at = self.text.index('"body":') + len('"body":')
        return self.text[at : json.JSONDecoder().raw_decode(self.text, at)[1]]


def honest(form: dict[str, str], key: str = KEY) -> bool:
    """Whether Paytm's library accepts a form; the library raises on most bad signatures."""
    try:
        return bool(
            paytmchecksum.verifySignature(
                {name: value for name, value in form.items() if name != "CHECKSUMHASH"},
                key,
                form["CHECKSUMHASH"],
            )
        )
    except Exception:
        return False


@dataclass(slots=True)
class Merchant:
    """A client of the emulator and the hand on its control routes."""

    session: ClientSession
    base: str
    callback_base: str
    world: World

    async def send(self, path: str, text: str) -> Answer:
        async with self.session.post(f"{self.base}/paytm{path}", data=text.encode()) as response:
            answer = await response.text()
            parsed = json.loads(answer) if "json" in response.content_type else {}
            return Answer(response.status, answer, parsed.get("head", {}), parsed.get("body", {}))

    async def call(self, path: str, head: dict[str, Any] | None = None, **body: Any) -> Answer:
        return await self.send(path, self.envelope({"mid": MID} | body, head))

    def envelope(self, body: dict[str, Any], head: dict[str, Any] | None = None) -> str:
        text = json.dumps(body)
        signature = paytmchecksum.generateSignature(text, KEY)
        full = {"tokenType": "AES", "channelId": "WEB", "signature": signature} | (head or {})
        full = {name: value for name, value in full.items() if value is not None}
        return f'{{"head":{json.dumps(full)},"body":{text}}}'

    def wish(self, **changes: Any) -> dict[str, Any]:
        """The body of a good /link/create; a change to None leaves the field out."""
        usual = {
            "mid": MID,
            "merchantRequestId": "LC7K2M9X-1",
            "linkName": "BookingLC7K2M9X",
            "linkDescription": "Advance for LC7K2M9X",
            "linkType": "FIXED",
            "amount": 500.00,
            "maxPaymentsAllowed": "1",
            "singleTransactionOnly": "true",
            "partialPayment": "false",
            "expiryDate": self.ist(timedelta(minutes=15)),
            "sendSms": False,
            "sendEmail": False,
            "linkNotes": "LC7K2M9X-1",
            "statusCallbackUrl": f"{self.callback_base}/paytm/callback/secret-1",
        }
        wished = usual | changes
        return {name: value for name, value in wished.items() if value is not None}

    def ist(self, ahead: timedelta) -> str:
        return (self.now() + ahead).astimezone(IST).strftime("%d/%m/%Y %H:%M:%S")

    def now(self) -> datetime:
        return self.world.clock.now()

    async def link(self, **changes: Any) -> dict[str, Any]:
        answer = await self.call("/link/create", **self.wish(**changes))
        assert answer.code == "200", answer.text
        return answer.body

    async def rows(self, link: dict[str, Any], **body: Any) -> list[dict[str, Any]]:
        """Every attempt as fetchTransaction tells it; [] for 404."""
        wanted = {"linkId": link["linkId"], "fetchAllTxns": True} | body
        answer = await self.call("/link/fetchTransaction", **wanted)
        assert answer.code in ("200", "404"), answer.text
        return list(answer.body.get("orders", []))

    async def control(self, method: str, path: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        url = f"{self.base}/sandbox/api/paytm{path}"
        async with self.session.request(method, url, json=fields or None) as response:
            return response.status, await response.json()

    async def pay(self, link: dict[str, Any], outcome: str, **more: Any) -> list[dict[str, Any]]:
        path = f"/links/{link['linkId']}/pay"
        status, answer = await self.control("POST", path, outcome=outcome, **more)
        assert status == 200, answer
        await self.world.deliveries.flush()
        return list(answer["payments"])

    async def paid(self, **changes: Any) -> dict[str, Any]:
        """A payment that succeeded."""
        return (await self.pay(await self.link(**changes), "success"))[0]

    async def refund(self, payment: dict[str, Any], ref_id: str, amount: str) -> Answer:
        return await self.call(
            "/refund/apply",
            txnType="REFUND",
            orderId=payment["order_id"],
            txnId=payment["txn_id"],
            refId=ref_id,
            refundAmount=amount,
        )

    async def refund_status(self, payment: dict[str, Any], ref_id: str) -> Answer:
        return await self.call("/v2/refund/status", orderId=payment["order_id"], refId=ref_id)

    async def later(self, **ahead: float) -> None:
        """Move the sandbox's clock and let everything that is due arrive."""
        self.world.move_clock(self.world.clock.offset + timedelta(**ahead))
        await self.world.deliveries.flush()

    def trouble(self, **switches: Any) -> None:
        self.world.trouble["paytm"].update(switches)

    async def dialect(self, **switches: Any) -> None:
        status, answer = await self.control("PUT", "/dialect", **switches)
        assert status == 200, answer


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def merchant(
    service: Service,
    aiohttp_server: Callable[..., Awaitable[Any]],
    unused_tcp_port: int,
) -> Any:
    receiver = web.Application()
    receiver.router.add_post("/paytm/callback/{secret}", service.take)
    served = await aiohttp_server(receiver)
    base = f"http://127.0.0.1:{unused_tcp_port}"
    world = World.new()
    config = SandboxConfig(
        own_url=base,
        service_url=str(served.make_url("")).rstrip("/"),
        phone_id="1",
        business_id="2",
        business_phone="+919000000000",
        token="t",
        app_secret="s",
        verify_token="v",
        paytm_mid=MID,
        paytm_key=KEY,
    )
    app = web.Application()
    emulator = paytm.make_app(world, config)
    app.add_subapp("/paytm", emulator)
    app.add_routes(control.routes(emulator))
    await aiohttp_server(app, port=unused_tcp_port)
    async with ClientSession() as session:
        yield Merchant(session, base, config.service_url, world)
    await world.deliveries.close()
