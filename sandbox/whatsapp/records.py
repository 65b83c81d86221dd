"""The records of one WhatsApp account: its people, messages and templates."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeVar

Json = dict[str, Any]
_TIMES = {"at", "last_inbound", "free_until", "created_at", "paused_until", "uploaded_at"}


@dataclass(slots=True)
class Person:
    """Somebody with a phone. `phone` is E.164 with +; None: nobody may know it."""

    key: str
    name: str
    role: str
    phone: str | None
    user_id: str
    username: str | None = None
    language: str = "en"
    hides_phone: bool = False
    blocks: bool = False  # has blocked the business: nothing arrives (131026)
    offline: bool = False  # the phone is off: messages stay at `sent`
    last_inbound: datetime | None = None
    free_until: datetime | None = None  # end of a free entry point (facts/whatsapp.md 8.1)

    @property
    def shown_phone(self) -> str | None:
        """The phone as webhooks write it, digits only; None when it is withheld."""
        return self.phone.removeprefix("+") if self.phone and not self.hides_phone else None


@dataclass(slots=True)
class Message:
    """One message as a phone shows it, with what the sandbox must remember of it."""

    id: str
    person: str
    sender: str  # "bot" or "person"
    at: datetime
    type: str
    header: str = ""
    body: str = ""
    footer: str = ""
    buttons: list[Json] = field(default_factory=list)
    choices: Json | None = None  # a list message: {"button", "sections"}
    url: Json | None = None
    template: Json | None = None
    flow: Json | None = None
    media: Json | None = None
    location: Json | None = None
    contacts: Json | None = None
    reply_to: str | None = None
    status: str = "sent"
    error: Json | None = None
    tracker: str | None = None
    price: Json | None = None
    taps: list[str] = field(default_factory=list)
    category: str = "service"
    ttl: int | None = None  # seconds until an undelivered template is dropped
    sent_to: str = ""  # the phone with + or the user id that the business named
    unread: bool = False

    def shown(self) -> Json:
        """The message as the control API gives it."""
        row = {part.name: getattr(self, part.name) for part in fields(self)}
        row |= {"from": row.pop("sender"), "list": row.pop("choices"), "at": self.at.isoformat()}
        for inner in ("category", "ttl", "sent_to"):
            del row[inner]
        return row


@dataclass(slots=True)
class Template:
    """A message template in one language (facts/whatsapp.md 5); components as they were sent."""

    id: str
    name: str
    language: str
    category: str
    status: str
    parameter_format: str
    components: "list[Json]"
    created_at: datetime
    ttl: int | None = None
    edits: "list[str]" = field(default_factory=list)  # ISO times
    pauses: int = 0
    paused_until: datetime | None = None
    quality: str = "UNKNOWN"


Record = TypeVar("Record", Person, Message, Template)


def plain(record: Person | Message | Template) -> Json:
    """A record as JSON-able fields."""
    row = {part.name: getattr(record, part.name) for part in fields(record)}
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in row.items()}


def restored(kind: type[Record], row: Json) -> Record:
    """The record that `plain` wrote."""
    values: Any = {
        name: datetime.fromisoformat(value) if name in _TIMES and value else value
        for name, value in row.items()
    }
    return kind(**values)
