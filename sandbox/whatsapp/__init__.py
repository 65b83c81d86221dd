"""A local WhatsApp Cloud API: one account, one number, and the people it writes to."""

import hmac
import json
import time
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.config import SandboxConfig
from sandbox.whatsapp import faults, graph, template_news
from sandbox.whatsapp.account import ACCOUNT, Account
from sandbox.whatsapp.errors import RefusedError
from sandbox.world import World

LARGEST_REQUEST = 101 * 1024 * 1024  # a document of 100 MB and its envelope (4.3)


def make_app(world: World, config: SandboxConfig) -> web.Application:
    """The emulator as an application, to be mounted at /graph; its state lives in `world` too."""
    account = Account(world, config)
    app = web.Application(middlewares=[_journal, _guard])
    app[ACCOUNT] = account
    app.add_routes(graph.routes())
    world.persisted["whatsapp"] = (account.dump, account.load)
    world.on_clock.append(lambda: _clock_moved(account))
    world.on_reset.append(account.forget)
    app.on_shutdown.append(_stop)
    return app


def _clock_moved(account: Account) -> None:
    account.on_clock()
    for template in account.templates.wake(account.now()):
        template_news.tell_status(account, template, other_info={"title": "UNPAUSE"})


async def _stop(app: web.Application) -> None:
    app[ACCOUNT].closing.set()


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The bearer token and the errors: 401 with 190, or what the handler refuses (6)."""
    account = request.app[ACCOUNT]
    try:
        fault = faults.due(account, send=False)
        refusal = faults.refuse(fault) if fault in faults.EVERYWHERE else None
        if refusal is not None:
            return refusal
        _check_token(request, account)
        return await handler(request)
    except RefusedError as no:
        return web.json_response(no.answer(), status=no.http)
    except web.HTTPNotFound:
        return web.json_response(RefusedError(100, "Unknown path").answer(), status=404)


def _check_token(request: web.Request, account: Account) -> None:
    if request.path.endswith("/oauth/access_token"):
        return  # whoever knows the app's secret needs no token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    given = given or request.query.get("access_token", "")
    if not hmac.compare_digest(given.encode(), account.config.token.encode()):
        raise RefusedError(190, "Invalid OAuth access token")


@web.middleware
async def _journal(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Write every call and its answer into the journal, files excepted."""
    started = time.perf_counter()
    response = await handler(request)
    answer = shown(response.body) if isinstance(response, web.Response) else None
    request.app[ACCOUNT].world.journal.add(
        "request",
        method=request.method,
        path=request.path,
        status=response.status,
        request=shown(await _sent(request)),
        response=answer,
        code=_code(answer),
        ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return response


async def _sent(request: web.Request) -> Any:
    if request.content_type != "application/json":
        return dict(request.query)
    return await request.read()


def shown(body: Any) -> Any:
    """A body for the journal: JSON laid open, other text cut short, files left out."""
    if not isinstance(body, bytes | bytearray):
        return body if isinstance(body, dict) else None
    try:
        return json.loads(body)
    except ValueError:
        return body[:500].decode("utf-8", "replace")


def _code(answer: Any) -> int | None:
    error = answer.get("error") if isinstance(answer, dict) else None
    return error.get("code") if isinstance(error, dict) else None
