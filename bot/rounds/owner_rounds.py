"""The recurring messages to owners: to each only if there is something to say."""

from collections.abc import Awaitable, Callable
from datetime import date, time, timedelta

from bot.desks.owner_desk import arriving
from bot.service import Service
from db import outbox
from db.crash import Moment
from db.outbox import Claimed
from db.pool import Connection, transaction
from db.rows import to_person, to_property
from db.sql import sql
from flows.facts import Person
from flows.messages import Outgoing
from flows.owner import rounds
from flows.owner.rounds import WEEK, Week

DAY = timedelta(days=1)
MORNING = time(8)
Say = Callable[[Service, Connection, Person, date], Awaitable[Outgoing | None]]


async def mornings(service: Service, row: Claimed) -> None:
    """At eight: today's arrivals to every owner who has some."""
    await _to_each(service, row, _morning)


async def weeks(service: Service, row: Claimed) -> None:
    """On Monday: the week behind and ahead, to every owner for whom it is not empty."""
    await _to_each(service, row, _week)


async def _to_each(service: Service, row: Claimed, say: Say) -> None:
    """One transaction for each owner; the key makes a repeat of the job harmless."""
    now, rules = service.clock.now(), service.write.rules
    local = now.astimezone(rules.zone)
    if not MORNING <= local.time() < rules.quiet_from:
        return  # a slot that was missed is not made up for at night
    today = local.date()
    for found in await service.pool.fetch(sql("owners")):
        owner = to_person(found)
        async with transaction(service.pool, Moment.OWNER_ROUND) as connection:
            said = await say(service, connection, owner, today)
            if said is not None:
                key = f"{row.intent}:{owner.person_id}:{today}"
                await outbox.insert(connection, [outbox.message_row(said, key, now, None)], now)


async def _morning(
    service: Service, connection: Connection, owner: Person, today: date
) -> Outgoing | None:
    found = await arriving(service, connection, str(owner.phone), today, today + DAY)
    return rounds.morning(found, today, service.write, owner) if found else None


async def _week(
    service: Service, connection: Connection, owner: Person, today: date
) -> Outgoing | None:
    now = service.clock.now()
    places = await connection.fetch(sql("properties_of"), owner.phone)
    own = [to_property(row, checkin="checkin", checkout="checkout") for row in places]
    counts = await connection.fetchrow(sql("decided_since"), owner.phone, now - WEEK)
    waiting = await connection.fetch(sql("waiting_for_owner"), owner.phone)
    week = Week(
        await arriving(service, connection, str(owner.phone), today, today + WEEK),
        counts["confirmed"],
        counts["cancelled"],
        len(waiting),
        [place for place in own if place.paused],
    )
    return None if week.empty else rounds.weekly(week, today, service.write, owner)
