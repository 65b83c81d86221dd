"""The draft of a booking, as the chat row keeps it between two messages."""

from dataclasses import dataclass, fields, replace
from datetime import date, time
from typing import Any

FORM = (
    "property_id", "checkin", "checkout", "checkin_time", "checkout_time", "guests", "name", "phone"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """What the guest has told so far, and what was asked last."""

    property_id: str | None = None
    checkin: date | None = None
    checkout: date | None = None
    checkin_time: time | None = None
    checkout_time: time | None = None
    guests: int | None = None
    name: str | None = None
    phone: str | None = None
    asked: str | None = None  # key of the pending question
    revision: int = 0  # of the pending prompt: the ids of its buttons carry it
    misses: int = 0  # texts in a row that were not understood
    page: int = 0  # of the list of places
    booking_id: str | None = None  # the open checkout that this draft became

    def to_json(self) -> dict[str, Any]:
        """A JSON-able form that `from_json` reads back; empty fields are left out."""
        return {
            each.name: value.isoformat() if isinstance(value, date | time) else value
            for each in fields(self)
            if (value := getattr(self, each.name)) not in (None, 0)
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Draft":
        """The draft that `to_json` wrote; fields of an older code are ignored."""
        known = {each.name for each in fields(cls)}
        values = {key: value for key, value in data.items() if key in known}
        for key in ("checkin", "checkout"):
            values[key] = date.fromisoformat(values[key]) if values.get(key) else None
        for key in ("checkin_time", "checkout_time"):
            values[key] = time.fromisoformat(values[key]) if values.get(key) else None
        return cls(**values)

    @property
    def nights(self) -> int:
        """Nights between the two days; 0 while one is missing."""
        return (self.checkout - self.checkin).days if self.checkin and self.checkout else 0

    def form(self) -> dict[str, Any]:
        """The answers alone, without the position in the conversation."""
        return {key: getattr(self, key) for key in FORM}

    def start_over(self) -> "Draft":
        """A new draft that keeps who the guest is; the buttons of the old one are stale."""
        return Draft(name=self.name, phone=self.phone, revision=self.revision + 1)

    def without(self, *keys: str) -> "Draft":
        """The draft with some answers taken back."""
        emptied: dict[str, Any] = dict.fromkeys(keys)
        return replace(self, **emptied)
