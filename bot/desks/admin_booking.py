"""What an admin does with one booking: its card, its history, and the moves of its buttons."""

from collections.abc import Awaitable, Callable

from bot.desks.owner_visit import Visit
from bot.service import Service
from db.door import Moved, NoSuchBooking
from db.pool import Connection
from db.sql import sql
from flows import format as fmt
from flows.admin import card, lists
from flows.admin.card import ASKS, Asked, Happened
from flows.booking import Actor, Event, Status
from flows.facts import Booking, Person
from flows.messages import MOST_ROWS, Kind, Message, Outgoing
from flows.names import harmless
from flows.owner.reply import Reply
from flows.owner.requests import ADMIN_CANCELS_TO
from flows.owner.words import Wish
from flows.refund_talk import stand
from payments import refund_desk

Act = Callable[[Visit, Booking], Awaitable[Reply]]


async def answer(visit: Visit, wish: Wish) -> Reply | None:
    """The answer to one of the card's buttons or rows; None: no booking has this id."""
    booking_id, _, amount = wish.rest.partition("=")
    try:
        booking = await visit.service.door.lock(visit.connection, booking_id)
    except NoSuchBooking:
        return None
    if wish.verb == "cancelled":
        return await _cancel(visit, booking, int(amount) if amount.isdecimal() else -1)
    if wish.verb in ASKS:
        question = card.ask_words(wish.verb, booking, visit.texts)
        return Reply(question).asking(wish.verb, about=booking_id)
    return await ACTS[wish.verb](visit, booking)


async def show(visit: Visit, booking: Booking, lead: str = "") -> Reply:
    """The card, quoting the first one of its thread."""
    message = await _card(visit.service, visit.connection, booking, visit.person, lead)
    said = Outgoing(visit.person.person_id, "admin.card", message, quote="admin.waiting")
    await _tell(visit, booking, said)
    return Reply()


async def _card(
    service: Service, connection: Connection, booking: Booking, reader: Person, lead: str
) -> Message:
    row = await connection.fetchrow(sql("card_facts"), booking.booking_id)
    seen = row["seen"] in ("read", "played")
    asked = Asked(tuple(row["asked"] or ()), seen, row["others"])
    return card.card(booking, asked, service.write, reader, lead)


async def _tell(visit: Visit, booking: Booking, said: Outgoing) -> None:
    await visit.service.desk.tell(visit.connection, visit.inbound.wamid, booking.booking_id, said)


async def _more(visit: Visit, booking: Booking) -> Reply:
    return Reply(card.more(booking, visit.texts))


async def _history(visit: Visit, booking: Booking) -> Reply:
    rows = await visit.connection.fetch(sql("history"), booking.booking_id)
    lines = [Happened(**dict(row)) for row in rows]
    return Reply(card.history(booking, lines, visit.service.write, visit.person))


async def _money(visit: Visit, booking: Booking) -> Reply:
    """What was paid and what went back, with the buttons for a refund that is open."""
    texts = visit.texts
    lines = [
        texts("admin.money.paid", amount=fmt.rupees(row["amount"]), txn=row["txn_id"],
              what=texts(f"admin.money.{row['settled_as']}"))
        for row in await visit.connection.fetch(sql("payments_of"), booking.booking_id)
    ]  # fmt: skip
    refunds = await refund_desk.refunds_of(visit.connection, booking.booking_id)
    lead = "\n".join(lines)
    return Reply(stand(refunds, booking, visit.service.write, visit.person, lead))


async def _others(visit: Visit, booking: Booking) -> Reply:
    rows = await visit.connection.fetch(sql("guest_bookings"), [booking.guest.person_id])
    ids = [row["booking_id"] for row in rows if row["booking_id"] != booking.booking_id]
    door, guest = visit.service.door, booking.guest_name
    found = [await door.facts(visit.connection, each) for each in ids[:MOST_ROWS]]
    key = "admin.others" if found else "admin.others.none"
    head = visit.texts(key, guest=guest, n=len(ids))
    return Reply(lists.bookings(visit.texts, head, found, len(ids)))


# ------------------------------------------------------------------ moves


async def ask_cancel(
    service: Service, connection: Connection, person: Person, booking: Booking
) -> Message:
    """How much goes back, before the tap; a booking that cannot be cancelled tells its state."""
    texts = service.write.texts(person)
    if booking.status not in (Status.BOOKING_REQUEST_SENT_TO_OWNER, Status.TICKET_GENERATED):
        return await _card(service, connection, booking, person, texts("admin.not_now"))
    today = service.clock.now().astimezone(service.write.rules.zone).date()
    return card.ask_cancel(booking, booking.back_on(today), texts)


async def _ask_cancel(visit: Visit, booking: Booking) -> Reply:
    return Reply(await ask_cancel(visit.service, visit.connection, visit.person, booking))


async def _cancel(visit: Visit, booking: Booking, amount: int) -> Reply:
    """Cancel for the owner, or a confirmed stay; back goes the amount that was tapped."""
    waiting = booking.status is Status.BOOKING_REQUEST_SENT_TO_OWNER
    if amount not in (booking.back_on(visit.today), booking.advance):
        return await _ask_cancel(visit, booking)
    to = ADMIN_CANCELS_TO if waiting else Status.GUEST_CANCELLED
    done = await visit.service.door.move(
        visit.connection, booking.booking_id, Event.CANCELLED, Actor.ADMIN, visit.now,
        to=to, by=visit.person.phone,
    )  # fmt: skip
    if not isinstance(done, Moved):
        return await _too_late(visit, booking)
    await visit.connection.execute(sql("set_refund_due"), booking.booking_id, amount)
    shown, back = fmt.shown_id(booking.booking_id), fmt.rupees(amount)
    words = visit.texts("admin.sent.cancelled", booking=shown, amount=back)
    return Reply(Message(Kind.TEXT, words))


async def _too_late(visit: Visit, booking: Booking) -> Reply:
    """Somebody was first: who it was stands in the history; this is true now."""
    booking = await visit.service.door.facts(visit.connection, booking.booking_id)
    return await show(visit, booking, await _who_was_first(visit, booking))


async def _who_was_first(visit: Visit, booking: Booking) -> str:
    rows = await visit.connection.fetch(sql("history"), booking.booking_id)
    decided = [row for row in rows if row["what"] in ("confirmed", "cancelled", "withdrawn")]
    if not decided:
        return visit.texts("admin.not_now")
    last, texts, zone = decided[-1], visit.texts, visit.service.write.rules.zone
    return texts(
        "admin.first", what=texts(f"admin.event.{last['what']}"),
        who=last["name"] or texts(f"actor.{last['actor']}"),
        time=fmt.hour_or_day(texts, last["at"], visit.now, zone),
    )  # fmt: skip


async def _release(visit: Visit, booking: Booking) -> Reply:
    """Give the dates of an unpaid hold to others; the guest is told."""
    done = await visit.service.door.move(
        visit.connection, booking.booking_id, Event.WITHDRAWN, Actor.ADMIN, visit.now,
        by=visit.person.phone,
    )  # fmt: skip
    if not isinstance(done, Moved):
        return await _too_late(visit, booking)
    return await show(visit, done.booking)


async def _overrule(visit: Visit, booking: Booking) -> Reply:
    if booking.status is not Status.OWNER_CANCELLED:
        return await _too_late_to_overrule(visit, booking)
    return Reply(card.ask_overrule(booking, visit.texts))


async def _overruled(visit: Visit, booking: Booking) -> Reply:
    """Confirm against an owner's Cancel, while nobody else has heard of it."""
    if booking.status is not Status.OWNER_CANCELLED:
        return await _too_late_to_overrule(visit, booking)
    for event in (Event.UNDONE, Event.CONFIRMED):
        await visit.service.door.move(
            visit.connection, booking.booking_id, event, Actor.ADMIN, visit.now,
            by=visit.person.phone,
        )  # fmt: skip
    booking = await visit.service.door.facts(visit.connection, booking.booking_id)
    mine = visit.person.phone == visit.service.config.admin_phone
    return Reply() if mine else await show(visit, booking)


async def _too_late_to_overrule(visit: Visit, booking: Booking) -> Reply:
    shown = fmt.shown_id(booking.booking_id)
    return await show(visit, booking, visit.texts("admin.overrule.late", booking=shown))


# ------------------------------------------------------------------ messages


async def _ticket(visit: Visit, booking: Booking) -> Reply:
    return await _again(visit, booking, "ticket", have=booking.token is not None)


async def _link(visit: Visit, booking: Booking) -> Reply:
    open_ = booking.status is Status.PAYMENT_PENDING and booking.link_url is not None
    return await _again(visit, booking, "link", have=open_)


async def _again(visit: Visit, booking: Booking, what: str, *, have: bool) -> Reply:
    """Send the e-ticket or the pay link once more, if there is one."""
    if not have:
        return await show(visit, booking, visit.texts("admin.not_now"))
    write = visit.service.write
    await _tell(visit, booking, (write.confirmed if what == "ticket" else write.review)(booking))
    shown, guest = fmt.shown_id(booking.booking_id), booking.guest_name
    words = visit.texts(f"admin.sent.{what}", booking=shown, guest=guest)
    return Reply(Message(Kind.TEXT, words))


async def said(visit: Visit) -> Reply | None:
    """The words that were asked for: passed on in the name of LoonCamp, or noted."""
    verb, booking_id = visit.memory.asks, visit.memory.about
    try:
        booking = await visit.service.door.facts(visit.connection, booking_id)
    except NoSuchBooking:
        return None
    words = harmless(visit.inbound.text)
    if verb == "note":
        await visit.connection.execute(
            sql("add_note"), booking_id, visit.person.phone, words, visit.now
        )
    else:
        await _tell(
            visit,
            booking,
            visit.service.write.from_looncamp(verb.removeprefix("to_"), booking, words),
        )
    name = {"guest": booking.guest_name, "owner": booking.place.owner_name}
    return Reply(Message(Kind.TEXT, visit.texts(f"admin.sent.{verb}", **name)))


ACTS: dict[str, Act] = {
    "card": show,
    "more": _more,
    "history": _history,
    "money": _money,
    "others": _others,
    "cancel": _ask_cancel,
    "overrule": _overrule,
    "overruled": _overruled,
    "release": _release,
    "ticket": _ticket,
    "link": _link,
}
VERBS = frozenset({*ACTS, *ASKS, "cancelled"})
