"""Answers to a request, `o:<booking>:<verb>`: whoever taps, the door decides.

Owner and admin share these taps: the admin answers for a silent owner, and WhatsApp keeps old
messages with their buttons for ever.
"""

from typing import Any

from bot.desks import admin_booking
from bot.service import Service
from db import blocks
from db.door import AlreadyThere, Moved, NoSuchBooking
from db.pool import Connection
from db.sql import sql
from flows import format as fmt
from flows.booking import Actor, Event, Status
from flows.facts import Booking, Person
from flows.inbound import Inbound
from flows.messages import Kind, Message
from flows.owner import requests
from flows.owner.reply import Memory

Answer = tuple[tuple[Message, ...], dict[str, Any]]
STRANGER_LIMIT = 3  # refused taps of one person until the admin is told


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """What somebody hears who tapped an answer, and the chat's new state."""
    tap = requests.read_tap(inbound.payload)
    shown = requests.shows(inbound.payload)
    try:
        booking = await service.door.lock(connection, tap.booking_id if tap else shown or "")
    except NoSuchBooking:
        return (requests.not_yours(service.write, person),), state
    actor = authority(service, person, booking)
    if actor is None:
        return await _refuse(service, connection, person, booking, state)
    if tap is None:
        return (_shown(service, person, booking),), state
    if tap.event is Event.CANCELLED and actor is Actor.ADMIN:
        return (await admin_booking.ask_cancel(service, connection, person, booking),), state
    if tap.event is not None:
        return await move(service, connection, person, booking, tap.event, actor), state
    if tap.reason is not None:
        noted = await _note_reason(service, connection, person, booking, tap.reason, actor)
        return noted, state | _asked_why(booking, tap.reason, actor)
    return (requests.not_yours(service.write, person),), state


def authority(service: Service, person: Person, booking: Booking) -> Actor | None:
    """The right to answer, by the number that the person has at the moment of the tap."""
    if person.phone is not None and person.phone == booking.place.owner_phone:
        return Actor.OWNER
    return Actor.ADMIN if person.phone in service.config.admin_phones else None


async def move(
    service: Service, connection: Connection, person: Person, booking: Booking, event: Event,
    actor: Actor,
) -> tuple[Message, ...]:  # fmt: skip
    """Ask the door; a move says everything itself, a repeat or a refusal is answered here."""
    now = service.clock.now()
    to = None
    if event is Event.CANCELLED and actor is Actor.ADMIN:
        to = requests.ADMIN_CANCELS_TO
    done = await service.door.move(
        connection, booking.booking_id, event, actor, now, to=to, by=person.phone
    )
    if isinstance(done, Moved):
        return _moved(service, person, done.booking, actor)
    if isinstance(done, AlreadyThere):
        return (await told_already(service, connection, person, event, done),)
    return (requests.refused(done.booking, now, service.write, person),)


def _moved(service: Service, person: Person, booking: Booking, actor: Actor) -> tuple[Message, ...]:
    """A move tells the owner and the admin of the cards; another admin must hear it here."""
    if actor is not Actor.ADMIN or person.phone == service.config.admin_phone:
        return ()
    values, texts = service.write.values(booking, person), service.write.texts(person)
    return (Message(Kind.TEXT, texts(f"state.{booking.status}", **values)),)


async def told_already(
    service: Service, connection: Connection, person: Person, event: Event, done: AlreadyThere
) -> Message:
    """Who was first, and when; admins hear which of them it was."""
    write, now = service.write, service.clock.now()
    at = fmt.hour_or_day(write.texts(person), done.at, now, write.rules.zone)
    who = ""
    if done.actor is Actor.ADMIN and person.phone in service.config.admin_phones:
        row = await connection.fetchrow(sql("person_by_phone"), done.by)
        mine = done.by == person.phone
        who = write.texts(person)("actor.you") if mine else (row["name"] if row else "")
    return requests.already(done.booking, event, done.actor, at, write, person, who)


def _shown(service: Service, person: Person, booking: Booking) -> Message:
    """A request from the list of those that wait; one that waits no more tells its state."""
    if booking.status is Status.BOOKING_REQUEST_SENT_TO_OWNER:
        return service.write.request(booking).message
    return requests.refused(booking, service.clock.now(), service.write, person)


async def _refuse(
    service: Service, connection: Connection, person: Person, booking: Booking,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """Somebody presses another's button: said so, counted, and the admin told after repeats."""
    service.metrics.refusals.inc()
    count = int(state.get("refused", 0)) + 1
    if count == STRANGER_LIMIT:
        said = service.write.to_admin("admin.stranger", booking, phone=person.phone or "?")
        await service.desk.tell(
            connection, f"stranger:{person.person_id}", booking.booking_id, said
        )
    return (requests.not_yours(service.write, person),), state | {"refused": count}


def _asked_why(booking: Booking, reason: str, actor: Actor) -> dict[str, Any]:
    """What the owner's desk remembers: the next words may be the reason (O3)."""
    if reason != requests.IN_WORDS or actor is not Actor.OWNER:
        return {}
    return {"desk": Memory(asks=f"why:{booking.booking_id}").to_json()}


async def _note_reason(
    service: Service, connection: Connection, person: Person, booking: Booking, reason: str,
    actor: Actor,
) -> tuple[Message, ...]:  # fmt: skip
    """Keep the reason; one that closes the house for these nights blocks them at once."""
    now = service.clock.now()
    decided = booking.decided_by in (Actor.OWNER, Actor.ADMIN, Actor.CLOCK)
    if requests.OUTCOMES.get(booking.status) != "cancelled" or not decided:
        return (requests.refused(booking, now, service.write, person),)
    await connection.execute(sql("set_reason"), booking.booking_id, reason)
    await connection.execute(sql("drop_block_of"), booking.booking_id)
    block_id = None
    if reason in requests.CLOSING:
        block_id = await blocks.block(
            connection, booking.place, booking.first, booking.last, actor, now,
            partly=True, booking_id=booking.booking_id,
        )  # fmt: skip
    return (requests.reason_noted(reason, block_id, booking, service.write, person),)
