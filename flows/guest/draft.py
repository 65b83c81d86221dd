"""The draft of a booking, as the chat row keeps it between two messages."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from flows.record import names, record, replace, values

KEPT = timedelta(days=7)  # so long a form that was begun is offered again (facts/ux.md G15)
FORM = (
    "property_id", "checkin", "checkout", "checkin_time", "checkout_time", "guests",
    "name", "phone", "percent",
)  # fmt: skip
WHO = ("name", "phone")
MOMENTS = (date, time)
WRITTEN: dict[str, Callable[[str], Any]] = {  # how they are read back
    "checkin": date.fromisoformat,
    "checkout": date.fromisoformat,
    "checkin_time": time.fromisoformat,
    "checkout_time": time.fromisoformat,
    "at": datetime.fromisoformat,
}


@record
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
    percent: int | None = None  # of the price, to be paid now: more than the place asks for
    asked: str | None = None  # key of the pending question
    revision: int = 0  # of the pending prompt: the ids of its buttons carry it
    misses: int = 0  # texts in a row that were not understood
    page: int = 0  # of the list of places
    booking_id: str | None = None  # the open checkout that this draft became
    at: datetime | None = None  # when it was last spoken of
    seen: int | None = None  # the nightly price that was told, in paise
    last: str | None = None  # the place of an older draft: it comes first in the list
    given_up: dict[str, Any] | None = None  # the answers of the draft before, as JSON

    def to_json(self) -> dict[str, Any]:
        """A JSON-able form that `from_json` reads back; empty fields are left out."""
        return {
            name: value.isoformat() if isinstance(value, MOMENTS) else value
            for name, value in values(self).items()
            if value not in (None, 0)
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Draft":
        """The draft that `to_json` wrote; fields of an older code are ignored."""
        known = {name: data[name] for name in names(cls) if name in data}
        for key, read in WRITTEN.items():
            if known.get(key):
                known[key] = read(known[key])
        return cls(**known)

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

    def give_up(self) -> "Draft":
        """A new draft that remembers the answers of this one, so that they can be brought back."""
        answers = {key: value for key, value in self.to_json().items() if key in (*FORM, "seen")}
        return replace(self.start_over(), given_up=answers if self.is_begun else self.given_up)

    @property
    def brought_back(self) -> "Draft | None":
        """The draft that was given up last; None: there was none, or a new one is begun."""
        if self.given_up is None or self.is_begun:
            return None
        return replace(Draft.from_json(self.given_up), revision=self.revision + 1)

    @property
    def is_begun(self) -> bool:
        """Whether something of the form is answered, beyond who the guest is."""
        return any(getattr(self, key) is not None for key in FORM if key not in WHO)

    @property
    def is_untouched(self) -> bool:
        """Whether no form is being filled: nothing is answered and nothing asked."""
        return self.asked is None and not self.is_begun

    def is_forgotten(self, now: datetime) -> bool:
        """Whether it is too old to be offered again."""
        return self.at is not None and now - self.at > KEPT

    def without(self, *keys: str) -> "Draft":
        """The draft with some answers taken back."""
        emptied: dict[str, Any] = dict.fromkeys(keys)
        return replace(self, **emptied)
