"""What the attach menu sends: every kind of message that is neither text nor a tap (2.2)."""

from collections.abc import Callable

from sandbox.whatsapp import fingers
from sandbox.whatsapp.account import Account
from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.inbound import Deed, do
from sandbox.whatsapp.records import Json, Message, Person
from sandbox.whatsapp.shelf import RECEIVED_KEPT

# A picture of one dot, and stand-ins for the rest: nobody here looks into them.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
FILES = {
    "audio": ("audio/ogg; codecs=opus", b"OggS demo", ""),
    "image": ("image/png", PNG, ""),
    "sticker": ("image/webp", b"RIFF demo WEBP", ""),
    "video": ("video/mp4", b"demo video", ""),
    "document": ("application/pdf", b"%PDF-1.4 demo", "document.pdf"),
}
EXTRAS: dict[str, Json] = {"audio": {"voice": True}, "sticker": {"animated": False}}


class BadThingError(ValueError):
    """Something that cannot be sent; says why."""


def send(account: Account, person: Person, wanted: Json) -> Message:
    """Send one thing by its "type". Raises BadThingError."""
    kind = str(wanted.get("type", ""))
    if kind in FILES:
        return do(account, person, _file(account, kind, wanted))
    if kind not in THINGS:
        raise BadThingError(f"type must be one of {', '.join([*FILES, *THINGS])}")
    return do(account, person, THINGS[kind](account, person, wanted))


def _file(account: Account, kind: str, wanted: Json) -> Deed:
    mime, content, filename = FILES[kind]
    mime = str(wanted.get("mime_type") or mime)
    filename = str(wanted.get("filename") or filename)
    media = account.shelf.keep(mime, content, filename, RECEIVED_KEPT)
    facts = media.facts() | {"url": account.shelf.url(media)} | EXTRAS.get(kind, {})
    facts |= {"filename": filename} if kind == "document" else {}
    caption = str(wanted.get("caption") or "")
    facts |= {"caption": caption} if caption and kind in ("image", "video", "document") else {}
    shown = {"body": caption, "media": {"kind": kind, "id": media.id, "filename": filename}}
    return Deed(kind, {kind: facts}, shown, wanted.get("reply_to"))


def _location(_account: Account, _person: Person, wanted: Json) -> Deed:
    names = ("latitude", "longitude", "name", "address", "url")
    place = {name: wanted[name] for name in names if wanted.get(name) is not None}
    place = fingers.LONAVALA | place
    return Deed("location", {"location": place}, {"location": place, "body": place.get("name", "")})


def _contacts(_account: Account, person: Person, wanted: Json) -> Deed:
    name, phone = str(wanted.get("name") or "A friend"), str(wanted.get("phone") or "+919822012345")
    if wanted.get("own"):
        name, phone = person.name, person.phone or phone
    card: Json = {
        "name": {"formatted_name": name, "first_name": name.split(" ")[0]},
        "phones": [{"phone": phone, "wa_id": phone.removeprefix("+"), "type": "CELL"}],
    }
    origin = "contact_request" if wanted.get("origin") == "contact_request" else "other"
    wire: Json = {"contacts": [card], "origin": origin}
    if wanted.get("origin_inside"):  # the other place in which it was seen
        wire = {"contacts": [card | {"origin": origin}]}
    return Deed("contacts", wire, {"body": f"{name} {phone}", "contacts": wire})


def _unsupported(_account: Account, _person: Person, wanted: Json) -> Deed:
    error = RefusedError(131051, "Message type is not currently supported").in_status()
    error["title"] = error["message"] = "Message type unknown"
    wire: Json = {"errors": [error]}
    if wanted.get("kind"):
        wire["unsupported"] = {"type": str(wanted["kind"])}
    return Deed("unsupported", wire, {"body": ""})


def _reaction(account: Account, person: Person, wanted: Json) -> Deed:
    target = fingers.message_of(account, person, wanted.get("message"))
    emoji = str(wanted.get("emoji", "👍"))
    reaction = {"message_id": target.id} | ({"emoji": emoji} if emoji else {})
    # A reaction names its message itself and quotes nothing.
    shown = {"body": emoji}
    return Deed("reaction", {"reaction": reaction}, shown, target.id, with_context=False)


def _edit(account: Account, person: Person, wanted: Json) -> Deed:
    """Another text for an own message; the service is told the old id (pywa 4.5.0)."""
    target = fingers.message_of(account, person, wanted.get("message"))
    text = str(wanted.get("text") or "")
    target.body = text
    edited = {"type": "text", "text": {"body": text}}
    wire = {"edit": {"original_message_id": target.id, "message": edited}}
    return Deed("edit", wire, {"body": text}, target.id, with_context=False)


def _revoke(account: Account, person: Person, wanted: Json) -> Deed:
    target = fingers.message_of(account, person, wanted.get("message"))
    target.body = ""
    wire = {"revoke": {"original_message_id": target.id}}
    return Deed("revoke", wire, {"body": ""}, target.id, with_context=False)


def _order(_account: Account, _person: Person, wanted: Json) -> Deed:
    item = {"product_retailer_id": "tent-1", "quantity": 1, "item_price": 1500, "currency": "INR"}
    text = str(wanted.get("text") or "")
    order = {"catalog_id": "1", "text": text, "product_items": wanted.get("items") or [item]}
    return Deed("order", {"order": order}, {"body": text})


def _raw(_account: Account, _person: Person, wanted: Json) -> Deed:
    """A message of a kind that nobody knows yet: "kind" and "fields" as they are."""
    kind, fields = str(wanted.get("kind") or "hologram"), wanted.get("fields") or {}
    if not isinstance(fields, dict):
        raise BadThingError("fields must be an object")
    return Deed(kind, fields, {"type": "unsupported", "body": kind})


THINGS: dict[str, Callable[[Account, Person, Json], Deed]] = {
    "location": _location,
    "contacts": _contacts,
    "unsupported": _unsupported,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "order": _order,
    "raw": _raw,
}
