"""Free dates, and the checkout that holds them."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import asyncpg

from db.door import Door
from db.pool import Connection
from db.rows import to_property
from db.sql import sql
from flows.availability import Taken
from flows.booking import Actor, Event, Status
from flows.facts import Booking
from flows.orders import Order
from flows.property import Property

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_LENGTH = 6
AN_HOUR = timedelta(hours=1)

Nights = tuple[date, date]  # from one day up to, not including, another


class DatesTaken(Exception):
    """Not enough units are free on these nights."""


async def properties(connection: Connection | asyncpg.Pool) -> tuple[Property, ...]:
    """Every property in the order of the list of places."""
    return _last_read.places_in(await connection.fetch(sql("all_properties")))


class _LastRead:
    """The properties as last read: they change seldom, and every message asks for them."""

    def __init__(self) -> None:
        self._rows: list[asyncpg.Record] = []
        self._places: tuple[Property, ...] = ()

    def places_in(self, rows: list[asyncpg.Record]) -> tuple[Property, ...]:
        if rows != self._rows:
            self._rows = rows
            self._places = tuple(
                to_property(row, checkin="checkin", checkout="checkout") for row in rows
            )
        return self._places


_last_read = _LastRead()


async def busy(
    connection: Connection, property_ids: Iterable[str], first: date, last: date
) -> dict[str, tuple[Taken, ...]]:
    """What is occupied at some properties between two days, by property."""
    rows = await connection.fetch(sql("busy"), list(property_ids), first, last)
    taken: dict[str, list[Taken]] = {}
    for row in rows:
        found = Taken(row["unit"], row["first"], row["last"], row["booking_id"])
        taken.setdefault(row["property_id"], []).append(found)
    return {key: tuple(found) for key, found in taken.items()}


async def busy_units(
    connection: Connection, ranges: Iterable[Nights]
) -> dict[Nights, dict[str, int]]:
    """How many units of each property are occupied on any night, for each of some ranges."""
    wanted: dict[Nights, dict[str, int]] = {nights: {} for nights in ranges}
    if wanted:
        first, last = zip(*wanted, strict=True)
        for row in await connection.fetch(sql("busy_units"), first, last):
            wanted[row["first"], row["last"]][row["property_id"]] = row["units"]
    return wanted


async def occupy(
    connection: Connection, property_: Property, order_units: int, first: date, last: date,
    booking_id: str,
) -> None:  # fmt: skip
    """Take units for a range of nights; raises DatesTaken, and then nothing is taken.

    A statement that lost a race to a unit is tried again: its neighbour may be free.
    """
    for _ in range(property_.units):
        async with connection.transaction():
            rows = await connection.fetch(
                sql("occupy"), property_.property_id, property_.units, first, last, order_units,
                booking_id,
            )  # fmt: skip
            if len(rows) == order_units:
                return
            await connection.execute(sql("vacate"), booking_id)
        taken = await busy(connection, [property_.property_id], first, last)
        free = property_.units - len({each.unit for each in taken.get(property_.property_id, ())})
        if free < order_units:
            break
    raise DatesTaken(property_.property_id)


async def free_to_hold(
    connection: Connection, person_id: int, most: int, now: datetime
) -> datetime | None:
    """From when a guest may hold dates again, at most so often an hour; None: at once."""
    if not most:
        return None
    nth: datetime | None = await connection.fetchval(sql("nth_last_checkout"), person_id, most - 1)
    again = nth + AN_HOUR if nth else now
    return again if again > now else None


async def open_checkout(connection: Connection, door: Door, order: Order, now: datetime) -> Booking:
    """Hold the dates of an order and ask for its payment link; raises DatesTaken.

    The caller has withdrawn the guest's earlier checkout, if there was one.
    """
    booking_id = await _insert(connection, door, order, now)
    place = order.place
    await occupy(connection, place, order.units, order.first, order.last, booking_id)
    await door.move(
        connection, booking_id, Event.LINK_CREATED, Actor.GUEST, now, to=Status.PAYMENT_PENDING
    )
    return await door.facts(connection, booking_id)


async def _insert(connection: Connection, door: Door, order: Order, now: datetime) -> str:
    while True:
        booking_id = "LC" + "".join(secrets.choice(CROCKFORD) for _ in range(ID_LENGTH))
        made = await connection.fetchval(
            sql("insert_checkout"), booking_id, order.place.property_id, order.person_id,
            order.guest_name, order.guest_phone, order.checkin, order.checkout, order.first,
            order.last, order.guests, order.units, order.price.total, order.price.advance,
            door.write.rules.hold_until(now), secrets.token_urlsafe(24), now,
        )  # fmt: skip
        if made is not None:
            return booking_id
