"""Webhook bodies as WhatsApp sends them, and the signature over their bytes."""

import itertools
import json
from datetime import timedelta
from typing import Any

from bot.whatsapp.signature import sign

SECRET = "app-secret-of-the-tests"
GUEST = "919822012345"
USER = "IN.1234567890"
AT = 1796104800  # seconds: 2026-12-01 06:00 UTC
AN_HOUR = timedelta(hours=1)
_numbers = itertools.count(1)


def wamid() -> str:
    """An id that nobody else has."""
    return f"wamid.test{next(_numbers)}"


def text(words: str = "hello", **fields: Any) -> dict[str, Any]:
    """A text message."""
    return message("text", text={"body": words}, **fields)


def message(kind: str, **fields: Any) -> dict[str, Any]:
    """A message of any type; None leaves a field out."""
    usual = {
        "id": wamid(),
        "from": GUEST,
        "from_user_id": USER,
        "timestamp": str(AT),
        "type": kind,
    } | fields
    return {key: value for key, value in usual.items() if value is not None}


def status(tracker: object = None, name: str = "sent", **fields: Any) -> dict[str, Any]:
    """A status; `tracker` is what was sent as biz_opaque_callback_data."""
    usual = {
        "id": wamid(),
        "status": name,
        "timestamp": str(AT),
        "recipient_id": GUEST,
        "biz_opaque_callback_data": None if tracker is None else str(tracker),
    } | fields
    return {key: value for key, value in usual.items() if value is not None}


def contact(**fields: Any) -> dict[str, Any]:
    """Who wrote; None leaves a field out."""
    usual = {"profile": {"name": "Rahul"}, "wa_id": GUEST, "user_id": USER} | fields
    return {key: value for key, value in usual.items() if value is not None}


def change(
    *messages: dict[str, Any],
    statuses: tuple[dict[str, Any], ...] = (),
    contacts: tuple[dict[str, Any], ...] | None = None,
) -> dict[str, Any]:
    """One change of field `messages`; contacts=() leaves them out."""
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "919800000001", "phone_number_id": "5001"},
    }
    if messages:
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = list(statuses)
    people = (contact(),) if contacts is None else contacts
    if people:
        value["contacts"] = list(people)
    return {"field": "messages", "value": value}


def body(*changes: dict[str, Any], entries: int = 1) -> bytes:
    """The whole body, the changes spread over so many entries."""
    shares = [changes[start::entries] for start in range(entries)]
    entry = [{"id": "3001", "changes": list(share)} for share in shares]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()


def signed(raw: bytes, secret: str = SECRET) -> dict[str, str]:
    """The header that WhatsApp sends with these bytes."""
    return {"X-Hub-Signature-256": sign(raw, secret).decode()}
