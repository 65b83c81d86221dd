"""The second day of a range, read together with the first."""

from calendar import monthrange
from datetime import date, timedelta

from flows.dates.lexicon import THIS
from flows.dates.point import Point, meant, on

# "28 to 2 jan" crosses the month only as a short stay; "27 to 25 dec" is a slip.
CROSSING = 10
# A stay from a weekday or "today" to a date is believed up to this many nights.
NEARBY = 7
# An end earlier in the calendar is next year's up to this many nights, else a slip.
WRAPPED = 180
COMMON_YEAR = 2027


def inherited(first: Point, last: Point) -> Point:
    """The first day with what was said only once, at the end: "25 to 27 dec", "12 to 14 tarikh"."""
    if first.only_day and last.only_day and last.definite:
        return first._replace(definite=True)
    if first.only_day and last.month is not None and last.day is not None:
        month, year = last.month, last.year
        if _crosses(first.day or 0, month, last.day):
            month, year = month - 1 or 12, year and year - (month == 1)
        return first._replace(month=month, year=year)
    if first.month and last.month and last.year and not first.year:
        later = (first.month, first.day) > (last.month, last.day)
        return first._replace(year=last.year - later)
    return first


def _crosses(day: int, month: int, last_day: int) -> bool:
    """Whether "28 to 2 jan" begins in the month before."""
    if month not in range(1, 13) or day <= last_day:
        return False
    before = monthrange(COMMON_YEAR, month - 1 or 12)[1]
    return before - day + last_day <= CROSSING


def check_out(first: Point, last: Point, start: date, today: date) -> date | None:
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
    if last.month is not None:
        return _end_of_calendar(last, start)
    if last.day is not None:
        return _end_of_day(last, start)
    if last.weekday is None or last.which > THIS or last.week:
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
    same = on(last._replace(month=start.month), start.year)
    if same and same > start:
        return same
    years, month = divmod(start.month, 12)
    after = on(last._replace(month=month + 1), start.year + years)
    return after if after and (after - start).days <= CROSSING else same
