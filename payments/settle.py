"""The one function through which money enters: callback, poll and reconciliation all call it."""

from datetime import datetime

from db.checkouts import DatesTaken, occupy
from db.door import Receipt, new_ref_id
from db.pool import Connection
from db.sql import sql
from flows import format as fmt
from flows.booking import HOLDING, Actor, Event, Status
from flows.facts import Booking
from flows.rules import CHECKIN_MARGIN
from payments.desk import Desk
from payments.outcomes import Txn

UNPAID = (Status.PAYMENT_PENDING, Status.PAYMENT_EXPIRED)
PAID = [str(status) for status in HOLDING - {Status.PAYMENT_PENDING}]


async def settle(
    desk: Desk, connection: Connection, booking_id: str, link_id: str, txn: Txn
) -> str | None:
    """Give one successful transaction its place; safe to repeat, inside the caller's transaction.

    Answers what it was settled as: booking, surplus or mismatch; None if it was known already.
    """
    now = desk.now()
    await connection.execute(sql("lock_payer"), booking_id)
    booking = await desk.door.lock(connection, booking_id)
    twin = await connection.fetchval(sql("paid_twin"), booking_id, PAID)
    kind = _kind(booking, txn, twin)
    new = await connection.fetchval(
        sql("insert_payment"), txn.txn_id, booking_id, txn.order_id, link_id, txn.amount, kind,
        txn.completed_at, now,
    )  # fmt: skip
    if new is None:
        return None
    if kind == "booking":
        await _make_booking(desk, connection, booking, txn, now)
    else:
        replaced = twin if twin and booking.status in UNPAID and kind == "surplus" else None
        await _pay_back(desk, connection, booking, txn, kind, now, replaced or booking_id)
    return kind


def _kind(booking: Booking, txn: Txn, twin: str | None) -> str:
    """A second payment is one of a paid checkout, or of a link that another, paid one replaced."""
    if txn.amount != booking.advance or txn.currency != "INR":
        return "mismatch"
    return "booking" if booking.status in UNPAID and twin is None else "surplus"


async def _make_booking(
    desk: Desk, connection: Connection, booking: Booking, txn: Txn, now: datetime
) -> None:
    to = Status.PAYMENT_SUCCESS
    if booking.status is Status.PAYMENT_EXPIRED and not await _held_again(connection, booking, now):
        to = Status.REFUND_REQUIRED
    receipt = Receipt(txn.txn_id, txn.order_id)
    await desk.door.move(
        connection, booking.booking_id, Event.PAYMENT_SUCCEEDED, Actor.PAYTM, now,
        to=to, receipt=receipt,
    )  # fmt: skip


async def _held_again(connection: Connection, booking: Booking, now: datetime) -> bool:
    """Paid after the hold: take the dates again if they are still free and still ahead."""
    if booking.checkin - CHECKIN_MARGIN <= now:
        return False
    try:
        await occupy(
            connection, booking.place, booking.units, booking.first, booking.last,
            booking.booking_id,
        )  # fmt: skip
    except DatesTaken:
        return False
    return True


async def _pay_back(
    desk: Desk, connection: Connection, booking: Booking, txn: Txn, kind: str, now: datetime,
    about: str,
) -> None:  # fmt: skip
    """Money that fits no booking goes back whole; guest and admin hear which booking stays."""
    booking_id = booking.booking_id
    await connection.execute(
        sql("insert_refund"), new_ref_id(), txn.txn_id, booking_id, txn.amount, now
    )
    if desk.write.rules.refunds_auto:
        await desk.start(connection, txn.txn_id, booking_id, "refund", now)
    told = {"amount": fmt.rupees(txn.amount), "kept": fmt.shown_id(about)}
    guest = desk.write.to_guest(f"guest.{kind}", booking, **told)
    admin = desk.write.to_admin(f"admin.{kind}", booking, **told)
    await desk.tell(connection, txn.txn_id, booking_id, guest, admin)
