"""The outbox: rows for WhatsApp, for Paytm and for the clock, and their life until done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from db import trace
from db.crash import Moment, crossing
from db.pool import Connection
from db.sql import sql
from flows.consequences import Job
from flows.messages import Message, Outgoing
from flows.record import record

# Of a person: the id, WhatsApp's user id, phone, name, when the message was written, and the state
# of the conversation after it.
Heard = tuple[int, str | None, str | None, str, datetime, dict[str, Any]]
# Of a message: our row's id, the wamid, the status, the error's code, and the price's category and
# type.
Reported = tuple[int | None, str, str, int | None, str | None, str | None]


@record
class Row:
    """One row about to be inserted; `run_at` is business time."""

    key: str
    lane: str
    kind: str
    intent: str
    run_at: datetime
    booking_id: str | None = None
    person_id: int | None = None
    payload: Mapping[str, Any] | None = None
    trace: str | None = None  # of the event that causes it, where nobody follows that


@record
class Claimed:
    """A row in flight, held under a lease."""

    id: int
    lane: str
    kind: str
    intent: str
    booking_id: str | None
    person_id: int | None
    payload: dict[str, Any]
    attempts: int
    run_at: datetime
    lease: UUID
    phone: str | None = None  # of the recipient, like the next two
    user_id: str | None = None
    heard_at: datetime | None = None
    trace: str | None = None
    message: Message | None = None  # what the payload says, where it was made in this process
    is_paced: bool = False  # whether the person's next message is due a gap later already


@record
class Lease:
    """What a process claims rows with."""

    id: UUID
    lasts: timedelta
    pace_until: datetime  # whoever may be written to only later than this is passed over


@record
class Sent:
    """A message that WhatsApp has accepted."""

    id: int
    lease: UUID
    wamid: str
    form: str  # free or template
    gap: timedelta  # until the same person's next message; 0 where that is kept already


def message_row(
    message: Outgoing, key: str, at: datetime, booking_id: str | None, trace: str | None = None
) -> Row:
    """The row that sends a message to its person."""
    payload: dict[str, Any] = {"message": message.message.to_json()} | message.extra
    if message.template is not None:
        payload["template"] = message.template.to_json()
    if message.quote is not None:
        payload["quote"] = message.quote
    lane = f"p:{message.to}"
    return Row(key, lane, "whatsapp", message.intent, at, booking_id, message.to, payload, trace)


def job_row(job: Job, key: str, booking_id: str) -> Row:
    """The row that does a job about a booking."""
    return Row(key, f"b:{booking_id}", job.kind, job.intent, job.run_at, booking_id)


async def insert(connection: Connection, rows: Sequence[Row], now: datetime) -> None:
    """Insert rows in the order given; a key that exists already is left as it is."""
    if not rows:
        return
    followed = trace.current()
    columns = zip(
        *(
            (
                row.key,
                row.lane,
                row.kind,
                row.intent,
                row.booking_id,
                row.person_id,
                dict(row.payload or {}),
                row.run_at,
                row.trace or followed,
            )
            for row in rows
        ),
        strict=True,
    )
    await connection.execute(sql("insert_messages"), *map(list, columns), now)


async def store_answers(
    connection: Connection, heard: Sequence[Heard], rows: Sequence[Row], wished: Sequence[bool],
    lease: Lease, gap: timedelta, now: datetime,
) -> dict[str, int | None]:  # fmt: skip
    """Store what some people told, where their conversations stand, and the answers, of no booking.

    By key: the id of what is in flight now, its person paced by `gap`; None for what waits. A key
    that exists already is left out.
    """
    answers = ((r.key, r.lane, r.intent, r.person_id, r.payload or {}, r.trace) for r in rows)
    found = await connection.fetch(
        sql("store_answers"), *_columns(heard, 6), *_columns(answers, 6), list(wished), now, gap,
        lease.id, lease.lasts, lease.pace_until,
    )  # fmt: skip
    return {row["dedupe_key"]: row["id"] if row["goes"] else None for row in found}


async def claim(
    pool: asyncpg.Pool,
    kinds: Sequence[str],
    now: datetime,
    *,
    most: int,
    lease: UUID,
    lease_for: timedelta,
    pace_until: datetime,
) -> list[Claimed]:
    """Take up to `most` due rows, one per lane; none if another process took a lane first."""
    try:
        with crossing(Moment.CLAIM):
            rows = await pool.fetch(
                sql("claim_messages"), now, most, lease, lease_for, list(kinds), pace_until
            )
    except asyncpg.UniqueViolationError:
        return []
    return [Claimed(**dict(row)) for row in sorted(rows, key=lambda row: row["id"])]


async def note_outcomes(
    connection: Connection, sends: Iterable[Sent], reports: Iterable[Reported],
    evidence: Iterable[tuple[str, bytes]], now: datetime,
) -> list[asyncpg.Record]:  # fmt: skip
    """Record accepted messages, and what WhatsApp reports: one report of a message.

    Each accepted message's person is due the next one a gap later. `evidence` are the ids and
    bodies of the events that have just brought the reports. Answers what the statement returns.
    """
    taken = ((each.id, each.lease, each.wamid, each.form, each.gap) for each in sends)
    columns = *_columns(taken, 5), *_columns(reports, 6), *_columns(evidence, 2)
    rows: list[asyncpg.Record] = await connection.fetch(sql("note_outcomes"), *columns, now)
    return rows


def _columns(rows: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as the arrays that `unnest` takes."""
    return list(map(list, zip(*rows, strict=True))) or [[] for _ in range(width)]
