"""The admin's hand in refunds: see how they stand, ask Paytm now, mark one as paid back outside."""

from db.crash import Moment
from db.outbox import Claimed
from db.pool import Connection, transaction
from db.sql import sql
from flows.booking import Actor, Event
from flows.facts import Booking
from flows.messages import Outgoing
from flows.refund_talk import Refund, stand
from payments.client import Ambiguous, NotSent
from payments.desk import Again, Desk
from payments.refunds import advance, told_refunded


async def refunds_of(connection: Connection, booking_id: str) -> tuple[Refund, ...]:
    """Every refund of a booking that counts, the oldest first; a failed one has a follower."""
    rows = await connection.fetch(sql("refunds_of"), booking_id)
    return tuple(
        Refund(row["ref_id"], row["amount"], row["status"], row["last_code"], row["bank_reference"])
        for row in rows
    )


async def check_now(desk: Desk, connection: Connection, booking_id: str, cause: str) -> None:
    """Queue a question to Paytm about the open refunds of a booking; `cause` makes it once.

    Its job tells the admin what Paytm says.
    """
    await desk.start(connection, cause, booking_id, "check_refund", desk.now())


async def check_refund(desk: Desk, job: Claimed) -> Again | None:
    """Ask Paytm about every refund that was sent to it, wait or no wait, and tell the admin.

    Where the admin starts refunds, one that was not started is only reported.
    """
    assert job.booking_id
    lead, starts = "", desk.write.rules.refunds_auto
    for row in await desk.pool.fetch(sql("refunds_open"), job.booking_id):
        if starts or row["status"] == "initiated":
            try:
                await advance(desk, row)
            except (Ambiguous, NotSent):
                lead = "refund.paytm_away"
    async with transaction(desk.pool, Moment.REFUND_TOLD) as connection:
        booking = await desk.door.lock(connection, job.booking_id)
        said = await _stand(desk, connection, booking, lead)
        await desk.tell(connection, f"check:{job.id}", job.booking_id, said)
        await _go_on(desk, connection, job)
    return None


async def _go_on(desk: Desk, connection: Connection, job: Claimed) -> None:
    """See that the refunds' own job runs when the next of them is due, also if it was lost."""
    booking_id = str(job.booking_id)
    at = await connection.fetchval(sql("next_refund_look"), booking_id)
    if at is None:
        return
    waits = await connection.fetch(sql("hasten_job"), booking_id, "refund", at)
    begun = [each.status == "initiated" for each in await refunds_of(connection, booking_id)]
    if not waits and (desk.write.rules.refunds_auto or any(begun)):
        await desk.start(connection, f"check:{job.id}", booking_id, "refund", at)


async def _stand(desk: Desk, connection: Connection, booking: Booking, lead: str) -> Outgoing:
    reader = booking.admin
    words = desk.write.texts(reader)(lead) if lead else ""
    refunds = await refunds_of(connection, booking.booking_id)
    message = stand(refunds, booking, desk.write, reader, words)
    return Outgoing(reader.person_id, "admin.refund_state", message, quote="admin.waiting")


async def mark_by_hand(
    desk: Desk, connection: Connection, booking_id: str, ref_id: str, reference: str, by: str
) -> Refund | None:
    """Record that the admin `by` has paid one refund back outside Paytm; the guest hears of it.

    The whole of that refund, which is never more than what is owed. None: it is not owed (any
    more), and nothing was recorded. Raises NoSuchBooking.
    """
    booking = await desk.door.lock(connection, booking_id)
    rows = await connection.fetch(sql("refunds_open"), booking_id)
    row = next((row for row in rows if row["ref_id"] == ref_id), None)
    if row is None:
        return None
    now = desk.now()
    await connection.execute(sql("end_refund"), ref_id, "refunded", None, reference, now, True)
    await told_refunded(desk, connection, booking, row, Event.REFUNDED_BY_HAND, Actor.ADMIN, by=by)
    return Refund(ref_id, row["amount"], "refunded", row["last_code"], reference)
