"""What a delivered message costs in India, without tax (facts/whatsapp.md 8), by date."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.whatsapp.records import Json, Message, Person

CHAT_IS_CHARGED_FROM = datetime(2026, 10, 1, tzinfo=UTC)
FREE_SERVICE_A_MONTH = 1_000
# In paise, as text: a rupee has 100 of them and a message costs a fraction of one.
PAISE = {"service": "11.5", "utility": "11.5", "authentication": "11.5", "marketing": "86.31"}
FREE = {"free_customer_service", "free_entry_point"}


@dataclass(slots=True)
class Prices:
    """The month's counter of delivered free-form messages, by "2026-10"."""

    service: "Counter[str]" = field(default_factory=Counter)

    def price(self, message: Message, person: Person, now: datetime, *, is_open: bool) -> Json:
        """{"category", "type", "paise"} for a message that is delivered now."""
        category, kind = message.category, self._kind(message.category, now, is_open=is_open)
        if person.free_until and now < person.free_until:
            category, kind = "referral_conversion", "free_entry_point"
        paise = "0" if kind in FREE else PAISE[message.category]
        return {"category": category, "type": kind, "paise": paise}

    def count(self, message: Message, now: datetime) -> None:
        """Count a delivery for the month's free messages."""
        if message.category == "service":
            self.service[f"{now:%Y-%m}"] += 1

    def _kind(self, category: str, now: datetime, *, is_open: bool) -> str:
        if now < CHAT_IS_CHARGED_FROM:
            free = category == "service" or (category == "utility" and is_open)
        else:
            used = self.service[f"{now:%Y-%m}"]
            free = category == "service" and used < FREE_SERVICE_A_MONTH
        return "free_customer_service" if free else "regular"


def on_the_wire(price: Json) -> Json:
    """The `pricing` object of a status."""
    return {
        "billable": price["type"] not in FREE,
        "pricing_model": "PMP",
        "type": price["type"],
        "category": price["category"],
    }
