"""Asking Paytm where a payment stands: soon and often at first, then on Paytm's own ladder."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from db.outbox import Claimed
from db.pool import transaction
from db.sql import sql
from flows.booking import Status
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
PAID = (900, 3600, 24 * 3600)
PENDING_HOLD = timedelta(minutes=15)
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


async def look(desk: Desk, booking_id: str) -> None:
    """Ask Paytm for every attempt on a link and act on each; safe at any time, any number of times.

    Raises Ambiguous or NotSent when Paytm cannot be asked.
    """
    row = await desk.pool.fetchrow(sql("checkout_link"), booking_id)
    if row is None or row["link_id"] is None:
        return
    known = await desk.pool.fetch(sql("payments_of"), booking_id)
    attempts = await _attempts(desk, booking_id, row["link_id"])
    if attempts is None:
        return
    paid = [txn for txn in attempts if txn.state is TxnState.SUCCESS]
    async with transaction(desk.pool) as connection:
        for txn in paid:
            if txn.link_id in (None, row["link_id"]):
                await settle(desk, connection, booking_id, row["link_id"], txn)
        await oddities.compare(desk, connection, booking_id, row["link_id"], known, paid)
    if not paid:
        await _tell_progress(desk, booking_id, attempts)


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
    now = desk.now()
    async with transaction(desk.pool) as connection:
        booking = await desk.door.lock(connection, booking_id)
        if booking.status is not Status.PAYMENT_PENDING:
            return
        if any(txn.state is TxnState.PENDING for txn in attempts):
            created = await connection.fetchval(sql("checkout_created"), booking_id)
            until = min(now + PENDING_HOLD, created + MOST_HOLD)
            await connection.execute(sql("extend_hold"), booking_id, until)
            await desk.tell(connection, "pending", booking_id, desk.write.pending(booking))
            return
        for txn in attempts:
            if txn.state is TxnState.FAILED:
                said = desk.write.pay_again("guest.payment_failed", booking)
                await desk.tell(connection, f"failed:{txn.txn_id}", booking_id, said)
