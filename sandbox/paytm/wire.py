"""Paytm's envelope: signed JSON in, signed JSON out, and every way the answer can go wrong."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.paytm import checksum
from sandbox.paytm.results import RefusedError, Style
from sandbox.paytm.settle import catch_up
from sandbox.paytm.till import TILL, Till

GATEWAY_ERROR = "<html><body><h1>Gateway error</h1></body></html>"
SERVER_DOWN = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
_HANG_LOOK = 0.2  # seconds between looks whether a hanging client went away
_JSON = json.JSONDecoder(parse_float=Decimal)
_SPACE = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its head, its body, the body's exact text and the address's query."""

    head: dict[str, Any]
    body: dict[str, Any]
    body_text: str
    query: Mapping[str, str]


Action = Callable[[Till, Call], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a path does, how its family words results, and what it demands or leaves out."""

    action: Action
    style: Style
    signed: bool = True  # whether a success carries head.signature
    channel: bool = False  # whether head.channelId is mandatory


def answering(endpoint: Endpoint) -> Handler:
    """The aiohttp handler of an endpoint: trouble, checks, action, answer, journal."""

    async def handle(request: web.Request) -> web.StreamResponse:
        till, text = request.app[TILL], (await request.read()).decode("utf-8", "replace")
        fault = _next_fault(till)
        catch_up(till)
        response = _faulty(till, fault, endpoint.style)
        if response is None:
            response = _answer(till, endpoint, request, text)
        catch_up(till)
        _journal(till, request, text, response, fault)
        if fault in ("hang", "reset"):
            await _lose(request, till, fault)
        return response

    return handle


def slices(text: str) -> dict[str, str]:
    """The raw text of each value of a JSON object. Raises ValueError; names must not repeat."""
    found: dict[str, str] = {}
    at = _skip(text, 0, "{")
    while text[at : at + 1] != "}":
        name, at = _JSON.raw_decode(text, at)
        start = _skip(text, at, ":")
        at = _JSON.raw_decode(text, start)[1]
        if not isinstance(name, str) or name in found:
            raise ValueError("a name is repeated or no text")
        found[name] = text[start:at]
        at = _blank(text, at)
        at = _skip(text, at, ",") if text[at : at + 1] == "," else at
    if text[at + 1 :].strip(_SPACE):
        raise ValueError("text after the object")
    return found


def compact(value: Any) -> str:
    """ASCII JSON without spaces, the form in which answers are signed and sent."""
    return json.dumps(value, separators=(",", ":"))


def _skip(text: str, at: int, sign: str) -> int:
    at = _blank(text, at)
    if text[at : at + 1] != sign:
        raise ValueError(f"{sign} expected")
    return _blank(text, at + 1)


def _blank(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in _SPACE:
        at += 1
    return at


def _answer(till: Till, endpoint: Endpoint, request: web.Request, text: str) -> web.Response:
    style = endpoint.style
    try:
        call = _checked(till, endpoint, request, text)
        signed = endpoint.signed or till.dialect.sign_create
        return _sent(till, style, endpoint.action(till, call), signed=signed)
    except RefusedError as no:
        return _sent(till, style, {"resultInfo": no.info(style)}, signed=False)
    except (ValueError, RecursionError):
        return web.Response(status=400, text="malformed request")


def _checked(till: Till, endpoint: Endpoint, request: web.Request, text: str) -> Call:
    """The request as a Call. Raises RefusedError, or ValueError when it is no envelope at all."""
    raw = slices(text)
    head, body = _JSON.decode(raw.get("head", "0")), _JSON.decode(raw.get("body", "0"))
    if not isinstance(head, dict) or not isinstance(body, dict):
        raise ValueError("head and body expected")
    if endpoint.style.token_type and head.get("tokenType") != "AES":
        raise RefusedError("5082", "Invalid tokenType")
    if not checksum.verify(raw["body"], head.get("signature"), till.config.paytm_key):
        raise RefusedError("2005" if endpoint.style.failed == "F" else "330", "Checksum is invalid")
    if endpoint.channel and head.get("channelId") not in ("WEB", "WAP"):
        raise RefusedError("5028", "channelId is missing")
    if body.get("mid") != till.config.paytm_mid:
        raise RefusedError("335", "Mid is invalid")
    return Call(head, body, raw["body"], request.query)


def _sent(till: Till, style: Style, body: dict[str, Any], *, signed: bool) -> web.Response:
    """The envelope around an answer; its head stands before or after the body, as dice fall."""
    text = compact(body)
    head: dict[str, Any] = _link_head(till, body) if style.token_type else _money_head(till)
    if signed:
        head["signature"] = checksum.sign(text, till.config.paytm_key, till.salt())
    parts = [f'"head":{compact(head)}', f'"body":{text}']
    till.dice.shuffle(parts)
    envelope = "{" + ",".join(parts) + "}"
    return web.Response(text=envelope, content_type="application/json")


def _stamp(till: Till) -> str:
    return str(int(till.now().timestamp() * 1000))


def _link_head(till: Till, body: dict[str, Any]) -> dict[str, Any]:
    failed = body["resultInfo"]["resultStatus"] == "FAILED"
    token = None if failed else "AES"
    return {
        "version": None,
        "timestamp": _stamp(till),
        "channelId": None,
        "tokenType": token,
        "clientId": None,
    }


def _money_head(till: Till) -> dict[str, Any]:
    return {"responseTimestamp": _stamp(till), "version": "v1", "clientId": None}


def _next_fault(till: Till) -> str | None:
    """The fault that this call meets; a count of calls to fail is taken down by one."""
    switches = till.world.trouble["paytm"]
    fault, left = switches.get("fail"), switches.get("fail_next")
    if fault and left is not None:
        switches["fail_next"] = left - 1
        if left <= 1:
            switches |= {"fail": None, "fail_next": None}
        return fault if left > 0 else None
    return fault or None


def _faulty(till: Till, fault: str | None, style: Style) -> web.Response | None:
    """The answer of a failing server that did nothing; hang and reset do the work first."""
    match fault:
        case "refused":
            info = RefusedError("5028", "Request is not valid").info(style)
            return _sent(till, style, {"resultInfo": info}, signed=False)
        case "500":
            return web.Response(status=500, text="Internal Server Error")
        case "html":
            return web.Response(text=GATEWAY_ERROR, content_type="text/html")
        case "501":
            info = style.info(style.broken, "501", "System error")
            return web.json_response({"head": {}, "body": {"resultInfo": info}})
    return None


async def _lose(request: web.Request, till: Till, fault: str) -> None:
    """Never let the answer arrive: hold it until the client leaves, or cut the connection."""
    while fault == "hang" and request.transport is not None and not till.closing.is_set():
        try:
            await asyncio.wait_for(till.closing.wait(), _HANG_LOOK)
        except TimeoutError:
            continue
    if request.transport is not None:
        request.transport.abort()


def _journal(
    till: Till, request: web.Request, text: str, response: web.Response, fault: str | None
) -> None:
    answer = response.text or ""
    till.world.journal.add(
        "paytm.request",
        method=request.method,
        path=request.path,
        status=response.status,
        request=_shown(text),
        response=_shown(answer),
        code=_code(_shown(answer)),
        fault=fault,
    )


def _shown(text: str) -> Any:
    """A message for the journal: parsed when any reader can print it again, else its beginning."""
    try:
        parsed = json.loads(text, parse_constant=str)
        json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return text[:2000]
    return parsed


def _code(answer: Any) -> str | None:
    info = answer.get("body", {}).get("resultInfo", {}) if isinstance(answer, dict) else {}
    return info.get("resultCode") if isinstance(info, dict) else None
