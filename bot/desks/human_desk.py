"""Guests who want a person: an admin takes over, the bot is quiet meanwhile, either side ends it.

The talk stands in the guest's chat, whose lock both sides take; the admin's chat remembers with
whom he is.
"""

from collections.abc import Mapping
from typing import Any

from bot.desks.owner_visit import Visit
from bot.service import Service
from db import outbox
from db.pool import Connection
from db.rows import to_person
from db.sql import sql
from flows import format as fmt
from flows.admin import desk, words
from flows.admin.desk import Talk
from flows.facts import Person
from flows.inbound import Inbound, What
from flows.messages import Kind, Message, Outgoing
from flows.names import harmless
from flows.owner.reply import Reply
from flows.owner.words import Wish

State = dict[str, Any]
Answer = tuple[tuple[Message, ...], State]
WITH = "with"  # in the admin's chat: the guest who is talked with
VERBS = ("take", "close", "guest", "people")


# ------------------------------------------------------------------ the guest's side


async def asked(
    service: Service, connection: Connection, guest: Person, state: Mapping[str, Any]
) -> None:
    """A guest wants a person: the admin gets the card, once while it is open."""
    now = service.clock.now()
    subject = f"human:{guest.person_id}"
    new = await connection.fetchrow(sql("raise_alert"), subject, None, "a guest asks", now)
    if new is not None:
        row = await connection.fetchrow(sql("person_by_phone"), service.config.admin_phone)
        said = desk.card(guest, state.get("lines", ()), service.write, to_person(row))
        await _send(service, connection, said, f"{subject}:{now.isoformat()}")


async def between(
    service: Service, connection: Connection, guest: Person, inbound: Inbound, state: State
) -> Answer | None:
    """What a guest says while a person has taken over; None: the bot answers."""
    talk = desk.running(state, service.clock.now())
    if desk.wants_bot(inbound) and (talk or inbound.what is What.TAP):
        return await _back_to_bot(service, connection, guest, inbound, state, talk)
    if talk is None or inbound.what in (What.TAP, What.FORM, What.CONTACT):
        return None
    row = await connection.fetchrow(sql("person"), talk.by)
    said = desk.passed_on(guest, inbound, service.write, to_person(row))
    await _send(service, connection, said, inbound.wamid)
    return (), state | {"lines": desk.remembered(state, inbound)}


async def _back_to_bot(
    service: Service, connection: Connection, guest: Person, inbound: Inbound, state: State,
    talk: Talk | None,
) -> Answer:  # fmt: skip
    texts = service.write.texts(guest)
    if talk is not None:
        row = await connection.fetchrow(sql("person"), talk.by)
        admin = to_person(row)
        message = desk.with_guest("admin.human.left", guest, service.write, admin)
        said = Outgoing(admin.person_id, "admin.human_left", message)
        await _send(service, connection, said, inbound.wamid)
        await _close_alert(service, connection, guest)
    ended = {key: value for key, value in state.items() if key != "human"}
    return (Message(Kind.TEXT, texts("desk.bot")),), ended


async def _send(service: Service, connection: Connection, said: Outgoing, cause: str) -> None:
    now = service.clock.now()
    row = outbox.message_row(said, f"{cause}:{said.intent}:{said.to}", now, None)
    await outbox.insert(connection, [row], now)


async def _close_alert(service: Service, connection: Connection, guest: Person) -> None:
    subject = f"human:{guest.person_id}"
    await connection.execute(sql("close_alert"), subject, service.clock.now())


# ------------------------------------------------------------------ the admin's side


async def for_admin(visit: Visit, state: State) -> tuple[Reply, State] | None:
    """Taking over, answering and closing; None: it is none of these."""
    wish = words.read(visit.inbound)
    if wish is not None:
        return await _wished(visit, wish, state) if wish.verb in VERBS else None
    if visit.inbound.what is not What.TEXT or visit.memory.asks:
        return None
    guest_id = await _swiped(visit)
    if guest_id is not None:
        return await _answer(visit, guest_id, "admin.human.sent"), state
    return await _typed(visit, state) if WITH in state else None


async def _wished(visit: Visit, wish: Wish, state: State) -> tuple[Reply, State]:
    if wish.verb == "people":
        return await _asking(visit), state
    guest = await _guest(visit, wish.rest or str(state.get(WITH, "")))
    if guest is None:
        return await _asking(visit), state
    if wish.verb == "take":
        return await _take(visit, guest, state)
    if wish.verb == "close":
        return await _close(visit, guest, state)
    chat = await _lock(visit, guest)
    said = desk.card(guest, chat.get("lines", ()), visit.service.write, visit.person)
    await _send(visit.service, visit.connection, said, visit.inbound.wamid)
    return Reply(), state


async def _guest(visit: Visit, number: str) -> Person | None:
    found = int(number) if number.isdecimal() and len(number) < 19 else 0
    row = await visit.connection.fetchrow(sql("person"), found)
    return to_person(row) if row else None


async def _lock(visit: Visit, guest: Person) -> State:
    """The guest's chat, locked: the guest's own messages wait."""
    now = visit.now
    state: State = await visit.connection.fetchval(sql("lock_chat"), guest.person_id, now)
    return state


async def _asking(visit: Visit) -> Reply:
    rows = await visit.connection.fetch(sql("guests_asking"))
    guests = [to_person(row) for row in rows]
    return Reply(desk.asking(guests, visit.service.write, visit.person))


async def _take(visit: Visit, guest: Person, state: State) -> tuple[Reply, State]:
    """Take a guest over, unless another admin was first."""
    chat, write = await _lock(visit, guest), visit.service.write
    talk = desk.running(chat, visit.now)
    if talk is not None and talk.by != visit.person.person_id:
        row = await visit.connection.fetchrow(sql("person"), talk.by)
        at = fmt.hour_or_day(visit.texts, talk.since, visit.now, write.rules.zone)
        first = desk.with_guest(
            "admin.human.first", guest, write, visit.person, who=row["name"] or "?", time=at
        )
        return Reply(first), state
    if talk is None:
        talk = Talk.begun(visit.person.person_id, visit.now)
        await _save(visit, guest, chat | {"human": talk.to_json()})
        until = fmt.hour_or_day(write.texts(guest), talk.until, visit.now, write.rules.zone)
        await _tell(visit, desk.to_guest(guest, "desk.joined", write, time=until))
    taken = desk.with_guest("admin.human.taken", guest, write, visit.person)
    return Reply(taken), state | {WITH: guest.person_id}


async def _close(visit: Visit, guest: Person, state: State) -> tuple[Reply, State]:
    """The bot answers the guest again."""
    chat, write = await _lock(visit, guest), visit.service.write
    if desk.running(chat, visit.now) is not None:
        await _tell(visit, desk.to_guest(guest, "desk.closed", write))
    await _save(visit, guest, {key: chat[key] for key in chat if key != "human"})
    await _close_alert(visit.service, visit.connection, guest)
    closed = desk.with_guest("admin.human.closed", guest, write, visit.person)
    return Reply(closed), _without(state)


async def _typed(visit: Visit, state: State) -> tuple[Reply, State]:
    """Whatever an admin writes while he talks with a guest goes to the guest."""
    guest = await _guest(visit, str(state[WITH]))
    if guest is None:
        return await _asking(visit), _without(state)
    talk = desk.running(await _lock(visit, guest), visit.now)
    if talk is None or talk.by != visit.person.person_id:
        over = desk.with_guest("admin.human.over", guest, visit.service.write, visit.person)
        return Reply(over), _without(state)
    await _answer(visit, guest.person_id, "")
    return Reply(), state


async def _swiped(visit: Visit) -> int | None:
    """The guest of the message that is answered by a swipe."""
    if visit.inbound.replies_to is None:
        return None
    guest: int | None = await visit.connection.fetchval(
        sql("guest_of_message"), visit.inbound.replies_to, visit.person.person_id
    )
    return guest


async def _answer(visit: Visit, guest_id: int, told: str) -> Reply:
    guest, write = await _guest(visit, str(guest_id)), visit.service.write
    if guest is None:
        return await _asking(visit)
    written = harmless(visit.inbound.text)
    await _tell(visit, desk.to_guest(guest, "desk.says", write, words=written))
    return Reply(desk.with_guest(told, guest, write, visit.person)) if told else Reply()


async def _tell(visit: Visit, said: Outgoing) -> None:
    await _send(visit.service, visit.connection, said, visit.inbound.wamid)


async def _save(visit: Visit, guest: Person, state: State) -> None:
    await visit.connection.execute(sql("save_chat"), guest.person_id, state, visit.now)


def _without(state: State) -> State:
    return {key: value for key, value in state.items() if key != WITH}
