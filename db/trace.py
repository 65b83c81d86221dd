"""One id that leads from an event to all that it causes: moves, jobs, messages, their statuses.

It is made of the event's own id, and carried by whoever works on the event without being passed
on; what is inserted meanwhile keeps it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field

from flows.record import record

BYTES = 6


@record
class Made:
    """A move as the log tells it."""

    booking_id: str
    event: str
    status: str
    actor: str


@record
class Trace:
    """What is being worked on, and the moves that were made of it."""

    id: str
    moves: list[Made] = field(default_factory=list)


# No digits: an id must never look like the number that it stands for.
LETTERS = str.maketrans("0123456789abcdef", "bcdfghjkmnpqrstv")

_followed: ContextVar[Trace | None] = ContextVar("followed", default=None)


def of(event_id: str) -> str:
    """The id of an event in logs: its own holds a phone number (facts/whatsapp.md 1.2)."""
    digest = hashlib.blake2b(event_id.encode("utf-8", "replace"), digest_size=BYTES)
    return digest.hexdigest().translate(LETTERS)


@contextmanager
def follow(id_: str) -> Iterator[Trace]:
    """Whatever is inserted inside belongs to this id."""
    trace = Trace(id_)
    token = _followed.set(trace)
    try:
        yield trace
    finally:
        _followed.reset(token)


def current() -> str | None:
    """The id of what is being worked on, if somebody follows it."""
    trace = _followed.get()
    return trace.id if trace else None


def note(made: Made) -> None:
    """Keep a move for the log, which tells it once it is committed."""
    trace = _followed.get()
    if trace:
        trace.moves.append(made)
