"""The Graph API's way of naming things: one path for many objects, found by their id."""

from typing import Any

from aiohttp import web

from sandbox.whatsapp import (
    addresses,
    app_desk,
    flow_desk,
    media_desk,
    number_desk,
    sending,
    template_desk,
)
from sandbox.whatsapp.account import ACCOUNT, Account
from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.records import Json

VERSION = r"/{version:v\d+\.\d+}"


def routes() -> list[web.RouteDef]:
    """Every path below /graph."""
    return [
        web.get(r"/media/{media:\d+}/{secret}", media_desk.download),
        web.post(f"{VERSION}/{{id}}/messages", sending.messages),
        web.post(f"{VERSION}/{{id}}/media", media_desk.upload),
        web.post(f"{VERSION}/{{id}}/assets", flow_desk.assets),
        web.route("*", f"{VERSION}/{{id}}/{{edge}}", edge),
        web.route("*", f"{VERSION}/{{id}}", node),
        web.route("*", f"{VERSION}/{{id}}/", node),
    ]


async def node(request: web.Request) -> web.Response:
    """GET, POST or DELETE of one object: number, account, media, template or Flow."""
    account, wanted = request.app[ACCOUNT], request.match_info["id"]
    body = await _body(request)
    if wanted == "debug_token" and request.method == "GET":
        return _json(app_desk.debug(account, dict(request.query)))
    if wanted == account.config.phone_id:
        return await _number(request, account, body)
    if wanted == account.config.business_id and request.method == "GET":
        return _json(_account(account))
    for answer in (_media, _template, _flow):
        found = answer(request, account, wanted, body)
        if found is not None:
            return _json(found)
    raise _unknown(request, wanted)


async def edge(request: web.Request) -> web.Response:
    """What hangs on an object: /{id}/{edge}."""
    account, wanted = request.app[ACCOUNT], request.match_info["id"]
    name, body = request.match_info["edge"], await _body(request)
    if (wanted, name) == ("oauth", "access_token"):
        return _json(app_desk.token(account, dict(request.query)))
    if (wanted, name) == (app_desk.APP_ID, "subscriptions"):
        return await _app(request, account)
    if wanted == account.config.business_id:
        return await _account_edge(request, account, name, body)
    if wanted == account.config.phone_id:
        return _json(_number_edge(request, account, name, body))
    template, flow = account.templates.by_id(wanted), account.shelf.flows.get(wanted)
    if template is not None and name == "unpause":
        return _json(template_desk.unpause(account, template))
    if flow is not None and name == "publish":
        return _json(flow_desk.publish(flow))
    if flow is not None and name == "deprecate":
        return _json(flow_desk.deprecate(flow))
    raise _unknown(request, f"{wanted}/{name}")


async def _app(request: web.Request, account: Account) -> web.Response:
    if request.method == "POST":
        return _json(await app_desk.subscribe(account, dict(request.query)))
    return _json(app_desk.subscribed(account))


async def _number(request: web.Request, account: Account, body: Json) -> web.Response:
    if request.method == "POST":
        return _json(await addresses.configure(account, body))
    return _json(number_desk.fields_of(account, request.query.get("fields")))


def _account(account: Account) -> Json:
    return {
        "id": account.config.business_id,
        "name": "LoonCamp",
        "currency": "INR",
        "timezone_id": "71",
        "message_template_namespace": "looncamp",
    }


def _media(request: web.Request, account: Account, wanted: str, _: Json) -> Json | None:
    media = account.shelf.found(wanted)
    if media is None:
        return None
    if request.method == "DELETE":
        return media_desk.delete(account, media)
    return media_desk.shown(account, media)


def _template(request: web.Request, account: Account, wanted: str, body: Json) -> Json | None:
    template = account.templates.by_id(wanted)
    if template is None:
        return None
    account.rates.check_management(account.now(), account.trouble("management_per_hour"))
    if request.method == "POST":
        return template_desk.edit(account, template, body)
    return template_desk.shown(template, request.query.get("fields"))


def _flow(request: web.Request, account: Account, wanted: str, body: Json) -> Json | None:
    flow = account.shelf.flows.get(wanted)
    if flow is None:
        return None
    if request.method == "DELETE":
        return flow_desk.delete(account, flow)
    if request.method == "POST":
        flow.name = str(body.get("name") or flow.name)
        flow.categories = body.get("categories") or flow.categories
        return {"success": True}
    return flow_desk.shown(flow)


async def _account_edge(
    request: web.Request, account: Account, name: str, body: Json
) -> web.Response:
    reading = request.method == "GET"
    match name:
        case "message_templates":
            return await template_desk.answer(request, account, body)
        case "subscribed_apps":
            if reading:
                return _json(addresses.subscribed(account))
            wanted = body if request.method == "POST" else {}
            return _json(await addresses.subscribe(account, wanted))
        case "flows":
            return _json(flow_desk.listed(account) if reading else flow_desk.create(account, body))
        case "phone_numbers":
            return _json({"data": [number_desk.fields_of(account, request.query.get("fields"))]})
    raise _unknown(request, name)


def _number_edge(request: web.Request, account: Account, name: str, body: Json) -> Json:
    wanted = request.query.get("fields")
    match request.method, name:
        case "GET", "whatsapp_business_profile":
            return number_desk.profile_of(account, wanted)
        case "GET", "block_users":
            return number_desk.blocked(account)
        case "GET", "settings":
            return account.settings
        case "GET", "conversational_automation":
            return {"data": [account.automation]}
        case "DELETE", "block_users":
            return number_desk.unblock(account, body)
        case "POST", _ if name in number_desk.POSTS:
            done: Json = number_desk.POSTS[name](account, body)
            return done
    raise _unknown(request, name)


async def _body(request: web.Request) -> Json:
    if not request.body_exists or request.content_type != "application/json":
        return dict(request.query)
    return await sending.json_of(request)


def _json(answer: Any) -> web.Response:
    return web.json_response(answer)


def _unknown(request: web.Request, wanted: str) -> RefusedError:
    method = request.method.lower()
    why = f"Object {wanted} does not exist, cannot be loaded, or does not support this operation"
    return RefusedError(100, f"Unsupported {method} request. {why}")
