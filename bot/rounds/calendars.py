"""Other sites' calendars: fetched every half hour, and again before a link would be sent."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import aiohttp

from bot import log
from bot.desks import guest_desk, guest_scene
from bot.rounds import ical
from bot.rounds.ical import BadFeed
from bot.service import Service
from db import calendars
from db.calendars import Clash, Listed
from db.crash import Moment
from db.outbox import Claimed
from db.pool import Connection, transaction
from db.sql import sql
from flows import format as fmt
from flows.booking import Actor, Status
from flows.booking import Event as Happened
from flows.facts import Booking
from flows.messages import Outgoing

MOST_BYTES = 2 * 1024 * 1024
FETCH_SECONDS = 10.0
STALE = timedelta(hours=1)  # older than this a feed is read again before a guest may pay
SILENT = timedelta(hours=6)  # then the admin is told that a calendar cannot be read


async def refresh_all(service: Service, row: Claimed) -> None:
    """The recurring job: read every calendar once."""
    await _refresh(service, await calendars.listed(service.pool))


async def refresh_stale(service: Service, booking: Booking) -> None:
    """Before a link: read the old calendars of its place; a hold that meets an event gives way."""
    now = service.clock.now()
    old = [
        each for each in await calendars.listed(service.pool, booking.place.property_id)
        if each.synced_at is None or now - each.synced_at > STALE
    ]  # fmt: skip
    await _refresh(service, old)


async def _refresh(service: Service, listed: Sequence[Listed]) -> None:
    if not listed:
        return
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        await asyncio.gather(*(_read(service, session, each) for each in listed))


async def _read(service: Service, session: aiohttp.ClientSession, calendar: Listed) -> None:
    """Read one calendar and act on it; one that cannot be read changes nothing."""
    zone, now = service.write.rules.zone, service.clock.now()
    today = now.astimezone(zone).date()
    try:
        events = ical.read(await _fetch(session, calendar.url), zone, today)
    except (BadFeed, aiohttp.ClientError, TimeoutError, OSError) as fault:
        # What a library says may quote the calendar's secret address.
        why = str(fault) if isinstance(fault, BadFeed) else type(fault).__name__
        await _not_read(service, calendar, why)
        return
    async with transaction(service.pool, Moment.CALENDAR) as connection:
        clashes = await calendars.apply(connection, calendar, events, now, today)
        ended = await _end_holds(service, connection, clashes)
        if ended:
            clashes = await calendars.apply(connection, calendar, events, now, today)
        for booking in ended:
            await _tell_guest(service, connection, booking)
        for clash in clashes:
            await _raise(service, connection, calendar, clash)
        await connection.execute(sql("close_alert"), _subject(calendar), now)


async def _fetch(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url, max_redirects=3) as answer:
        if answer.status != 200:
            raise BadFeed(f"HTTP {answer.status}")
        body = await answer.content.read(MOST_BYTES + 1)
        while len(body) <= MOST_BYTES and (more := await answer.content.read(MOST_BYTES)):
            body += more
    if len(body) > MOST_BYTES:
        raise BadFeed("larger than 2 MiB")
    return body


async def _not_read(service: Service, calendar: Listed, why: str) -> None:
    """Keep why; after hours of silence the admin must look."""
    log.get().warning("calendar_not_read", calendar=calendar.calendar_id, why=why[:60])
    now = service.clock.now()
    async with transaction(service.pool, Moment.CALENDAR) as connection:
        args = calendar.calendar_id, now, why[:200]
        since = await connection.fetchval(sql("calendar_not_read"), *args)
        if since is not None and now - since > SILENT:
            detail = f"{calendar.property_id}: {host_of(calendar.url)} {why}"[:200]
            await connection.execute(sql("raise_alert"), _subject(calendar), None, detail, now)


def _subject(calendar: Listed) -> str:
    return f"calendar:{calendar.calendar_id}"


async def _end_holds(
    service: Service, connection: Connection, clashes: Sequence[Clash]
) -> list[Booking]:
    """Unpaid holds whose link is not out yet end: their dates were sold elsewhere before."""
    ended = []
    for booking_id in dict.fromkeys(clash.booking_id for clash in clashes):
        booking = await service.door.facts(connection, booking_id)
        # Chat before booking, the order in which a guest's message locks them.
        await guest_scene.lock(service, connection, booking.guest)
        booking = await service.door.lock(connection, booking_id)
        if booking.status is Status.PAYMENT_PENDING and booking.link_url is None:
            await service.door.move(
                connection, booking_id, Happened.HOLD_LAPSED, Actor.CLOCK, service.clock.now(),
                note="sold on another site",
            )  # fmt: skip
            ended.append(booking)
    return ended


async def _tell_guest(service: Service, connection: Connection, booking: Booking) -> None:
    said = await guest_desk.taken_elsewhere(service, connection, booking)
    rows = [Outgoing(booking.guest.person_id, "guest.taken", each) for each in said]
    await service.desk.tell(connection, "elsewhere", booking.booking_id, *rows)


async def _raise(service: Service, connection: Connection, calendar: Listed, clash: Clash) -> None:
    """The same nights are sold twice: once here and paid, once on another site."""
    booking = await service.door.facts(connection, clash.booking_id)
    if booking.status in (Status.PAYMENT_PENDING, Status.PAYMENT_EXPIRED):
        return  # it may lapse yet; the next reading looks again
    site = host_of(calendar.url)
    subject = f"clash:{calendar.calendar_id}:{clash.event.uid}"
    new = await connection.fetchrow(
        sql("raise_alert"), subject, clash.booking_id, site, service.clock.now()
    )
    if new is not None:
        texts = service.write.texts(booking.admin)
        nights = fmt.dates(texts, clash.event.first, clash.event.last)
        said = service.write.to_admin("admin.calendar_clash", booking, site=site, nights=nights)
        await service.desk.tell(connection, subject, clash.booking_id, said)


def host_of(url: str) -> str:
    """The site of a calendar's address, without the secret behind it."""
    return urlsplit(url).hostname or "?"
