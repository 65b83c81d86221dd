"""Messages that are answered in the very transaction that stores them.

Most messages only talk. They need no row that waits, is claimed and is marked done: the event is
inserted as done beside its answer, and the webhook is answered after that commit. Everything else
is inserted for the inbox, in the same transaction. Where anything fails, nothing of it has
happened, and the caller stores all events for the inbox.
"""

from collections.abc import Sequence

from bot.queue import talk
from bot.service import Service
from bot.whatsapp.inbound import Event, read_update
from bot.whatsapp.split import Single
from db.crash import Moment
from db.pool import Connection, transaction
from db.sql import sql

MOST = 128  # people answered in one transaction; one delivery may hold a thousand messages


class Raced(Exception):
    """Another process has stored one of these events meanwhile."""


async def answer(service: Service, events: Sequence[Single]) -> None:
    """Store events, and answer those that only talk; raises Raced, or whatever went wrong."""
    async with transaction(service.pool, Moment.ARRIVED) as connection:
        new, may_talk = await _sorted_out(service, connection, events)
        answered = await talk.answer(service, connection, may_talk)
        done = [event for event in new if event.id in answered.done]
        kept = [event for event in new if event.id not in answered.done]
        if done:
            await _store_answered(service, connection, done)
        if kept:
            await service.intake.keep(connection, kept)
    answered.hand_over(service)
    if kept:
        service.intake.ring(kept)


async def _sorted_out(
    service: Service, connection: Connection, events: Sequence[Single]
) -> tuple[list[Single], dict[str, Event]]:
    """The events that are not here yet, and those that may be answered: the first of each lane.

    Where something older of a lane waits, its turn comes first.
    """
    lanes = {event.lane for event in events if event.kind == "message"}
    rows = await connection.fetch(sql("in_the_way"), [event.id for event in events], list(lanes))
    here, taken = {row["id"] for row in rows}, {row["lane"] for row in rows}
    new = list({event.id: event for event in events if event.id not in here}.values())
    firsts: dict[str, Single] = {}
    for event in new:
        if event.kind == "message" and event.lane not in taken and len(firsts) < MOST:
            firsts.setdefault(event.lane, event)
    pairs = ((event.id, event.update) for event in firsts.values())
    return new, talk.that_may_talk(service, pairs, read_update)


async def _store_answered(
    service: Service, connection: Connection, events: Sequence[Single]
) -> None:
    columns = zip(*((each.id, each.kind, each.lane, each.body) for each in events), strict=True)
    count = await connection.fetchval(
        sql("insert_answered"), *map(list, columns), service.clock.now()
    )
    if count != len(events):
        raise Raced
