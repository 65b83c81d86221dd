"""The owner's flow joined to the database: facts in, act, answer out."""

from typing import Any

from bot.service import Service
from db.pool import Connection
from db.sql import sql
from flows.facts import Person
from flows.inbound import Inbound
from flows.messages import Message
from flows.owner import requests

Answer = tuple[tuple[Message, ...], dict[str, Any]]


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """The messages that answer an owner, and the chat's new state."""
    rows = await connection.fetch(sql("waiting_for_owner"), person.phone)
    waiting = [await service.door.facts(connection, row["booking_id"]) for row in rows]
    return (requests.home(tuple(waiting), service.write, person),), state
