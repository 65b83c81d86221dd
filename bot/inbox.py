"""The inbox: each stored event is answered once, in one transaction with all that it causes."""

from datetime import timedelta
from typing import Any

from bot import conversation, log, statuses
from bot.inbound import UNREADABLE, read_message
from bot.service import Service
from db import people
from db.pool import Connection, transaction
from db.sql import sql

BATCH = 200
MOST_TRIES = 6


async def run_once(service: Service) -> int:
    """Fold the waiting statuses, then handle the oldest waiting event; how many were done."""
    return await statuses.fold_waiting(service, BATCH) + await handle_next(service)


async def handle_next(service: Service) -> int:
    """Handle one event, the oldest of a free lane; 0 when none is waiting."""
    async with transaction(service.pool) as connection:
        row = await connection.fetchrow(sql("claim_event"), service.clock.now())
        if row is None:
            return 0
        try:
            async with connection.transaction():
                await _handle(service, connection, row)
        except Exception as fault:
            await _failed(service, connection, row, fault)
        else:
            await connection.execute(sql("finish_events"), [row["id"]], service.clock.now())
            service.metrics.events.labels("done").inc()
    service.wakeup.ring()
    return 1


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
    log.get().error("event_failed", why=why, state=state, exc_info=fault)
    service.metrics.events.labels("failed").inc()
    if state == "parked":
        await connection.execute(
            sql("raise_alert"), f"inbox:{why}", None, "an inbound event is parked", now
        )
