"""Words looked up in the lexicon, whole or without their case ending."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from flows.dates import lexicon
from flows.dates.kinds import Kind, Token
from flows.dates.lexicon import NIGHT, Rows

FOLDED = {0x093C: None, 0x200C: None, 0x200D: None, ord("ँ"): "ं", ord("’"): "'"}


@lru_cache(maxsize=4096)
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
PHRASES: Mapping[tuple[str, ...], tuple[Kind, int]] = {
    tuple(folded(words).split()): (Kind[name.upper()], value)
    for words, name, value in lexicon.PHRASES
}
ENDINGS = tuple((folded(ending), Kind[name.upper()]) for ending, name in lexicon.ENDINGS)
INFLECTED = frozenset(
    {Kind.MONTH, Kind.WEEKDAY, Kind.RELATIVE, Kind.WEEKEND, Kind.TARIKH}
    | {Kind.DAYS, Kind.NIGHT, Kind.WEEK, Kind.MONTHLY, Kind.DAYPART}
)


def inflected(word: str, start: int) -> list[Token]:
    """A word as it stands in the lexicon, or without its case ending."""
    token = word_token(word, start, start + len(word))
    if token.kind is not Kind.UNKNOWN:
        return [token]
    for ending, kind in ENDINGS:
        if token.word.endswith(ending):
            stem = word_token(token.word[: -len(ending)], start, token.end)
            if stem.kind in INFLECTED and (len(stem.word) > 3 or not stem.word.isascii()):
                return [stem, Token(kind, token.end, token.end, ending)]
    return [token]


def word_token(found: str, start: int, end: int) -> Token:
    """The word as the lexicon knows it, or an unknown token."""
    word = folded(found)
    known = WORDS.get(word) or WORDS.get(word.rstrip("॰"))
    kind, value = known or (Kind.UNKNOWN, 0)
    return Token(kind, start, end, word, value)
