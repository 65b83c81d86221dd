"""Pausing a place: the one write behind the owner's chat and the command."""

from datetime import datetime

from db import outbox
from db.pool import Connection
from db.sql import sql


async def pause(
    connection: Connection, property_id: str, until: datetime | None, cause: str, now: datetime
) -> None:
    """Take no new bookings until then, or until somebody resumes; each cause pauses once."""
    await connection.execute(sql("set_paused"), property_id, True, until)
    if until is None:
        return
    row = outbox.Row(
        f"resume:{property_id}:{cause}", f"r:{property_id}", "timer", "place_resumed", until,
        payload={"property": property_id},
    )  # fmt: skip
    await outbox.insert(connection, [row], now)


async def resume(connection: Connection, property_id: str) -> None:
    """Take bookings again."""
    await connection.execute(sql("set_paused"), property_id, False, None)
