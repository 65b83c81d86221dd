"""The hard guard: nothing of the sandbox works away from this machine or with real credentials."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.config import SandboxConfig

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# Hosts on which real messages and real money move.
PRODUCTION = re.compile(
    r"(^|\.)(facebook\.com|whatsapp\.(com|net)|paytm(payments)?\.(com|in))$", re.IGNORECASE
)
ADDRESSES = ("WHATSAPP_API_URL", "PAYTM_API_URL", "PUBLIC_URL", "CALLBACK_URL")
META_TOKEN = re.compile(r"EAA[A-Za-z0-9]{20,}")


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def check_config(config: SandboxConfig) -> None:
    """Raises ValueError for an address that is not on this machine, or a token of Meta's."""
    if META_TOKEN.fullmatch(config.token):
        raise ValueError("the sandbox never meets real credentials; its token is one of Meta")
    for name in ("own_url", "service_url"):
        url = getattr(config, name)
        if not is_loopback(url):
            raise ValueError(f"the sandbox works on this machine only; {name} is {url}")


def check_not_production(environ: Mapping[str, str]) -> None:
    """Raises ValueError where the environment names a real service or holds a real token."""
    for name in ADDRESSES:
        host = urlsplit(environ.get(name, "")).hostname or ""
        if PRODUCTION.search(host):
            raise ValueError(f"the sandbox never meets a real service; {name} is {environ[name]}")
    if META_TOKEN.fullmatch(environ.get("WHATSAPP_TOKEN", "")):
        raise ValueError("the sandbox never meets real credentials; WHATSAPP_TOKEN is one of Meta")


@web.middleware
async def only_local(request: web.Request, handler: Handler) -> web.StreamResponse:
    """403 for a control call by another name or from another site's page (DNS rebinding)."""
    if request.path == "/sandbox" or request.path.startswith("/sandbox/"):
        origin = request.headers.get("Origin")
        named = is_loopback(f"//{request.headers.get('Host', '')}")
        if not named or (origin is not None and not is_loopback(origin)):
            return web.json_response({"error": "the sandbox is for this machine only"}, status=403)
    return await handler(request)
