"""What WhatsApp must be told once: the templates, and where its webhooks go."""

from bot.config import BadConfig
from bot.whatsapp import Refusal, WhatsAppClient
from flows.templates import TEMPLATES, Template
from flows.texts import Texts

FIELDS = "name,language,status,category"


async def templates_there(client: WhatsAppClient, business_id: str) -> dict[tuple[str, str], str]:
    """The status of every template at WhatsApp by (name, language); raises Refusal."""
    found: dict[tuple[str, str], str] = {}
    query = {"fields": FIELDS, "limit": "200"}
    answer = await client.request("GET", f"/{business_id}/message_templates", params=query)
    for row in answer.get("data", []):
        found[row["name"], row["language"]] = row["status"]
    return found


async def publish_templates(
    client: WhatsAppClient, business_id: str, languages: list[Texts]
) -> list[tuple[str, str, str]]:
    """Create every template that is missing; (name, language, outcome) of each.

    A refusal of one template does not keep the others from being made.
    """
    there = await templates_there(client, business_id)
    outcomes = []
    for texts in languages:
        for template in TEMPLATES.values():
            status = there.get((template.name, texts.language))
            outcome = status or await _create(client, business_id, template, texts)
            outcomes.append((template.name, texts.language, outcome))
    return outcomes


async def publish_all(client: WhatsAppClient, business_id: str, languages: list[Texts]) -> None:
    """Create every missing template; raises BadConfig naming those that WhatsApp refuses."""
    made = await publish_templates(client, business_id, languages)
    refused = [f"{name} {language} {out}" for name, language, out in made if "refused" in out]
    if refused:
        raise BadConfig("templates refused:\n" + "\n".join(refused))


async def _create(
    client: WhatsAppClient, business_id: str, template: Template, texts: Texts
) -> str:
    try:
        path = f"/{business_id}/message_templates"
        answer = await client.request("POST", path, json=template.definition(texts))
    except Refusal as refusal:
        return f"refused: {refusal.code} {refusal.detail}"
    return str(answer.get("status", "PENDING"))


async def subscribe(client: WhatsAppClient, business_id: str, url: str, token: str) -> None:
    """Send this account's webhooks to us (facts/whatsapp.md 1.1); raises Refusal."""
    body = {"override_callback_uri": url, "verify_token": token}
    await client.request("POST", f"/{business_id}/subscribed_apps", json=body)
