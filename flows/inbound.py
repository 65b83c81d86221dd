"""What a person sent, read from the wire and independent of it."""

from datetime import datetime
from enum import StrEnum

from flows.record import record


class What(StrEnum):
    """The kinds of message that a flow tells apart (facts/ux.md G17)."""

    TEXT = "text"
    TAP = "tap"  # a reply button, a template's button or a row of a list
    CONTACT = "contact"
    LOCATION = "location"
    VOICE = "voice"
    PICTURE = "picture"  # photo, video or document
    STICKER = "sticker"
    FORM = "form"
    UNSUPPORTED = "unsupported"
    SILENT = "silent"  # reactions, edits, deletions: never answered


@record
class Inbound:
    """One message of a person; `text` is what was typed or the title of what was tapped."""

    wamid: str
    what: What
    at: datetime
    text: str = ""
    payload: str = ""  # the id of the tapped button or row
    replies_to: str | None = None
    phone: str | None = None  # of a shared contact, E.164
    own_phone: bool = False  # the contact came from our request: it is the sender's own
    latitude: float | None = None
    longitude: float | None = None
    form: tuple[tuple[str, str], ...] = ()  # (field, answer) of a form that was sent
