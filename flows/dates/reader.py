"""A whole text as a stay."""

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from flows.dates.kinds import Festivals, Kind, Token
from flows.dates.lexicon import NAMELIKE
from flows.dates.resolve import stay
from flows.dates.said import SILENT, readings
from flows.dates.stay import Stay
from flows.dates.tokens import nfc, tokens

LONGEST = 160  # characters of a text that can be nothing but dates
MOST_TOKENS = 24
DAY_KINDS = frozenset({Kind.NUMBER, Kind.NUMERIC, Kind.WEEKDAY, Kind.RELATIVE})
NAMES = frozenset(word for _, words in NAMELIKE for word in words.split())
NO_FESTIVALS: Festivals = MappingProxyType({})


def read_stay(text: str, today: date, festivals: Festivals = NO_FESTIVALS) -> Stay | None:
    """The stay that the whole text says; None unless every word of it belongs to a date."""
    if len(text) > LONGEST:
        return None
    return understood(tokens(nfc(text), festivals), today)


def understood(said: Sequence[Token], today: date) -> Stay | None:
    """The stay that all these tokens say together."""
    words = [token for token in said if token.kind not in SILENT]
    kinds = [word.kind for word in words]
    if not 0 < len(words) <= MOST_TOKENS or Kind.UNKNOWN in kinds:
        return None
    if _a_name(words):
        return None
    return next((found for reading in readings(words) if (found := stay(reading, today))), None)


def _a_name(words: Sequence[Token]) -> bool:
    """Whether the only day word is also a person's name: "Ravi", "is Ravi"."""
    days = [token for token in words if token.kind in DAY_KINDS]
    return len(days) == 1 and days[0].word in NAMES
