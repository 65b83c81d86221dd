"""Check-in joined to the database: a scan or a tap of the host, or of anybody else."""

from bot.desks import answers
from bot.service import Service
from db.door import AlreadyThere, Moved, NoSuchBooking
from db.pool import Connection
from db.sql import sql
from flows.booking import Actor, Event
from flows.facts import Booking, Person
from flows.messages import Message
from flows.owner import checkin
from flows.owner.checkin import Marks


async def scan(
    service: Service, connection: Connection, person: Person, booking_id: str, is_staff: bool
) -> Message:
    """What a scanned code answers: to the host the card, to the guest the state, else nothing."""
    write = service.write
    try:
        booking = await service.door.lock(connection, booking_id)
    except NoSuchBooking:
        told = checkin.unknown if is_staff else checkin.not_for_you
        return told(write, person)
    if answers.authority(service, person, booking) is None:
        if booking.guest.person_id == person.person_id:
            return checkin.own_ticket(booking, write, person)
        return checkin.not_for_you(write, person)
    return await _card(service, connection, person, booking)


async def _card(
    service: Service, connection: Connection, person: Person, booking: Booking
) -> Message:
    """The card as it stands; a valid scan is written down, so that the next one tells of it."""
    now = service.clock.now()
    marks = await _marks(connection, booking.booking_id)
    said = checkin.card(booking, marks, now, service.write, person)
    if said.buttons:
        await connection.execute(sql("note_scan"), booking.booking_id, now)
    return said


async def _marks(connection: Connection, booking_id: str) -> Marks:
    row = await connection.fetchrow(sql("checkin_marks"), booking_id)
    if row is None:
        return Marks()
    actor = Actor(row["actor"]) if row["actor"] else None
    return Marks(row["scanned_at"], row["at"], actor, row["note"] or "")


async def tap(
    service: Service, connection: Connection, person: Person, booking_id: str, verb: str
) -> Message:
    """Arrived and paid, arrived and not paid, a problem, or the card of an arrival."""
    try:
        booking = await service.door.lock(connection, booking_id)
    except NoSuchBooking:
        return checkin.not_for_you(service.write, person)
    actor = answers.authority(service, person, booking)
    if actor is None:
        return checkin.not_for_you(service.write, person)
    if verb == checkin.SHOW:
        return await _card(service, connection, person, booking)
    note = checkin.VERBS[verb]
    if note is None:
        return await _problem(service, connection, person, booking)
    return await _arrive(service, connection, person, booking, actor, note)


async def _arrive(
    service: Service, connection: Connection, person: Person, booking: Booking, actor: Actor,
    note: str,
) -> Message:  # fmt: skip
    """Check in on a day of the stay; a repeat hears when and by whom it was done."""
    now = service.clock.now()
    today = now.astimezone(service.write.rules.zone).date()
    if checkin.verdict(booking, today) is checkin.Verdict.VALID:
        done = await service.door.move(
            connection, booking.booking_id, Event.CHECKED_IN, actor, now,
            note=note, by=person.phone,
        )  # fmt: skip
        if isinstance(done, Moved | AlreadyThere):
            return checkin.noted(booking, note, service.write, person)
    return await _card(service, connection, person, booking)


async def _problem(
    service: Service, connection: Connection, person: Person, booking: Booking
) -> Message:
    """Something is wrong at the gate: the admin is told, once while it is open."""
    subject = f"checkin:{booking.booking_id}"
    if await service.desk.alert(connection, subject, booking.booking_id, "problem at check-in"):
        said = service.write.to_admin("admin.checkin_problem", booking)
        key = f"problem:{service.clock.now().isoformat()}"
        await service.desk.tell(connection, key, booking.booking_id, said)
    return checkin.problem(booking, service.write, person)
