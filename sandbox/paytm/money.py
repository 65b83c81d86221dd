"""Rupees on the wire, paise in the books (facts/paytm.md 8.1: never a float in between)."""

import re
from decimal import Decimal

MOST_RUPEES = 10**9
_TEXT = re.compile(r"\d{1,9}(\.\d{1,2})?")
_EXACT = re.compile(r"\d{1,9}\.\d{2}")


def paise(value: object) -> int:
    """The paise of a JSON number (int or Decimal) or of a text like `500.00`. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("no amount")
    if isinstance(value, str) and not _TEXT.fullmatch(value):
        raise ValueError("no amount")
    rupees = Decimal(value)
    if not rupees.is_finite() or not -MOST_RUPEES <= rupees <= MOST_RUPEES:
        raise ValueError("no amount")
    if rupees * 100 != (rupees * 100).to_integral_value():
        raise ValueError("no amount")
    return int(rupees * 100)


def exact_paise(value: object) -> int:
    """The paise of a text with exactly two decimals, as refunds ask for. Raises ValueError."""
    if not isinstance(value, str) or not _EXACT.fullmatch(value):
        raise ValueError("no amount with two decimals")
    return paise(value)


def text(amount_paise: int) -> str:
    """`500.00`, the form that most messages carry."""
    return f"{amount_paise // 100}.{amount_paise % 100:02}"


def number(amount_paise: int) -> float:
    """The JSON number that links show; its two decimals survive printing and reading."""
    return amount_paise / 100
