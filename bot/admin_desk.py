"""The admin's flow joined to the database: facts in, act, answer out."""

from typing import Any

from bot import owner_desk
from bot.service import Service
from db.pool import Connection
from db.sql import sql
from flows.booking import Actor, Event
from flows.facts import Person
from flows.inbound import Inbound
from flows.messages import Kind, Message
from flows.owner import requests

Answer = tuple[tuple[Message, ...], dict[str, Any]]


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """The messages that answer an admin, and the chat's new state."""
    if await connection.fetchval(sql("owns_something"), person.phone):
        return await owner_desk.answer(service, connection, person, inbound, state)
    hello = service.write.texts(person)("admin.hello", name=person.name)
    return (Message(Kind.TEXT, hello),), state


async def pay_back(
    service: Service, connection: Connection, person: Person, booking_id: str, cause: str
) -> Message:
    """The admin's tap starts the refunds of a booking; a repeat finds them under way."""
    if person.phone not in service.config.admin_phones:
        return requests.not_yours(service.write, person)
    now = service.clock.now()
    await service.door.move(
        connection, booking_id, Event.REFUND_REQUESTED, Actor.ADMIN, now, by=person.phone
    )
    await service.desk.start(connection, cause, booking_id, "refund", now)
    booking = await service.door.facts(connection, booking_id)
    values = service.write.values(booking, person)
    return Message(Kind.TEXT, service.write.texts(person)(f"state.{booking.status}", **values))
