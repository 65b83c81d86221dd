"""A refund that an admin has paid back outside Paytm's refunds, noted with its reference."""

from enum import StrEnum
from typing import Any

from db.pool import transaction
from db.sql import sql
from flows.booking import Actor, Event
from payments.desk import Desk
from payments.outcomes import RefundState
from payments.refunds import told_refunded
from payments.resume import resume_refunds


class ByHand(StrEnum):
    """What became of the wish to mark a refund as paid by hand."""

    MARKED = "marked"
    NOTHING_OPEN = "nothing_open"
    BUSY = "busy"  # Paytm is being asked at this moment: try again in a minute
    UNDER_WAY = "under_way"  # Paytm is paying it back: a payment by hand would be the second


async def refunded_by_hand(desk: Desk, booking_id: str, reference: str) -> ByHand:
    """Note that the booking's open refund was paid by hand under `reference`, and tell the guest.

    The booking's own refund comes first, then one of surplus money. Paytm is asked before, so that
    no money goes back twice: raises Ambiguous or NotSent when it cannot be asked, ValueError for an
    empty reference, NoSuchBooking.
    """
    reference = " ".join(reference.split())
    if not reference:
        raise ValueError("a refund by hand needs the bank's reference")
    row = await desk.pool.fetchrow(sql("refunds_open"), booking_id)
    if row is None:
        await desk.door.facts(desk.pool, booking_id)
        return ByHand.NOTHING_OPEN
    if await _paytm_pays(desk, row):
        return ByHand.UNDER_WAY
    return await _mark(desk, row, reference)


async def _paytm_pays(desk: Desk, row: Any) -> bool:
    """Whether Paytm has paid or is paying; one that a human was asked about may be overruled."""
    if row["status"] == "due":
        return False
    answer = await desk.paytm.refund_status(order_id=row["order_id"], ref_id=row["ref_id"])
    pending = answer.state is RefundState.PENDING and row["stuck_since"] is None
    return answer.state is RefundState.DONE or pending


async def _mark(desk: Desk, row: Any, reference: str) -> ByHand:
    """The note itself. A job that is calling Paytm now is waited for, not raced."""
    now, booking_id = desk.now(), row["booking_id"]
    async with transaction(desk.pool) as connection:
        booking = await desk.door.lock(connection, booking_id)
        if await connection.fetchval(sql("refund_in_flight"), booking_id):
            return ByHand.BUSY
        ended = await connection.fetchval(
            sql("end_refund"), row["ref_id"], "refunded", None, reference, now, True
        )
        if ended is None:
            return ByHand.NOTHING_OPEN
        await told_refunded(desk, connection, booking, row, Event.REFUNDED_BY_HAND, Actor.ADMIN)
        await resume_refunds(desk, connection, booking_id)
    return ByHand.MARKED
