"""The addresses a ticket leads to, and how a phone number is written."""

from functools import lru_cache
from urllib.parse import quote, urlsplit

import phonenumbers


def chat(phone: str, text: str) -> str:
    """A wa.me link that opens a chat with `phone` and `text` already written."""
    return f"https://wa.me/{phone.removeprefix('+')}?text={quote(text)}"


def web(url: str | None) -> str | None:
    """`url` if it is an ordinary web address, else None: escaping does not stop `javascript:`."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"https", "http"} and parts.netloc else None


@lru_cache(maxsize=256)
def spaced(phone: str) -> str:
    """A phone as people read it, +91 98000 00000; unreadable ones stay as they are."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
