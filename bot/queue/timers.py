"""Timers: moves of the clock, and reminders that are said only while they are still true."""

from collections.abc import Awaitable, Callable

from bot import log
from bot.service import Service
from db.crash import Moment, crossing
from db.outbox import Claimed
from db.pool import Connection, transaction
from db.sql import sql
from flows.booking import Actor, Event, Status
from flows.facts import Booking
from payments import checks
from payments.client import Ambiguous, NotSent
from payments.desk import Again

REMINDERS = ["owner.reminder", "owner.last_reminder"]

Job = Callable[[Service, Claimed], Awaitable[Again | None]]
Say = Callable[[Service, Connection, Booking, Claimed], Awaitable[None]]


def move_on(event: Event) -> Job:
    """A timer that makes one move of the clock; where it is not legal any more, nothing."""

    async def job(service: Service, row: Claimed) -> Again | None:
        async with transaction(service.pool, Moment.TIMER) as connection:
            booking = await service.door.lock(connection, str(row.booking_id))
            await service.door.move(
                connection, booking.booking_id, event, Actor.CLOCK, service.clock.now(),
                to=_target(booking, event),
            )  # fmt: skip
        return None

    return job


def _target(booking: Booking, event: Event) -> Status | None:
    """Where settling leads: back to the guest what is owed, or nothing."""
    if event is Event.SETTLED and booking.status is Status.GUEST_CANCELLED:
        return Status.REFUND_REQUIRED if booking.refund_due else Status.CLOSED
    return None


async def hold_lapsed(service: Service, row: Claimed) -> Again | None:
    """The hold is over, unless it was extended; Paytm is asked once more before."""
    booking_id = str(row.booking_id)
    try:
        await checks.look(service.desk, booking_id)
    except (Ambiguous, NotSent):
        log.get().warning("lapse_unasked", booking=booking_id)
    async with transaction(service.pool, Moment.HOLD_LAPSED) as connection:
        booking = await service.door.lock(connection, booking_id)
        now = service.clock.now()
        if booking.hold_until > now:
            return Again(booking.hold_until, {})
        await service.door.move(connection, booking_id, Event.HOLD_LAPSED, Actor.CLOCK, now)
    return None


def tell_while(when: Status, say: Say) -> Job:
    """A reminder: said only while the booking still stands where it makes sense."""

    async def job(service: Service, row: Claimed) -> Again | None:
        async with transaction(service.pool, Moment.REMINDER) as connection:
            booking = await service.door.lock(connection, str(row.booking_id))
            newer = await connection.fetchval(
                sql("newer_due"), row.booking_id, row.intent, row.id, service.clock.now()
            )
            if booking.status is when and not newer:
                await say(service, connection, booking, row)
        return None

    return job


async def hold_ends_soon(
    service: Service, connection: Connection, booking: Booking, row: Claimed
) -> None:
    """The pay link once more, a few minutes before the hold ends."""
    if booking.link_url is not None and not booking.guest.quiet:
        said = service.write.pay_again("guest.hold_ends_soon", booking)
        await service.desk.tell(connection, f"timer:{row.id}", booking.booking_id, said)


async def remind_owner(
    service: Service, connection: Connection, booking: Booking, row: Claimed
) -> None:
    """The same two buttons once more; with the last one the guest hears by when, the admin acts."""
    write, answer_by = service.write, booking.answer_by
    if answer_by is None or answer_by <= service.clock.now():
        return
    more = await connection.fetchval(
        sql("newer_due"), row.booking_id, row.intent, row.id, answer_by
    )
    said = (
        [write.request(booking, "owner.reminder")]
        if more
        else [
            write.request(booking, "owner.last_reminder"),
            write.to_guest("guest.still_waiting", booking),
            write.ask_admin(booking),  # while there is time to keep the promise (ux.md O4)
        ]
    )
    now = service.clock.now()
    await connection.execute(sql("supersede_messages"), booking.booking_id, REMINDERS, now)
    await service.desk.tell(connection, f"timer:{row.id}", booking.booking_id, *said)


async def owner_silent(
    service: Service, connection: Connection, booking: Booking, row: Claimed
) -> None:
    """The owner has not answered in time: guest and admin hear of it."""
    guest = service.write.to_guest("guest.owner_silent", booking)
    admin = service.write.ask_admin(booking)
    await service.desk.tell(connection, f"timer:{row.id}", booking.booking_id, guest, admin)


async def remind_guest(
    service: Service, connection: Connection, booking: Booking, row: Claimed
) -> None:
    """The stay begins tomorrow; a reminder that comes too late to be true is not said."""
    if not booking.guest.quiet and service.clock.now() < booking.checkin:
        said = service.write.reminder(booking)
        await service.desk.tell(connection, f"timer:{row.id}", booking.booking_id, said)


async def thank_guest(
    service: Service, connection: Connection, booking: Booking, row: Claimed
) -> None:
    """After the stay: a word of thanks, to whoever has not asked for quiet."""
    if not booking.guest.quiet and booking.token is not None:
        said = service.write.thanks(booking)
        await service.desk.tell(connection, f"timer:{row.id}", booking.booking_id, said)


async def resume_place(service: Service, row: Claimed) -> Again | None:
    """A pause ends by itself, unless it was made longer meanwhile."""
    with crossing(Moment.TIMER):
        await service.pool.execute(
            sql("resume_place"), row.payload["property"], service.clock.now()
        )
    return None
