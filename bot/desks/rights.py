"""Rights go with a number, and a number may move to somebody else: then they wait for an admin."""

from bot import log
from bot.service import Service
from db.pool import Connection
from db.sql import sql
from flows.facts import Person
from flows.inbound import Inbound, What
from flows.messages import Kind, Message
from flows.owner import requests
from flows.record import replace

TRUST = "n:"  # payload of the admin's button: n:<person>


async def are_of(service: Service, connection: Connection, phone: str | None) -> bool:
    """Whether this number is an admin's or an owner's."""
    return phone in service.config.admin_phones or bool(
        await connection.fetchval(sql("owns_something"), phone)
    )


async def checked(service: Service, connection: Connection, person: Person) -> Person:
    """The person as the desks may see them: without a number whose rights are in doubt.

    The admin is told once, with a button that gives the rights back.
    """
    if not person.doubted or not await are_of(service, connection, person.phone):
        return person
    subject, now = f"number:{person.person_id}", service.clock.now()
    new = await connection.fetchrow(
        sql("raise_alert"), subject, None, "an owner's or admin's number has moved", now
    )
    if new is not None:
        log.get().error("number_doubted")
        if person.phone != service.config.admin_phone:
            await service.tell_admin(
                connection, f"{subject}:{now.isoformat()}", "admin.number_moved",
                {"phone": person.phone or "?"},
                (f"{TRUST}{person.person_id}", "admin.number_moved.trust"),
            )  # fmt: skip
    return replace(person, phone=None)


def asks(inbound: Inbound) -> bool:
    """Whether this is a tap on the admin's button."""
    return inbound.what is What.TAP and inbound.payload.startswith(TRUST)


async def give_back(
    service: Service, connection: Connection, person: Person, inbound: Inbound
) -> tuple[Message, ...]:
    """An admin says that a number is still the same person's; anybody else is refused."""
    whose = inbound.payload.removeprefix(TRUST)
    if person.phone not in service.config.admin_phones or not whose.isdecimal():
        return (requests.not_yours(service.write, person),)
    await trust(service, connection, int(whose[:18]))
    words = service.write.texts(person)("admin.number_trusted")
    return (Message(Kind.TEXT, words),)


async def trust(service: Service, connection: Connection, person_id: int) -> None:
    """Take the doubt away, and close its alert."""
    await connection.execute(sql("trust_person"), person_id)
    await connection.execute(sql("close_alert"), f"number:{person_id}", service.clock.now())
