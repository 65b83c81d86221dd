"""Everything that a question or a reply may look at."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime

from flows import format as fmt
from flows.availability import DAY, Calendar, next_weekend
from flows.dates import Festivals
from flows.facts import Booking, Person
from flows.guest.draft import Draft
from flows.names import usable_name
from flows.orders import Order
from flows.property import Price, Property, price_of
from flows.record import record
from flows.rules import Rules
from flows.texts import Texts


@record
class Scene:
    """One moment of one guest's conversation."""

    person: Person
    draft: Draft
    texts: Texts
    rules: Rules
    now: datetime
    places: tuple[Property, ...]
    calendar: Calendar | None = None  # of the draft's property
    full: Mapping[str, int] = field(default_factory=dict)  # units taken on the draft's nights
    busy: Mapping[str, int] = field(default_factory=dict)  # units taken on the next weekend
    bookings: tuple[Booking, ...] = ()  # the guest's own, newest first
    festivals: Festivals = field(default_factory=dict)  # days that are called by a name

    @property
    def today(self) -> date:
        """The day in the properties' zone."""
        return self.now.astimezone(self.rules.zone).date()

    @property
    def place(self) -> Property | None:
        """The property of the draft, if it is still there."""
        wanted = self.draft.property_id
        if wanted is not None:
            for each in self.places:
                if each.property_id == wanted:
                    return each
        return None

    @property
    def name(self) -> str | None:
        """The name for the ticket: as written, else the profile's if it is one."""
        return self.draft.name or usable_name(self.person.name)

    @property
    def phone(self) -> str | None:
        """The guest's number: as written, else the sender's own."""
        return self.draft.phone or self.person.phone

    @property
    def units(self) -> int:
        """Units that the guests would occupy; one while their number is open."""
        return self.place.units_for(self.draft.guests or 1) if self.place else 1

    @property
    def price(self) -> Price | None:
        """What the stay costs; none while something that decides it is open."""
        place, draft = self.place, self.draft
        if place is None or not draft.nights or not draft.guests:
            return None
        return price_of(place, draft.guests, draft.nights, draft.percent)

    @property
    def weekend(self) -> tuple[date, date]:
        """The next weekend whose Saturday leaves every owner the time to answer."""
        earliest = self.rules.earliest_checkin(self.now).astimezone(self.rules.zone)
        is_late = any(place.checkin < earliest.time() for place in self.places)
        return next_weekend(earliest.date() + is_late * DAY)

    def with_draft(self, draft: Draft) -> "Scene":
        """The same moment with another draft."""
        # Every field by its place: half of what `replace` takes, many times a step.
        return Scene(
            self.person, draft, self.texts, self.rules, self.now, self.places, self.calendar,
            self.full, self.busy, self.bookings, self.festivals,
        )  # fmt: skip

    def checkin(self) -> datetime:
        """The moment of check-in; the draft has its day and its place."""
        assert self.place and self.draft.checkin
        return self.place.starts(self.draft.checkin, self.rules.zone, self.draft.checkin_time)

    def checkout(self) -> datetime:
        """The moment of check-out; the draft has its day and its place."""
        assert self.place and self.draft.checkout
        return self.place.ends(self.draft.checkout, self.rules.zone, self.draft.checkout_time)

    def order(self) -> Order:
        """The finished form; only once no question is open."""
        place, draft, price = self.place, self.draft, self.price
        assert place and price and draft.checkin and draft.checkout and draft.guests
        assert self.name and self.phone
        return Order(
            place, self.person.person_id, self.name, self.phone, self.checkin(), self.checkout(),
            draft.checkin, draft.checkout, draft.guests, price, draft.percent,
        )  # fmt: skip

    def answers(self, mark: str = "") -> str:
        """The answers so far in one line: place (between marks), dates, guests."""
        draft, texts = self.draft, self.texts
        parts = [f"{mark}{self.place.name}{mark}" if self.place else ""]
        if draft.checkin and not draft.checkout:
            parts.append(fmt.day(texts, draft.checkin))
        parts.append(self.dates_text())
        parts.append(texts("guests.n", n=draft.guests) if draft.guests else "")
        return ", ".join(part for part in parts if part)

    def dates_text(self) -> str:
        """The draft's dates, short; empty while one is missing."""
        first, last = self.draft.checkin, self.draft.checkout
        return fmt.dates(self.texts, first, last) if first and last else ""
