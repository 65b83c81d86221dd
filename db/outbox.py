"""The outbox: rows for WhatsApp, for Paytm and for the clock, and their life until done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Lease:
    """What a process claims rows with."""

    id: UUID
    lasts: timedelta
    pace_until: datetime  # whoever may be written to only later than this is passed over


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that WhatsApp has accepted."""

    id: int
    lease: UUID
    wamid: str
    form: str  # free or template
    gap: timedelta  # until the same person's next message
    trace: str | None = None


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


async def insert_in_flight(
    connection: Connection, rows: Sequence[Row], wished: Sequence[bool], lease: Lease, now: datetime
) -> dict[str, int | None]:
    """Insert messages of no booking; by key: the id of what is in flight now, None for what waits.

    A key that exists already is left out.
    """
    columns = zip(
        *((r.key, r.lane, r.intent, r.person_id, dict(r.payload or {}), r.trace) for r in rows),
        strict=True,
    )
    found = await connection.fetch(
        sql("insert_in_flight"), *map(list, columns), list(wished), now, lease.id, lease.lasts,
        lease.pace_until,
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


async def finish_sends(connection: Connection, sends: Sequence[Sent], now: datetime) -> bool:
    """Record accepted messages; each recipient's next is due a gap later. Whether one waits."""
    columns = zip(
        *((each.id, each.lease, each.wamid, each.form, each.gap) for each in sends), strict=True
    )
    rows = await connection.fetch(sql("finish_sends"), *map(list, columns), now)
    return any(row["more"] for row in rows)
