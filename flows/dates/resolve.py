"""From the parts that were said to a stay, held against the limits."""

from collections.abc import Iterable
from datetime import date, timedelta

from flows.dates.point import Meant, Point, meant
from flows.dates.ranges import check_out, inherited
from flows.dates.said import Said
from flows.dates.stay import MAX_NIGHTS, Fault, Stay, horizon
from flows.record import replace

SHORTEST_MONTH = 28


def stay(said: Said, today: date) -> Stay | None:
    """The stay that was said, with its fault if it cannot be booked; None for nonsense."""
    if said.first is None:
        return _without_checkin(said, today)
    if said.last is None:
        return _arrival(said, said.first, today)
    if said.either:
        return _either(said.first, said.last, today)
    if said.apart and (
        _far_apart(said.first, said.last) or not _side_by_side(said.first, said.last)
    ):
        return None
    return _range(said, inherited(said.first, said.last), said.last, today)


def _without_checkin(said: Said, today: date) -> Stay | None:
    found = Stay(checkin_time=said.first_time, checkout_time=said.last_time, nights=said.nights)
    if said.last is None or (said.last.only_day and said.nights):
        return limited(found, today)
    out = meant(said.last._replace(definite=True), today)
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
    dated = said.first is not None and said.first.month is not None and first.month == last.month
    start = meant(first, today)
    ends = [check_out(first, last, day, today) for day in start.days]
    if None in ends and start.instead:  # 29 February exists in the coming year only
        start = Meant(start.instead)
        ends = [check_out(first, last, day, today) for day in start.days]
    if start.days and any(end is None for end in ends):
        impossible = last.day is not None and last.month is not None
        return Stay(fault=Fault.IMPOSSIBLE) if impossible else None
    if said.nights and {said.nights} != _lengths(start.days, ends):
        return None
    if said.apart and not (_lengths(start.days, ends) == {1} or dated):
        return None
    return _chosen(said._replace(first=first), start, ends, today)


def _either(first: Point, last: Point, today: date) -> Stay | None:
    first = inherited(first, last)
    if last.only_day and not last.definite:
        last = last._replace(month=first.month, year=first.year)
    both = [meant(point, today) for point in (first, last)]
    if any(one.fault is Fault.IMPOSSIBLE for one in both):
        return None
    return _offered(sorted(day for one in both if not one.fault for day in one.days), today)


def _side_by_side(first: Point, last: Point) -> bool:
    """Whether two days without a word between them can be a stay: not two bare numbers."""
    return any((point.month, point.weekday, point.offset) != (None,) * 3 for point in (first, last))


def _far_apart(first: Point, last: Point) -> bool:
    """Two days of different months that are no neighbours in any year: seen before any is dated."""
    months = first.month, last.month
    if None in months or months[0] == months[1] or last.weekday is not None:
        return False
    return last.day is not None and 1 < last.day <= SHORTEST_MONTH


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
        found = Stay(start.days[0], ends[0], options=start.instead, fault=start.fault)
        return limited(_timed(said, found), today)
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
    if not (said.first_time or said.last_time or said.nights):
        return found
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
    fault = found.fault or _fault(found, today)
    if fault is found.fault and options == found.options:
        return found
    return replace(found, fault=fault, options=options)


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
