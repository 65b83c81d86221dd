"""The secret in a ticket's address: making it, reading it, comparing it."""

import re
import secrets
from hmac import compare_digest

from flows.record import record

TOKEN_BYTES = 16  # 128 bits, the least that cannot be guessed (facts/reliability.md, fault 76)
_NAME = re.compile(r"([0-9A-Z]{1,16})-([0-9A-Za-z_-]{1,64})(\.ics)?")


@record
class Address:
    """The last part of a ticket's path, taken apart."""

    booking_id: str
    token: str
    calendar: bool  # the .ics beside the page


def new_token() -> str:
    """A fresh token: 128 random bits in 22 characters that need no escaping in a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def same(given: str, known: str) -> bool:
    """Whether two tokens are equal, in a time that does not tell where they differ."""
    return compare_digest(given.encode(errors="replace"), known.encode(errors="replace"))


def ticket_path(booking_id: str, token: str) -> str:
    """The path of a ticket's page: /eticket/LC7K2M9X-<token>."""
    return f"/eticket/{booking_id}-{token}"


def parse(name: str) -> Address | None:
    """The address in "LC7K2M9X-<token>" or "LC7K2M9X-<token>.ics"; None for anything else."""
    found = _NAME.fullmatch(name)
    return Address(found[1], found[2], found[3] is not None) if found else None
