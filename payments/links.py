"""Payment links: made after their row, found again after a lost answer, ended with the hold."""

from contextlib import suppress
from datetime import timedelta

from db.crash import Moment
from db.outbox import Claimed
from db.pool import transaction
from db.sql import sql
from flows.booking import STAYING, Event, Status
from payments.client import Ambiguous, Link, NotSent, Refused
from payments.desk import Again, Desk
from payments.link_fields import link_name

FIRST_LOOK = timedelta(seconds=30)
# Paytm takes the link's expiry to the second; our own hold ends first, so that nobody who pays
# in the last moment is told that the link is dead while the dates are still held.
CALLBACK = "/paytm/callback/"


async def create_link(desk: Desk, job: Claimed) -> Again | None:
    """Make the payment link of a checkout and send the review with it."""
    assert job.booking_id
    row = await desk.pool.fetchrow(sql("checkout_link"), job.booking_id)
    if row["link_id"] is not None:
        return None
    if row["status"] != Status.PAYMENT_PENDING:
        await _too_late(desk, job)
        return None
    try:
        link = await desk.paytm.find_link(job.booking_id) if job.attempts > 1 else None
        link = link or await _create(desk, row)
    except Refused as refusal:
        await _give_up(desk, job.booking_id, refusal)
        return None
    except (Ambiguous, NotSent):
        await _say_late(desk, job.booking_id)
        raise
    await _keep(desk, job.booking_id, link)
    return None


async def _create(desk: Desk, row: dict[str, object]) -> Link:
    booking_id = str(row["booking_id"])
    return await desk.paytm.create_link(
        request_id=booking_id,
        amount=int(str(row["advance"])),
        description=f"Advance for {booking_id}",
        expires_at=row["hold_until"],  # type: ignore[arg-type]  # timestamptz: a datetime
        callback_url=f"{desk.public_url}{CALLBACK}{row['callback_secret']}",
        customer_name=str(row["guest_name"]),
        customer_phone=str(row["guest_phone"]),
        note=_stay(row),
    )


def _stay(row: dict[str, object]) -> str:
    """What was sold, for whoever has only Paytm's dashboard: after a restore perhaps all there is.

    In letters, digits and spaces, 64 at most, which is what Paytm keeps.
    """
    stay = f"{row['first']:%d %b %Y} to {row['last']:%d %b}"
    return f"{row['booking_id']} {stay} {row['guests']} guests {row['property_id']}"


async def _keep(desk: Desk, booking_id: str, link: Link) -> None:
    """Record the link; send it, or end it if the hold is over meanwhile."""
    now = desk.now()
    async with transaction(desk.pool, Moment.LINK_KEPT) as connection:
        await desk.door.lock(connection, booking_id)
        await connection.execute(sql("set_link"), booking_id, link.link_id, link.url)
        booking = await desk.door.facts(connection, booking_id)
        if booking.status is not Status.PAYMENT_PENDING:
            await desk.start(connection, "orphan", booking_id, "expire_link", now)
            return
        rows = await connection.fetch(sql("other_stays"), booking_id, [*STAYING])
        beside = tuple(row["booking_id"] for row in rows)
        await desk.tell(connection, "link", booking_id, desk.write.review(booking, beside))
        await desk.start(connection, "look", booking_id, "check_payment", now + FIRST_LOOK)


async def _too_late(desk: Desk, job: Claimed) -> None:
    """Nobody waits for the link any more: say so after a promise, and end one that was made."""
    booking_id = str(job.booking_id)
    if job.attempts == 1:
        return
    async with transaction(desk.pool, Moment.LINK_LATE) as connection:
        if await connection.fetchrow(sql("last_event"), booking_id, Event.HOLD_LAPSED):
            booking = await desk.door.facts(connection, booking_id)
            failed = desk.write.to_guest("guest.link_failed", booking)
            await desk.tell(connection, "link", booking_id, failed)
    link = await desk.paytm.find_link(booking_id)
    if link is not None:
        await _keep(desk, booking_id, link)


async def _say_late(desk: Desk, booking_id: str) -> None:
    async with transaction(desk.pool, Moment.LINK_LATE) as connection:
        booking = await desk.door.facts(connection, booking_id)
        late = desk.write.to_guest("guest.link_late", booking)
        await desk.tell(connection, "link", booking_id, late)


async def _give_up(desk: Desk, booking_id: str, refusal: Refused) -> None:
    """Paytm says a definite no: the guest is told, the admin must look."""
    async with transaction(desk.pool, Moment.LINK_REFUSED) as connection:
        booking = await desk.door.facts(connection, booking_id)
        await desk.alert(connection, f"link:{refusal.code}", booking_id, str(refusal.code))
        told = desk.write.to_guest("guest.link_failed", booking)
        admin = desk.write.to_admin("admin.link_failed", booking)
        await desk.tell(connection, "link", booking_id, told, admin)


async def sweep(desk: Desk) -> tuple[str, ...]:
    """End every link of ours at Paytm that no live checkout wants; their ids.

    Raises Ambiguous, NotSent or Refused when Paytm does not list them.
    """
    offered = {
        link.link_id: link.merchant_request_id or link.name.removeprefix(link_name(""))
        for link in await desk.paytm.active_links()
    }
    rows = await desk.pool.fetch(sql("unwanted_links"), list(offered), list(offered.values()))
    for row in rows:
        await _expire(desk, row["link_id"])
    return tuple(row["link_id"] for row in rows)


async def expire_link(desk: Desk, job: Claimed) -> Again | None:
    """End a link that nobody should pay any more; harmless to repeat."""
    row = await desk.pool.fetchrow(sql("checkout_link"), job.booking_id)
    if row["link_id"] is not None:
        await _expire(desk, row["link_id"])
    return None


async def _expire(desk: Desk, link_id: str) -> None:
    with suppress(Refused):  # it has expired by itself; one that has not is swept again
        await desk.paytm.expire_link(link_id)
