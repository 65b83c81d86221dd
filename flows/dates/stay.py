"""What was read from a guest's words about days, and how far ahead a stay may lie."""

from datetime import date, time
from enum import StrEnum
from functools import lru_cache

from flows.record import record

MAX_NIGHTS = 30
MONTHS_AHEAD = 12


class Fault(StrEnum):
    """Why the days that were understood cannot be booked."""

    PAST = "past"
    REVERSED = "reversed"
    TOO_LONG = "too_long"
    TOO_FAR = "too_far"
    IMPOSSIBLE = "impossible"


@record
class Stay:
    """Days and times as said; every field may be missing, options are check-ins to choose from."""

    checkin: date | None = None
    checkout: date | None = None
    checkin_time: time | None = None
    checkout_time: time | None = None
    options: tuple[date, ...] = ()
    fault: Fault | None = None
    nights: int | None = None


@lru_cache(maxsize=8)  # asked several times for every stay that is read
def horizon(today: date) -> date:
    """The last day that can be part of a stay: twelve months from today."""
    months = today.month - 1 + MONTHS_AHEAD
    year, month = today.year + months // 12, months % 12 + 1
    try:
        return date(year, month, today.day)
    except ValueError:  # 29 February
        return date(year, month, 28)
