"""A real sandbox, a small service that listens to it, and a real browser that looks at it."""

import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, async_playwright

from sandbox.app import make_app
from sandbox.config import SandboxConfig
from tests.sandbox.page.stage import PEOPLE, Stage, Window, service

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


async def _serve(app: web.Application, port: int) -> web.AppRunner:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


@pytest_asyncio.fixture(scope="module", loop_scope="module")
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


@pytest_asyncio.fixture(loop_scope="module")
async def stage(theatre: Stage) -> Stage:
    """The sandbox with nothing in it yet."""
    await theatre.control("POST", "reset")
    await theatre.control("POST", "flush")
    theatre.webhooks.clear()
    return theatre


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("needs Chromium: make browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def _window(browser: Browser, stage: Stage, **look: Any) -> AsyncIterator[Window]:
    context = await browser.new_context(reduced_motion="reduce", **look)
    window = Window(context, stage.url)
    yield window
    await context.close()
    assert window.complaints == []


@pytest_asyncio.fixture(loop_scope="module")
async def window(browser: Browser, stage: Stage) -> AsyncIterator[Window]:
    async for each in _window(browser, stage, viewport={"width": 1280, "height": 800}):
        yield each


@pytest_asyncio.fixture(loop_scope="module")
async def narrow(browser: Browser, stage: Stage) -> AsyncIterator[Window]:
    async for each in _window(browser, stage, viewport={"width": 400, "height": 800}):
        yield each
