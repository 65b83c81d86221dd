"""The people of the load: who they are, what they say, and their webhooks as bytes."""

import hashlib
import hmac
import itertools
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

SECRET = "bench-app-secret"
PHONE_ID = "111222333444"
BUSINESS_ID = "444333222111"
TOKEN = "bench-token"
PLACE = "Pawna Lakeview Camp"
_ids = itertools.count(1)


def script() -> tuple[str, ...]:
    """One round of a dialogue: begin again, a place, two nights; each text has one answer."""
    first = datetime.now(UTC) + timedelta(days=20)
    last = first + timedelta(days=2)
    return "restart", PLACE, f"{first:%-d %b} to {last:%-d %b}"


@dataclass(slots=True)
class Person:
    """A phone that writes, and what it is waiting for."""

    number: int
    said: int = 0
    asked_at: float = 0.0
    acked: bool = False
    waiting: bool = False

    @property
    def phone(self) -> str:
        """Digits as WhatsApp writes them, without the plus."""
        return f"91700{self.number:07d}"

    @property
    def user_id(self) -> str:
        """The business-scoped user id."""
        return f"IN.77{self.number:07d}"


def signature(body: bytes) -> bytes:
    """The header line that WhatsApp adds."""
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest().encode()
    return b"X-Hub-Signature-256: sha256=" + digest + b"\r\n"


def _webhook(value: dict[str, Any]) -> bytes:
    metadata = {"display_phone_number": "919800000001", "phone_number_id": PHONE_ID}
    value = {"messaging_product": "whatsapp", "metadata": metadata} | value
    change = {"field": "messages", "value": value}
    entry = [{"id": BUSINESS_ID, "changes": [change]}]
    return orjson.dumps({"object": "whatsapp_business_account", "entry": entry})


def _contact(person: Person) -> dict[str, Any]:
    return {
        "profile": {"name": "Rahul Deshmukh"},
        "wa_id": person.phone,
        "user_id": person.user_id,
    }


def text_webhook(person: Person, text: str) -> bytes:
    """A text message of a person."""
    message = {
        "from": person.phone,
        "from_user_id": person.user_id,
        "id": f"wamid.in.{person.number}.{next(_ids)}.{time.time_ns()}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    return _webhook({"contacts": [_contact(person)], "messages": [message]})


def status_webhook(person: Person, wamid: str, tracker: str | None, status: str) -> bytes:
    """A status of a message to a person."""
    told: dict[str, Any] = {
        "id": wamid,
        "status": status,
        "timestamp": str(int(time.time())),
        "recipient_id": person.phone,
        "recipient_user_id": person.user_id,
        "pricing": {
            "billable": False,
            "pricing_model": "PMP",
            "category": "service",
            "type": "free_customer_service",
        },
    }
    if tracker:
        told["biz_opaque_callback_data"] = tracker
    return _webhook({"contacts": [_contact(person)], "statuses": [told]})
