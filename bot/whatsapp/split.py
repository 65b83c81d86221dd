"""A webhook body split into single events, each under the id that makes a repeat harmless."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import field
from typing import Any

import orjson

from flows.record import record

ROOT = "whatsapp_business_account"
Name = tuple[str, str, str]  # an event's id, kind and lane


class NotAWebhook(ValueError):
    """The body is no JSON, or not what WhatsApp sends."""


@record
class Single:
    """One event: a message, a status or anything else, wrapped again for itself."""

    id: str
    kind: str  # message, status or other
    lane: str
    body: bytes
    update: Any = field(default=None, repr=False, compare=False)  # the body as it was parsed


def split(body: bytes) -> list[Single]:
    """Every single event of a body, in its order; raises NotAWebhook.

    Every level is a loop: entries, changes, messages, statuses and errors (facts/whatsapp.md
    1.2); a repeat inside the same body is dropped. A body with one event, as most are, is kept as
    it came.
    """
    data, body = _parsed(body)
    if not isinstance(data, dict) or not isinstance(data.get("entry"), list):
        raise NotAWebhook("no entry list")
    events: dict[str, Single] = {}
    try:
        if alone := _alone(data):
            return [Single(*alone, body, data)]
        for entry in _dicts(data["entry"]):
            for change in _dicts(entry.get("changes")):
                for event in _events(entry, change):
                    events.setdefault(event.id, event)
    except orjson.JSONEncodeError:
        raise NotAWebhook("nested too deep") from None
    return list(events.values())


def _parsed(body: bytes) -> tuple[Any, bytes]:
    """What the body says, and itself: a lone surrogate, which phones send, is a question mark."""
    try:
        return orjson.loads(body), body
    except orjson.JSONDecodeError:
        pass
    try:
        text = json.dumps(json.loads(body.decode()), ensure_ascii=False).encode("utf-8", "replace")
        return orjson.loads(text), text
    except (ValueError, RecursionError):
        raise NotAWebhook("malformed JSON") from None


def _alone(data: dict[str, Any]) -> Name | None:
    """What the event is called where a body holds one message or one status, and nothing else."""
    match data["entry"]:
        case [{"changes": [{"field": "messages", "value": dict() as value}]}]:
            pass
        case _:
            return None
    match value:
        case {"messages": [dict() as message], "contacts": [dict()]} if not value.get("statuses"):
            return _name_of_message(message)
        case {"statuses": [dict() as status]} if not value.get("messages"):
            return _name_of_status(status)
    return None


def _events(entry: dict[str, Any], change: dict[str, Any]) -> Iterator[Single]:
    value = change.get("value")
    if change.get("field") != "messages" or not isinstance(value, dict):
        yield _other(entry, change)
        return
    shared = {key: value[key] for key in ("messaging_product", "metadata") if key in value}
    contacts = list(_dicts(value.get("contacts")))
    for message in _dicts(value.get("messages")):
        whose = [contact for contact in contacts if _same_person(contact, message)] or contacts[:1]
        inner = shared | {"contacts": whose, "messages": [message]}
        yield _wrapped(_name_of_message(message), entry, inner)
    for status in _dicts(value.get("statuses")):
        yield _wrapped(_name_of_status(status), entry, shared | {"statuses": [status]})
    if value.get("errors") and not value.get("messages") and not value.get("statuses"):
        yield _other(entry, change)


def _name_of_message(message: dict[str, Any]) -> Name:
    lane = str(message.get("from_user_id") or message.get("from") or "?")
    return _storable(str(message.get("id") or _hash(message))), "message", _storable(lane)


def _name_of_status(status: dict[str, Any]) -> Name:
    key = f"{status.get('id')}:{status.get('status')}"
    participant = status.get("recipient_participant_id")
    id_ = f"{key}:{participant}" if participant else key
    return _storable(id_), "status", _storable(key)


def _same_person(contact: dict[str, Any], message: dict[str, Any]) -> bool:
    ids = (contact.get("user_id"), contact.get("wa_id"))
    return any(
        message.get(key) in ids for key in ("from_user_id", "from") if message.get(key) is not None
    )


def _wrapped(name: Name, entry: dict[str, Any], value: dict[str, Any]) -> Single:
    body = {
        "object": ROOT,
        "entry": [{"id": entry.get("id"), "changes": [{"field": "messages", "value": value}]}],
    }
    return Single(*name, orjson.dumps(body), body)


def _other(entry: dict[str, Any], change: dict[str, Any]) -> Single:
    body = {"object": ROOT, "entry": [{"id": entry.get("id"), "changes": [change]}]}
    # The time tells a second approval of a template from the first one delivered again.
    key = _hash([entry.get("time"), change])
    return Single(key, "other", f"other:{change.get('field')}"[:100], orjson.dumps(body))


def _hash(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _storable(text: str) -> str:
    """An id as PostgreSQL's text can hold it: no NUL, of bounded length."""
    return text.replace("\x00", "")[:512]


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list; nothing where there is no list."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))
