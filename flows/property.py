"""A property and what a stay there costs."""

from datetime import date, datetime, time, tzinfo

from flows.record import record
from flows.refund_policy import USUAL, Steps

PAISE = 100


@record
class Property:
    """A camp or villa that can be booked; prices in paise."""

    property_id: str
    name: str
    area: str
    kind: str  # camp or villa
    owner_name: str
    owner_phone: str  # E.164 with +
    units: int  # tents or rooms; a villa has 1
    guests_per_unit: int
    price: int | None  # per guest and night
    price_per_unit: int | None  # per unit and night; exactly one of the two prices is set
    advance_percent: int
    checkin: time
    checkout: time
    map_url: str
    about: str = ""
    paused: bool = False
    latitude: float | None = None
    longitude: float | None = None
    answers: tuple[tuple[str, str], ...] = ()  # (subject, the owner's words): food, pets, pool
    paused_until: datetime | None = None  # then it resumes by itself
    refund_steps: Steps = USUAL  # what a guest who cancels gets back

    @property
    def nightly(self) -> int:
        """The one price that is set, in paise: for a guest or for a unit."""
        return self.price or self.price_per_unit or 0

    @property
    def most_guests(self) -> int:
        """How many guests all units together take."""
        return self.units * self.guests_per_unit

    def units_for(self, guests: int) -> int:
        """Units that this many guests occupy, rounded up."""
        return -(-guests // self.guests_per_unit)

    def starts(self, day: date, zone: tzinfo, at: time | None = None) -> datetime:
        """The aware moment of check-in on a day, by default at the house's hour."""
        return datetime.combine(day, at or self.checkin, zone)

    def ends(self, day: date, zone: tzinfo, at: time | None = None) -> datetime:
        """The aware moment of check-out on a day, by default at the house's hour."""
        return datetime.combine(day, at or self.checkout, zone)


@record
class Price:
    """What a stay costs, in paise."""

    total: int
    advance: int

    @property
    def due(self) -> int:
        """What the owner collects at check-in."""
        return self.total - self.advance


def price_of(place: Property, guests: int, nights: int, percent: int | None = None) -> Price:
    """Total and advance of a stay; the advance is rounded up to a whole rupee (design 7).

    `percent` is what a guest wants to pay now, where that is more than the place asks for.
    """
    if place.price_per_unit is not None:
        total = place.price_per_unit * place.units_for(guests) * nights
    else:
        total = (place.price or 0) * guests * nights
    return Price(total, share_of(total, max(place.advance_percent, percent or 0)))


def share_of(total: int, percent: int) -> int:
    """So many percent of a total in paise, rounded up to a whole rupee, never above the total."""
    return min(total, -(-total * percent // (100 * PAISE)) * PAISE)
