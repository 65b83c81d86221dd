"""Other sites' calendars of a property, and what their events block."""

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg

from db.pool import Connection
from db.sql import sql
from flows.feeds import Blocking, Occupied, Wish, blocking
from flows.record import record


@record
class Listed:
    """A calendar that a property names; `url` is a secret."""

    calendar_id: int
    property_id: str
    url: str
    unit: int | None
    units: int  # of the property
    tried_at: datetime | None
    synced_at: datetime | None
    fault: str | None


@record
class Event:
    """One event of another site: its nights from `first` up to, not including, `last`."""

    uid: str
    first: date
    last: date


@record
class Clash:
    """An event that found no free unit, because of this booking."""

    event: Event
    booking_id: str


async def listed(
    where: Connection | asyncpg.Pool, property_id: str | None = None
) -> tuple[Listed, ...]:
    """The calendars of one property, or of all."""
    rows = await where.fetch(sql("calendars"), property_id)
    return tuple(Listed(**dict(row)) for row in rows)


async def relist(
    connection: Connection, property_id: str, feeds: Sequence[tuple[str, int | None]]
) -> None:
    """Make (url, unit) the calendars of a property; what is not among them blocks nothing more."""
    for url, unit in feeds:
        await connection.execute(sql("list_calendar"), property_id, url, unit)
    await connection.execute(sql("unlist_calendars"), property_id, [url for url, _ in feeds])


async def taken(
    connection: Connection | asyncpg.Pool, property_id: str, today: date
) -> tuple[Occupied, ...]:
    """Everything that occupies a property from today on."""
    rows = await connection.fetch(sql("taken_at"), property_id, today)
    return tuple(_occupied(row) for row in rows)


async def apply(
    connection: Connection, calendar: Listed, events: Sequence[Event], now: datetime, today: date
) -> tuple[Clash, ...]:
    """Make the blocks of a calendar those of its events; answers the bookings that are met.

    Safe to repeat: what an event could not block before is tried again.
    """
    await connection.execute(sql("lock_calendar"), calendar.calendar_id)
    columns = [list(column) for column in zip(*_columns(events), strict=True)] or [[], [], []]
    for name in ("drop_calendar_events", "add_calendar_events"):
        await connection.execute(sql(name), calendar.calendar_id, *columns)
    clashes: list[Clash] = []
    for event in events:
        met = await _block(connection, calendar, event, today)
        clashes += [Clash(event, booking_id) for booking_id in met]
    await connection.execute(sql("calendar_read"), calendar.calendar_id, now)
    return tuple(clashes)


def _columns(events: Sequence[Event]) -> list[tuple[str, date, date]]:
    return [(event.uid, event.first, event.last) for event in events]


async def _block(
    connection: Connection, calendar: Listed, event: Event, today: date
) -> tuple[str, ...]:
    rows = await connection.fetch(sql("taken_at"), calendar.property_id, today)
    mine = (calendar.calendar_id, event.uid)
    own = [row for row in rows if (row["calendar_id"], row["event_uid"]) == mine]
    others = [_occupied(row) for row in rows if (row["calendar_id"], row["event_uid"]) != mine]
    kept = own[0]["unit"] if _covers(own, event, today) else None
    wish = Wish(max(event.first, today), event.last, calendar.unit or kept)
    done = blocking(wish, others, calendar.units)
    if not kept:
        await _replace(connection, calendar, event, done)
    return done.clashes


def _covers(own: Sequence[asyncpg.Record], event: Event, today: date) -> bool:
    """Whether one block holds every night of the event that is still ahead."""
    first = max(event.first, today)
    return any(row["first"] <= first and event.last <= row["last"] for row in own)


async def _replace(connection: Connection, calendar: Listed, event: Event, done: Blocking) -> None:
    await connection.execute(sql("clear_event"), calendar.calendar_id, event.uid)
    for first, last in done.pieces:
        await connection.execute(
            sql("block_for_event"), calendar.property_id, done.unit, first, last,
            calendar.calendar_id, event.uid,
        )  # fmt: skip


def _occupied(row: asyncpg.Record) -> Occupied:
    return Occupied(row["unit"], row["first"], row["last"], row["booking_id"])
