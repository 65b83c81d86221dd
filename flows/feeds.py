"""Calendars shared with other sites: which nights to show as taken, and what an event blocks."""

from collections.abc import Iterable
from datetime import date, timedelta

from flows.record import record

DAY = timedelta(days=1)


@record
class Occupied:
    """A unit that is taken from one day up to, not including, another."""

    unit: int
    first: date
    last: date
    booking_id: str | None = None  # None: a block, or another site's event


@record
class Wish:
    """What an event of another site asks for: these nights of one unit."""

    first: date
    last: date
    unit: int | None = None  # None: whichever unit is free


@record
class Blocking:
    """Where an event goes: a unit, the nights of it that are free, and whose stays it meets."""

    unit: int
    pieces: tuple[tuple[date, date], ...]
    clashes: tuple[str, ...] = ()  # booking ids


def blocking(wish: Wish, taken: Iterable[Occupied], units: int) -> Blocking:
    """The unit and nights that an event blocks: a wholly free unit, else the least taken one.

    `taken` holds everything else at the property. Bookings are named only where no free unit was
    left for the event; blocks beside an event are no clash, sites copy each other's events.
    """
    near = [each for each in taken if each.first < wish.last and wish.first < each.last]
    choice = [wish.unit] if wish.unit else range(1, units + 1)
    in_unit = {unit: [each for each in near if each.unit == unit] for unit in choice}
    unit = min(in_unit, key=lambda each: (_nights_in(wish, in_unit[each]), each))
    clashes = dict.fromkeys(each.booking_id for each in in_unit[unit] if each.booking_id)
    return Blocking(unit, _free(wish, in_unit[unit]), tuple(clashes))


def _nights_in(wish: Wish, taken: Iterable[Occupied]) -> int:
    return sum((min(each.last, wish.last) - max(each.first, wish.first)).days for each in taken)


def _free(wish: Wish, taken: Iterable[Occupied]) -> tuple[tuple[date, date], ...]:
    """The parts of the wished nights between what is taken in one unit."""
    pieces, start = [], wish.first
    for each in sorted(taken, key=lambda each: each.first):
        if start < each.first:
            pieces.append((start, each.first))
        start = max(start, each.last)
    if start < wish.last:
        pieces.append((start, wish.last))
    return tuple(pieces)


def full_nights(taken: Iterable[Occupied], units: int) -> tuple[tuple[date, date], ...]:
    """The ranges on whose nights every one of so many units is taken, oldest first."""
    change: dict[date, int] = {}
    for each in taken:
        change[each.first] = change.get(each.first, 0) + 1
        change[each.last] = change.get(each.last, 0) - 1
    ranges: list[tuple[date, date]] = []
    busy, since = 0, None
    for day in sorted(change):
        busy += change[day]
        if busy >= units and since is None:
            since = day
        elif busy < units and since is not None:
            ranges.append((since, day))
            since = None
    return tuple(ranges)
