"""Words that mean something together: "day after tomorrow", names of festivals."""

from collections.abc import Mapping
from functools import lru_cache

from flows.dates import lexicon
from flows.dates.kinds import Festivals, Kind, Token
from flows.dates.words import folded

Words = tuple[str, ...]

PHRASES: Mapping[Words, tuple[Kind, int]] = {
    tuple(folded(words).split()): (Kind[name.upper()], value)
    for words, name, value in lexicon.PHRASES
}
FIRST_WORDS = frozenset(words[0] for words in PHRASES)
LONGEST = 4  # words of a phrase or of a festival's name


def phrased(cut: list[Token], festivals: Festivals) -> list[Token]:
    """The tokens with the words of each phrase and festival joined into one token."""
    names = _names(tuple(festivals))
    starts = _starts(tuple(festivals))
    if starts.isdisjoint([token.word for token in cut]):
        return cut
    joined: list[Token] = []
    at = 0
    while at < len(cut):
        size, token = 1, cut[at]
        if token.word in starts:
            size, token = _joined(cut[at : at + LONGEST], names, festivals)
        joined.append(token)
        at += size
    return joined


@lru_cache(maxsize=16)
def _names(festivals: tuple[str, ...]) -> Mapping[Words, str]:
    return {tuple(folded(name.lower()).split()): name for name in festivals}


@lru_cache(maxsize=16)
def _starts(festivals: tuple[str, ...]) -> frozenset[str]:
    return FIRST_WORDS.union(words[0] for words in _names(festivals) if words)


def _joined(
    ahead: list[Token], names: Mapping[Words, str], festivals: Festivals
) -> tuple[int, Token]:
    """The longest phrase at the front and how many tokens it takes; else the first token."""
    for size in range(len(ahead), 0, -1):
        words = tuple(token.word for token in ahead[:size])
        start, end, shown = ahead[0].start, ahead[size - 1].end, " ".join(words)
        if name := names.get(words):
            days = festivals[name]
            span = days if isinstance(days, tuple) else (days, None)
            return size, Token(Kind.FESTIVAL, start, end, shown, span=span)
        if words in PHRASES:
            kind, value = PHRASES[words]
            return size, Token(kind, start, end, shown, value)
    return 1, ahead[0]
