"""The guest's form (Flow) at WhatsApp: published by `setup`, found again by the sender.

A published form cannot be changed under guests who have it open, so its name carries a hash of
its content, and new content is a new form.
"""

import hashlib
from typing import Any

import asyncpg
import orjson

from bot.service import Service
from db.sql import sql
from flows.guest.form import definition
from flows.messages import Message
from flows.record import replace
from flows.texts import Texts

SETTING = "forms"  # {language: id of the published form}
CATEGORY = "OTHER"


async def published(pool: asyncpg.Pool) -> dict[str, str]:
    """The id of the published form by language; empty before `setup`."""
    return dict(await pool.fetchval(sql("setting"), SETTING) or {})


async def dressed(service: Service, message: Message, *, wished: bool) -> Message:
    """A question that is also a form, as the form where one is published, else as it is."""
    if message.form is None:
        return message
    flow_id = (await published(service.pool)).get(message.form.language, "") if wished else ""
    return replace(message, form=replace(message.form, flow_id=flow_id) if flow_id else None)


async def publish(service: Service) -> list[tuple[str, str]]:
    """Publish what is missing and note the ids; (language, outcome) of each; raises Refusal."""
    account = service.config.whatsapp_business_id
    query = {"fields": "id,name,status", "limit": "100"}
    answer = await service.whatsapp.request("GET", f"/{account}/flows", params=query)
    there = {row["name"]: row for row in answer.get("data", [])}
    ids, outcomes = {}, []
    for texts in service.write.catalogues.values():
        name = _name(texts)
        flow_id, outcome = await _bring(service, name, texts, there.get(name))
        outcomes.append((texts.language, f"{outcome}: {name}"))
        if flow_id:
            ids[texts.language] = flow_id
    await service.pool.execute(sql("put_setting"), SETTING, ids)
    return outcomes


def _name(texts: Texts) -> str:
    content = orjson.dumps(definition(texts))
    return f"looncamp_stay_{texts.language}_{hashlib.sha256(content).hexdigest()[:8]}"


async def _bring(
    service: Service, name: str, texts: Texts, known: dict[str, Any] | None
) -> tuple[str, str]:
    """(id, outcome) of one form; no id where WhatsApp finds fault with it."""
    if known is None:
        return await _create(service, name, texts)
    if known["status"] == "DRAFT":
        await service.whatsapp.request("POST", f"/{known['id']}/publish")
    return str(known["id"]), "there"


async def _create(service: Service, name: str, texts: Texts) -> tuple[str, str]:
    body = {
        "name": name,
        "categories": [CATEGORY],
        "flow_json": orjson.dumps(definition(texts)).decode(),
        "publish": True,
    }
    account = service.config.whatsapp_business_id
    answer = await service.whatsapp.request("POST", f"/{account}/flows", json=body)
    if faults := answer.get("validation_errors"):
        return "", f"refused: {faults[0].get('message', faults[0])}"
    return str(answer["id"]), "made"
