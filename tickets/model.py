"""What a ticket shows, and how a booking is asked for."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from flows.record import record


@record
class Ticket:
    """Everything on the page: aware UTC moments, integer paise, phones in E.164."""

    booking_id: str  # as stored, without a dash
    token: str
    status: str  # the booking's status, in the stored words
    property_name: str
    guest_name: str
    guests: int
    checkin: datetime
    checkout: datetime
    zone: str  # the property's, e.g. "Asia/Kolkata"
    advance_paid: int
    due: int
    host_name: str
    host_phone: str | None
    map_url: str | None
    txn_id: str
    language: str
    bot_phone: str | None  # where the QR code and "book again" lead


Lookup = Callable[[str], Awaitable[Ticket | None]]  # by booking id
