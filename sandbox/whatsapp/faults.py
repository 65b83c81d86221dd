"""Trouble on purpose: how a call to this WhatsApp fails (facts/whatsapp.md 12.11)."""

import asyncio

from aiohttp import web

from sandbox.whatsapp.account import Account
from sandbox.whatsapp.errors import CODES, RefusedError

HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
LOOK = 0.2  # seconds between looks whether a waiting client went away
EVERYWHERE = {"down", "token_revoked"}  # these meet every call, the others only sends
LOSING = {"timeout_after_accept", "reset_after_accept", "reset"}
_REFUSALS = {
    "429": (130429, "Cloud API message throughput has been reached."),
    "pair": (131056, "Too many messages sent to the same phone number."),
    "500": (131000, "Something went wrong."),
    "down": (2, "Service temporarily unavailable."),
    "token_revoked": (190, "The session has been invalidated."),
    "maintenance": (131057, "The number is being upgraded; try again in a minute."),
}


def due(account: Account, *, send: bool) -> str | None:
    """The fault that this call meets; a count of calls to fail is taken down by one."""
    switches = account.world.trouble["whatsapp"]
    fault, left = switches["fail"], switches["fail_next"]
    if not fault or (fault not in EVERYWHERE and not send):
        return None
    if left is not None:
        switches["fail_next"] = left - 1
        if left <= 1:
            switches |= {"fail": None, "fail_next": None}
    return str(fault)


def refuse(fault: str | None) -> web.Response | None:
    """The answer of a call that does nothing; None where the call goes through first."""
    if fault is None or fault in LOSING:
        return None
    if fault == "html":
        return web.Response(status=502, text=HTML, content_type="text/html")
    code, details = _REFUSALS.get(fault) or (int(fault), "Forced by the trouble switch.")
    raise RefusedError(code if code in CODES else 1, details)


async def lose(account: Account, request: web.Request, fault: str) -> None:
    """Never let the answer arrive: hold it until the client leaves, or cut the connection."""
    while fault == "timeout_after_accept" and _listening(account, request):
        try:
            await asyncio.wait_for(account.closing.wait(), LOOK)
        except TimeoutError:
            continue
    if request.transport is not None:
        request.transport.abort()


def _listening(account: Account, request: web.Request) -> bool:
    return request.transport is not None and not account.closing.is_set()
