"""The sandbox as one application: WhatsApp, Paytm, the control API and the page."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox import control, feeds, guard, paytm, scenarios, whatsapp
from sandbox.config import SandboxConfig
from sandbox.control.desk import Desk
from sandbox.control.world import tell_clock
from sandbox.keeper import Keeper
from sandbox.paytm import control as paytm_control
from sandbox.paytm.till import TILL
from sandbox.whatsapp.account import ACCOUNT
from sandbox.world import World

PAGE = Path(__file__).parent / "page"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-src http://127.0.0.1:* http://localhost:*; "
    "base-uri 'none'; form-action 'none'"
)
WORLD: web.AppKey[World] = web.AppKey("world", World)
RETRY_SERVICE_AFTER = (0.1, 0.2, 0.5, 1.0)  # then every second


def make_app(config: SandboxConfig) -> web.Application:
    """The whole sandbox. Raises ValueError away from this machine or near production."""
    guard.check_config(config)
    guard.check_not_production(os.environ)
    world = World.new()
    app = web.Application(
        middlewares=[guard.only_local, _policy], client_max_size=whatsapp.LARGEST_REQUEST
    )
    app[WORLD] = world
    emulator, till = whatsapp.make_app(world, config), paytm.make_app(world, config)
    app[ACCOUNT] = emulator[ACCOUNT]
    app.add_subapp("/graph", emulator)
    app.add_subapp("/paytm", till)
    world.on_reset.append(till[TILL].forget)
    keeper = Keeper(world, config.data_file) if config.data_file else None
    if keeper is not None:
        keeper.load()
    desk = Desk(world, config, emulator[ACCOUNT])
    app.add_routes(control.routes(desk))
    app.add_routes(paytm_control.routes(till))
    app.add_routes(scenarios.routes())
    app.add_routes(feeds.routes(desk))
    app.add_routes([web.get("/sandbox", _page), web.get("/sandbox/", _page)])
    app.add_routes([web.static("/sandbox/static", PAGE)])
    app.cleanup_ctx.append(_life(desk, keeper))
    return app


@web.middleware
async def _policy(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The page's own headers; the payer's pages have theirs."""
    response = await handler(request)
    if request.path.startswith("/sandbox") and not response.prepared:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
    return response


async def _page(_: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


def _life(desk: Desk, keeper: Keeper | None) -> Callable[[web.Application], AsyncIterator[None]]:
    """From start to stop: tell the service the time, keep the state, finish what runs."""

    async def live(_: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_tell_clock(desk))]
        if keeper is not None:
            tasks.append(asyncio.create_task(keeper.run()))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await desk.world.deliveries.close()
        if keeper is not None:
            keeper.save()

    return live


async def _tell_clock(desk: Desk) -> None:
    """Tell the service the clock's offset as soon as it answers."""
    for wait in itertools.chain(RETRY_SERVICE_AFTER, itertools.repeat(1.0)):
        if await tell_clock(desk) is None:
            return
        await asyncio.sleep(wait)
