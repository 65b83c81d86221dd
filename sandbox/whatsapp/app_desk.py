"""The Meta app: its own token, what a token is worth, and the webhook's fields.

Graph API reference: Debug Token, App Subscriptions, Access Tokens (app tokens). These calls are
made by an app's token, or name it in `access_token`.
"""

import hmac

from sandbox.whatsapp.account import Account
from sandbox.whatsapp.addresses import verify
from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.records import Json

APP_ID = "700800900100"
FIELDS = frozenset(
    {
        "messages", "message_template_status_update", "message_template_quality_update",
        "template_category_update", "message_template_components_update", "account_update",
        "account_alerts", "account_review_update", "business_capability_update",
        "phone_number_quality_update", "phone_number_name_update", "user_preferences", "security",
        "flows", "payment_configuration_update",
    }
)  # fmt: skip
SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"]


def app_token(account: Account) -> str:
    """The app's own token."""
    return f"{APP_ID}|{account.config.app_secret}"


def token(account: Account, query: dict[str, str]) -> Json:
    """GET /oauth/access_token: the app's token for whoever knows its secret."""
    if query.get("grant_type") != "client_credentials":
        raise RefusedError(1, "grant_type: client_credentials is expected")
    if query.get("client_id") != APP_ID:
        raise RefusedError(101, "Error validating application. Invalid application ID.")
    if not _same(query.get("client_secret", ""), account.config.app_secret):
        raise RefusedError(1, "Error validating client secret.")
    return {"access_token": app_token(account), "token_type": "bearer"}


def debug(account: Account, query: dict[str, str]) -> Json:
    """GET /debug_token: what the token in `input_token` is worth."""
    facts: Json = {"app_id": APP_ID, "application": "LoonCamp", "type": "SYSTEM_USER"}
    if not _same(query.get("input_token", ""), account.config.token):
        error = {"code": 190, "message": "Invalid OAuth access token."}
        return {"data": facts | {"is_valid": False, "error": error, "scopes": []}}
    expires = int(account.settings.get("token_expires_at", 0))  # 0: never
    live = not expires or expires > account.now().timestamp()
    return {"data": facts | {"is_valid": live, "expires_at": expires, "scopes": SCOPES}}


async def subscribe(account: Account, query: dict[str, str]) -> Json:
    """POST /{app}/subscriptions: where webhooks of these fields go, once the address answers."""
    if query.get("object") != "whatsapp_business_account":
        raise RefusedError(100, "object: whatsapp_business_account is expected")
    if not _same(query.get("access_token", ""), app_token(account)):
        raise RefusedError(15, "This method must be called with an app access_token.")
    fields = {name for name in query.get("fields", "").split(",") if name}
    if not fields or not fields <= FIELDS:
        unknown = ", ".join(sorted(fields - FIELDS)) or "none given"
        raise RefusedError(100, f"fields: {unknown}")
    url = query.get("callback_url", "")
    why = await verify(url, query.get("verify_token", ""))
    if why is not None:
        raise RefusedError(2200, f"Callback verification failed: {why}")
    account.hooks.app_address, account.hooks.app_fields = url, sorted(fields)
    return {"success": True}


def subscribed(account: Account) -> Json:
    """GET /{app}/subscriptions."""
    hooks = account.hooks
    fields = [{"name": name, "version": "v26.0"} for name in hooks.app_fields or sorted(FIELDS)]
    row = {"object": "whatsapp_business_account", "callback_url": hooks.url, "active": True}
    return {"data": [row | {"fields": fields}]}


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
