"""Asking Paytm where a payment stands: soon and often at first, then on Paytm's own ladder."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from db.crash import Moment
from db.outbox import Claimed
from db.pool import Connection, transaction
from db.sql import sql
from flows.booking import Actor, Event, Status
from flows.facts import Booking
from payments import oddities
from payments.client import OtherMerchant, Refused
from payments.desk import Again, Desk
from payments.outcomes import Txn, TxnState
from payments.settle import settle

# While the payer is active, then Paytm's ladder to 72 hours (facts/paytm.md 6, design 7). It
# counts from the payment, which may begin as late as the link ends: so one look after it.
EARLY = (30, 60, 120, 300, 600)
HOUR = 3600
LADDER = (900, 1800, HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR, 73 * HOUR)
# A paid link is looked at a little longer: somebody may have paid it twice.
PAID = (900, HOUR, 24 * HOUR)
# Since the checkout: so long the dates wait for a bank that has not answered.
MOST_HOLD = timedelta(minutes=60)


async def check_payment(desk: Desk, job: Claimed) -> Again | None:
    """One look at a link; tells when to look again."""
    assert job.booking_id
    row = await desk.pool.fetchrow(sql("checkout_link"), job.booking_id)
    if row["link_id"] is None:
        return None
    await look(desk, job.booking_id)
    paid = await desk.pool.fetch(sql("payments_of"), job.booking_id)
    at = next_look(row["created_at"], desk.now(), PAID if paid else EARLY + LADDER)
    return Again(at, {}) if at is not None else None


def next_look(since: datetime, now: datetime, ladder: Iterable[int]) -> datetime | None:
    """The first rung of the ladder that is still ahead; None after the last."""
    rungs = (since + timedelta(seconds=each) for each in ladder)
    return next((at for at in rungs if at > now), None)


async def look(desk: Desk, booking_id: str) -> bool:
    """Ask Paytm for every attempt on a link and act on each; safe at any time, any number of times.

    Answers whether a bank still works on a payment and none has succeeded. Raises Ambiguous or
    NotSent when Paytm cannot be asked.
    """
    row = await desk.pool.fetchrow(sql("checkout_link"), booking_id)
    if row is None or row["link_id"] is None:
        return False
    known = await desk.pool.fetch(sql("payments_of"), booking_id)
    attempts = await _attempts(desk, booking_id, row["link_id"])
    if attempts is None:
        return False
    paid = [txn for txn in attempts if txn.state is TxnState.SUCCESS]
    async with transaction(desk.pool, Moment.SETTLED) as connection:
        for txn in paid:
            if txn.link_id in (None, row["link_id"]):
                await settle(desk, connection, booking_id, row["link_id"], txn)
        await oddities.compare(desk, connection, booking_id, row["link_id"], known, paid)
    if not paid:
        await _tell_progress(desk, booking_id, attempts)
    return not paid and _pending(attempts)


async def _attempts(desk: Desk, booking_id: str, link_id: str) -> tuple[Txn, ...] | None:
    """Paytm's answer; None where it refuses one, which is raised to the admin."""
    try:
        return await desk.paytm.link_transactions(link_id)
    except Refused as refusal:
        await oddities.refused(desk, booking_id, refusal.code)
        return None
    except OtherMerchant:
        await oddities.other_merchant(desk, booking_id)
        raise


async def _tell_progress(desk: Desk, booking_id: str, attempts: tuple[Txn, ...]) -> None:
    """A failed attempt may be tried again; a pending one must not be paid again."""
    async with transaction(desk.pool, Moment.PROGRESS) as connection:
        booking = await desk.door.lock(connection, booking_id)
        if booking.status is not Status.PAYMENT_PENDING:
            return
        created = await connection.fetchval(sql("checkout_created"), booking_id)
        if _pending(attempts):
            await _wait_for_bank(desk, connection, booking, created + MOST_HOLD)
            return
        for txn in attempts:
            if txn.state is TxnState.FAILED:
                await _failed(desk, connection, booking, txn.txn_id, created)


def _pending(attempts: tuple[Txn, ...]) -> bool:
    return any(txn.state is TxnState.PENDING for txn in attempts)


async def _wait_for_bank(
    desk: Desk, connection: Connection, booking: Booking, limit: datetime
) -> None:
    """Hold the dates up to the limit and say until when; at the limit say that it is over."""
    booking_id = booking.booking_id
    if desk.now() >= limit:
        over = desk.write.to_guest("guest.pending_over", booking)
        await desk.tell(connection, "pending_over", booking_id, over)
        return
    await connection.execute(sql("extend_hold"), booking_id, limit)
    booking = await desk.door.facts(connection, booking_id)
    await desk.tell(connection, "pending", booking_id, desk.write.pending(booking))


async def _failed(
    desk: Desk, connection: Connection, booking: Booking, txn_id: str, created: datetime
) -> None:
    """Say of each attempt once that it failed: try again by the same link, while that lives.

    Where it has ended meanwhile, the dates are let go and may be held again.
    """
    booking_id, now = booking.booking_id, desk.now()
    key = f"failed:{txn_id}"
    if now < desk.write.rules.hold_until(created):
        said = desk.write.pay_again("guest.payment_failed", booking)
        await desk.tell(connection, key, booking_id, said)
    elif not await connection.fetchval(sql("told_before"), booking_id, f"{booking_id}:{key}:"):
        await desk.door.move(connection, booking_id, Event.HOLD_LAPSED, Actor.CLOCK, now)
        await desk.tell(connection, key, booking_id, desk.write.hold_again(booking))
