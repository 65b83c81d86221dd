"""One day as it was said, often with parts missing, and the days it can mean."""

from datetime import date, timedelta
from typing import NamedTuple

from flows.dates.lexicon import COMING, NEXT
from flows.dates.stay import Fault
from flows.record import record

# A day that ended so lately is not silently taken for next year's ("20 nov" said on 2 December).
LATELY = timedelta(days=60)
WEEK = timedelta(days=7)


class Point(NamedTuple):  # made many times for one sentence: a tuple is made at once
    """The parts of a day that were said; `which` is this, coming or next."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    which: int = 0
    offset: int | None = None  # days from today
    span: tuple[date, date | None] | None = None  # a festival's days
    weekend: bool = False
    week: bool = False  # `which` belongs to a week: "saturday next week"
    monthly: bool = False  # `which` belongs to a month: "5 next month"
    definite: bool = False  # "25th", "25 tarikh": the coming 25th, not a bare number

    @property
    def only_day(self) -> bool:
        """Whether the day of the month was said and no month."""
        return self.day is not None and self.month is None and not self.monthly


@record
class Meant:
    """The days a point can mean: none (nonsense), one (sure) or several (ask)."""

    days: tuple[date, ...] = ()
    until: date | None = None  # the end that the word itself carries: a weekend, a festival
    fault: Fault | None = None
    instead: tuple[date, ...] = ()  # what a past day may have meant


NOTHING = Meant()


def meant(point: Point, today: date) -> Meant:
    """The days that a check-in said like this can mean on `today`."""
    if point.span:
        return _festival(point.span, today)
    if point.offset is not None:
        return _relative(point, today)
    if point.month is not None:
        return _calendar(point, today)
    if point.monthly:
        return _of_month(point, today)
    if point.day is not None:
        return _day_only(point, today)
    if point.weekend:
        return _weekend(point, today)
    return _weekday(point, today)


def _festival(span: tuple[date, date | None], today: date) -> Meant:
    return Meant((span[0],), span[1], Fault.PAST if span[0] < today else None)


def _relative(point: Point, today: date) -> Meant:
    day = today + timedelta(days=point.offset or 0)
    if not _agrees(point, day):
        return NOTHING
    return Meant((day,), fault=Fault.PAST if day < today else None)


def _agrees(point: Point, day: date) -> bool:
    said = (point.day, point.month, point.year, point.weekday)
    real = (day.day, day.month, day.year, day.weekday())
    return all(word in (None, true) for word, true in zip(said, real, strict=True))


def _calendar(point: Point, today: date) -> Meant:
    """A day and a month: the coming one; PAST when it has just been or its year is over."""
    if point.which == NEXT:
        return NOTHING
    coming = coming_day(point, today)
    said = on(point, point.year) if point.year else coming
    if said is None:
        return Meant(fault=Fault.IMPOSSIBLE)
    last = said if point.year else on(point, said.year - 1)
    if last and last < today and (point.year or _just_been(point, last, said, today)):
        return Meant((last,), fault=Fault.PAST, instead=(coming,) if coming else ())
    return _on_weekday(point, said, today)


def _just_been(point: Point, last: date, coming: date, today: date) -> bool:
    if point.weekday is not None and coming.weekday() == point.weekday != last.weekday():
        return False
    return today - last <= LATELY


def coming_day(point: Point, today: date) -> date | None:
    """The next day with this day and month from today on; None where the month has no such day."""
    over = (point.month, point.day) < (today.month, today.day)
    return on(point, today.year + over)


def on(point: Point, year: int | None) -> date | None:
    """The point's day and month in this year, if there is such a day."""
    try:
        return date(year or 0, point.month or 0, point.day or 0)
    except ValueError:
        return None


def _on_weekday(point: Point, day: date, today: date) -> Meant:
    """The day; or the day and its nearest such weekday when the two contradict each other."""
    if point.weekday in (None, day.weekday()):
        return Meant((day,))
    ahead = (point.weekday - day.weekday()) % 7
    nearest = day + timedelta(days=ahead if ahead <= 3 else ahead - 7)
    return Meant(tuple(sorted({day, max(nearest, today)})))


def _of_month(point: Point, today: date) -> Meant:
    first = _months_on(today, 1 if point.which == NEXT else 0)
    day = on(point._replace(month=first.month), first.year)
    if day is None:
        return Meant(fault=Fault.IMPOSSIBLE)
    return Meant((day,), fault=Fault.PAST if day < today else None)


def _months_on(today: date, count: int) -> date:
    years, month = divmod(today.month - 1 + count, 12)
    return date(today.year + years, month + 1, 1)


def _day_only(point: Point, today: date) -> Meant:
    """A bare number: this month's and next month's; "25th" the first of them."""
    if not 1 <= (point.day or 0) <= 31:
        return NOTHING
    firsts = [_months_on(today, count) for count in range(3)]
    days = [day for day in (on(point._replace(month=f.month), f.year) for f in firsts[:2]) if day]
    ahead = tuple(day for day in days if day >= today and _agrees(point, day))
    return Meant(ahead[:1] if point.definite or point.weekday is not None else ahead)


def _weekday(point: Point, today: date) -> Meant:
    if point.weekday is None:
        return NOTHING
    coming = today + timedelta(days=(point.weekday - today.weekday()) % 7)
    if point.week:
        return _in_week(point, today)
    if point.which == NEXT or (point.which == 0 and coming == today):
        first = coming + WEEK if coming == today and point.which == NEXT else coming
        return Meant((first, first + WEEK))
    return Meant((coming + WEEK if point.which == COMING and coming == today else coming,))


def _in_week(point: Point, today: date) -> Meant:
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=point.weekday or 0)
    day += WEEK * (point.which == NEXT)
    return Meant((day,), fault=Fault.PAST if day < today else None)


def _weekend(point: Point, today: date) -> Meant:
    """Saturday to Sunday; on a Sunday "weekend" may be what is left of it or the coming one."""
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    one = timedelta(days=1)
    if point.which == NEXT:
        return Meant((saturday, saturday + WEEK), saturday + one)
    if today.weekday() == 6:
        return Meant((today, saturday), today + one)
    return Meant((saturday,), saturday + one)
