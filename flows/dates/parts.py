"""Tokens of one matched part folded into a value: a day, a number of nights."""

from collections.abc import Sequence

from flows.dates.kinds import Kind, Token
from flows.dates.point import Point

NUMBERS = frozenset({Kind.NUMBER, Kind.ORDINAL, Kind.COUNT})
PLAIN = [Kind.NUMBER, Kind.MONTH]  # "25 dec": most days are said so
DAYS_OF = {Kind.DAYS: 1, Kind.WEEK: 7}


def point(tokens: Sequence[Token]) -> Point:
    """The day that these tokens name, with whatever parts they give."""
    if [token.kind for token in tokens] == PLAIN:
        return Point(tokens[0].value, tokens[1].value)
    by_kind = {token.kind: token for token in tokens}
    numbers = [token.value for token in tokens if token.kind in NUMBERS]
    day, month, year = _calendar(by_kind, numbers)
    modifier = by_kind.get(Kind.MODIFIER)
    if Kind.AFTER in by_kind or (Kind.INSIDE in by_kind and numbers and month is None):
        unit = Kind.WEEK if Kind.WEEK in by_kind else Kind.DAYS
        return Point(offset=numbers[0] * DAYS_OF[unit])
    return Point(
        day=day,
        month=month,
        year=year,
        weekday=_value(by_kind, Kind.WEEKDAY),
        which=modifier.value if modifier else int(Kind.EITHER in by_kind),
        offset=_value(by_kind, Kind.RELATIVE),
        span=by_kind[Kind.FESTIVAL].span if Kind.FESTIVAL in by_kind else None,
        weekend=Kind.WEEKEND in by_kind,
        week=Kind.WEEK in by_kind,
        monthly=Kind.MONTHLY in by_kind,
        definite=Kind.ORDINAL in by_kind or Kind.TARIKH in by_kind,
    )


def _value(by_kind: dict[Kind, Token], kind: Kind) -> int | None:
    return by_kind[kind].value if kind in by_kind else None


def _calendar(
    by_kind: dict[Kind, Token], numbers: list[int]
) -> tuple[int | None, int | None, int | None]:
    """Day, month, year, always in this order where all are numbers."""
    if numeric := by_kind.get(Kind.NUMERIC):
        day, month, *year = numeric.parts
        return day, month, year[0] if year else None
    day_month_year = [*numbers, None, None][:3]
    year_said = _value(by_kind, Kind.YEAR)
    if Kind.MONTH not in by_kind:
        return day_month_year[0], day_month_year[1], year_said
    short = day_month_year[1]
    return day_month_year[0], by_kind[Kind.MONTH].value, year_said or (short and 2000 + short)


def nights(tokens: Sequence[Token]) -> int | None:
    """How many nights: "2 nights", "a week"; None for days alone, which say too little."""
    counted, number = {}, 0
    for token in tokens:
        if token.kind in NUMBERS:
            number = token.value
        elif token.kind in {Kind.NIGHT, Kind.WEEK}:
            counted[token.kind] = number * DAYS_OF.get(token.kind, 1)
    return next(iter(counted.values()), None)
