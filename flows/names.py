"""People's names and words as they may stand in messages to others and on a ticket.

A name is written by a stranger: it must not format, link, turn the text around it or carry a
number to call (facts/reliability.md 3, faults 87 and 88).
"""

import re
import unicodedata
from functools import lru_cache

LONGEST = 60
LEAST_LETTERS = 2
MOST_MARKS = 4  # in a row on one letter; Hindi and Vietnamese need fewer
LONG_NUMBER = 5  # digits in a row, from here on it may be a telephone number

JOINERS = "\u200c\u200d"  # ZWNJ and ZWJ: needed in Hindi and in emoji
KEYCAP = "\u20e3"
FORMATTING = "*_~`"
BREAKS = frozenset({"Cc", "Zl", "Zp"})
UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn"})
VIRAMA = 9  # combining class: the letter goes on with the next one
SKIN_TONES = range(0x1F3FB, 0x1F400)

LINK = re.compile(
    r"\S*(?:://|www\.|\bwa\.me|@)\S*"
    r"|\S*\w\.(?:com|net|org|in|co|io|me|ly|info|biz|xyz|shop|site|online|link|live|top|app)\b\S*",
    re.IGNORECASE,
)
DOT_BETWEEN_WORDS = re.compile(r"\.(?=\w)")
NUMBER = re.compile(rf"\+?\s?0(?:\W{{0,3}}0){{{LONG_NUMBER - 1},}}")


@lru_cache(maxsize=1000)  # a step asks for the same name several times
def usable_name(written: str) -> str | None:
    """The name as it may be shown, at most 60 characters; None: fewer than two letters are left."""
    bare = _without_numbers(LINK.sub(" ", _plain(written)))
    words = (_without_stray_marks(word) for word in DOT_BETWEEN_WORDS.sub(". ", bare).split())
    name = _cut(" ".join(word for word in words if word))
    return name if sum(c.isalpha() for c in name) >= LEAST_LETTERS else None


def harmless(written: str) -> str:
    """Somebody's own words on one line: nothing unseen, nothing that formats or turns the text."""
    return " ".join(_plain(written).split())


def _plain(written: str) -> str:
    """Composed before, so that marks are counted, and after: what was between them is gone."""
    return unicodedata.normalize("NFC", _visible(unicodedata.normalize("NFC", written)))


def _visible(text: str) -> str:
    """Without what is not seen, what formats, and marks piled up on one letter."""
    kept, marks = [], 0
    for character in text:
        kind = unicodedata.category(character)
        if kind in UNSEEN and character not in JOINERS:
            continue  # and the marks on both sides of it are in a row
        marks = marks + 1 if kind.startswith("M") else 0
        if kind in BREAKS or character in FORMATTING:
            kept.append(" ")
        elif marks <= MOST_MARKS and character != KEYCAP:
            kept.append(character)
    return "".join(kept)


def _without_numbers(text: str) -> str:
    """Without runs of digits of any script that are as long as a telephone number."""
    shadow = "".join("0" if c.isdigit() else c for c in text)
    for found in reversed(list(NUMBER.finditer(shadow))):
        text = text[: found.start()] + " " + text[found.end() :]
    return text


def _without_stray_marks(word: str) -> str:
    """Without marks and joiners in front, where no letter is left to carry them."""
    while word and (word[0] in JOINERS or unicodedata.category(word[0]).startswith("M")):
        word = word[1:]
    return word


def _cut(text: str) -> str:
    """At most 60 characters, never in the middle of what is read as one."""
    end = min(LONGEST, len(text))
    while 0 < end < len(text) and _goes_on(text[end - 1], text[end]):
        end -= 1
    return text[:end].strip().strip(JOINERS).strip()


def _goes_on(before: str, after: str) -> bool:
    return (
        unicodedata.category(after).startswith("M")
        or after in JOINERS
        or before in JOINERS
        or unicodedata.combining(before) == VIRAMA
        or ord(after) in SKIN_TONES
    )
