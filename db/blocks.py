"""Nights that an owner keeps for himself: blocked, opened again, listed."""

from datetime import date, datetime

import asyncpg

from db.pool import Connection
from db.sql import sql
from flows.availability import Calendar, Taken
from flows.booking import Actor
from flows.property import Property
from flows.record import record

SPARE = 5  # tries beyond one for each unit: a try is lost only to somebody who took a unit


class InTheWay(Exception):
    """Guests hold some of these nights; `booking_ids` names their bookings."""

    def __init__(self, booking_ids: tuple[str, ...], anything_free: bool) -> None:
        super().__init__(*booking_ids)
        self.booking_ids = booking_ids
        self.anything_free = anything_free


class Crowded(Exception):
    """Others took units again and again while the block was made: to be tried later."""


@record
class Blocked:
    """Nights of one place from `first` up to, not including, `last`."""

    property_id: str
    name: str
    first: date
    last: date


async def block(
    connection: Connection, place: Property, first: date, last: date, actor: Actor, now: datetime,
    *, partly: bool = False, booking_id: str | None = None,
) -> int | None:  # fmt: skip
    """Block every free unit of a place for a range of nights; the block's id.

    Raises InTheWay where a guest has one of the units, unless the free part is enough (`partly`);
    None where nothing was left to block. `booking_id` is a cancelled booking whose units are to
    join the block when it gives them up.
    """
    for _ in range(place.units + SPARE):
        rows = await connection.fetch(sql("taken_at"), place.property_id, first)
        taken = tuple(Taken(row["unit"], row["first"], row["last"]) for row in rows)
        free = Calendar(place, taken).gaps(first, last)
        guests = _guests(rows, last)
        if guests and not partly:
            raise InTheWay(guests, bool(free))
        if not free and booking_id is None:
            return None
        try:
            async with connection.transaction():
                return await _insert(connection, place, first, last, free, actor, now, booking_id)
        except (asyncpg.ExclusionViolationError, asyncpg.DeadlockDetectedError):
            continue
    raise Crowded(place.property_id)


def _guests(rows: list[asyncpg.Record], last: date) -> tuple[str, ...]:
    ids = (row["booking_id"] for row in rows if row["first"] < last and row["booking_id"])
    return tuple(dict.fromkeys(ids))


async def _insert(
    connection: Connection, place: Property, first: date, last: date, free: tuple[Taken, ...],
    actor: Actor, now: datetime, booking_id: str | None,
) -> int:  # fmt: skip
    block_id: int = await connection.fetchval(
        sql("add_block"), place.property_id, first, last, actor, booking_id, now
    )
    await _take(connection, place.property_id, free, block_id)
    return block_id


async def _take(
    connection: Connection, property_id: str, pieces: tuple[Taken, ...], block_id: int
) -> None:
    units = [each.unit for each in pieces]
    firsts, lasts = [each.first for each in pieces], [each.last for each in pieces]
    await connection.execute(sql("block_units"), property_id, units, firsts, lasts, block_id)


async def lift(connection: Connection, block_id: int, owner_phone: str | None) -> Blocked | None:
    """Undo one block of this owner, or of anybody; None if there is none any more."""
    row = await connection.fetchrow(sql("lift_block"), block_id, owner_phone)
    return Blocked(**dict(row)) if row else None


async def open_nights(connection: Connection, property_id: str, first: date, last: date) -> bool:
    """Open blocked nights of a place; whether any was blocked. Blocks keep their other nights."""
    rows = await connection.fetch(sql("open_nights"), property_id, first, last)
    for row in rows:
        ends = ((row["first"], first), (last, row["last"]))
        kept = tuple(Taken(row["unit"], start, end) for start, end in ends if start < end)
        await _take(connection, property_id, kept, row["block_id"])
    await connection.execute(sql("drop_empty_blocks"), property_id, first, last)
    return bool(rows)


async def blocked(
    connection: Connection, owner_phone: str | None, today: date
) -> tuple[Blocked, ...]:
    """What is blocked at an owner's places, or everywhere, from a day on."""
    rows = await connection.fetch(sql("blocks_of"), owner_phone, today)
    return tuple(Blocked(**dict(row)) for row in rows)
