"""Who wrote decides which desk answers: admin, owner or guest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.desks import (
    admin_desk,
    answers,
    checkin_desk,
    guest_desk,
    human_desk,
    owner_desk,
    refund_taps,
    rights,
)
from bot.service import Service
from db import outbox, trace
from db.pool import Connection
from db.sql import sql
from flows import flood
from flows.admin import desk
from flows.facts import Person
from flows.flood import Verdict
from flows.inbound import Inbound, What
from flows.messages import Kind, Message, Outgoing
from flows.owner import checkin, requests, words
from flows.record import replace

Answer = tuple[tuple[Message, ...], dict[str, Any]]
CARDS = ("r:", "o:", rights.TRUST)  # what the payloads of owners' and admins' buttons begin with
STAYING = ("books", "refused", "human")  # what a chat keeps whichever desk answers


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound
) -> None:
    """Answer one message of one person; everything it causes is in the caller's transaction."""
    if inbound.what is What.SILENT:
        return
    now = service.clock.now()
    state = await connection.fetchval(sql("lock_chat"), person.person_id, now)
    person = await rights.checked(service, connection, person)
    said, state = await _unless_flooded(service, connection, person, inbound, state)
    await connection.execute(sql("save_chat"), person.person_id, state, now)
    await say(service, connection, person, inbound.wamid, said)


async def _unless_flooded(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """A guest who floods is told once and then not answered; owners and admins always are."""
    most = service.config.guest_messages_a_minute
    verdict, seen = flood.weigh(state.pop("flood", None), service.clock.now(), most)
    if verdict is Verdict.ANSWER or await rights.are_of(service, connection, person.phone):
        said, state = await _ask(service, connection, person, inbound, state)
        return said, state | ({"flood": seen} if seen else {})
    service.metrics.events.labels("flood").inc()
    notice = Message(Kind.TEXT, service.write.texts(person)("guest.flood"))
    return (notice,) if verdict is Verdict.NOTICE else (), state | {"flood": seen}


async def _ask(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """Owners and admins have desks of their own, until they ask to book like a guest."""
    if refund_taps.awaits(inbound, state):
        return await refund_taps.typed(service, connection, person, inbound, state)
    state.pop(refund_taps.ASKED, None)
    if rights.asks(inbound):
        return await rights.give_back(service, connection, person, inbound), state
    if inbound.what is What.TAP and inbound.payload.startswith("r:"):
        return await refund_taps.answer(service, connection, person, inbound, state)
    if inbound.what is What.TAP and inbound.payload.startswith("o:"):
        return await _answered(service, connection, person, inbound, state)
    if (scanned := checkin.scanned(inbound)) is not None:
        is_staff = await rights.are_of(service, connection, person.phone)
        card = await checkin_desk.scan(service, connection, person, scanned, is_staff)
        return (card,), state
    if words.wants_to_book(inbound):
        state, inbound = state | {"books": True}, replace(inbound, what=What.TEXT, text="hi")
    elif words.wants_the_desk(inbound):
        state = {key: value for key, value in state.items() if key != "books"}
    if not state.get("books"):
        if person.phone in service.config.admin_phones:
            return await admin_desk.answer(service, connection, person, inbound, state)
        if await connection.fetchval(sql("owns_something"), person.phone):
            return await owner_desk.answer(service, connection, person, inbound, state)
    if (said := await human_desk.between(service, connection, person, inbound, state)) is not None:
        return said
    messages, after = await guest_desk.answer(service, connection, person, inbound, state)
    return messages, after | kept(state, inbound)


def is_guests(inbound: Inbound, state: dict[str, Any]) -> bool:
    """Whether the guest's desk answers this message of somebody who is no owner and no admin."""
    is_card = inbound.what is What.TAP and inbound.payload.startswith(CARDS)
    asks = words.wants_to_book(inbound) or words.wants_the_desk(inbound)
    scans = checkin.scanned(inbound) is not None
    talks = "human" in state or desk.wants_bot(inbound)
    return not (is_card or asks or scans or talks or refund_taps.awaits(inbound, state))


def kept(state: Mapping[str, Any], inbound: Inbound) -> dict[str, Any]:
    """What a chat keeps whichever desk answers, and the guest's last words."""
    lines = desk.remembered(state, inbound)
    return {key: state[key] for key in STAYING if key in state} | (
        {"lines": lines} if lines else {}
    )


async def _answered(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """An answer about one booking; paying back is the admin's alone."""
    if (arrived := checkin.tapped(inbound.payload)) is not None:
        return (await checkin_desk.tap(service, connection, person, *arrived),), state
    tap = requests.read_tap(inbound.payload)
    if tap is None or tap.verb != requests.REFUND:
        return await answers.answer(service, connection, person, inbound, state)
    said = await admin_desk.pay_back(service, connection, person, tap.booking_id, inbound.wamid)
    return (said,), state


async def say(
    service: Service, connection: Connection, person: Person, cause: str,
    said: tuple[Message, ...],
) -> None:  # fmt: skip
    """Queue answers to a message; its id makes a repeat harmless."""
    now = service.clock.now()
    await outbox.insert(connection, answer_rows(person, cause, said, now), now)


def answer_rows(
    person: Person, cause: str, said: tuple[Message, ...], now: datetime
) -> list[outbox.Row]:
    """The outbox rows of the answers to a message."""
    followed = trace.of(cause)
    return [
        outbox.message_row(
            Outgoing(person.person_id, "answer", message), f"{cause}:{place}", now, None, followed
        )
        for place, message in enumerate(said)
    ]
