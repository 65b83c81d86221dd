"""The Flow endpoints, as far as a static Flow needs them: create, fill, publish (10)."""

import json
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.whatsapp.account import ACCOUNT, Account
from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.reading import Fields
from sandbox.whatsapp.records import Json
from sandbox.whatsapp.shelf import Flow


def create(account: Account, body: Json) -> Json:
    """A new Flow, a draft unless it is published in the same call."""
    fields = Fields(body)
    name = fields.text("name", 200, code=100)
    if any(flow.name == name for flow in account.shelf.flows.values()):
        raise RefusedError(100, "name: a Flow of this name exists")
    flow = Flow(str(next(account.shelf.numbers)), name, categories=body.get("categories") or [])
    flow.updated_at = f"{account.now():%Y-%m-%dT%H:%M:%S%z}"
    errors = fill(flow, body["flow_json"]) if fields.has("flow_json") else []
    account.shelf.flows[flow.id] = flow
    if body.get("publish") is True and not errors:
        publish(flow)
    return {"id": flow.id, "success": True, "validation_errors": errors}


def listed(account: Account) -> Json:
    """Every Flow of the account."""
    return {"data": [shown(flow) for flow in account.shelf.flows.values()]}


def shown(flow: Flow) -> Json:
    """A Flow as GET answers it."""
    return {
        "id": flow.id,
        "name": flow.name,
        "status": flow.status,
        "categories": flow.categories,
        "validation_errors": [],
        "updated_at": flow.updated_at,
        "json_version": flow.json.get("version") if isinstance(flow.json, dict) else None,
    }


def fill(flow: Flow, text: Any) -> list[Json]:
    """Take a Flow's JSON; what is wrong with it, coarsely."""
    try:
        content = json.loads(text) if isinstance(text, str) else text
    except ValueError as error:
        return [_fault("INVALID_JSON", str(error))]
    if not isinstance(content, dict) or not isinstance(content.get("screens"), list):
        return [_fault("MISSING_REQUIRED_PROPERTY", "version and screens are required")]
    flow.json = content
    return []


def publish(flow: Flow) -> Json:
    """Make a Flow ready to be sent."""
    if flow.json is None:
        raise RefusedError(100, "flow: it has no valid JSON")
    if flow.status not in ("DRAFT", "PUBLISHED"):
        raise RefusedError(100, f"flow: it is {flow.status}")
    flow.status = "PUBLISHED"
    return {"success": True}


def deprecate(flow: Flow) -> Json:
    """End a published Flow."""
    if flow.status != "PUBLISHED":
        raise RefusedError(100, f"flow: it is {flow.status}")
    flow.status = "DEPRECATED"
    return {"success": True}


def delete(account: Account, flow: Flow) -> Json:
    """Delete a draft."""
    if flow.status != "DRAFT":
        raise RefusedError(100, "flow: only a draft can be deleted")
    del account.shelf.flows[flow.id]
    return {"success": True}


async def assets(request: web.Request) -> web.Response:
    """POST /{flow}/assets: the JSON as a file in a multipart body."""
    account = request.app[ACCOUNT]
    flow = account.shelf.flows.get(request.match_info["id"])
    if flow is None:
        raise RefusedError(100, f"Object {request.match_info['id']} does not exist")
    text = ""
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "file":
            text = await part.text()
    return web.json_response({"success": True, "validation_errors": fill(flow, text)})


def _fault(error: str, message: str) -> Json:
    return {"error": error, "error_type": "JSON_SCHEMA_ERROR", "message": message}
