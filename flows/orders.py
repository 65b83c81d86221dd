"""An order: a finished form, with its price."""

from datetime import date, datetime

from flows.facts import Booking
from flows.property import Price, Property, share_of
from flows.record import record


@record
class Order:
    """Everything a checkout needs; moments aware, nights from `first` up to `last`."""

    place: Property
    person_id: int
    guest_name: str
    guest_phone: str
    checkin: datetime
    checkout: datetime
    first: date
    last: date
    guests: int
    price: Price
    percent: int | None = None  # of the total, where the guest pays more now than the place asks

    @property
    def units(self) -> int:
        """Units that the guests occupy."""
        return self.place.units_for(self.guests)

    def is_held_by(self, booking: Booking) -> bool:
        """Whether a checkout was made from the same answers."""
        share = max(self.place.advance_percent, self.percent or 0)
        mine = (self.place.property_id, self.checkin, self.checkout, self.guests)
        held = (booking.place.property_id, booking.checkin, booking.checkout, booking.guests)
        who = (self.guest_name, self.guest_phone)
        paid = share_of(booking.total, share) == booking.advance
        return paid and mine == held and who == (booking.guest_name, booking.guest_phone)
