"""Taps and answers about refunds, `r:<booking>:<verb>`: only an admin's count."""

from typing import Any

from bot.service import Service
from db.door import NoSuchBooking
from db.pool import Connection
from flows.facts import Booking, Person
from flows.inbound import Inbound, What
from flows.messages import Kind, Message
from flows.owner import requests
from flows.refund_talk import Refund, ask_reference, read_tap, reference_in, stand
from payments import refund_desk

Answer = tuple[tuple[Message, ...], dict[str, Any]]
ASKED = "by_hand"  # in the admin's chat: whose reference number is waited for


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """What somebody hears who tapped Check refund or Mark refunded, and the chat's new state."""
    tap = read_tap(inbound.payload)
    try:
        booking = await service.door.lock(connection, tap.booking_id if tap else "")
    except NoSuchBooking:
        return (requests.not_yours(service.write, person),), state
    if tap is None or person.phone not in service.config.admin_phones:
        return (requests.not_yours(service.write, person),), state
    if tap.ref_id is None:
        await refund_desk.check_now(service.desk, connection, booking.booking_id, inbound.wamid)
        return (), state
    refund = await _owed(connection, booking, tap.ref_id)
    if refund is None:
        return (await _stand(service, connection, booking, person, "refund.not_owed"),), state
    asked = {"booking": booking.booking_id, "refund": refund.ref_id}
    question = ask_reference(refund, booking, service.write, person)
    return (question,), state | {ASKED: asked}


def awaits(inbound: Inbound, state: dict[str, Any]) -> bool:
    """Whether a text is the reference number that was asked for."""
    return inbound.what is What.TEXT and ASKED in state


async def typed(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """Mark the refund with the reference that was written; without one nothing is marked."""
    asked = state.pop(ASKED)
    texts, reference = service.write.texts(person), reference_in(inbound.text)
    if person.phone not in service.config.admin_phones:
        return (requests.not_yours(service.write, person),), state
    if reference is None:
        return (Message(Kind.TEXT, texts("admin.no_reference")),), state
    booking_id, ref_id = asked["booking"], asked["refund"]
    marked = await refund_desk.mark_by_hand(
        service.desk, connection, booking_id, ref_id, reference, person.phone
    )
    booking = await service.door.facts(connection, booking_id)
    lead = "refund.marked" if marked else "refund.not_owed"
    return (await _stand(service, connection, booking, person, lead),), state


async def _owed(connection: Connection, booking: Booking, ref_id: str) -> Refund | None:
    refunds = await refund_desk.refunds_of(connection, booking.booking_id)
    return next((each for each in refunds if each.open and each.ref_id == ref_id), None)


async def _stand(
    service: Service, connection: Connection, booking: Booking, person: Person, lead: str
) -> Message:
    refunds = await refund_desk.refunds_of(connection, booking.booking_id)
    return stand(refunds, booking, service.write, person, service.write.texts(person)(lead))
