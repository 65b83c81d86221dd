"""Answers of Paytm that cannot be true together: nothing is undone, the admin must look."""

from collections.abc import Sequence
from typing import Any

from db.crash import Moment
from db.pool import Connection, transaction
from db.sql import sql
from flows import format as fmt
from payments.desk import Desk
from payments.outcomes import Txn


async def compare(
    desk: Desk, connection: Connection, booking_id: str, link_id: str,
    known: Sequence[Any], paid: Sequence[Txn],
) -> None:  # fmt: skip
    """Hold the payments that were known before the question against those that Paytm shows now.

    A payment is final (facts/paytm.md 6): one that is gone or has another amount is raised, and
    the alert is closed when Paytm shows it again. One that names another link is not this one's.
    """
    shown = {txn.txn_id: txn.amount for txn in paid}
    for row in known:
        subject = f"contradiction:{row['txn_id']}"
        if shown.get(row["txn_id"]) == row["amount"]:
            await connection.execute(sql("close_alert"), subject, desk.now())
        else:
            what = {"txn": row["txn_id"], "amount": fmt.rupees(row["amount"])}
            await _raise(desk, connection, subject, booking_id, "admin.odd.gone", **what)
    for txn in paid:
        if txn.link_id not in (None, link_id):
            what = {"txn": txn.txn_id, "amount": fmt.rupees(txn.amount)}
            subject = f"foreign:{txn.txn_id}"
            await _raise(desk, connection, subject, booking_id, "admin.odd.link", **what)


async def refused(desk: Desk, booking_id: str, code: str) -> None:
    """Paytm refuses to say how a payment stands."""
    async with transaction(desk.pool, Moment.PROGRESS) as connection:
        await _raise(desk, connection, f"check:{code}", booking_id, "admin.odd.refused", code=code)


async def other_merchant(desk: Desk, booking_id: str) -> None:
    """Paytm answered about another merchant's money."""
    async with transaction(desk.pool, Moment.PROGRESS) as connection:
        await _raise(desk, connection, "check:mid", booking_id, "admin.odd.merchant")


async def _raise(
    desk: Desk, connection: Connection, subject: str, booking_id: str, intent: str, **what: str
) -> None:
    """Open the alert and tell the admin, both once while it is open."""
    if not await desk.alert(connection, subject, booking_id, what.get("txn", intent)):
        return
    booking = await desk.door.facts(connection, booking_id)
    key = f"{subject}:{desk.now().isoformat()}"
    await desk.tell(connection, key, booking_id, desk.write.to_admin(intent, booking, **what))
