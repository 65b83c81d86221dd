"""Refunds: one id stored before the call, asked about on every doubt, never two for one payment."""

from datetime import datetime, timedelta
from typing import Any

from db.outbox import Claimed
from db.pool import transaction
from db.sql import sql
from flows.booking import Actor, Event, Status
from payments.client import RefundAnswer, Refused
from payments.desk import Again, Desk
from payments.outcomes import RefundState

# When a refund that Paytm has registered is looked at again.
LOOKS = (60, 300, 1800, 2 * 3600, 6 * 3600)
TRY_LATER = timedelta(hours=12)  # not enough balance: the next settlement may bring it


async def refund(desk: Desk, job: Claimed) -> Again | None:
    """Bring every open refund of a booking one step on; tells when to look again."""
    assert job.booking_id
    looks = int(str(job.payload.get("looks", 0)))
    waits: list[datetime] = []
    for row in await desk.pool.fetch(sql("refunds_open"), job.booking_id):
        wait = await _advance(desk, job.booking_id, row, looks)
        waits += [wait] if wait else []
    return Again(min(waits), {"looks": looks + 1}) if waits else None


async def _advance(desk: Desk, booking_id: str, row: Any, looks: int) -> datetime | None:
    """One refund: note the intent, call, record; the answer says when to look again."""
    if row["status"] == "due":
        await _note(desk, booking_id, row)
        answer = await _apply(desk, row)
    else:
        answer = await desk.paytm.refund_status(order_id=row["order_id"], ref_id=row["ref_id"])
        if answer.state is RefundState.NOT_FOUND:
            answer = await _apply(desk, row)
    return await _record(desk, booking_id, row, answer, looks)


async def _note(desk: Desk, booking_id: str, row: Any) -> None:
    """Before the call: the refund is on its way, whatever becomes of the answer."""
    async with transaction(desk.pool) as connection:
        booking = await desk.door.lock(connection, booking_id)
        await connection.execute(
            sql("set_refund_status"), row["ref_id"], "initiated", None, None, desk.now()
        )
        if row["settled_as"] == "booking" and booking.status is Status.REFUND_REQUIRED:
            await desk.door.move(
                connection, booking_id, Event.REFUND_REQUESTED, Actor.CLOCK, desk.now()
            )


async def _apply(desk: Desk, row: Any) -> RefundAnswer:
    """Ask for the money to go back; a refusal's code is an answer like any other."""
    try:
        return await desk.paytm.apply_refund(
            order_id=row["order_id"],
            txn_id=row["txn_id"],
            ref_id=row["ref_id"],
            amount=row["amount"],
        )
    except Refused as refusal:
        return RefundAnswer(RefundState.NEEDS_HUMAN, refusal.code, refusal.message, None, None)


async def _record(
    desk: Desk, booking_id: str, row: Any, answer: RefundAnswer, looks: int
) -> datetime | None:
    now = desk.now()
    if answer.state in (RefundState.PENDING, RefundState.NOT_FOUND):
        return now + timedelta(seconds=LOOKS[min(looks, len(LOOKS) - 1)])
    if answer.state is RefundState.RETRY_LATER:
        return now + TRY_LATER
    if answer.state is RefundState.DONE:
        await _finish(desk, booking_id, row, answer, "refunded", Event.REFUND_SUCCEEDED)
        return None
    if answer.state is RefundState.FAILED_FINAL:
        await _finish(desk, booking_id, row, answer, "failed", Event.REFUND_FAILED)
        return None
    async with transaction(desk.pool) as connection:
        booking = await desk.door.facts(connection, booking_id)
        if await desk.alert(connection, f"refund:{row['ref_id']}", booking_id, answer.code):
            said = desk.write.to_admin("admin.refund_failed", booking)
            await desk.tell(connection, row["ref_id"], booking_id, said)
    return None


async def _finish(
    desk: Desk, booking_id: str, row: Any, answer: RefundAnswer, status: str, event: Event
) -> None:
    """The refund came to its end: the row first, then the booking's move with its messages."""
    now = desk.now()
    async with transaction(desk.pool) as connection:
        await desk.door.lock(connection, booking_id)
        await connection.execute(
            sql("set_refund_status"), row["ref_id"], status, answer.code, answer.bank_reference, now
        )
        if row["settled_as"] == "booking":
            await desk.door.move(connection, booking_id, event, Actor.PAYTM, now)
