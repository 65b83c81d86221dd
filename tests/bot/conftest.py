"""The real service on a real database and a real port, with WhatsApp's edge on another."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import log
from bot.config import Config
from bot.service import Service, running
from bot.web.app import make_app
from tests.bot import hooks
from tests.bot.edge import Edge
from tests.db import stock

PAYTM_MID = "DEMOMID0001"
PAYTM_KEY = "DemoKey_16bytes!"


def settings(**changes: Any) -> dict[str, Any]:
    """Every credential set, as in production, and everything outside on loopback."""
    return {
        "_env_file": None,
        "whatsapp_token": "token",
        "whatsapp_phone_id": "5001",
        "whatsapp_business_id": "3001",
        "whatsapp_app_secret": hooks.SECRET,
        "whatsapp_verify_token": "verify-me",
        "whatsapp_api_url": "http://127.0.0.1:1/graph",
        "paytm_mid": PAYTM_MID,
        "paytm_merchant_key": PAYTM_KEY,
        "paytm_api_url": "http://127.0.0.1:1",
        "admin_phones": stock.ADMIN,
        "pair_seconds": 0,
        "guest_messages_a_minute": 0,
        "guest_holds_an_hour": 0,
    } | changes


@pytest.fixture
def edge() -> Edge:
    """WhatsApp, with its book."""
    return Edge()


@pytest.fixture
async def edge_url(edge: Edge) -> AsyncIterator[str]:
    """Where the edge listens."""
    server = TestServer(edge.app())
    await server.start_server()
    yield f"http://127.0.0.1:{server.port}/graph"
    await server.close()


@pytest.fixture
def config_changes() -> dict[str, Any]:
    """Settings of a test's own; a module that needs some has a fixture of this name."""
    return {}


@pytest.fixture
async def service(
    database_url: str, edge_url: str, config_changes: dict[str, Any]
) -> AsyncIterator[Service]:
    """The service, its clock at the time of the tests' messages."""
    log.configure()
    config = Config(**settings(whatsapp_api_url=edge_url) | config_changes)
    async with running(config, database_url) as made:
        made.clock.offset = stock.NOW - made.clock.now()
        yield made


@pytest.fixture
async def client(service: Service) -> AsyncIterator[TestClient[Any, Any]]:
    """An HTTP client of the service's own application."""
    async with TestClient(TestServer(make_app(service))) as opened:
        yield opened


@pytest.fixture
def deliver(client: TestClient[Any, Any]) -> Callable[..., Awaitable[int]]:
    """`await deliver(body)`: a genuinely signed delivery; the status of the answer."""

    async def post(raw: bytes, **headers: str) -> int:
        async with client.post(
            "/whatsapp/webhook", data=raw, headers=hooks.signed(raw) | headers
        ) as response:
            return response.status

    return post
