"""A database that was brought back from a backup: what may have happened since is held."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import asyncpg

from db import outbox
from db.pool import Connection, transaction
from db.sql import sql
from flows.booking import Status
from flows.record import record

SETTLED = [
    str(status)
    for status in (Status.TICKET_GENERATED, Status.CHECKED_IN, Status.CLOSED, Status.REFUNDED)
]
KEY = ALERT = "restored"
WHOLE = "10min"  # everything is read once; the usual limit of a statement is for guests


@record
class Held:
    """One booking that waits for a human's word, and what waits with it."""

    booking_id: str
    status: str
    place: str
    first: date
    last: date
    decide_by: datetime | None  # where the owner has been asked: then it is cancelled and paid back
    says: Sequence[str] | None  # intents of messages, the oldest first
    does: Sequence[str] | None  # of timers and calls to Paytm


async def hold(pool: asyncpg.Pool, now: datetime, latest: timedelta) -> int | None:
    """After a restore, before anything else: hold what is not certain; how many bookings.

    `latest`: so long after its beginning a checkout may still be paid. None where nothing was
    restored or all is held already.
    """
    async with transaction(pool) as connection:
        mark = await connection.fetchval(sql("lock_restored"))
        if mark is None or mark["held"]:
            return None
        await connection.execute(sql("patience"), WHOLE, WHOLE)
        row = await connection.fetchrow(sql("newest_moment"))
        known = row["known"] or now
        await connection.execute(sql("jump_sequences"))
        held = await connection.fetch(sql("hold_bookings"), now, SETTLED, known - latest)
        await connection.execute(sql("drop_answers"), now)
        await connection.execute(sql("free_rows"))
        passed = len(await connection.fetch(sql("pass_over_events"), now))
        await connection.execute(sql("forget_slots"))
        asleep = await connection.fetch(sql("pause_all"))
        paused = [*mark.get("paused", []), *(each["property_id"] for each in asleep)]
        unsettled = row["unsettled"] or known
        mark = {"held": True, "known": known.isoformat(), "at": now.isoformat(),
                "unsettled": _day_before(unsettled), "paused": paused}  # fmt: skip
        await connection.execute(sql("put_setting"), KEY, mark)
        words = (
            f"the database is that of {known:%d %b %Y %H:%M} UTC: {len(held)} bookings are held, "
            f"{len(paused)} places paused, {passed} messages of people passed over"
        )
        await connection.execute(sql("raise_alert"), ALERT, None, words, now)
        await _compare_first(connection, now, known)
        return len(held)


def _day_before(moment: datetime) -> str:
    return (moment.date() - timedelta(days=1)).isoformat()


async def _compare_first(connection: Connection, now: datetime, known: datetime) -> None:
    """The first job: Paytm knows the money of the time that the backup does not know."""
    key, payload = f"restored:{now.isoformat()}", {"since": _day_before(known)}
    first = outbox.Row(key, "r:reconcile", "timer", "reconcile", now, payload=payload)
    await outbox.insert(connection, [first], now)


async def listed(pool: asyncpg.Pool) -> list[Held]:
    """Every booking that is held, those that begin first at the top."""
    return [Held(**dict(row)) for row in await pool.fetch(sql("held_bookings"))]


async def let_go(pool: asyncpg.Pool, booking_id: str, *, silent: bool) -> bool:
    """Let a booking go on; `silent`: what waits to be said was said before. False: not held."""
    done: bool = await pool.fetchval(sql("let_go"), booking_id, silent)
    return done


async def open_places(pool: asyncpg.Pool, now: datetime) -> int:
    """Let the places that the restore has paused take bookings again; how many."""
    async with transaction(pool) as connection:
        mark = await connection.fetchval(sql("lock_restored"))
        if mark is None:
            return 0
        opened = await connection.fetch(sql("resume_places"), mark.get("paused", []))
        await connection.execute(sql("put_setting"), KEY, mark | {"paused": []})
        await connection.execute(sql("close_alert"), ALERT, now)
        return len(opened)
