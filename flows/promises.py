"""What each legal move promises to say and start, read off `consequences`, for the nightly check.

The table is made by asking `consequences` itself about specimens, so there is no second list of
who is told what. What comes of a move in every world is needed; what comes in some is allowed.
"""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, date, datetime, time, timedelta

from flows.booking import Actor, Event, Status, legal_moves
from flows.consequences import Effects, Move, consequences
from flows.facts import Booking, Person
from flows.notices import Writer
from flows.property import Property
from flows.record import record, replace

ROLES = {1: "guest", 2: "owner", 3: "admin"}
DECISIONS = (Event.CONFIRMED, Event.CANCELLED, Event.DEADLINE_PASSED)
ANYBODY = ""
Line = tuple[str, str, str]  # kind, intent, role
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@record
class Promise:
    """One message or job of a move; `role` is empty for a job."""

    source: str
    event: str
    actor: str
    to: str
    decided_by: str  # who decided right before; empty: whoever did
    kind: str  # whatsapp, paytm or timer
    intent: str
    role: str
    needed: bool
    many: int  # messages to this role in every world; 0: it varies, or a job


def promises(write: Writer) -> tuple[Promise, ...]:
    """Every promise of every legal move, for each who may have decided before it."""
    return tuple(
        promise
        for move in legal_moves()
        for decider in _deciders(move[0])
        for promise in _of_move(write, move, decider)
    )


def columns(rows: tuple[Promise, ...]) -> list[list[str | int]]:
    """The promises turned into one list a column, as the statement takes them."""
    return [list(column) for column in zip(*map(astuple, rows), strict=True)]


def _deciders(source: str) -> list[str]:
    """Who may have brought a booking to a state by a decision; anybody where none leads there."""
    moves = legal_moves()
    return sorted({who for _, event, who, to in moves if to == source and event in DECISIONS}) or [
        ANYBODY
    ]


def _of_move(write: Writer, move: tuple[str, str, str, str], decider: str) -> Iterator[Promise]:
    worlds = [
        list(_lines(consequences(_specimen(move, decider, spacious), writer)))
        for spacious in (True, False)
        for writer in _writers(write)
    ]
    needed = set.intersection(*map(set, worlds))
    for line in sorted(set.union(*map(set, worlds))):
        yield Promise(*move, decider, *line, line in needed, _many(worlds, line[2]))


def _many(worlds: list[list[Line]], role: str) -> int:
    """One of two messages may be said in each world: then neither is needed, and one is."""
    counts = {sum(each[2] == role for each in lines) for lines in worlds}
    return counts.pop() if role and len(counts) == 1 else 0


def _writers(write: Writer) -> tuple[Writer, ...]:
    """The house's rules with refunds that go by themselves and by hand: both may have held."""
    return tuple(
        replace(write, rules=replace(write.rules, refunds_auto=auto)) for auto in (True, False)
    )


def _lines(effects: Effects) -> Iterator[Line]:
    for message in effects.messages:
        yield "whatsapp", message.intent, ROLES[message.to]
    for job in effects.jobs:
        yield job.kind, job.intent, ""


def _specimen(move: tuple[str, str, str, str], decider: str, spacious: bool) -> Move:
    """A move of a booking with much time left, or with none: also its stay is long over."""
    source, event, actor, to = move
    until = NOW + DAY if spacious else NOW
    booking = replace(
        SPECIMEN, status=Status(to), hold_until=until, answer_by=until, deadline=until,
        checkin=NOW + 30 * DAY if spacious else NOW - 31 * DAY,
        checkout=NOW + 31 * DAY if spacious else NOW - 30 * DAY,
        decided_by=decider or None, refund_due=SPECIMEN.advance if spacious else 0,
    )  # fmt: skip
    return Move(booking, Event(event), Status(source), Status(to), Actor(actor), NOW)


_PLACE = Property(
    "specimen", "Specimen", "Nowhere", "camp", "Owner", "+0000002", units=1, guests_per_unit=2,
    price=100_000, price_per_unit=None, advance_percent=30, checkin=time(14), checkout=time(11),
    map_url="https://example.com",
)  # fmt: skip
SPECIMEN = Booking(
    booking_id="LC000000", status=Status.NONE, place=_PLACE,
    guest=Person(1, "Guest", "+0000001"), owner=Person(2, "Owner", "+0000002"),
    admin=Person(3, "Admin", "+0000003"), guest_name="Guest", guest_phone="+0000001",
    checkin=NOW + 30 * DAY, checkout=NOW + 31 * DAY, nights=1, first=date(2026, 1, 31),
    last=date(2026, 2, 1), guests=2, units=1, total=200_000, advance=60_000, hold_until=NOW,
    link_url="https://example.com", txn_id="1", token="t" * 22, decided_at=NOW,
)  # fmt: skip
