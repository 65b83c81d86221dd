"""Words looked up in the lexicon, whole or without their case ending."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from flows.dates import lexicon
from flows.dates.kinds import Kind, Token
from flows.dates.lexicon import NIGHT, Rows

FOLDED = {0x093C: None, 0x200C: None, 0x200D: None, ord("ँ"): "ं", ord("’"): "'"}


def folded(word: str) -> str:
    """The spelling under which a word is looked up: no nukta or joiners, one nasal sign."""
    return unicodedata.normalize("NFD", word).translate(FOLDED)


def _entries() -> Iterator[tuple[str, Kind, int]]:
    tables: tuple[tuple[Kind, Rows], ...] = (
        (Kind.COUNT, lexicon.COUNTS),
        (Kind.MONTH, lexicon.MONTHS),
        (Kind.WEEKDAY, lexicon.WEEKDAYS + lexicon.NAMELIKE),
        (Kind.RELATIVE, lexicon.RELATIVE),
        (Kind.MODIFIER, lexicon.MODIFIERS),
        (Kind.HALF, lexicon.HALVES),
        (Kind.DAYPART, lexicon.DAYPARTS),
    )
    for kind, rows in tables:
        yield from ((word, kind, value) for value, words in rows for word in words.split())
    for name, words in lexicon.PLAIN.items():
        value = NIGHT if name == "night" else 0
        yield from ((word, Kind[name.upper()], value) for word in words.split())


WORDS: Mapping[str, tuple[Kind, int]] = {
    folded(word): (kind, value) for word, kind, value in _entries()
}
ENDINGS = tuple((folded(ending), Kind[name.upper()]) for ending, name in lexicon.ENDINGS)
ANY_ENDING = tuple(ending for ending, _ in ENDINGS)
INFLECTED = frozenset(
    {Kind.MONTH, Kind.WEEKDAY, Kind.RELATIVE, Kind.WEEKEND, Kind.TARIKH}
    | {Kind.DAYS, Kind.NIGHT, Kind.WEEK, Kind.MONTHLY, Kind.DAYPART}
)


def inflected(word: str, start: int) -> list[Token]:
    """A word as it stands in the lexicon, or without its case ending."""
    return [
        Token(kind, start + first, start + after, piece, value)
        for kind, first, after, piece, value in _pieces(word)
    ]


def word_token(found: str, start: int, end: int) -> Token:
    """The word as the lexicon knows it, or an unknown token."""
    kind, value, word = _known(found)
    return Token(kind, start, end, word, value)


@lru_cache(maxsize=4096)
def _known(found: str) -> tuple[Kind, int, str]:
    """(kind, value, spelling) of one word."""
    word = folded(found)
    kind, value = WORDS.get(word) or WORDS.get(word.rstrip("॰")) or (Kind.UNKNOWN, 0)
    return kind, value, word


@lru_cache(maxsize=4096)
def _pieces(found: str) -> tuple[tuple[Kind, int, int, str, int], ...]:
    """(kind, first, after, spelling, value) of a word, or of its stem and of its ending."""
    kind, value, word = _known(found)
    size = len(found)
    if kind is Kind.UNKNOWN and word.endswith(ANY_ENDING):
        for ending, what in ENDINGS:
            stem = word.removesuffix(ending)
            kind_of_stem, number, _ = _known(stem)
            is_long = len(stem) > 3 or not stem.isascii()
            if stem != word and kind_of_stem in INFLECTED and is_long:
                return (kind_of_stem, 0, size, stem, number), (what, size, size, ending, 0)
    return ((kind, 0, size, word, value),)
