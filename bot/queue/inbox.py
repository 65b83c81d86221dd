"""The inbox: each stored event is answered once, in one transaction with all that it causes.

Many people's messages are answered together while they only talk (bot/queue/talk.py); all else
is handled here alone, so that nothing that fails can hold up or undo anything else.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot import log
from bot.desks import conversation
from bot.queue import statuses, talk
from bot.queue.wakeup import Work
from bot.service import Service
from bot.whatsapp.inbound import UNREADABLE, Event, read_message
from db import people, trace
from db.crash import Moment
from db.pool import AWAY, Connection, transaction
from db.sql import sql

MOST = 64  # events in one transaction
AT_ONCE = 4  # transactions of events that are handled alone
MOST_TRIES = 6


async def run_once(service: Service) -> int:
    """Fold the waiting statuses, then handle the waiting events; how many were done."""
    return await statuses.fold_waiting(service) + await handle_waiting(service)


async def handle_waiting(service: Service, most: int = MOST) -> int:
    """Handle the oldest event of each lane; how many were taken, 0 when none is waiting."""
    taken, left = await _together(service, most)
    for some in _in_groups(left, AT_ONCE):
        await asyncio.gather(*(_alone(service, event_id) for event_id in some))
    if left:
        service.wakeup.ring(Work.SENDS, Work.JOBS)
    return taken


def _in_groups(ids: list[str], size: int) -> list[list[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


async def _together(service: Service, most: int) -> tuple[int, list[str]]:
    """Answer all that only talks; how many events were claimed, and which are to go alone."""
    rows: list[Any] = []
    try:
        async with transaction(service.pool, Moment.TALK) as connection:
            now = service.clock.now()
            rows = await connection.fetch(sql("claim_events"), now, most)
            answered = await talk.answer(service, connection, _that_may_talk(service, rows))
            if answered.done:
                await connection.execute(sql("finish_events"), list(answered.done), now)
    except AWAY:
        raise
    except Exception as fault:
        log.get().warning("batch_failed", why=type(fault).__name__, rows=len(rows))
        return len(rows), [row["id"] for row in rows]
    answered.hand_over(service)
    ended = answered.done | answered.later
    return len(rows), [row["id"] for row in rows if row["id"] not in ended]


def _that_may_talk(service: Service, rows: Sequence[Any]) -> dict[str, Event]:
    """The first tries; what has failed before goes alone."""
    fresh = (row for row in rows if row["kind"] == "message" and not row["attempts"])
    return talk.that_may_talk(service, ((row["id"], row["body"]) for row in fresh), read_message)


async def _alone(service: Service, event_id: str) -> None:
    """Handle one event in a transaction of its own; what fails is tried later."""
    async with transaction(service.pool, Moment.EVENT) as connection:
        row = await connection.fetchrow(sql("claim_event"), service.clock.now(), event_id)
        if row is None:
            return
        with trace.follow(trace.of(event_id)) as followed:
            try:
                async with connection.transaction():
                    await _handle(service, connection, row)
            except Exception as fault:
                await _failed(service, connection, row, fault)
                return
        await connection.execute(sql("finish_events"), [row["id"]], service.clock.now())
        service.metrics.events.labels("done").inc()
    log.tell_moves(followed)
    log.get().info("event_handled", trace=followed.id)


async def _handle(service: Service, connection: Connection, row: Any) -> None:
    if row["kind"] != "message":
        await statuses.note_other(service, connection, row["body"])
        return
    try:
        event = read_message(service.whatsapp.pywa, row["body"])
    except UNREADABLE as fault:
        # Stored for good in its row; a message that nobody can read needs no answer.
        log.get().warning("event_unreadable", why=type(fault).__name__)
        service.metrics.events.labels("unreadable").inc()
        return
    if event.business_phone:
        service.learned["business_phone"] = event.business_phone
    now = service.clock.now()
    person = await people.heard_from(connection, event.sender, event.inbound.at, now)
    if event.new_phone or event.new_user_id:
        await people.change_number(
            connection, person.person_id, event.new_phone, event.new_user_id, now
        )
    await conversation.answer(service, connection, person, event.inbound)


async def _failed(service: Service, connection: Connection, row: Any, fault: Exception) -> None:
    """Try again later, growing slower; after the last try the event is parked and raised."""
    wait = timedelta(seconds=2 ** row["attempts"])
    now, why = service.clock.now(), type(fault).__name__
    state = await connection.fetchval(sql("fail_event"), row["id"], now + wait, why, MOST_TRIES)
    log.get().error("event_failed", trace=trace.of(row["id"]), why=why, state=state, exc_info=fault)
    service.metrics.events.labels("failed").inc()
    if state == "parked":
        await connection.execute(
            sql("raise_alert"), f"inbox:{why}", None, "an inbound event is parked", now
        )
