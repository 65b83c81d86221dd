"""Which day words in a sentence are surely days, and which only look like it."""

from collections.abc import Sequence

from flows.dates import guards
from flows.dates.kinds import Kind, Token
from flows.dates.reader import NAMES
from flows.dates.said import SILENT
from flows.record import record

NAMED_DAYS = frozenset({Kind.WEEKDAY, Kind.RELATIVE})
CALENDAR = frozenset({Kind.MONTH, Kind.FESTIVAL, Kind.WEEKEND})
# Day words that may not be left over beside an expression: then it was not understood whole.
DAY_WORDS = NAMED_DAYS | CALENDAR | {Kind.NUMERIC, Kind.YEAR}
COUNTED = frozenset({Kind.NUMBER, Kind.ORDINAL, Kind.PAIR, Kind.COUNT, Kind.NUMERIC})
BESIDE = SILENT | {Kind.COMMA}
COUNTABLE = COUNTED | {Kind.FESTIVAL}
SUPPORT = frozenset({Kind.MODIFIER, Kind.CLOCK, Kind.HALF, Kind.OCLOCK, Kind.DAYPART, Kind.ORIGIN})
LARGE_PARTY = 12
TELLING = frozenset({Kind.PURPOSE, Kind.ORIGIN, Kind.TARIKH, Kind.CHECKIN})


@record
class Sentence:
    """The tokens of a text, those that cannot be days made unknown, and all its words."""

    words: Sequence[Token]
    spoken: frozenset[str]


def sentence(tokens: Sequence[Token]) -> Sentence:
    """The tokens with those made unknown that count, price, refuse or greet."""
    spoken = frozenset(token.word for token in tokens)
    past = not spoken.isdisjoint(guards.PAST_TENSE)
    greeting = not spoken.isdisjoint(guards.GREETINGS)
    words = []
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        other = before is not None and before.word in guards.OTHER_DAYS
        gone = past and token.word in guards.TWO_WAY
        wished = greeting and token.kind is Kind.FESTIVAL
        denied = other or gone or wished or _counts(before, token, after)
        words.append(token._replace(kind=Kind.UNKNOWN) if denied else token)
    return Sentence(words, spoken)


def _counts(before: Token | None, token: Token, after: Token | None) -> bool:
    if token.kind not in COUNTABLE:
        return False
    if after and after.word in guards.UNITS:
        return True
    return bool(
        before and before.word in guards.LABELS and not (after and after.kind is Kind.MONTH)
    )


def refused(words: Sequence[Token], first: int, after: int) -> bool:
    """Whether the day between is the one not wanted: "not 25 dec", "25 dec nahi"."""
    before = (token for token in reversed(words[:first]) if token.kind not in SILENT)
    behind = (token for token in words[after:] if token.kind not in SILENT)
    leader, follower = next(before, None), next(behind, None)
    return bool(
        (leader and leader.word in guards.EXCEPT) or (follower and follower.word in guards.REFUSALS)
    )


def sure(text: Sentence, first: int, after: int) -> bool:
    """Whether these tokens of the sentence can stand for a stay by themselves."""
    inside = text.words[first:after]
    kinds = {token.kind for token in inside}
    days = [token for token in inside if token.kind in NAMED_DAYS]
    if kinds & CALENDAR or len(days) > 1 or any(_full(token) for token in inside):
        return True
    vouched = kinds & TELLING or _vouched(text.words, first, after)
    if days:
        outspoken = days[0].word not in guards.SHY or kinds & SUPPORT or vouched
        named = days[0].word in NAMES
        return bool(outspoken) and not named and text.spoken.isdisjoint(guards.ERRANDS)
    if Kind.NIGHT in kinds:
        return bool(kinds & COUNTED) and text.spoken.isdisjoint(guards.PRICES)
    return bool(vouched) and bool(kinds & {Kind.ORDINAL, Kind.TARIKH})


def crowded(inside: Sequence[Token]) -> bool:
    """A small number beside another: "for 4, 5 dec" may be four people on the 5th."""
    before: Token | None = None
    for token in inside:
        if token.kind in BESIDE:
            continue
        if before and before.kind is token.kind is Kind.NUMBER and before.value <= LARGE_PARTY:
            return True
        before = token
    return False


def _full(token: Token) -> bool:
    """A date in digits that cannot be a sum or a rating."""
    if token.kind is not Kind.NUMERIC:
        return False
    return token.parts[1] <= 12 and (len(token.parts) > 2 or "." not in token.word)


def _vouched(words: Sequence[Token], first: int, after: int) -> bool:
    """Whether "on" before or "ko" behind says that a day is meant."""
    before = [token for token in words[max(first - 2, 0) : first] if token.word != "the"]
    beside = (*before[-1:], *words[after : after + 1])
    return any(token.kind is Kind.VOUCH for token in beside)
