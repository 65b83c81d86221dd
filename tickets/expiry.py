"""When a ticket ends, and what it is worth at a given moment."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.booking import Status
from tickets.model import Ticket


class Standing(StrEnum):
    """What the page has to say."""

    LIVE = "live"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NONE = "none"  # a booking that has no ticket (yet)


_LIVE = frozenset({Status.TICKET_GENERATED, Status.CHECKED_IN})
# OWNER_CANCELLED is not among them: the owner may still undo it, and no ticket was issued.
_CANCELLED = frozenset(
    {Status.GUEST_CANCELLED, Status.REFUND_REQUIRED, Status.REFUND_INITIATED, Status.REFUNDED}
)


@lru_cache(maxsize=1024)
def valid_until(checkout: datetime, zone: str, grace: timedelta) -> datetime:
    """The first moment (UTC) a ticket is no longer valid: the check-out day's end plus grace.

    The day ends at midnight in the property's zone (design.md 7).
    """
    place = ZoneInfo(zone)
    next_day = checkout.astimezone(place).date() + timedelta(days=1)
    return datetime.combine(next_day, time(), place).astimezone(UTC) + grace


def standing(ticket: Ticket, now: datetime, grace: timedelta) -> Standing:
    """What a ticket is worth at `now`."""
    if ticket.status in _CANCELLED:
        return Standing.CANCELLED
    if ticket.status == Status.CLOSED:
        # A stay is not over before its check-out, so an earlier end was a cancellation.
        return Standing.EXPIRED if now >= ticket.checkout else Standing.CANCELLED
    if ticket.status not in _LIVE:
        return Standing.NONE
    ends = valid_until(ticket.checkout, ticket.zone, grace)
    return Standing.LIVE if now < ends else Standing.EXPIRED
