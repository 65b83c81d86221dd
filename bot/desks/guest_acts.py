"""What a guest's decision does beyond words: a hold, a cancellation, a question to Paytm."""

from collections.abc import Awaitable, Callable

from bot.desks import human_desk
from bot.desks.guest_scene import lock, with_calendars
from bot.service import Service
from db import checkouts
from db.checkouts import DatesTaken, open_checkout
from db.door import Moved
from db.pool import Connection
from db.sql import sql
from flows.booking import Actor, Event, Status
from flows.facts import Booking
from flows.guest import flow, later
from flows.guest.decision import Act, Decision
from flows.guest.scene import Scene
from flows.record import replace


async def carried_out(
    service: Service, connection: Connection, decision: Decision, scene: Scene
) -> Decision:
    """What is decided once its act is done; the act may have to decide anew."""
    act = decision.act
    if act is None:
        return decision
    return await ACTS[act.verb](service, connection, decision, scene, act)


async def _book(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    """Withdraw what this order replaces, hold its dates; the link's job sends the review."""
    assert act.order
    now = service.clock.now()
    most = service.write.rules.holds_an_hour
    again = await checkouts.free_to_hold(connection, scene.person.person_id, most, now)
    if again is not None:
        return flow.too_many_holds(scene, again)
    try:
        async with connection.transaction():
            for booking in scene.bookings:
                if booking.status is Status.PAYMENT_PENDING:
                    await _withdraw_one(service, connection, booking.booking_id)
            made = await open_checkout(connection, service.door, act.order, now)
    except DatesTaken:
        (fresh,) = await with_calendars(connection, [scene.with_draft(decision.draft)])
        return flow.lost_race(fresh)
    draft = replace(decision.draft, booking_id=made.booking_id, asked=None, misses=0)
    return Decision(draft, decision.messages)


async def _withdraw_one(service: Service, connection: Connection, booking_id: str) -> None:
    await service.door.move(
        connection, booking_id, Event.WITHDRAWN, Actor.GUEST, service.clock.now()
    )


async def _withdraw(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    await _withdraw_one(service, connection, str(act.booking_id))
    return decision


async def _cancel(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    """The guest cancels; the settling move tells everybody, a refusal is answered here."""
    booking = _of(scene, act)
    done = await service.door.move(
        connection, booking.booking_id, Event.CANCELLED, Actor.GUEST, service.clock.now()
    )
    if isinstance(done, Moved):
        return decision
    return replace(decision, messages=(later.about("status", done.booking, scene),))


async def _check(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    """Ask Paytm first; the job that asks also answers, with what Paytm says."""
    booking, now = _of(scene, act), service.clock.now()
    key = f"asked:{now.timestamp():.3f}"
    await service.desk.start(connection, key, booking.booking_id, "look_and_tell", now)
    return decision


async def _human(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    """Alert the admin that a guest wants a person."""
    state = await lock(service, connection, scene.person)
    guest = replace(scene.person, name=scene.name or "", phone=scene.phone)
    await human_desk.asked(service, connection, guest, state)
    return decision


def _quiet(*, wished: bool) -> Callable[..., Awaitable[Decision]]:
    """Reminders off or on; a waiting one looks before it speaks."""

    async def act(
        service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
    ) -> Decision:
        await connection.execute(sql("set_quiet"), scene.person.person_id, wished)
        return decision

    return act


def _of(scene: Scene, act: Act) -> Booking:
    return next(each for each in scene.bookings if each.booking_id == act.booking_id)


ACTS = {
    "book": _book,
    "withdraw": _withdraw,
    "cancel": _cancel,
    "check": _check,
    "human": _human,
    "hush": _quiet(wished=True),
    "unhush": _quiet(wished=False),
}
