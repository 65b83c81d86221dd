"""WhatsApp's events read through pywa's types and turned into our own values.

pywa raises where a field is missing that WhatsApp may leave out, so contacts and user ids are
filled in before (facts/whatsapp.md 11.3).
"""

import re
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from pywa.types.base_update import RawUpdate
from pywa_async.client import WhatsApp
from pywa_async.types.callback import CallbackButton, CallbackSelection
from pywa_async.types.message import Message

from db.people import Sender
from flows.inbound import Inbound, What
from flows.names import usable_name
from flows.record import record

PHONE = re.compile(r"\d{7,15}")
MOST_NAME = 200  # characters of a profile's name that are looked at
NO_USER_ID = "XX.0"
MOST_FIELDS, LONGEST_FIELD = 30, 200  # of a form that came back
UNREADABLE = (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError)
KINDS = {
    "text": What.TEXT,
    "contacts": What.CONTACT,
    "location": What.LOCATION,
    "audio": What.VOICE,
    "image": What.PICTURE,
    "video": What.PICTURE,
    "document": What.PICTURE,
    "sticker": What.STICKER,
    "unsupported": What.UNSUPPORTED,
    "order": What.UNSUPPORTED,
    "reaction": What.SILENT,
    "edit": What.SILENT,
    "revoke": What.SILENT,
    "request_welcome": What.SILENT,
    "system": What.SILENT,
}


@record
class Event:
    """One message as the inbox stored it, taken apart."""

    sender: Sender
    inbound: Inbound
    business_phone: str | None
    new_phone: str | None = None  # a system message: the sender's number changed
    new_user_id: str | None = None


def read_message(client: WhatsApp, body: bytes) -> Event:
    """The single message of an inbox row; raises KeyError, ValueError or TypeError."""
    return read_update(client, orjson.loads(body))


def read_update(client: WhatsApp, update: Any) -> Event:
    """The single message of an event as it was wrapped; raises as `read_message`."""
    value = update["entry"][0]["changes"][0]["value"]
    raw = value["messages"][0]
    sender = _sender(value, raw)
    at = datetime.fromtimestamp(int(raw["timestamp"]), UTC)
    try:
        if raw.get("type") == "text":  # most are: nothing of pywa's types is needed
            inbound = _text(raw, at)
        else:
            _complete(value, sender)
            inbound = _inbound(client, cast(RawUpdate, update), raw, at)
    except UNREADABLE:
        # A shape that pywa does not know: its sender still gets an answer.
        inbound = Inbound(clean(str(raw["id"])), What.UNSUPPORTED, at)
    phone = e164(value.get("metadata", {}).get("display_phone_number"))
    system = raw.get("system", {}) if raw.get("type") == "system" else {}
    changed = str(system.get("type", "")).startswith("user_changed")
    return Event(
        sender,
        inbound,
        phone,
        e164(system.get("wa_id")) if changed else None,
        _id(system.get("user_id")) if changed else None,
    )


def e164(digits: Any) -> str | None:
    """A number of the wire with its +; anything else is not a phone."""
    bare = re.sub(r"[\s()+-]", "", str(digits or ""))
    return f"+{bare}" if PHONE.fullmatch(bare) else None


def clean(text: str) -> str:
    """Text as PostgreSQL can hold it: no NUL, no lone surrogate."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _sender(value: dict[str, Any], raw: dict[str, Any]) -> Sender:
    contact = (value.get("contacts") or [{}])[0]
    profile = contact.get("profile") or {}
    user_id = _id(raw.get("from_user_id")) or _id(contact.get("user_id"))
    phone = e164(raw.get("from")) or e164(contact.get("wa_id"))
    if not user_id and not phone:
        raise ValueError("the sender has neither user id nor phone")
    name = usable_name(clean(str(profile.get("name") or ""))[:MOST_NAME])
    return Sender(user_id, phone, name or "")


def _id(value: Any) -> str | None:
    """A business-scoped user id; None for anything that is no text."""
    return (clean(value) or None) if isinstance(value, str) else None


def _complete(value: dict[str, Any], sender: Sender) -> None:
    """Give pywa the fields that it takes for granted."""
    contact = dict((value.get("contacts") or [{}])[0])
    contact.setdefault("user_id", sender.user_id or NO_USER_ID)
    contact.setdefault("profile", {"name": sender.name})
    value["contacts"] = [contact]
    metadata = {"display_phone_number": "", "phone_number_id": ""}
    value["metadata"] = metadata | (value.get("metadata") or {})


def _text(raw: dict[str, Any], at: datetime) -> Inbound:
    words, replies_to = clean(raw["text"]["body"]), _id((raw.get("context") or {}).get("id"))
    return Inbound(clean(str(raw["id"])), What.TEXT, at, words, "", replies_to)


def _inbound(client: WhatsApp, update: RawUpdate, raw: dict[str, Any], at: datetime) -> Inbound:
    wamid, kind = clean(str(raw["id"])), raw.get("type")
    replies_to = _id((raw.get("context") or {}).get("id"))
    if kind == "button" or (kind == "interactive" and "button_reply" in raw["interactive"]):
        tap = CallbackButton.from_update(client, update)
        return Inbound(wamid, What.TAP, at, clean(tap.title), clean(str(tap.data)), replies_to)
    if kind == "interactive" and "list_reply" in raw["interactive"]:
        row = CallbackSelection.from_update(client, update)
        return Inbound(wamid, What.TAP, at, clean(row.title), clean(str(row.data)), replies_to)
    if kind == "interactive":
        return Inbound(wamid, What.FORM, at, replies_to=replies_to, form=answers(raw))
    what = KINDS.get(str(kind), What.UNSUPPORTED)
    if what not in (What.CONTACT, What.LOCATION):
        return Inbound(wamid, what, at, replies_to=replies_to)
    return _content(Message.from_update(client, update), wamid, raw, what, at)


def answers(raw: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The fields of a form that came back, nested ones as `stay.start-date`; none if unreadable."""
    try:
        sent = orjson.loads(raw["interactive"]["nfm_reply"]["response_json"])
    except (KeyError, ValueError, TypeError):
        return ()
    pairs: list[tuple[str, Any]] = []
    for name, value in sent.items() if isinstance(sent, dict) else ():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        pairs += [(f"{name}.{part}".rstrip("."), each) for part, each in inner]
    return tuple(
        (clean(name)[:LONGEST_FIELD], clean(str(value))[:LONGEST_FIELD])
        for name, value in pairs[:MOST_FIELDS]
        if isinstance(value, str | int)
    )


def _content(
    message: Message, wamid: str, raw: dict[str, Any], what: What, at: datetime
) -> Inbound:
    if what is What.LOCATION and message.location is not None:
        place = message.location
        return Inbound(wamid, what, at, latitude=place.latitude, longitude=place.longitude)
    contact = raw["contacts"][0]
    phones = contact.get("phones") or [{}]
    origin = raw.get("origin") or contact.get("origin")
    phone = e164(phones[0].get("wa_id") or phones[0].get("phone"))
    return Inbound(wamid, what, at, phone=phone, own_phone=origin == "contact_request")
