"""From the parts that were said to a stay, held against the limits."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from flows.dates.point import Meant, Point, days_in, meant, on
from flows.dates.said import Said
from flows.dates.stay import MAX_NIGHTS, Fault, Stay, horizon

# "28 to 2 jan" crosses the month only as a short stay; "27 to 25 dec" is a slip.
CROSSING = 10
# A stay from a weekday or "today" to a date is believed up to this many nights.
NEARBY = 7
# An end earlier in the calendar is next year's up to this many nights, else a slip.
WRAPPED = 180


def stay(said: Said, today: date) -> Stay | None:
    """The stay that was said, with its fault if it cannot be booked; None for nonsense."""
    if said.first is None:
        return _without_checkin(said, today)
    if said.last is None:
        return _arrival(said, said.first, today)
    if said.either:
        return _either(_inherited(said.first, said.last), said.last, today)
    if said.apart and not _side_by_side(said.first, said.last):
        return None
    first = _inherited(said.first, said.last)
    return _range(replace(said, first=first), first, said.last, today)


def _without_checkin(said: Said, today: date) -> Stay | None:
    found = Stay(checkin_time=said.first_time, checkout_time=said.last_time, nights=said.nights)
    if said.last is None or (said.last.only_day and said.nights):
        return limited(found, today)
    out = meant(replace(said.last, definite=True), today)
    if out.fault is Fault.IMPOSSIBLE:
        return Stay(fault=out.fault)
    if len(out.days) != 1:
        return None
    checkin = out.days[0] - timedelta(days=said.nights) if said.nights else None
    return limited(replace(found, checkin=checkin, checkout=out.days[0]), today)


def _arrival(said: Said, first: Point, today: date) -> Stay | None:
    """A check-in alone, or with a number of nights, or with the end its word carries."""
    start = meant(first, today)
    ends = [None if not said.nights else day + timedelta(days=said.nights) for day in start.days]
    if start.until and not said.nights:
        ends = [start.until + (day - start.days[0]) for day in start.days]
    return _chosen(said, start, ends, today)


def _range(said: Said, first: Point, last: Point, today: date) -> Stay | None:
    start = meant(first, today)
    ends = [_end(first, last, day, today) for day in start.days]
    if start.days and any(end is None for end in ends):
        impossible = last.day is not None and last.month is not None
        return Stay(fault=Fault.IMPOSSIBLE) if impossible else None
    if said.nights and {said.nights} != _lengths(start.days, ends):
        return None
    if said.apart and not _believable(first, last, start.days, ends):
        return None
    return _chosen(said, start, ends, today)


def _either(first: Point, last: Point, today: date) -> Stay | None:
    both = [meant(point, today) for point in (first, last)]
    if any(one.fault is Fault.IMPOSSIBLE for one in both):
        return None
    return _offered([day for one in both if not one.fault for day in one.days], today)


def _inherited(first: Point, last: Point) -> Point:
    """The first day with what was said only once, at the end: "25 to 27 dec", "12 to 14 tarikh"."""
    if first.only_day and last.only_day and last.definite:
        return replace(first, definite=True)
    if first.only_day and first.offset is None and last.month and last.day:
        month, year = last.month, last.year
        if _crosses(first.day or 0, last):
            month, year = month - 1 or 12, year and year - (month == 1)
        return replace(first, month=month, year=year)
    if first.month and last.month and last.year and not first.year:
        later = (first.month, first.day) > (last.month, last.day)
        return replace(first, year=last.year - later)
    return first


def _crosses(day: int, last: Point) -> bool:
    before = days_in((last.month or 1) - 1 or 12, last.year or 2000) if last.month != 13 else 31
    return day > (last.day or 0) and before - day + (last.day or 0) <= CROSSING


def _end(first: Point, last: Point, start: date, today: date) -> date | None:
    """The check-out for this check-in; may lie before it, which is a fault for the caller."""
    end = _end_day(first, last, start, today)
    if end is None or (last.weekday is not None and end.weekday() != last.weekday):
        return None
    vague = first.day is None and first.span is None and last.day is not None
    return None if vague and not 0 < (end - start).days <= NEARBY else end


def _end_day(first: Point, last: Point, start: date, today: date) -> date | None:
    if last.span or last.offset is not None:
        days = meant(last, today).days
        return days[0] if days else None
    if last.month:
        return _end_of_calendar(last, start)
    if last.day:
        return _end_of_day(last, start)
    if last.weekday is None or last.which > 1 or last.week:
        return None
    return start + timedelta(days=(last.weekday - start.weekday() - 1) % 7 + 1)


def _end_of_calendar(last: Point, start: date) -> date | None:
    if last.year:
        return on(last, last.year)
    same, after = on(last, start.year), on(last, start.year + 1)
    if same and same <= start and after and (after - start).days <= WRAPPED:
        return after
    return same


def _end_of_day(last: Point, start: date) -> date | None:
    same = on(replace(last, month=start.month), start.year)
    if same and same > start:
        return same
    years, month = divmod(start.month, 12)
    after = on(replace(last, month=month + 1), start.year + years)
    return after if after and (after - start).days <= CROSSING else same


def _side_by_side(first: Point, last: Point) -> bool:
    """Whether two days without a word between them can be a stay: not two bare numbers."""
    return any((point.month, point.weekday, point.offset) != (None,) * 3 for point in (first, last))


def _believable(
    first: Point, last: Point, starts: Iterable[date], ends: Iterable[date | None]
) -> bool:
    return _lengths(starts, ends) == {1} or (first.month is not None and first.month == last.month)


def _lengths(starts: Iterable[date], ends: Iterable[date | None]) -> set[int | None]:
    return {_nights(start, end) for start, end in zip(starts, ends, strict=True)}


def _nights(start: date, end: date | None) -> int | None:
    return (end - start).days if end else None


def _chosen(said: Said, start: Meant, ends: list[date | None], today: date) -> Stay | None:
    """One day is the check-in; several are offered, with the length they share."""
    if start.fault is Fault.IMPOSSIBLE:
        return Stay(fault=start.fault)
    if not start.days:
        return None
    if len(start.days) == 1 and not _bare(said):
        found = _timed(said, Stay(start.days[0], ends[0], options=start.instead))
        return limited(replace(found, fault=start.fault), today)
    lengths = _lengths(start.days, ends)
    same = lengths.pop() if len(lengths) == 1 else None
    if same is not None and same <= 0:
        return None
    offered = _offered(start.days, today)
    return _timed(said, replace(offered, nights=same)) if offered else None


def _bare(said: Said) -> bool:
    """A number alone is asked back even when only one day is left for it."""
    first = said.first
    return bool(first and first.only_day and not first.definite and first.weekday is None) and (
        said.last is None or said.last.month is None
    )


def _timed(said: Said, found: Stay) -> Stay:
    return replace(
        found,
        checkin_time=said.first_time,
        checkout_time=said.last_time,
        nights=said.nights or found.nights,
    )


def _offered(days: Iterable[date], today: date) -> Stay | None:
    good = [day for day in dict.fromkeys(days) if today <= day <= horizon(today)]
    return Stay(options=tuple(good)) if good else None


def limited(found: Stay, today: date) -> Stay | None:
    """The stay with the first fault that holds; options only where they can be booked."""
    if found.nights is not None and found.nights <= 0:
        return None
    options = tuple(day for day in found.options if today <= day <= horizon(today))
    return replace(found, fault=found.fault or _fault(found, today), options=options)


def _fault(found: Stay, today: date) -> Fault | None:
    days = [day for day in (found.checkin, found.checkout) if day]
    if days and days[0] < today:
        return Fault.PAST
    length = _nights(found.checkin, found.checkout) if found.checkin else found.nights
    if length is not None and length <= 0:
        return Fault.REVERSED
    if length is not None and length > MAX_NIGHTS:
        return Fault.TOO_LONG
    if days and days[-1] > horizon(today):
        return Fault.TOO_FAR
    return None
