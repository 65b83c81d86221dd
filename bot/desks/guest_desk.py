"""The guest's flow joined to the database: facts in, act, answer out."""

from typing import Any

from bot.desks.guest_acts import carried_out
from bot.desks.guest_scene import lock, scenes, with_calendars
from bot.service import Service
from db.pool import Connection
from db.sql import sql
from flows import format as fmt
from flows.booking import Status
from flows.facts import Booking, Person
from flows.guest import flow, later
from flows.guest.decision import Decision
from flows.guest.draft import Draft
from flows.guest.read import Reading, read
from flows.guest.scene import Scene
from flows.guest.tongue import Tongue, hear, wants_hint
from flows.inbound import Inbound
from flows.messages import Kind, Message
from flows.record import replace

Answer = tuple[tuple[Message, ...], dict[str, Any]]


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """The messages that answer a guest, and the chat's new state."""
    language = person.language
    person, tongue = listen(person, inbound, state)
    if person.language != language:
        await connection.execute(sql("set_language"), person.person_id, person.language)
    (scene,) = await scenes(service, connection, [(person, Draft.from_json(state))])
    reading, scene = take_in(inbound, scene)
    (scene,) = await with_calendars(connection, [scene])
    decision = flow.decide(inbound, reading, scene)
    decision = await carried_out(service, connection, decision, scene)
    return close(decision, scene, tongue)


def listen(person: Person, inbound: Inbound, state: dict[str, Any]) -> tuple[Person, Tongue]:
    """The person with the language to answer in, and what is known of it."""
    tongue, language = hear(inbound, Tongue(**state.get("tongue", {})), person.language)
    changed = language != person.language
    return replace(person, language=language) if changed else person, tongue


def close(decision: Decision, scene: Scene, tongue: Tongue) -> Answer:
    """What is said and what the chat keeps, with a hint of our languages where it helps."""
    if decision.messages and wants_hint(tongue, scene.person.language):
        decision, tongue = flow.with_hint(decision, scene), replace(tongue, hinted=True)
    return decision.messages, decision.draft.to_json() | {"tongue": tongue.to_json()}


def take_in(inbound: Inbound, scene: Scene) -> tuple[Reading, Scene]:
    """What a message says, and the scene with the draft that it leads to."""
    scene = flow.fresh(scene)
    reading = read(inbound, scene)
    return reading, scene.with_draft(reading.draft)


async def tell_state(
    service: Service, connection: Connection, booking: Booking, before: Booking, *,
    bank_works: bool,
) -> tuple[Message, ...]:  # fmt: skip
    """Where a payment stands, for somebody who asked; nothing if the change has just been told."""
    if (booking.status, booking.hold_until) != (before.status, before.hold_until):
        return ()
    if bank_works and booking.status is Status.PAYMENT_PENDING:
        return (service.write.pending(booking).message,)
    if bank_works:
        return (service.write.to_guest("guest.pending_over", booking).message,)
    (scene,) = await scenes(service, connection, [(booking.guest, Draft())])
    return (later.check_answer(booking, scene),)


async def taken_elsewhere(
    service: Service, connection: Connection, booking: Booking
) -> tuple[Message, ...]:
    """The answer to a guest whose dates another site has sold: what is free instead."""
    guest, texts = booking.guest, service.write.texts(booking.guest)
    state = await lock(service, connection, guest)
    draft = Draft.from_json(state)
    if draft.booking_id != booking.booking_id:
        dates = fmt.dates(texts, booking.first, booking.last)
        return (Message(Kind.TEXT, texts("dates.full", dates=dates, place=booking.place.name)),)
    (scene,) = await with_calendars(connection, await scenes(service, connection, [(guest, draft)]))
    decision = flow.lost_race(scene)
    await connection.execute(
        sql("save_chat"), guest.person_id, state | decision.draft.to_json(), service.clock.now()
    )
    return decision.messages
