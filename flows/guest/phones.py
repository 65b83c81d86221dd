"""Telephone numbers as guests write them."""

import re

from flows.guest import words


def mobile(written: str) -> str | None:
    """E.164 of a mobile number as people in India write it; other countries with + and code."""
    digits = re.sub(r"\D", "", written.translate(words.DIGITS))
    if written.strip().startswith("+") and not digits.startswith("91"):
        return f"+{digits}" if re.fullmatch(r"[1-9]\d{7,14}", digits) else None
    local = digits.removeprefix("00").removeprefix("91") if len(digits) > 10 else digits
    local = local.removeprefix("0") if len(local) == 11 else local
    return f"+91{local}" if re.fullmatch(r"[6-9]\d{9}", local) else None
