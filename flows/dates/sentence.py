"""Days inside a longer sentence, and the sentence without them.

A run of day words counts only when it is sure in itself: a bare number, a lone short weekday or a
"tomorrow" on which something else happens is left alone.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate

from flows.dates.kinds import Festivals, Kind, Token
from flows.dates.reader import LONGEST as LONGEST_WHOLE
from flows.dates.reader import NO_FESTIVALS, understood
from flows.dates.resolve import limited
from flows.dates.said import SILENT, matches
from flows.dates.stay import Stay
from flows.dates.sure import DAY_WORDS, LARGE_PARTY, Sentence, crowded, refused, sentence, sure
from flows.dates.tokens import nfc, tokens
from flows.record import record, replace

LONGEST = 1000  # characters that are looked at
WIDEST = 24  # tokens of one expression
LINKS = frozenset({Kind.TO, Kind.TILL, Kind.ALSO, Kind.EITHER, Kind.ORIGIN})
SKIPPED = SILENT | {Kind.COMMA}
MOST_OPTIONS = 3


@record
class Expression:
    """A stay read from the tokens `first` to `after` (excluded) of a sentence."""

    stay: Stay
    first: int
    after: int


def find_stay(
    text: str, today: date, festivals: Festivals = NO_FESTIVALS
) -> tuple[Stay, str] | None:
    """The stay said somewhere in the text, and the text without it; None when there is none."""
    text = nfc(text)
    return _found(text, tokens(text[:LONGEST], festivals), today)


def stay_in(text: str, today: date, festivals: Festivals = NO_FESTIVALS) -> tuple[Stay, str] | None:
    """What `read_stay` reads, with nothing left over, else what `find_stay` finds.

    The text is cut into tokens once for both.
    """
    composed = nfc(text)
    cut = tokens(composed[:LONGEST], festivals)
    if len(text) <= LONGEST_WHOLE and (whole := understood(cut, today)):
        return whole, ""
    return _found(composed, cut, today)


def _found(text: str, cut: Sequence[Token], today: date) -> tuple[Stay, str] | None:
    said = sentence(cut)
    found = [one for run in _runs(said.words) for one in _whole(said, run, today)]
    stay = _together([one.stay for one in found], today)
    return (stay, _without(text, said.words, found)) if stay else None


def _runs(words: Sequence[Token]) -> Iterator[range]:
    """The stretches of words that can be part of a date."""
    start = 0
    for at in range(len(words) + 1):
        if at == len(words) or words[at].kind is Kind.UNKNOWN:
            if at > start:
                yield range(start, at)
            start = at + 1


def _whole(said: Sentence, run: range, today: date) -> list[Expression]:
    """The expressions of a run, unless day words beside them were not understood."""
    words, found = said.words, list(_expressions(said, run, today))
    taken = {at for one in found for at in range(one.first, one.after)}
    left = [at for at in run if at not in taken]
    if any(words[at].kind in DAY_WORDS for at in left):
        return []
    if any(_linked(words, run, one) for one in found):
        return []
    return [one for one in found if not refused(words, one.first, one.after)]


def _expressions(said: Sentence, run: range, today: date) -> Iterator[Expression]:
    """From left to right, the longest expression at each place."""
    at = run.start
    while at < run.stop:
        kind = said.words[at].kind
        start = at + (kind is Kind.COMMA)  # which goes with the expression behind it
        one = None if kind in SILENT else _longest(said, start, run.stop, today)
        if one:
            yield Expression(one.stay, at, one.after)
        at = one.after if one else start + 1


def _longest(said: Sentence, first: int, stop: int, today: date) -> Expression | None:
    ahead = said.words[first : min(stop, first + WIDEST)]
    shapes = list(accumulate("" if token.kind in SILENT else token.kind for token in ahead))
    for after in range(first + len(ahead), first, -1):
        last = said.words[after - 1]
        if not matches(shapes[after - first - 1]) or last.kind in SKIPPED or last.word == "for":
            continue
        if _torn(said.words, after) or crowded(inside := said.words[first:after]):
            continue
        if sure(said, first, after) and (found := understood(inside, today)):
            return Expression(found, first, after)
    return None


def _torn(words: Sequence[Token], after: int) -> bool:
    """Whether an expression that ends here leaves the month of its last day outside."""
    follows = after < len(words) and words[after].kind is Kind.MONTH
    return follows and words[after - 1].kind in {Kind.NUMBER, Kind.ORDINAL}


def _linked(words: Sequence[Token], run: range, one: Expression) -> bool:
    """A number left out that may be another day: "2 or 25 dec", "24, 25 dec", "13, 21 dec"."""
    before = [words[at] for at in range(run.start, one.first) if words[at].kind not in SKIPPED]
    if not before:
        return False
    if before[-1].kind in LINKS:
        return len(before) > 1 and before[-2].kind in {Kind.NUMBER, Kind.ORDINAL}
    number, day = before[-1], one.stay.checkin
    follows = day is not None and number.value + 1 == day.day
    return number.kind is Kind.NUMBER and (follows or number.value > LARGE_PARTY)


def _together(stays: Sequence[Stay], today: date) -> Stay | None:
    """One stay of what was said in several places; two check-ins become a choice."""
    arrivals = [stay for stay in stays if stay.checkin or stay.options or stay.fault]
    good = [stay for stay in arrivals if not stay.fault] or arrivals[:1]
    if len(good) > 1:
        return _choice(good)
    rest = [stay for stay in stays if stay not in arrivals]
    if not good:
        return rest[0] if rest else None
    return _joined(good[0], rest, today)


def _choice(stays: Sequence[Stay]) -> Stay:
    days = [day for stay in stays for day in ((stay.checkin,) if stay.checkin else stay.options)]
    options = tuple(sorted({day for day in days if day}))
    return stays[0] if len(options) == 1 else Stay(options=options[:MOST_OPTIONS])


def _joined(stay: Stay, rest: Sequence[Stay], today: date) -> Stay:
    """A check-in with the nights or the check-out said elsewhere in the sentence."""
    if stay.checkout or stay.fault or not rest:
        return stay
    nights, checkout = rest[0].nights, rest[0].checkout
    if stay.checkin and nights and not checkout:
        checkout = stay.checkin + timedelta(days=nights)
    joined = replace(stay, nights=nights, checkout=checkout if stay.checkin else None)
    return limited(joined, today) or stay


def _without(text: str, words: Sequence[Token], found: Sequence[Expression]) -> str:
    for one in reversed(found):
        first, after = one.first, one.after
        while first and (words[first - 1].kind is Kind.VOUCH or words[first - 1].word == "the"):
            first -= 1
        while after < len(words) and words[after].kind is Kind.VOUCH:
            after += 1
        text = f"{text[: words[first].start]} {text[words[after - 1].end :]}"
    return re.sub(r"\s*,[\s,]*", ", ", re.sub(r"\s+", " ", text)).strip(" ,?!")
