"""The time of day as said: 2 pm, 14:00, दोपहर 2 बजे, at 2."""

from collections.abc import Sequence
from datetime import time

from flows.dates.kinds import Kind, Token
from flows.dates.lexicon import EVENING, MORNING, NIGHT, NOON, PM


class NoSuchTime(ValueError):
    """The words give an hour that no clock shows: 14 am, 27:00."""


def clock_time(tokens: Sequence[Token]) -> time | None:
    """The time said, None for a bare part of the day ("evening"); raises NoSuchTime."""
    parts = {token.kind: token for token in tokens}
    clock = parts.get(Kind.CLOCK) or parts.get(Kind.NUMBER) or parts.get(Kind.COUNT)
    if clock is None:
        return None
    hour, minute = clock.parts or (clock.value, 0)
    if minute > 59 or hour > 23:
        raise NoSuchTime
    if half := parts.get(Kind.HALF):
        return time(_by_half(hour, half.value), minute)
    part = parts.get(Kind.DAYPART) or parts.get(Kind.NIGHT)
    return time(_by_part(hour, part.value if part else 0), minute)


def _by_half(hour: int, half: int) -> int:
    if not 1 <= hour <= 12:
        raise NoSuchTime
    return hour % 12 + (12 if half == PM else 0)


# The hours that each part of the day can be said with; those below the second bound are after noon.
SPANS = {MORNING: (range(4, 12), 0), NOON: (range(1, 13), 6), EVENING: (range(3, 10), 10)}


def _by_part(hour: int, part: int) -> int:
    if hour > 12:
        return hour
    if part == NIGHT:
        return _at_night(hour)
    if part == 0:  # people who say "2" mean the afternoon: camps open at two
        return hour + 12 if 1 <= hour <= 6 else hour
    hours, afternoon = SPANS[part]
    if hour not in hours:
        raise NoSuchTime
    return hour + 12 if hour < afternoon else hour


def _at_night(hour: int) -> int:
    if hour in {0, 12, 6}:  # which of two days midnight belongs to is not said
        raise NoSuchTime
    return hour + 12 if hour > 6 else hour
