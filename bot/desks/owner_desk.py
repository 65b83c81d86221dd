"""The owner's flow joined to the database: facts in, act, answer out."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg

from bot.desks import answers, owner_places
from bot.desks.owner_visit import Visit
from bot.service import Service
from db.door import NoSuchBooking
from db.pool import Connection
from db.rows import to_person
from db.sql import sql
from flows import format as fmt
from flows.booking import Actor
from flows.facts import Booking, Person
from flows.inbound import Inbound, What
from flows.messages import Message, clip
from flows.owner import arrivals, home, places, requests, talk
from flows.owner.arrivals import Arrival
from flows.owner.reply import Memory, Reply
from flows.owner.requests import VERBS
from flows.owner.words import Wish, read

Answer = tuple[tuple[Message, ...], dict[str, Any]]


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """The messages that answer an owner, and the chat's new state."""
    memory = Memory.from_json(state.get("desk", {}))
    visit = Visit(service, connection, person, inbound, memory)
    reply = await _reply(visit)
    kept = {key: value for key, value in state.items() if key != "desk"}
    remembered = {"desk": reply.memory.to_json()} if reply.memory != Memory() else {}
    return (reply.message,) if reply.message else (), kept | remembered


async def _reply(visit: Visit) -> Reply:
    if visit.inbound.what not in (What.TEXT, What.TAP):
        return await _not_text(visit)
    if place_id := _place_asked_about(visit):
        return await owner_places.block_at(visit, place_id) or _unknown(visit)
    wish = read(visit.inbound)
    if wish is None:
        return await _reason_in_words(visit) or _unknown(visit)
    act = WISHES.get(wish.verb, _home)
    return await act(visit, wish) or _unknown(visit)


def _place_asked_about(visit: Visit) -> str | None:
    """The place whose dates were asked for, if a text names some: "today" is no command then."""
    asks, _, place_id = visit.memory.asks.partition(":")
    if asks != "dates" or visit.inbound.what is not What.TEXT:
        return None
    return None if places.read(visit.inbound.text, (), visit.today).empty else place_id


# ------------------------------------------------------------------ requests


async def _reason_in_words(visit: Visit) -> Reply | None:
    """Why a booking was cancelled, in words that were asked for; the admin reads them."""
    asks, _, booking_id = visit.memory.asks.partition(":")
    if asks != "why":
        return None
    words = f"{fmt.shown_id(booking_id)}: {clip(visit.inbound.text, talk.MOST_KEPT)}"
    await _tell_admin(visit, "admin.from_owner", words)
    return talk.passed(visit.texts)


async def _home(visit: Visit, wish: Wish) -> Reply:
    return home.home(len(await visit.waiting()), visit.service.write, visit.person)


async def _waiting(visit: Visit, wish: Wish) -> Reply:
    """The request that waits with its two buttons, or the list of them."""
    waiting = await visit.waiting()
    if len(waiting) == 1:
        return _ask(visit, waiting[0])
    if not waiting:
        return await _home(visit, wish)
    return Reply(requests.several(waiting, visit.now, visit.service.write, visit.person))


def _ask(visit: Visit, booking: Booking) -> Reply:
    message = visit.service.write.request(booking).message
    return Reply(message).asking(about=booking.booking_id)


async def _decide(visit: Visit, wish: Wish) -> Reply:
    """A written confirm or cancel: bound to one request, or asked back (O7)."""
    last = await visit.connection.fetchrow(sql("last_said"), visit.person.person_id)
    answered = last is not None and last["intent"] == "answer" and not wish.rest
    if answered and visit.memory.asks == "pass" and visit.inbound.replies_to is None:
        return await _pass_on(visit, Wish("pass", "yes" if wish.verb == "confirm" else "no"))
    booking_id = wish.rest or await _meant(visit, last)
    if booking_id is None:
        return await _waiting(visit, wish)
    try:
        booking = await visit.service.door.lock(visit.connection, booking_id)
    except NoSuchBooking:
        return await _waiting(visit, wish)
    if answers.authority(visit.service, visit.person, booking) is not Actor.OWNER:
        return Reply(requests.not_yours(visit.service.write, visit.person))
    said = await answers.move(
        visit.service, visit.connection, visit.person, booking, VERBS[wish.verb], Actor.OWNER
    )
    return Reply(said[0] if said else None)


async def _meant(visit: Visit, last: asyncpg.Record | None) -> str | None:
    """The booking that an answer without a name means: the one swiped, or the one just asked."""
    swiped = visit.inbound.replies_to
    if swiped is not None:
        about = await visit.connection.fetchval(
            sql("message_about"), swiped, visit.person.person_id
        )
        if about is not None:
            return str(about)
    if last is None:
        return None
    asked = visit.memory.about if last["intent"] == "answer" else last["booking_id"]
    waiting = [each.booking_id for each in await visit.waiting()]
    return str(asked) if waiting == [asked] else None


async def _arrivals(visit: Visit, wish: Wish) -> Reply:
    """Who comes in a span of days, with what is to be collected."""
    first, after = arrivals.days(wish.verb, visit.today)
    found = await arriving(visit.service, visit.connection, str(visit.person.phone), first, after)
    return arrivals.listed(visit.texts, found, wish.verb, visit.today, visit.service.write.rules)


async def arriving(
    service: Service, connection: Connection, owner_phone: str, first: date, after: date
) -> list[Arrival]:
    """The confirmed stays at an owner's places that begin from `first` up to `after`."""
    rows = await connection.fetch(sql("arrivals"), owner_phone, first, after)
    facts = service.door.facts
    return [Arrival(await facts(connection, row["booking_id"]), row["note"]) for row in rows]


# ------------------------------------------------------------------ talking


async def _language(visit: Visit, wish: Wish) -> Reply:
    """Ask for the language, or change it and say so in the new one."""
    if wish.rest not in talk.LANGUAGES:
        return talk.which_language(visit.texts)
    row = await visit.connection.fetchrow(sql("set_language"), visit.person.person_id, wish.rest)
    person = to_person(row)
    write = visit.service.write
    lead = write.texts(person)("owner.language.set")
    return home.home(len(await visit.waiting()), write, person, lead)


async def _human(visit: Visit, wish: Wish) -> Reply:
    """The owner wants a person: the admin is told, once while it is open."""
    await _tell_admin(visit, "admin.owner_calls", "")
    return talk.called(visit.texts, visit.service.write.rules.host_phone)


async def _prices(visit: Visit, wish: Wish) -> Reply:
    return talk.prices(visit.texts)


def _unknown(visit: Visit) -> Reply:
    """No command: nothing is forwarded unless the owner says so."""
    return talk.pass_on(visit.texts, visit.inbound.text)


async def _pass_on(visit: Visit, wish: Wish) -> Reply:
    """The owner decides what becomes of his words."""
    if wish.rest != "yes":
        return await _home(visit, wish)
    if not visit.memory.kept:
        return await _human(visit, wish)
    await _tell_admin(visit, "admin.from_owner", visit.memory.kept)
    return talk.passed(visit.texts)


async def _not_text(visit: Visit) -> Reply:
    """A voice note or a picture: please tap; the admin hears if a request waits for it."""
    waiting = await visit.waiting()
    if not waiting:
        count, write = len(waiting), visit.service.write
        return home.home(count, write, visit.person, visit.texts("owner.please_tap"))
    await _tell_admin(visit, "admin.owner_voice", "")
    reply = await _waiting(visit, Wish("waiting"))
    return talk.led(reply, visit.texts("owner.please_tap"))


async def _tell_admin(visit: Visit, intent: str, words: str) -> None:
    person = visit.person
    await visit.service.tell_admin(visit.connection, f"{visit.inbound.wamid}:{intent}", intent, {
        "owner": person.name or "?", "phone": person.phone or "?", "words": words,
    })  # fmt: skip


# None: the words that came with the command mean nothing.
WISHES: dict[str, Callable[[Visit, Wish], Awaitable[Reply | None]]] = {
    "home": _home,
    "waiting": _waiting,
    "confirm": _decide,
    "cancel": _decide,
    "today": _arrivals,
    "tomorrow": _arrivals,
    "week": _arrivals,
    "block": owner_places.block,
    "free": owner_places.block_free_part,
    "lift": owner_places.lift,
    "unblock": owner_places.unblock,
    "pause": owner_places.pause_place,
    "resume": owner_places.resume,
    "language": _language,
    "human": _human,
    "prices": _prices,
    "pass": _pass_on,
}
