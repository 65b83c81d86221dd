"""The owner's places joined to the database: blocked dates, pause and resume."""

from bot.desks import pausing
from bot.desks.owner_visit import Visit
from db import blocks, checkouts
from db.rows import to_property
from db.sql import sql
from flows.availability import HORIZON, Calendar
from flows.booking import Actor
from flows.facts import Booking
from flows.owner import blocks as said
from flows.owner import pause, places
from flows.owner.places import Meant
from flows.owner.reply import Reply
from flows.owner.words import Wish
from flows.property import Property
from flows.record import replace


async def own_places(visit: Visit) -> tuple[Property, ...]:
    """The places of this owner, in the order of the list; to an admin, all."""
    if visit.is_admin:
        return await checkouts.properties(visit.connection)
    rows = await visit.connection.fetch(sql("properties_of"), visit.person.phone)
    return tuple(to_property(row, checkin="checkin", checkout="checkout") for row in rows)


async def _meant(visit: Visit, words: str) -> tuple[Meant, tuple[Property, ...]]:
    """What the words say; somebody with one place always means that one."""
    own = await own_places(visit)
    meant = places.read(words, own, visit.today)
    if meant.place is None and len(own) == 1:
        meant = replace(meant, place=own[0])
    return meant, own


# ------------------------------------------------------------------ blocked dates


async def block(visit: Visit, wish: Wish) -> Reply | None:
    """Block nights, or ask for what is missing; None: the words say neither place nor dates."""
    meant, own = await _meant(visit, wish.rest)
    if wish.rest and places.read(wish.rest, own, visit.today).empty:
        return None
    if meant.place is None:
        return places.which(visit.texts, "block", own, meant)
    return await _block_or_ask(visit, meant)


async def block_at(visit: Visit, place_id: str) -> Reply | None:
    """Block the nights that answer the desk's question about a place."""
    own = [each for each in await own_places(visit) if each.property_id == place_id]
    if not own:
        return None
    meant = places.read(visit.inbound.text, (), visit.today)
    return await _block_or_ask(visit, replace(meant, place=own[0]))


async def _block_or_ask(visit: Visit, meant: Meant) -> Reply:
    assert meant.place
    if wrong := said.fault(visit.texts, meant.place, meant):
        return wrong
    if meant.first is None or meant.last is None:
        return await ask_dates(visit, meant.place)
    return await _block(visit, meant, partly=False)


async def block_free_part(visit: Visit, wish: Wish) -> Reply | None:
    """Block what guests have left of some nights."""
    meant, _ = await _meant(visit, wish.rest)
    if meant.place is None or meant.first is None or meant.last is None:
        return None
    return await _block(visit, meant, partly=True)


async def ask_dates(visit: Visit, place: Property, lead: str = "") -> Reply:
    """Ask for nights, with the next two free weekends as buttons."""
    busy = await checkouts.busy(
        visit.connection, [place.property_id], visit.today, visit.today + HORIZON
    )
    weekends = Calendar(place, busy.get(place.property_id, ())).weekends(visit.today)
    nearest = [pair for pair, _ in zip(weekends, range(2), strict=False)]
    return said.ask_dates(visit.texts, place, nearest, lead)


async def _block(visit: Visit, meant: Meant, *, partly: bool) -> Reply:
    place, first, last = meant.place, meant.first, meant.last
    assert place and first and last
    try:
        block_id = await blocks.block(
            visit.connection, place, first, last, _actor(visit), visit.now, partly=partly
        )
    except blocks.InTheWay as met:
        guests = await _bookings(visit, met.booking_ids)
        return said.in_the_way(visit.texts, place, first, last, guests, met.anything_free)
    if block_id is None:
        return said.nothing_left(visit.texts, place, first, last)
    ids = await visit.connection.fetch(sql("guests_between"), place.property_id, first, last)
    staying = await _bookings(visit, tuple(row["booking_id"] for row in ids))
    return said.done(visit.texts, place, first, last, block_id, staying)


def _actor(visit: Visit) -> Actor:
    return Actor.ADMIN if visit.is_admin else Actor.OWNER


def _whose(visit: Visit) -> str | None:
    """The owner whose blocks may be seen and lifted; None: everybody's."""
    return None if visit.is_admin else visit.person.phone


async def _bookings(visit: Visit, booking_ids: tuple[str, ...]) -> list[Booking]:
    door = visit.service.door
    return [await door.facts(visit.connection, each) for each in booking_ids]


async def lift(visit: Visit, wish: Wish) -> Reply:
    """Undo a block."""
    number = int(wish.rest) if wish.rest.isdecimal() and len(wish.rest) < 19 else 0
    undone = await blocks.lift(visit.connection, number, _whose(visit))
    if undone is None:
        return said.gone(visit.texts)
    return said.lifted(visit.texts, undone.name, undone.first, undone.last)


async def unblock(visit: Visit, wish: Wish) -> Reply | None:
    """Open nights again; without dates: what is blocked."""
    meant, own = await _meant(visit, wish.rest)
    if wish.rest and places.read(wish.rest, own, visit.today).empty:
        return None
    if meant.first is None or meant.last is None:
        found = await blocks.blocked(visit.connection, _whose(visit), visit.today)
        rows = [(each.property_id, each.name, each.first, each.last) for each in found]
        return said.listing(visit.texts, rows)
    if meant.place is None:
        return places.which(visit.texts, "unblock", own, meant)
    was = await blocks.open_nights(
        visit.connection, meant.place.property_id, meant.first, meant.last
    )
    return said.opened(visit.texts, meant.place, meant.first, meant.last, was)


# ------------------------------------------------------------------ pause


async def pause_place(visit: Visit, wish: Wish) -> Reply:
    """Pause a place, or ask which one and for how long."""
    words, _, span = wish.rest.partition(":")
    meant, own = await _meant(visit, words)
    rules = visit.service.write.rules
    if meant.place is None:
        return pause.which(visit.texts, own, rules)
    if span not in pause.SPANS:
        return pause.how_long(visit.texts, meant.place)
    place, until = meant.place, pause.ends(span, visit.now, rules)
    await pausing.pause(visit.connection, place.property_id, until, visit.inbound.wamid, visit.now)
    ahead = await visit.connection.fetchval(sql("bookings_ahead"), place.property_id, visit.now)
    waiting = [
        each for each in await visit.waiting() if each.place.property_id == place.property_id
    ]
    return pause.paused(visit.texts, place, until, ahead, len(waiting), rules)


async def resume(visit: Visit, wish: Wish) -> Reply:
    """Take bookings again."""
    meant, own = await _meant(visit, wish.rest)
    asleep = tuple(each for each in own if each.paused)
    place = meant.place or (asleep[0] if len(asleep) == 1 else None)
    if place is None:
        return pause.which(visit.texts, asleep or own, visit.service.write.rules)
    await pausing.resume(visit.connection, place.property_id)
    return pause.resumed(visit.texts, place)
