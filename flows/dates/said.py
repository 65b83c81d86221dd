"""What the tokens of a text say together: the parts of a stay before they become days.

A text is understood only if its tokens, without fillers, match one pattern from end to end.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from flows.dates import parts
from flows.dates.clock import NoSuchTime, clock_time
from flows.dates.grammar import SENTENCES
from flows.dates.kinds import Kind, Token
from flows.dates.point import Point
from flows.record import record

T = TypeVar("T")
Groups = Mapping[str, tuple[int, int]]
NOWHERE = 0, 0
TIMES_OF_DAYS = ("early1", "late1"), ("early2", "late2")  # before or behind each day
TIMES = frozenset(name for names in TIMES_OF_DAYS for name in names)
SILENT = frozenset({Kind.FILLER, Kind.VOUCH})
DAY_KINDS = frozenset({Kind.NUMBER, Kind.ORDINAL, Kind.WEEKDAY})


class Said(NamedTuple):
    """The parts of a stay in the guest's words."""

    first: Point | None = None
    last: Point | None = None
    first_time: time | None = None
    last_time: time | None = None
    nights: int | None = None
    either: bool = False  # "25 or 26 dec"
    apart: bool = False  # two days side by side with no word between: "25 26 dec"

    @property
    def empty(self) -> bool:
        """Nothing usable: "2 days" alone, "morning" alone."""
        return not (self.first or self.last or self.first_time or self.last_time or self.nights)


@record
class _Found:
    """A sentence that the kinds make, with the tokens behind its parts."""

    sentence: str
    groups: Groups
    words: Sequence[Token]

    def tokens(self, name: str) -> Sequence[Token]:
        """The tokens of a group; none when the pattern has no such group."""
        start, end = self.groups.get(name, NOWHERE)
        return self.words[start:end]

    def folded(self, fold: Callable[[Sequence[Token]], T], *names: str) -> T | None:
        """The first of these groups that matched, folded into a value."""
        for name in names:
            start, end = self.groups.get(name, NOWHERE)
            if start < end:
                return fold(self.words[start:end])
        return None


def readings(words: Sequence[Token]) -> Iterator[Said]:
    """Every way in which these tokens, none of them silent, are understood: the likeliest first."""
    for sentence, groups in matches("".join([token.kind for token in words])):
        found = _read(_Found(sentence, groups, words))
        if found and not found.empty:
            yield found


@lru_cache(maxsize=4096)  # people say few shapes of sentence, each with ever other days
def matches(letters: str) -> tuple[tuple[str, Groups], ...]:
    """The sentences that these kinds of token make, the likeliest first, with their parts."""
    found = ((name, pattern.fullmatch(letters)) for name, pattern in SENTENCES.items())
    return tuple((name, _groups(match)) for name, match in found if match)


def _groups(match: re.Match[str]) -> Groups:
    """From where to where each named part goes; parts that did not match are left out."""
    spans = {name: match.span(name) for name in match.re.groupindex}
    return {name: span for name, span in spans.items() if span[0] >= 0}


def _read(found: _Found) -> Said | None:
    if days := found.tokens("days"):
        return _listed(days, found.tokens("months"))
    if pair := found.tokens("pair"):
        return _paired(*pair[0].parts)
    return _said(found)


def _listed(days: Sequence[Token], months: Sequence[Token]) -> Said | None:
    """Three and more days in a row: "25, 26, 27 dec", "fri sat sun"."""
    named = [token for token in days if token.kind in DAY_KINDS]
    if not all(_next_day(before, after) for before, after in pairwise(named)):
        return None
    first, last = (parts.point([token, *months]) for token in (named[0], named[-1]))
    return Said(first=first, last=last)


def _next_day(before: Token, after: Token) -> bool:
    step = after.value - before.value
    return step == 1 or (after.kind is Kind.WEEKDAY and step == -6)


def _paired(day: int, other: int) -> Said:
    """5-7: the 5th to the 7th, or 5 July: asked for."""
    return Said(Point(day=day, month=other), Point(day=day, definite=True), either=True)


def _said(found: _Found) -> Said | None:
    first_time = last_time = None
    if not found.groups.keys().isdisjoint(TIMES):
        try:
            first_time, last_time = (found.folded(clock_time, *names) for names in TIMES_OF_DAYS)
        except NoSuchTime:
            return None
    return Said(
        first=found.folded(parts.point, "day1"),
        last=found.folded(parts.point, "day2"),
        first_time=first_time,
        last_time=last_time,
        nights=found.folded(parts.nights, "nights"),
        either=found.sentence == "either",
        apart=found.sentence == "apart",
    )
