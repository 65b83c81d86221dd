"""What an owner or admin may write instead of tapping."""

from flows.inbound import Inbound, What

WANTS_TO_BOOK = frozenset({"book", "बुक", "booking"})


def wants_to_book(inbound: Inbound) -> bool:
    """Whether an owner or admin asks for the guest's conversation."""
    return inbound.what is What.TEXT and inbound.text.strip().casefold() in WANTS_TO_BOOK
