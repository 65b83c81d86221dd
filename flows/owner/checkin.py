"""Check-in by the ticket's QR code: what a scan shows, and to whom (facts/ux.md O11)."""

import re
from datetime import date, datetime
from enum import StrEnum

from flows import format as fmt
from flows.booking import Actor, Status
from flows.facts import Booking, Person
from flows.guest.words import plain
from flows.inbound import Inbound, What
from flows.messages import Button, Kind, Message
from flows.notices import Writer
from flows.owner.arrivals import NOT_PAID
from flows.owner.requests import actor_name, stands
from flows.owner.words import booking_in
from flows.record import record

PAID = "paid"
SCAN = re.compile(r"check ?-?in\s+\S+.*")
# The taps of the card: what each notes about the money; None: something is wrong.
VERBS: dict[str, str | None] = {"arrived": PAID, "unpaid": NOT_PAID, "problem": None}
SHOW = "checkin"


class Verdict(StrEnum):
    """What a ticket is worth today."""

    VALID = "valid"
    EARLY = "early"
    ARRIVED = "arrived"
    OVER = "over"
    NOT_CONFIRMED = "not_confirmed"


@record
class Marks:
    """When the ticket was scanned first, and what the check-in said, by whom, when."""

    scanned_at: datetime | None = None
    arrived_at: datetime | None = None
    actor: Actor | None = None
    note: str = ""


def scanned(inbound: Inbound) -> str | None:
    """The booking of a scanned code; None: it is no scan."""
    text = plain(inbound.text) if inbound.what is What.TEXT else ""
    return booking_in(text) if SCAN.fullmatch(text) else None


def tapped(payload: str) -> tuple[str, str] | None:
    """(booking id, verb) of a button of the card or of a row of arrivals; None: another tap."""
    mark, _, rest = payload.partition(":")
    booking_id, _, verb = rest.partition(":")
    return (booking_id, verb) if mark == "o" and verb in (*VERBS, SHOW) else None


def verdict(booking: Booking, today: date) -> Verdict:
    """What the ticket is worth on a day of the property's zone."""
    if booking.status is Status.CHECKED_IN:
        return Verdict.ARRIVED
    if booking.status is not Status.TICKET_GENERATED:
        return Verdict.OVER if booking.status is Status.CLOSED else Verdict.NOT_CONFIRMED
    if today < booking.first:
        return Verdict.EARLY
    return Verdict.VALID if today <= booking.last else Verdict.OVER


def card(booking: Booking, marks: Marks, now: datetime, write: Writer, reader: Person) -> Message:
    """The answer to the host's scan: who, until when, what to collect; or why not."""
    texts, values = write.texts(reader), write.values(booking, reader)
    found = verdict(booking, now.astimezone(write.rules.zone).date())
    if found is Verdict.NOT_CONFIRMED:
        return Message(Kind.TEXT, texts("checkin.not_confirmed", state=stands(
            booking, now, write, reader)))  # fmt: skip
    if found is Verdict.ARRIVED:
        return Message(Kind.TEXT, _arrived(booking, marks, now, write, reader))
    body = texts(f"checkin.{found}", **values)
    if found is not Verdict.VALID:
        return Message(Kind.TEXT, body)
    if marks.scanned_at is not None:
        when = fmt.hour_or_day(texts, marks.scanned_at, now, write.rules.zone)
        body += "\n" + texts("checkin.scanned_before", time=when)
    labels = {"arrived": "checkin.paid", "unpaid": "checkin.unpaid", "problem": "checkin.problem"}
    made = tuple(
        Button(f"o:{booking.booking_id}:{verb}", texts(label)) for verb, label in labels.items()
    )
    return Message(Kind.BUTTONS, body, buttons=made)


def _arrived(booking: Booking, marks: Marks, now: datetime, write: Writer, reader: Person) -> str:
    texts, values = write.texts(reader), write.values(booking, reader)
    values["who"] = actor_name(marks.actor or Actor.OWNER, write, reader, booking)
    at = marks.arrived_at or now
    values["time"] = fmt.hour_or_day(texts, at, now, write.rules.zone)
    return texts(f"checkin.already.{marks.note or PAID}", **values)


def noted(booking: Booking, note: str, write: Writer, reader: Person) -> Message:
    """The check-in is written down; what is still to be collected is said."""
    texts = write.texts(reader)
    return Message(Kind.TEXT, texts(f"checkin.noted.{note}", **write.values(booking, reader)))


def problem(booking: Booking, write: Writer, reader: Person) -> Message:
    """LoonCamp has been told that something is wrong at the gate."""
    phone = write.rules.host_phone
    key = "checkin.problem_told.phone" if phone else "checkin.problem_told"
    return Message(Kind.TEXT, write.texts(reader)(key, booking=fmt.shown_id(booking.booking_id),
                                                  phone=phone))  # fmt: skip


def own_ticket(booking: Booking, write: Writer, reader: Person) -> Message:
    """The guest scanned the own code: the host has to do that."""
    texts, values = write.texts(reader), write.values(booking, reader)
    state = texts(f"state.{booking.status}", **values)
    return Message(Kind.TEXT, texts("checkin.own", state=state))


def not_for_you(write: Writer, reader: Person) -> Message:
    """Somebody else scanned a code: it says nothing of the booking."""
    return Message(Kind.TEXT, write.texts(reader)("checkin.stranger"))


def unknown(write: Writer, reader: Person) -> Message:
    """A host scanned a code that names no booking of his."""
    return Message(Kind.TEXT, write.texts(reader)("checkin.unknown"))
