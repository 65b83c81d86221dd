"""A sandbox on a free port, a service that only writes down what it is sent, and a hand on both."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from sandbox.app import WORLD, make_app
from sandbox.config import PersonSeed, SandboxConfig
from sandbox.world import World

PEOPLE = (
    PersonSeed("asha", "Asha", "guest", "+919811112222"),
    PersonSeed("kabir", "Kabir", "guest", None),
    PersonSeed("suresh", "Suresh Patil", "owner", "+919766011111", "mr"),
    PersonSeed("admin", "Loon", "admin", "+919800000009"),
)


@dataclass(slots=True)
class Service:
    """The other end of the wire: it keeps every webhook as it came and answers as told."""

    secret: str
    webhooks: list[tuple[bytes, str | None]] = field(default_factory=list)  # body, signature
    offsets: list[float] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)  # set by the first offset
    gate: asyncio.Event | None = None  # the next offset is heard only when this is set
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    challenges: list[dict[str, str]] = field(default_factory=list)
    verify_token: str = "verify"
    answers: list[int] = field(default_factory=list)  # statuses of the next answers, then 200

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.webhooks.append((body, request.headers.get("X-Hub-Signature-256")))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def challenge(self, request: web.Request) -> web.Response:
        self.challenges.append(dict(request.query))
        if request.query.get("hub.verify_token") != self.verify_token:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def clock(self, request: web.Request) -> web.Response:
        if self.gate is not None:
            gate, self.gate = self.gate, None
            self.waiting.set()
            await gate.wait()
        self.offsets.append((await request.json())["offset_seconds"])
        self.told.set()
        return web.Response()

    def honest(self, body: bytes, signature: str | None) -> bool:
        wanted = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        return signature == f"sha256={wanted}"

    @property
    def values(self) -> list[dict[str, Any]]:
        """The value of every change, in order of arrival."""
        entries = [entry for body, _ in self.webhooks for entry in json.loads(body)["entry"]]
        return [change["value"] for entry in entries for change in entry["changes"]]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [message for value in self.values for message in value.get("messages", ())]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        return [status for value in self.values for status in value.get("statuses", ())]

    def forget(self) -> None:
        self.webhooks.clear()


@dataclass(slots=True)
class Sandbox:
    """A running sandbox: its addresses, its inside, and short ways to call it."""

    base: str
    config: SandboxConfig
    world: World
    service: Service
    session: ClientSession

    async def control(self, method: str, path: str, *, expect: int = 200, **fields: Any) -> Any:
        """A call of the control API by keyword fields."""
        url = f"{self.base}/sandbox/api/{path}"
        async with self.session.request(method, url, json=fields or None) as answer:
            data = await answer.json()
            assert answer.status == expect, data
            return data

    async def graph(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **more: Any
    ) -> tuple[int, Any]:
        """A raw call of the Cloud API: the HTTP status and the JSON."""
        headers = {"Authorization": f"Bearer {token or self.config.token}"}
        url = f"{self.base}/graph/v26.0/{path}"
        async with self.session.request(method, url, json=body, headers=headers, **more) as answer:
            return answer.status, await answer.json()

    async def send(self, kind: str, content: Any, *, to: str = "+919811112222", **more: Any) -> Any:
        """Send one message; the HTTP status and the JSON."""
        body = {"messaging_product": "whatsapp", "to": to, "type": kind, kind: content} | more
        return await self.graph("POST", f"{self.config.phone_id}/messages", body)

    async def text(self, body: str = "Hello", **more: Any) -> str:
        """Send a text that must be accepted; its wamid."""
        status, answer = await self.send("text", {"body": body}, **more)
        assert status == 200, answer
        return str(answer["messages"][0]["id"])

    async def say(self, text: str = "hi", key: str = "asha", **more: Any) -> str:
        """A person writes, which opens their window; the wamid."""
        answer = await self.control("POST", f"people/{key}/say", text=text, **more)
        return str(answer["id"])

    async def flush(self) -> int:
        """Let every webhook arrive; how many wait."""
        return int((await self.control("POST", "flush"))["pending"])

    async def phone(self, key: str = "asha") -> list[dict[str, Any]]:
        """The messages on a phone."""
        return list((await self.control("GET", f"people/{key}/messages"))["messages"])

    async def trouble(self, **switches: Any) -> None:
        """Switch trouble of WhatsApp on; webhooks(...) switches those of the way."""
        await self.control("PUT", "trouble", whatsapp=switches)

    async def webhooks(self, **switches: Any) -> None:
        await self.control("PUT", "trouble", webhooks=switches)

    async def later(self, **ahead: Any) -> None:
        """Move the sandbox's clock."""
        await self.control("POST", "clock", **ahead)


Starter = Callable[..., Awaitable[Sandbox]]


@pytest.fixture
def service() -> Service:
    return Service(secret="app-secret")


@pytest.fixture
async def start(
    service: Service, aiohttp_server: Any, unused_tcp_port_factory: Callable[[], int]
) -> AsyncIterator[Starter]:
    """Start a sandbox; keyword arguments are fields of its configuration."""
    receiver = web.Application(client_max_size=4 * 1024 * 1024)
    receiver.router.add_post("/whatsapp/webhook", service.take)
    receiver.router.add_get("/whatsapp/webhook", service.challenge)
    receiver.router.add_post("/other/webhook", service.take)
    receiver.router.add_get("/other/webhook", service.challenge)
    receiver.router.add_post("/sandbox/clock", service.clock)
    address = str((await aiohttp_server(receiver)).make_url("")).rstrip("/")
    sessions = []

    async def run(**fields: Any) -> Sandbox:
        port = unused_tcp_port_factory()
        addresses = {"own_url": f"http://127.0.0.1:{port}", "service_url": address}
        config = config_for(**(addresses | fields))
        app = make_app(config)
        await aiohttp_server(app, port=port)
        sessions.append(ClientSession())
        return Sandbox(config.own_url, config, app[WORLD], service, sessions[-1])

    yield run
    for session in sessions:
        await session.close()


@pytest.fixture
async def sandbox(start: Starter) -> Sandbox:
    """One running sandbox with a guest, a guest without a phone, an owner and an admin."""
    return await start()


def config_for(own_url: str, service_url: str, **fields: Any) -> SandboxConfig:
    """A configuration of tests; keyword arguments replace its fields."""
    usual: dict[str, Any] = {
        "own_url": own_url,
        "service_url": service_url,
        "phone_id": "500100200300",
        "business_id": "300200100500",
        "business_phone": "+919800000001",
        "token": "token",
        "app_secret": "app-secret",
        "verify_token": "verify",
        "paytm_mid": "SANDBOX0001",
        "paytm_key": "SandboxKey16byte",
        "people": PEOPLE,
        "data_file": None,
    }
    return SandboxConfig(**(usual | fields))


@pytest.fixture
def data_file(tmp_path: Path) -> Path:
    return tmp_path / "sandbox" / "state.json"
