"""Who wrote decides which flow answers: owner, admin or guest."""

from bot import guest_desk
from bot.service import Service
from db import outbox
from db.door import AlreadyThere, Moved, NoSuchBooking
from db.pool import Connection
from db.sql import sql
from flows import format as fmt
from flows import owner
from flows.booking import Actor, Event
from flows.facts import Booking, Person
from flows.inbound import Inbound, What
from flows.messages import Kind, Message, Outgoing

STRANGER_LIMIT = 3  # refused taps of one person until the admin is told


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound
) -> None:
    """Answer one message of one person; everything it causes is in the caller's transaction."""
    if inbound.what is What.SILENT:
        return
    now = service.clock.now()
    state = await connection.fetchval(sql("lock_chat"), person.person_id, now)
    if inbound.what is What.TAP and inbound.payload.startswith("o:"):
        said = await _owner_tap(service, connection, person, inbound, state)
    elif await _is_staff(service, connection, person, inbound, state):
        said = await _staff_home(service, connection, person)
    else:
        said, state = await guest_desk.answer(service, connection, person, inbound, state)
    await connection.execute(sql("save_chat"), person.person_id, state, now)
    await say(service, connection, person, inbound.wamid, said)


async def say(
    service: Service, connection: Connection, person: Person, cause: str,
    said: tuple[Message, ...],
) -> None:  # fmt: skip
    """Queue answers to a message; its id makes a repeat harmless."""
    now = service.clock.now()
    rows = [
        outbox.message_row(
            Outgoing(person.person_id, "answer", message), f"{cause}:{place}", now, None
        )
        for place, message in enumerate(said)
    ]
    await outbox.insert(connection, rows, now)


async def _is_staff(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, object],
) -> bool:  # fmt: skip
    """Owners and admins have a desk of their own, until they ask to book like a guest."""
    if owner.wants_to_book(inbound):
        state["books"] = True
    if state.get("books"):
        return False
    if person.phone in service.config.admin_phones:
        return True
    return bool(await connection.fetchval(sql("owns_something"), person.phone))


async def _staff_home(
    service: Service, connection: Connection, person: Person
) -> tuple[Message, ...]:
    rows = await connection.fetch(sql("waiting_for_owner"), person.phone)
    if not rows and person.phone in service.config.admin_phones:
        hello = service.write.texts(person)("admin.hello", name=person.name)
        return (Message(Kind.TEXT, hello),)
    waiting = [await service.door.facts(connection, row["booking_id"]) for row in rows]
    return (owner.home(tuple(waiting), service.write, person),)


async def _owner_tap(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, object],
) -> tuple[Message, ...]:  # fmt: skip
    shown = owner.shows(inbound.payload)
    tap = owner.read_tap(inbound.payload)
    booking_id = shown or (tap.booking_id if tap else "")
    try:
        booking = await service.door.lock(connection, booking_id)
    except NoSuchBooking:
        return (owner.not_yours(service.write, person),)
    actor = _authority(service, person, booking)
    if actor is None:
        return await _refuse(service, connection, person, booking, state)
    if shown or tap is None:
        return (owner.home((booking,), service.write, person),)
    if tap.verb == owner.REFUND:
        return await _pay_back(service, connection, person, booking, actor, inbound.wamid)
    if tap.event is None:
        return await _note_reason(service, connection, person, booking, tap.reason or "other")
    return await _move(service, connection, person, booking, tap.event, actor)


async def _pay_back(
    service: Service, connection: Connection, person: Person, booking: Booking, actor: Actor,
    cause: str,
) -> tuple[Message, ...]:  # fmt: skip
    """The admin's tap starts the refunds of a booking; a repeat finds them under way."""
    if actor is not Actor.ADMIN:
        return (owner.not_yours(service.write, person),)
    now = service.clock.now()
    await service.door.move(connection, booking.booking_id, Event.REFUND_REQUESTED, actor, now)
    await service.desk.start(connection, cause, booking.booking_id, "refund", now)
    booking = await service.door.facts(connection, booking.booking_id)
    values = service.write.values(booking, person)
    return (Message(Kind.TEXT, service.write.texts(person)(f"state.{booking.status}", **values)),)


def _authority(service: Service, person: Person, booking: Booking) -> Actor | None:
    """The right to answer, by the number that the person has at the moment of the tap."""
    if person.phone is not None and person.phone == booking.place.owner_phone:
        return Actor.OWNER
    return Actor.ADMIN if person.phone in service.config.admin_phones else None


async def _refuse(
    service: Service, connection: Connection, person: Person, booking: Booking,
    state: dict[str, object],
) -> tuple[Message, ...]:  # fmt: skip
    """Somebody presses another's button: said so, counted, and the admin told after repeats."""
    service.metrics.refusals.inc()
    count = state["refused"] = int(str(state.get("refused", 0))) + 1
    if count == STRANGER_LIMIT:
        said = service.write.to_admin("admin.stranger", booking, phone=person.phone or "?")
        await service.desk.tell(
            connection, f"stranger:{person.person_id}", booking.booking_id, said
        )
    return (owner.not_yours(service.write, person),)


async def _note_reason(
    service: Service, connection: Connection, person: Person, booking: Booking, reason: str
) -> tuple[Message, ...]:
    if booking.decided_by is None or booking.status in ("TICKET_GENERATED", "CHECKED_IN"):
        return (owner.refused(booking, service.write, person),)
    await connection.execute(sql("set_reason"), booking.booking_id, reason)
    return (owner.reason_noted(reason, service.write, person),)


async def _move(
    service: Service, connection: Connection, person: Person, booking: Booking, event: Event,
    actor: Actor,
) -> tuple[Message, ...]:  # fmt: skip
    """Ask the door; a move says everything itself, a repeat or a refusal is answered here."""
    now = service.clock.now()
    to = None
    if event is Event.CANCELLED and actor is Actor.ADMIN:
        to = owner.ADMIN_CANCELS_TO
    done = await service.door.move(connection, booking.booking_id, event, actor, now, to=to)
    if isinstance(done, Moved):
        return ()
    if isinstance(done, AlreadyThere):
        at = fmt.clock_time(
            service.write.texts(person), done.at.astimezone(service.write.rules.zone).time()
        )
        return (owner.already(done.booking, event, done.actor, at, service.write, person),)
    return (owner.refused(done.booking, service.write, person),)
