"""Paytm's clock on the wire: Indian time without a zone mark (facts/paytm.md 1, 3.2)."""

import re
from datetime import datetime, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30), "IST")
_FORM = re.compile(r"(\d{2}/\d{2}/\d{4})( \d{2}:\d{2}:\d{2})?")
_LAST_SECOND = " 23:59:59"


def slashed(moment: datetime) -> str:
    """`24/11/2026 17:30:00`, as links show their dates."""
    return moment.astimezone(IST).strftime("%d/%m/%Y %H:%M:%S")


def dashed(moment: datetime) -> str:
    """`2026-11-24 17:30:00`, as transactions show their dates."""
    return moment.astimezone(IST).strftime("%Y-%m-%d %H:%M:%S")


def day(moment: datetime) -> str:
    """`20261124`, the beginning of Paytm's ids."""
    return moment.astimezone(IST).strftime("%Y%m%d")


def read(text: object) -> datetime:
    """The moment of `DD/MM/YYYY HH:MM:SS`; a day alone means its end. Raises ValueError."""
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("not DD/MM/YYYY HH:MM:SS")
    written = found[1] + (found[2] or _LAST_SECOND)
    return datetime.strptime(written, "%d/%m/%Y %H:%M:%S").replace(tzinfo=IST)
