"""A real sandbox, a small service that listens to it, and a real browser that looks at it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser

from sandbox.app import make_app
from sandbox.config import SandboxConfig
from tests.sandbox.page.stage import PEOPLE, Stage, Window, service


async def _serve(app: web.Application, port: int) -> web.AppRunner:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def theatre() -> AsyncIterator[Stage]:
    own, theirs, webhooks = unused_port(), unused_port(), list[Any]()
    config = SandboxConfig(
        own_url=f"http://127.0.0.1:{own}",
        service_url=f"http://127.0.0.1:{theirs}",
        phone_id="106540352242922",
        business_id="102290129340398",
        business_phone="+919800012345",
        token="sandbox-token",
        app_secret="sandbox-secret",
        verify_token="sandbox-verify",
        paytm_mid="LoonCampSandbox1",
        paytm_key="0123456789abcdef",
        people=PEOPLE,
    )
    runners = [await _serve(service(webhooks), theirs), await _serve(make_app(config), own)]
    async with ClientSession() as http:
        yield Stage(config, http, webhooks)
    for runner in reversed(runners):
        await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(theatre: Stage) -> Stage:
    """The sandbox with nothing in it yet."""
    await theatre.control("POST", "reset")
    await theatre.control("POST", "flush")
    theatre.webhooks.clear()
    return theatre


async def _window(browser: Browser, stage: Stage, **look: Any) -> AsyncIterator[Window]:
    context = await browser.new_context(reduced_motion="reduce", **look)
    window = Window(context, stage.url)
    yield window
    await context.close()
    assert window.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def window(browser: Browser, stage: Stage) -> AsyncIterator[Window]:
    async for each in _window(browser, stage, viewport={"width": 1280, "height": 800}):
        yield each


@pytest_asyncio.fixture(loop_scope="session")
async def narrow(browser: Browser, stage: Stage) -> AsyncIterator[Window]:
    async for each in _window(browser, stage, viewport={"width": 400, "height": 800}):
        yield each
