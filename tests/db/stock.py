"""Properties, guests and bookings for tests, made as the service makes them."""

import itertools
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from db import people
from db.checkouts import open_checkout
from db.door import Answer, Door, Moved, Receipt
from db.people import Sender
from db.pool import Connection, transaction
from db.sql import sql
from flows.booking import Actor, Event, Status
from flows.facts import Booking, Person
from flows.orders import Order
from flows.property import Property, price_of
from flows.rules import INDIA

NOW = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
ADMIN = "+919800000009"
OWNER = "+919766011111"
FIRST = date(2026, 12, 25)
HOUSE = Property(
    property_id="pawna-lakeview",
    name="Pawna Lakeview Camp",
    area="Pawna",
    kind="camp",
    owner_name="Suresh Patil",
    owner_phone=OWNER,
    units=10,
    guests_per_unit=3,
    price=150_000,
    price_per_unit=None,
    advance_percent=30,
    checkin=time(14),
    checkout=time(11),
    map_url="https://maps.app.goo.gl/x",
)
_numbers = itertools.count(1)


def named(url: str, database: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


async def add_property(connection: Connection | asyncpg.Pool, **changes: Any) -> Property:
    """A property with an id of its own, unless the changes name one."""
    place = replace(HOUSE, **({"property_id": f"house-{next(_numbers)}"} | changes))
    await connection.execute(
        sql("upsert_property"), place.property_id, place.name, place.area, place.kind,
        place.owner_name, place.owner_phone, place.units, place.guests_per_unit, place.price,
        place.price_per_unit, place.advance_percent, place.checkin, place.checkout,
        place.map_url, place.about, 1, [asdict(step) for step in place.refund_steps],
    )  # fmt: skip
    await people.ensure(connection, [(place.owner_phone, place.owner_name)], NOW)
    return place


def phone() -> str:
    """A guest's number that nobody else has."""
    return f"+9198{next(_numbers):08d}"


async def add_person(connection: Connection, **who: Any) -> Person:
    """Somebody who has just written."""
    number = who.get("phone", phone())
    sender = Sender(who.get("user_id"), number, who.get("name", "Rahul Deshmukh"))
    return await people.heard_from(connection, sender, who.get("at", NOW), NOW)


def order(place: Property, person_id: int, **wish: Any) -> Order:
    """A finished form: two nights for two from FIRST on, unless the wish says otherwise."""
    first, nights, guests = wish.get("first", FIRST), wish.get("nights", 2), wish.get("guests", 2)
    last = first + timedelta(days=nights)
    return Order(
        place=place,
        person_id=person_id,
        guest_name="Rahul Deshmukh",
        guest_phone="+919822012345",
        checkin=place.starts(first, INDIA),
        checkout=place.ends(last, INDIA),
        first=first,
        last=last,
        guests=guests,
        price=price_of(place, guests, nights),
    )


async def hold(
    where: asyncpg.Pool | Connection, door: Door, place: Property, *, now: datetime = NOW,
    **wish: Any,
) -> Booking:  # fmt: skip
    """A new guest's unpaid hold; raises DatesTaken."""
    if isinstance(where, asyncpg.Pool):
        async with transaction(where) as connection:
            return await hold(connection, door, place, now=now, **wish)
    person_id = wish.pop("person_id", None) or (await add_person(where)).person_id
    return await open_checkout(where, door, order(place, person_id, **wish), now)


async def pay(
    connection: Connection, door: Door, booking: Booking, *, now: datetime = NOW,
    to: Status = Status.PAYMENT_SUCCESS,
) -> Answer:  # fmt: skip
    """The advance arrives: Paytm's row and the move that it makes."""
    receipt = Receipt(f"T{booking.booking_id}", f"O{booking.booking_id}")
    await connection.execute(
        sql("insert_payment"), receipt.txn_id, booking.booking_id, receipt.order_id, "1",
        booking.advance, "booking", now, now,
    )  # fmt: skip
    return await door.move(
        connection, booking.booking_id, Event.PAYMENT_SUCCEEDED, Actor.PAYTM, now,
        to=to, receipt=receipt,
    )  # fmt: skip


async def asked(where: asyncpg.Pool, door: Door, place: Property, **wish: Any) -> Booking:
    """A paid booking whose owner is being asked."""
    async with transaction(where) as connection:
        done = await pay(connection, door, await hold(connection, door, place, **wish))
        assert isinstance(done, Moved)
        return done.booking
