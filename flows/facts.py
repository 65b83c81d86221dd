"""Frozen snapshots of what the database knows, as the pure code reads them."""

from datetime import date, datetime

from flows.booking import Status
from flows.property import Property
from flows.record import record
from flows.refund_policy import given_back


@record
class Person:
    """Somebody with a chat: guest, owner or admin."""

    person_id: int
    name: str
    phone: str | None
    language: str = "en"
    quiet: bool = False  # wants no reminders
    doubted: bool = False  # the number was somebody else's before


@record
class Booking:
    """A checkout or the booking that grew from it, with everybody concerned; paise and UTC."""

    booking_id: str
    status: Status
    place: Property
    guest: Person
    owner: Person
    admin: Person
    guest_name: str
    guest_phone: str
    checkin: datetime
    checkout: datetime
    nights: int
    first: date
    last: date
    guests: int
    units: int
    total: int
    advance: int
    hold_until: datetime
    link_url: str | None = None
    txn_id: str | None = None
    asked_at: datetime | None = None
    answer_by: datetime | None = None
    deadline: datetime | None = None
    reason: str | None = None
    refund_due: int | None = None
    refund_id: str | None = None
    bank_reference: str | None = None
    token: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None

    def back_on(self, day: date) -> int:
        """What a guest who cancels on a day gets back, in paise.

        Everything while the host has not confirmed; then by the steps of the place.
        """
        if self.status is Status.BOOKING_REQUEST_SENT_TO_OWNER:
            return self.advance
        return given_back(self.advance, self.place.refund_steps, self.first, day)

    def promise(self, now: datetime) -> datetime | None:
        """The next moment by which the guest hears something; None: nobody has been asked."""
        late = self.answer_by is not None and self.answer_by <= now
        return self.deadline if late else self.answer_by

    @property
    def due(self) -> int:
        """What is collected at check-in, in paise."""
        return self.total - self.advance
