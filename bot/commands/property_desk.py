"""The `properties` commands: import, list, add, change, pause, resume, calendars."""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from bot.desks import pausing
from bot.places import festivals, properties, property_files
from bot.places.property_files import BadProperties
from bot.rounds.calendars import host_of
from bot.service import Service
from bot.web import feed
from db import calendars
from db.pool import transaction
from db.sql import sql
from flows import format as fmt
from flows.guest.links import book_link

Action = Callable[[Service, argparse.Namespace], Awaitable[int]]


async def bring(service: Service, options: argparse.Namespace) -> int:
    """Insert or update every property of a file, all or nothing."""
    entries = property_files.read(options.file)
    days = festivals.read(options.file)
    done = await properties.store(service.pool, entries, service.clock.now())
    await festivals.store(service.pool, days)
    print(f"{done.properties} properties of {done.owners} owners imported.")
    return 0


async def show(service: Service, options: argparse.Namespace) -> int:
    """A line for each property, and whether its owner has ever written."""
    for row in await service.pool.fetch(sql("properties_and_owners")):
        price = (
            f"{fmt.rupees(row['price'])} a guest"
            if row["price"]
            else f"{fmt.rupees(row['price_per_unit'])} a unit"
        )
        size = f"{row['units']} x {row['guests_per_unit']} guests"
        print(f"{row['property_id']:24} {row['name']:28} {size:14} {price:16} "
              f"{state(service, row):20} {row['owner_phone']} {agreed(row)}")  # fmt: skip
        if options.links:
            print(f"    {book_link(options.links, row['name'])}")
    return 0


def state(service: Service, row: Any) -> str:
    """Whether a place takes bookings."""
    if not row["paused"]:
        return "open"
    until = row["paused_until"]
    if until is None:
        return "paused"
    return f"paused to {until.astimezone(service.write.rules.zone):%d %b %H:%M}"


def agreed(row: Any) -> str:
    """When the owner first wrote, which WhatsApp takes for a yes."""
    return f"wrote {row['opted_in_at']:%d %b %Y}" if row["opted_in_at"] else "has not written yet"


async def add(service: Service, options: argparse.Namespace) -> int:
    """Add one property."""
    entry = await properties.add(
        service.pool, options.id, options.fields, service.clock.now()
    )  # fmt: skip
    print(f"{entry.id} added. Ask {entry.owner_name} to write hi to the number once.")
    return 0


async def change(service: Service, options: argparse.Namespace) -> int:
    """Change fields of one property, and say which."""
    before = await service.pool.fetchrow(sql("property"), options.id)
    entry = await properties.change(
        service.pool, options.id, options.fields, service.clock.now()
    )  # fmt: skip
    after = await service.pool.fetchrow(sql("property"), options.id)
    moved = [f"  {name}: {before[name]} > {value}" for name, value in dict(after).items()
             if before[name] != value]  # fmt: skip
    print("\n".join([f"{entry.id} changed.", *moved]))
    if before["owner_phone"] != after["owner_phone"]:
        print(f"Requests go to {after['owner_phone']} from now on; the number before has no right.")
    return 0


async def pause(service: Service, options: argparse.Namespace) -> int:
    """Take no new bookings at some places, until a day or until they are resumed."""
    until, now = _morning(service, options.until), service.clock.now()
    async with transaction(service.pool) as connection:
        for id_ in options.ids:
            row = await properties.known(connection, id_)
            await pausing.pause(connection, id_, until, f"command:{now.isoformat()}", now)
            ahead = await connection.fetchval(sql("bookings_ahead"), id_, now)
            end = f"until {options.until}" if until else "until it is resumed"
            print(f"{row['name']} takes no new bookings {end}; {ahead} confirmed ones stay.")
    return 0


def _morning(service: Service, day: date | None) -> datetime | None:
    """The morning on which a pause ends; raises BadProperties for a day that has begun."""
    if day is None:
        return None
    rules = service.write.rules
    until = datetime.combine(day, rules.quiet_until or time(), rules.zone)
    if until <= service.clock.now():
        raise BadProperties(f"--until {day}: is over; the first day on which guests may book again")
    return until


async def resume(service: Service, options: argparse.Namespace) -> int:
    """Take bookings again."""
    async with transaction(service.pool) as connection:
        for id_ in options.ids:
            row = await properties.known(connection, id_)
            await pausing.resume(connection, id_)
            print(f"{row['name']} {'takes bookings again' if row['paused'] else 'was open'}.")
    return 0


async def show_calendars(service: Service, options: argparse.Namespace) -> int:
    """Each property's own feed, and what was read of the other sites' feeds; 1 if one fails."""
    theirs = await calendars.listed(service.pool)
    for row in await service.pool.fetch(sql("all_properties")):
        own = feed.address(service.config.public_url, row)
        print(f"{row['name']}\n  give to other sites  {own}")
        for each in (each for each in theirs if each.property_id == row["property_id"]):
            read = f"read {each.synced_at:%d %b %Y %H:%M} UTC" if each.synced_at else "never read"
            print(f"  {host_of(each.url):20} {read}" + (f"  BAD: {each.fault}" * bool(each.fault)))
    return int(any(each.fault for each in theirs))


ACTIONS: Mapping[str, Action] = {
    "import": bring,
    "list": show,
    "add": add,
    "change": change,
    "pause": pause,
    "resume": resume,
    "calendars": show_calendars,
}
