"""Where webhooks go: the check of an address by GET, and its overrides (facts/whatsapp.md 1.1)."""

import hmac
import secrets

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.guard import is_loopback
from sandbox.whatsapp.account import Account
from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.records import Json

LONGEST = 200
ANSWER_WITHIN = 5.0


async def verify(url: str, token: str) -> str | None:
    """Ask an address to echo a challenge; None, or why it is refused."""
    challenge = str(secrets.randbelow(10**10))
    query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=ANSWER_WITHIN)) as session,
            session.get(url, params=query) as answer,
        ):
            body = await answer.text()
            if answer.status != 200:
                return f"{url} answered {answer.status}"
            good = hmac.compare_digest(body.encode(), challenge.encode())
            return None if good else f"{url} did not echo the challenge"
    except (ClientError, TimeoutError, OSError) as error:
        return f"{url}: {type(error).__name__}"


async def subscribe(account: Account, body: Json) -> Json:
    """POST /{account}/subscribed_apps: subscribe, perhaps with another address."""
    account.hooks.account_override = await _checked(body)
    return {"success": True}


async def configure(account: Account, body: Json) -> Json:
    """POST /{number} with webhook_configuration: another address for this number."""
    wanted = body.get("webhook_configuration")
    if isinstance(wanted, dict):
        account.hooks.number_override = await _checked(wanted)
    return {"success": True}


def subscribed(account: Account) -> Json:
    """GET /{account}/subscribed_apps."""
    app: Json = {"whatsapp_business_api_data": {"id": "1", "name": "LoonCamp", "link": ""}}
    override = account.hooks.account_override
    return {"data": [app | ({"override_callback_uri": override} if override else {})]}


async def _checked(wanted: Json) -> str | None:
    url = wanted.get("override_callback_uri")
    if not url:
        return None
    if not isinstance(url, str) or len(url) > LONGEST or not is_loopback(url):
        raise RefusedError(100, "override_callback_uri: at most 200 characters, on this machine")
    why = await verify(url, str(wanted.get("verify_token", "")))
    if why is not None:
        raise RefusedError(100, f"override_callback_uri: {why}")
    return url
