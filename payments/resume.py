"""Refunds that nobody works on any more are taken up again."""

from db.pool import Connection, transaction
from db.sql import sql
from payments.desk import Desk


async def resume_refunds(desk: Desk, connection: Connection, booking_id: str) -> None:
    """Start a job for a booking's open refunds; harmless where none is open."""
    row = await connection.fetchrow(sql("refunds_open"), booking_id)
    if row is not None:
        at = max(desk.now(), row["look_at"] or desk.now())
        key = f"again:{row['ref_id']}:{at.isoformat()}"
        await desk.start(connection, key, booking_id, "refund", at)


async def resume_idle(desk: Desk) -> int:
    """Take up every refund whose job is gone; how many bookings this concerned."""
    rows = await desk.pool.fetch(sql("refunds_idle"), desk.write.rules.refunds_auto)
    for row in rows:
        async with transaction(desk.pool) as connection:
            await desk.door.lock(connection, row["booking_id"])
            await resume_refunds(desk, connection, row["booking_id"])
    return len(rows)
