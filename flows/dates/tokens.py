"""A text cut into tokens: numbers, day words, connectors, and unknown words."""

import re
import unicodedata
from collections.abc import Iterator

from flows.dates import lexicon
from flows.dates.kinds import Festivals, Kind, Token
from flows.dates.pairs import settled
from flows.dates.phrases import phrased
from flows.dates.words import ENDINGS, inflected, word_token

DIGITS = {ord("०") + n: str(n) for n in range(10)}
YEARS = range(2020, 2100)
ORDINALS = lexicon.ORDINALS | {ending for ending, kind in ENDINGS if kind is Kind.VOUCH}
D = "[0-9]"
LETTER = r"(?:[^\W\d_]|[\u0900-\u0963\u0970-\u097f\u200c\u200d])"
# Plain words and numbers are most of what is said: they are tried first. Masked whole:
# addresses, booking ids, phone numbers, grouped sums, "24/7".
SCANNER = re.compile(
    rf"""
      (?P<plain> (?!check\b)[a-z]+(?=[\s,?!]|$) )
    | (?P<count> \b(?: {D}{D}?(?=\s[a-z\u0900-\u097f]) | 20{D}{D}(?=[\s,]|$) ) )
    | (?P<sign> [,:()] )
    | (?P<mask> https?://\S+ | \S+@\S+\.\S+ | \blc-?[0-9a-z]{{6}}\b | \+{D}[0-9\s-]{{7,}}{D}
                | \b[6-9]{D}{{4}}[\s-]?{D}{{5}}\b | \b24[/x]7\b
                | \b{D}{{1,3}}(?:,{D}\d)*,{D}{{3}}\b | {D}+(?:\.{D}+){{3,}} )
    | (?P<word> check\s?-?\s?(?:in|out)\b | \b2(?:morr?ow|moro|mrw|mro|day)\b
                | (?<![^\W\d_])[ap]\.m\b\.? )
    | (?P<iso> \b20{D}{D}-{D}{D}?-{D}{D}?\b )
    | (?P<full> \b{D}{D}?\s?(?P<sep>[/.-])\s?{D}{D}?\s?(?P=sep)\s?(?:20)?{D}{D} (?![0-9/]) )
    | (?P<clock> \b{D}{D}?:{D}{D} (?!{D}) )
    | (?P<pair> \b{D}{D}?(?: /{D}{D}? | [.-]{D}{D}?(?![.-]{D}) ) (?![0-9/]) )
    | (?P<year> ['’]{D}{D}\b )
    | (?P<chunk> {D}{D}?(?=[ap]\.m\b) | (?:{LETTER}|{D})+(?:['’]{LETTER}+)* )
    | (?P<mark> \S )
    """,
    re.VERBOSE,
)
PIECE = re.compile(rf"{D}+|{LETTER}+(?:['’]{LETTER}+)*")


def tokens(text: str, festivals: Festivals) -> list[Token]:
    """The whole text (in NFC) as tokens; `start` and `end` are places in it."""
    return settled(phrased(list(_scanned(_level(text))), festivals))


def nfc(text: str) -> str:
    """The text with composed characters, the form in which tokens have their places."""
    return unicodedata.normalize("NFC", text)


def _level(text: str) -> str:
    """Small letters and ASCII digits, every character staying at its place."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return small.translate(DIGITS)


def _scanned(text: str) -> Iterator[Token]:
    for match in SCANNER.finditer(text):
        start, end, found = match.start(), match.end(), match.group()
        match match.lastgroup:
            case "plain":
                yield from inflected(found, start)
            case "count":
                yield from _single(found, start)
            case "chunk":
                yield from _chunk(found, start)
            case "sign" | "mark":
                yield word_token(found, start, end)
            case "word":
                yield word_token(re.sub(r"[\s.-]", "", found), start, end)
            case "iso":
                year, month, day = map(int, found.split("-"))
                yield Token(Kind.NUMERIC, start, end, found, parts=(day, month, year))
            case "full":
                yield _full_date(found, start, end)
            case "clock":
                yield _numbers(Kind.CLOCK, found, start, end)
            case "pair":
                yield _numbers(Kind.PAIR, found, start, end)
            case "year":
                yield Token(Kind.YEAR, start, end, found, 2000 + int(found[1:]))
            case _:
                yield Token(Kind.UNKNOWN, start, end, found)


def _full_date(found: str, start: int, end: int) -> Token:
    token = _numbers(Kind.NUMERIC, found, start, end)
    day, month, year = token.parts
    year += 2000 if year < 100 else 0
    if year not in YEARS:
        return token._replace(kind=Kind.UNKNOWN)
    return token._replace(parts=(day, month, year))


def _numbers(kind: Kind, found: str, start: int, end: int) -> Token:
    return Token(kind, start, end, found, parts=tuple(map(int, re.findall("[0-9]+", found))))


def _chunk(found: str, start: int) -> list[Token]:
    """Letters and digits without a space: one word, one number, or "25dec" when all is known."""
    if found.isascii() and (found.isalpha() or found.isdecimal()):
        return _single(found, start)
    pieces = list(PIECE.finditer(found))
    if len(pieces) == 1:
        return _single(found, start)
    cut: list[Token] = []
    for piece in pieces:
        here, word = start + piece.start(), piece.group()
        if cut and cut[-1].kind is Kind.NUMBER and word in ORDINALS:
            cut[-1] = _ordinal(cut[-1], word)
        elif word in lexicon.GLUED and cut and cut[-1].kind is Kind.NUMBER:
            cut.append(Token(Kind[lexicon.GLUED[word].upper()], here, here + len(word), word))
        elif cut and (ending := dict(ENDINGS).get(word)):
            cut.append(Token(ending, here, here + len(word), word))
        else:
            cut += _single(word, here)
    if any(token.kind is Kind.UNKNOWN for token in cut):
        return [Token(Kind.UNKNOWN, start, start + len(found), found)]
    return cut


def _ordinal(number: Token, suffix: str) -> Token:
    end = number.end + len(suffix)
    return number._replace(kind=Kind.ORDINAL, end=end, word=number.word + suffix)


def _single(word: str, start: int) -> list[Token]:
    end = start + len(word)
    if not word[0].isascii() or not word[0].isdigit():
        return inflected(word, start)
    if len(word) <= 2:
        return [Token(Kind.NUMBER, start, end, word, int(word))]
    if len(word) == 4 and int(word) in YEARS:
        return [Token(Kind.YEAR, start, end, word, int(word))]
    return [Token(Kind.UNKNOWN, start, end, word)]
