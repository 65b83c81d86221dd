"""Meta's management calls: app, number, account, templates, webhook, profile (whatsapp.md 1, 5).

Every call raises Refusal.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.config import BadConfig
from bot.whatsapp.client import Refusal, WhatsAppClient
from flows.record import record
from flows.templates import TEMPLATES, Template
from flows.texts import Texts

# What we read of webhooks; the alerts of the operating guide rest on the last ones.
WEBHOOK_FIELDS = (
    "messages", "message_template_status_update", "message_template_quality_update",
    "template_category_update", "account_update", "phone_number_quality_update",
)  # fmt: skip
TEMPLATE_FIELDS = "id,name,language,status,category,components,quality_score"
NUMBER_FIELDS = (
    "verified_name,display_phone_number,quality_rating,status,name_status,throughput,"
    "whatsapp_business_manager_messaging_limit"
)
NEEDED_SCOPES = frozenset({"whatsapp_business_messaging", "whatsapp_business_management"})
PAGE = "100"


@record
class Published:
    """A template as it stands at WhatsApp."""

    id: str
    status: str
    category: str
    content: tuple[Any, ...]  # what a reader sees of it


@record
class Token:
    """What Meta says of an access token; `expires_at` is None where it never does."""

    app_id: str
    valid: bool
    expires_at: datetime | None
    missing_scopes: frozenset[str]


async def token(client: WhatsAppClient, value: str) -> Token:
    """What the token is worth (Graph API, Debug Token)."""
    answer = await client.request("GET", "/debug_token", params={"input_token": value})
    data = answer.get("data") or {}
    expires = int(data.get("expires_at") or 0)
    return Token(
        app_id=str(data.get("app_id") or ""),
        valid=bool(data.get("is_valid")),
        expires_at=datetime.fromtimestamp(expires, UTC) if expires else None,
        missing_scopes=NEEDED_SCOPES - set(data.get("scopes") or ()),
    )


async def app_token(client: WhatsAppClient, app_id: str, app_secret: str) -> str:
    """The app's own token, which only its secret opens: proves the secret."""
    query = {"grant_type": "client_credentials", "client_id": app_id, "client_secret": app_secret}
    answer = await client.request("GET", "/oauth/access_token", params=query)
    return str(answer["access_token"])


async def number(client: WhatsAppClient, phone_id: str) -> dict[str, Any]:
    """The fields of the number that sends."""
    return await client.request("GET", f"/{phone_id}", params={"fields": NUMBER_FIELDS})


async def numbers_of(client: WhatsAppClient, business_id: str) -> list[str]:
    """The ids of the account's numbers."""
    answer = await client.request("GET", f"/{business_id}/phone_numbers", params={"fields": "id"})
    return [str(row["id"]) for row in answer.get("data", [])]


async def published(client: WhatsAppClient, business_id: str) -> dict[tuple[str, str], Published]:
    """Every template at WhatsApp by (name, language)."""
    found: dict[tuple[str, str], Published] = {}
    query = {"fields": TEMPLATE_FIELDS, "limit": PAGE}
    while True:
        answer = await client.request("GET", f"/{business_id}/message_templates", params=query)
        for row in answer.get("data", []):
            found[row["name"], row["language"]] = Published(
                str(row["id"]), row["status"], row["category"], _content(row["components"])
            )
        paging = answer.get("paging") or {}
        if "next" not in paging:
            return found
        query["after"] = paging["cursors"]["after"]


def wanted(template: Template, texts: Texts) -> tuple[Any, ...]:
    """What a reader should see of a template in one language."""
    return _content(template.definition(texts)["components"])


def _content(components: Sequence[dict[str, Any]]) -> tuple[Any, ...]:
    """The parts of a template that count, whatever case and order WhatsApp gives them in."""
    parts = []
    for part in components:
        buttons = tuple((b["type"].upper(), b["text"]) for b in part.get("buttons", ()))
        parts.append((part["type"].upper(), part.get("text", ""), buttons))
    return tuple(sorted(parts))


async def publish_templates(
    client: WhatsAppClient, business_id: str, languages: Sequence[Texts]
) -> list[tuple[str, str, str]]:
    """Create what is missing, edit what differs; (name, language, outcome) of each.

    A refusal of one template does not keep the others from being made.
    """
    there = await published(client, business_id)
    outcomes = []
    for texts in languages:
        own = (each for each in TEMPLATES.values() if is_translated(each, texts))
        for template in own:
            known = there.get((template.name, texts.language))
            outcome = await _bring(client, business_id, template, texts, known)
            outcomes.append((template.name, texts.language, outcome))
    return outcomes


def is_translated(template: Template, texts: Texts) -> bool:
    """Whether a language has a template's text of its own."""
    return texts.speaks(f"template.{template.name}.body") == texts.language


async def _bring(
    client: WhatsAppClient, business_id: str, template: Template, texts: Texts,
    known: Published | None,
) -> str:  # fmt: skip
    """The template's status after it was created, edited or left as it is."""
    definition = template.definition(texts)
    try:
        if known is None:
            path = f"/{business_id}/message_templates"
            answer = await client.request("POST", path, json=definition)
            return str(answer.get("status", "PENDING"))
        if known.content == wanted(template, texts) and known.status != "REJECTED":
            return known.status
        # Ten edits in thirty days and one a day, and a review again (facts/whatsapp.md 5).
        edit = {"components": definition["components"]}
        await client.request("POST", f"/{known.id}", json=edit)
    except Refusal as refusal:
        return f"refused: {refusal.code} {refusal.detail}"
    return "EDITED, in review"


async def publish_all(client: WhatsAppClient, business_id: str, languages: Sequence[Texts]) -> None:
    """Bring every template; raises BadConfig naming those that WhatsApp refuses."""
    made = await publish_templates(client, business_id, languages)
    refused = [f"{name} {language} {out}" for name, language, out in made if "refused" in out]
    if refused:
        raise BadConfig("templates refused:\n" + "\n".join(refused))


async def subscribe_app(
    client: WhatsAppClient, app_id: str, app_access: str, url: str, verify_token: str
) -> None:
    """Send the app's webhooks of every field that we read to us (Graph API, Subscriptions)."""
    query = {
        "object": "whatsapp_business_account",
        "callback_url": url,
        "verify_token": verify_token,
        "fields": ",".join(WEBHOOK_FIELDS),
        "access_token": app_access,
    }
    await client.request("POST", f"/{app_id}/subscriptions", params=query)


async def subscribe_account(client: WhatsAppClient, business_id: str) -> None:
    """Let the app hear of this account's events (facts/whatsapp.md 1.1)."""
    await client.request("POST", f"/{business_id}/subscribed_apps")


async def is_subscribed(client: WhatsAppClient, business_id: str) -> bool:
    """Whether an app hears of this account's events."""
    answer = await client.request("GET", f"/{business_id}/subscribed_apps")
    return bool(answer.get("data"))


async def set_profile(client: WhatsAppClient, phone_id: str, about: str, website: str) -> None:
    """What people read when they tap the number's name."""
    profile = {
        "messaging_product": "whatsapp", "about": about, "description": about,
        "vertical": "HOTEL", "websites": [website],
    }  # fmt: skip
    await client.request("POST", f"/{phone_id}/whatsapp_business_profile", json=profile)


async def set_commands(
    client: WhatsAppClient, phone_id: str, commands: Sequence[tuple[str, str]],
    openings: Sequence[str],
) -> None:  # fmt: skip
    """The commands behind "/" and the lines offered before the first message."""
    body = {
        "enable_welcome_message": False,
        "prompts": list(openings),
        "commands": [
            {"command_name": name, "command_description": words} for name, words in commands
        ],
    }
    await client.request("POST", f"/{phone_id}/conversational_automation", json=body)
