"""Words that mean something together: "day after tomorrow", names of festivals."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from flows.dates import lexicon
from flows.dates.kinds import Festivals, Kind, Token
from flows.dates.words import folded

Words = tuple[str, ...]
Span = tuple[date, date | None]

PHRASES: Mapping[Words, tuple[Kind, int]] = {
    tuple(folded(words).split()): (Kind[name.upper()], value)
    for words, name, value in lexicon.PHRASES
}
FIRST_WORDS = frozenset(words[0] for words in PHRASES)
LONGEST = 4  # words of a phrase or of a festival's name


def phrased(cut: list[Token], festivals: Festivals) -> list[Token]:
    """The tokens with the words of each phrase and festival joined into one token."""
    named = {_words(name): _span(days) for name, days in festivals.items()}
    starts = FIRST_WORDS.union(words[0] for words in named if words)
    if starts.isdisjoint(token.word for token in cut):
        return cut
    joined: list[Token] = []
    at = 0
    while at < len(cut):
        size, token = _joined(cut[at : at + LONGEST], named)
        joined.append(token)
        at += size
    return joined


@lru_cache(maxsize=1024)
def _words(name: str) -> Words:
    return tuple(folded(name.lower()).split())


def _span(days: date | tuple[date, date]) -> Span:
    return days if isinstance(days, tuple) else (days, None)


def _joined(ahead: list[Token], named: Mapping[Words, Span]) -> tuple[int, Token]:
    """The longest phrase at the front and how many tokens it takes; else the first token."""
    for size in range(len(ahead), 0, -1):
        words = tuple(token.word for token in ahead[:size])
        start, end, shown = ahead[0].start, ahead[size - 1].end, " ".join(words)
        if words in named:
            return size, Token(Kind.FESTIVAL, start, end, shown, span=named[words])
        if words in PHRASES:
            kind, value = PHRASES[words]
            return size, Token(kind, start, end, shown, value)
    return 1, ahead[0]
