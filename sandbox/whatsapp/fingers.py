"""A person's fingers: typing, tapping buttons and rows, sending forms, changing the number."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sandbox.whatsapp.account import Account
from sandbox.whatsapp.hooks import Event
from sandbox.whatsapp.inbound import Deed, contact, do, sender, stamp
from sandbox.whatsapp.interactive import SEND_LOCATION, SHARE
from sandbox.whatsapp.records import Json, Message, Person

FREE_ENTRY = timedelta(hours=72)
LONAVALA: Json = {"latitude": 18.7557, "longitude": 73.4091}


class NotThereError(LookupError):
    """There is no such message, button or row; names what is there."""


def message_of(account: Account, person: Person, wamid: Any) -> Message:
    """A message on this person's phone. Raises NotThereError."""
    message = account.messages.get(str(wamid))
    if message is None or message.person != person.key:
        raise NotThereError(f"{person.key} has no message {wamid}")
    return message


def say(account: Account, person: Person, text: str, reply_to: str | None, ad: Any) -> Message:
    """Type a text; `ad` is the referral of a click on an advertisement (2.1)."""
    wire: Json = {"text": {"body": text}}
    if ad:
        wire["referral"] = _referral(ad if isinstance(ad, dict) else {})
        person.free_until = account.now() + FREE_ENTRY
    return do(account, person, Deed("text", wire, {"body": text}, reply_to))


def tap(account: Account, person: Person, message: Message, button: str) -> Json:
    """Tap a button by id or title: {"id"} of the answer, or {"url"} of a link (no webhook)."""
    if message.url and button in (message.url["text"], message.url["url"], "url"):
        message.taps.append(message.url["text"])
        facts = {"wamid": message.id, "person": person.key, "button": message.url["text"]}
        account.world.journal.add("tap", **facts, url=message.url["url"])
        return {"url": message.url["url"]}
    found = _choice(message.buttons, button, "button", message)
    message.taps.append(found["id"])
    return {"id": _pressed(account, person, message, found).id}


def choose(account: Account, person: Person, message: Message, row: str) -> Message:
    """Choose a row of a list by id or title and send it."""
    sections = message.choices["sections"] if message.choices else []
    found = _choice([each for part in sections for each in part["rows"]], row, "row", message)
    message.taps.append(found["id"])
    reply = {name: value for name, value in found.items() if value}
    wire = {"interactive": {"type": "list_reply", "list_reply": reply}}
    body = "\n".join(part for part in (found["title"], found["description"]) if part)
    return do(account, person, Deed("interactive", wire, _shown("list", body), message.id))


def fill(
    account: Account, person: Person, message: Message, values: Json, *, token: bool
) -> Message:
    """Send a filled-in Flow; some phones leave the token out (2.2)."""
    if message.flow is None:
        raise NotThereError(f"message {message.id} is no Flow")
    answers = ({"flow_token": message.flow["token"]} if token else {}) | values
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(answers)}
    wire = {"interactive": {"type": "nfm_reply", "nfm_reply": reply}}
    message.taps.append("flow")
    return do(account, person, Deed("interactive", wire, _shown("flow_reply", "Sent"), message.id))


def change_number(account: Account, person: Person, phone: Any) -> Message:
    """Move to another number: a system message without contacts (2.2), and a new user id."""
    old, was = sender(person), person.phone or person.user_id
    account.people.move(person, phone)
    body = f"{person.name} changed from {was} to "
    system: Json = {"user_id": person.user_id}
    if person.shown_phone:
        system |= {"type": "user_changed_number", "wa_id": person.shown_phone}
        body += str(person.phone)
    else:
        system["type"] = "user_changed_user_id"
        body += person.user_id
    message = Message(account.new_id(), person.key, "person", account.now(), "system", body=body)
    account.keep(message)
    item = old | {"id": message.id, "timestamp": stamp(message), "type": "system"}
    account.hooks.emit(Event(item | {"system": {"body": body} | system}, person=person.key))
    return message


def prefer(account: Account, person: Person, value: str) -> None:
    """Stop or resume marketing: the user_preferences webhook (3.2)."""
    facts = contact(person)
    row: Json = {name: facts[name] for name in ("wa_id", "user_id") if name in facts}
    row |= {
        "detail": f"User requested to {value} marketing messages",
        "category": "marketing_messages",
        "value": value,
        "timestamp": int(account.now().timestamp()),
    }
    item = {"messaging_product": "whatsapp", "contacts": [facts], "user_preferences": [row]}
    account.hooks.emit(Event(item, "", field="user_preferences", person=person.key))


def _pressed(account: Account, person: Person, message: Message, found: Json) -> Message:
    if found == SEND_LOCATION:
        place = {"location": dict(LONAVALA)}
        shown = {"location": dict(LONAVALA)}
        return do(account, person, Deed("location", place, shown, message.id))
    if found == SHARE:
        return share(account, person, message.id)
    if message.type == "template":
        wire: Json = {"button": {"payload": found["id"], "text": found["title"]}}
        shown, told = _shown("template", found["title"]), bool(account.trouble("tap_context"))
        return do(account, person, Deed("button", wire, shown, message.id, with_context=told))
    wire = {"interactive": {"type": "button_reply", "button_reply": dict(found)}}
    return do(
        account, person, Deed("interactive", wire, _shown("buttons", found["title"]), message.id)
    )


def share(account: Account, person: Person, reply_to: str | None) -> Message:
    """Share one's own contact, as an answer to the request for it (2.4)."""
    phone = person.phone or ""
    card: Json = {
        "name": {"formatted_name": person.name or phone, "first_name": person.name or phone},
        "phones": [{"phone": phone, "wa_id": phone.removeprefix("+"), "type": "CELL"}],
        "vcard": f"BEGIN:VCARD\nVERSION:3.0\nFN:{person.name}\nTEL:{phone}\nEND:VCARD",
    }
    if not phone:
        raise NotThereError(f"{person.key} has no phone number to share")
    wire = {"contacts": [card], "origin": "contact_request"}
    shown = {"type": "contacts", "body": f"{person.name} {phone}".strip(), "contacts": wire}
    return do(account, person, Deed("contacts", wire, shown, reply_to))


def _shown(kind: str, body: str) -> Json:
    return {"type": kind, "body": body}


def _choice(offered: list[Json], wanted: str, what: str, message: Message) -> Json:
    for name in ("id", "title"):
        for option in offered:
            if option[name] == wanted:
                return option
    there = [option["title"] for option in offered]
    there += [message.url["text"]] if message.url and what == "button" else []
    named = ", ".join(there) or "none"
    raise NotThereError(f"no {what} {wanted!r} in this message; there are: {named}")


def _referral(wanted: Json) -> Json:
    return {
        "source_url": "https://fb.me/demo",
        "source_id": "120200000000",
        "source_type": "ad",
        "headline": "Camps by the lake",
        "body": "Book a tent",
        "media_type": "image",
        "image_url": "https://example.com/ad.jpg",
        "ctwa_clid": "demo-click",
    } | wanted
