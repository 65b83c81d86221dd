"""The kinds of token that the grammar knows."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

Festivals = Mapping[str, date | tuple[date, date]]


class Kind(StrEnum):
    """What a token can be in the grammar; the value is its letter there."""

    NUMBER = "n"
    ORDINAL = "o"
    MONTH = "m"
    YEAR = "y"
    NUMERIC = "d"
    PAIR = "P"
    WEEKDAY = "w"
    RELATIVE = "r"
    FESTIVAL = "f"
    WEEKEND = "e"
    MODIFIER = "x"
    WEEK = "k"
    MONTHLY = "M"
    DAYS = "D"
    NIGHT = "N"
    COUNT = "c"
    CLOCK = "h"
    HALF = "a"
    OCLOCK = "b"
    DAYPART = "q"
    AT = "t"
    INSIDE = "i"
    AFTER = "A"
    TO = "T"
    TILL = "U"
    ORIGIN = "F"
    PURPOSE = "R"
    CHECKIN = "I"
    CHECKOUT = "O"
    ALSO = "&"
    EITHER = "v"
    COMMA = ","
    BETWEEN = "B"
    TARIKH = "g"
    FILLER = "."
    VOUCH = ":"
    UNKNOWN = "_"


class Token(NamedTuple):  # made for every word: a tuple is made in a third of the time
    """One piece of the text from `start` to `end`; `parts` are the numbers written in it."""

    kind: Kind
    start: int
    end: int
    word: str = ""
    value: int = 0
    parts: tuple[int, ...] = ()
    span: tuple[date, date | None] | None = None  # of a festival
