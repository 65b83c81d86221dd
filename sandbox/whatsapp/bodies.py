"""Free-form messages: what WhatsApp accepts by type (facts/whatsapp.md 4.2), and what is shown."""

from collections.abc import Callable

from sandbox.whatsapp import interactive
from sandbox.whatsapp.errors import RefusedError, invalid
from sandbox.whatsapp.reading import Fields
from sandbox.whatsapp.records import Json
from sandbox.whatsapp.shelf import Shelf

CAPTIONED = {"image", "video", "document"}


def read(kind: str, fields: Fields, shelf: Shelf) -> Json:
    """The fields of the phone's message for a free-form body. Raises RefusedError."""
    if kind == "contacts":
        return _contacts(fields)
    if kind not in KINDS:
        raise RefusedError(100, f"type must be one of {', '.join(sorted([*KINDS, 'contacts']))}")
    return KINDS[kind](fields.object(kind), shelf)


def _text(text: Fields, _: Shelf) -> Json:
    preview = text.raw.get("preview_url")
    if preview not in (None, True, False):
        raise RefusedError(100, "text.preview_url must be a boolean")
    return {"type": "text", "body": text.text("body", 4096, code=100)}


def _media(kind: str) -> Callable[[Fields, Shelf], Json]:
    def read_media(fields: Fields, shelf: Shelf) -> Json:
        shown: Json = {"type": kind, "media": shelf.attachment(fields, kind)}
        if fields.has("caption"):
            if kind not in CAPTIONED:
                raise invalid(fields.at("caption"), "is not allowed here")
            shown["body"] = fields.text("caption", 1024)
        return shown

    return read_media


def _location(fields: Fields, _: Shelf) -> Json:
    place = {
        "latitude": fields.number("latitude", -90, 90),
        "longitude": fields.number("longitude", -180, 180),
        "name": fields.maybe("name", 1000),
        "address": fields.maybe("address", 1000),
    }
    return {"type": "location", "location": place, "body": place["name"] or place["address"]}


def _reaction(fields: Fields, _: Shelf) -> Json:
    target, emoji = fields.text("message_id", 512), fields.raw.get("emoji")
    if not isinstance(emoji, str) or len(emoji) > 16:
        raise invalid(fields.at("emoji"), "must be an emoji, or empty to take it back")
    return {"type": "reaction", "reply_to": target, "body": emoji}


def _contacts(fields: Fields) -> Json:
    cards = fields.objects("contacts", 1, 257)
    names = []
    for card in cards:
        names.append(card.object("name").text("formatted_name", 512))
        for phone in card.objects("phones", 0, 100) if card.has("phones") else []:
            phone.text("phone", 64)
    contacts = {"contacts": [card.raw for card in cards]}
    return {"type": "contacts", "body": ", ".join(names), "contacts": contacts}


KINDS: dict[str, Callable[[Fields, Shelf], Json]] = {
    "text": _text,
    "interactive": interactive.read,
    "location": _location,
    "reaction": _reaction,
    **{kind: _media(kind) for kind in ("image", "video", "document", "audio", "sticker")},
}
