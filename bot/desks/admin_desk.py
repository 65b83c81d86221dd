"""The admin's flow joined to the database: facts in, act, answer out."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Any

from bot.desks import admin_booking, costs, human_desk, owner_desk, summary
from bot.desks.owner_visit import Visit
from bot.service import Service
from db import checkouts
from db.pool import Connection
from db.sql import sql
from flows import format as fmt
from flows.admin import cost, digest, lists, search, words
from flows.admin.card import ASKS
from flows.admin.lists import Alert
from flows.admin.search import LONG_AHEAD, LONG_PAST, Query
from flows.booking import WAITING_FOR_MONEY_BACK, Actor, Event, Status
from flows.facts import Person
from flows.inbound import Inbound, What
from flows.messages import MOST_ROWS, Kind, Message
from flows.owner import requests
from flows.owner import words as owner_words
from flows.owner.reply import Memory, Reply, text
from flows.owner.words import Wish

Answer = tuple[tuple[Message, ...], dict[str, Any]]
FRIDAY = 4
DAY = timedelta(days=1)


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """The messages that answer an admin, and the chat's new state."""
    memory = Memory.from_json(state.get("desk", {}))
    visit = Visit(service, connection, person, inbound, memory)
    if (talked := await human_desk.for_admin(visit, state)) is not None:
        return _answered(*talked)
    if await _is_lent(visit):
        return await owner_desk.answer(service, connection, person, inbound, state)
    return _answered(await _reply(visit), state)


def _answered(reply: Reply, state: dict[str, Any]) -> Answer:
    """The reply's message, and the chat's state with what the desk has asked."""
    kept = {key: value for key, value in state.items() if key != "desk"}
    remembered = {"desk": reply.memory.to_json()} if reply.memory != Memory() else {}
    return (reply.message,) if reply.message else (), kept | remembered


async def _is_lent(visit: Visit) -> bool:
    """Whether the owner's desk answers: blocks anywhere, and all else of an admin with places."""
    if visit.memory.asks in ASKS or words.read(visit.inbound) is not None:
        return False
    if visit.memory.asks.startswith("dates:"):
        return True
    wish = owner_words.read(visit.inbound)
    if wish is None or wish.verb in words.LENT:
        return wish is not None
    return bool(await visit.connection.fetchval(sql("owns_something"), visit.person.phone))


async def _reply(visit: Visit) -> Reply:
    if visit.inbound.what not in (What.TEXT, What.TAP):
        return text(visit.texts("admin.please_write"))
    wish = words.read(visit.inbound)
    if wish is not None and wish.verb in admin_booking.VERBS:
        return await admin_booking.answer(visit, wish) or _home(visit)
    if wish is not None:
        return await WISHES.get(wish.verb, _menu)(visit, wish)
    if visit.inbound.what is What.TAP:
        return _home(visit)
    if visit.memory.asks in ASKS:
        return await admin_booking.said(visit) or _home(visit)
    return await _search(visit)


def _home(visit: Visit) -> Reply:
    return Reply(lists.home(visit.texts, visit.person))


async def _menu(visit: Visit, wish: Wish) -> Reply:
    return _home(visit)


# ------------------------------------------------------------------ lists


async def _listed(visit: Visit, head: str, ids: Sequence[str]) -> Reply:
    """The first of some bookings to choose from."""
    door = visit.service.door
    found = [await door.facts(visit.connection, each) for each in ids[:MOST_ROWS]]
    return Reply(lists.bookings(visit.texts, head, found, len(ids)))


async def _pending(visit: Visit, wish: Wish) -> Reply:
    waiting = [Status.BOOKING_REQUEST_SENT_TO_OWNER]
    rows = await visit.connection.fetch(sql("bookings_in"), waiting, search.MOST)
    head = visit.texts("admin.pending" if rows else "admin.pending.none", n=len(rows))
    return await _listed(visit, head, [row["booking_id"] for row in rows])


async def _refunds(visit: Visit, wish: Wish) -> Reply:
    states = sorted(WAITING_FOR_MONEY_BACK)
    rows = await visit.connection.fetch(sql("bookings_in"), states, search.MOST)
    amount = fmt.rupees(sum(row["back"] for row in rows))
    key = "admin.refunds" if rows else "admin.refunds.none"
    head = visit.texts(key, n=len(rows), amount=amount)
    return await _listed(visit, head, [row["booking_id"] for row in rows])


async def _arrivals(visit: Visit, wish: Wish) -> Reply:
    """Who arrives everywhere in a span of days, and how much is to be collected."""
    first, after = span(wish.verb, visit.today)
    rows = await visit.connection.fetch(sql("arrivals_everywhere"), first, after, search.MOST)
    when = fmt.day(visit.texts, first)
    if wish.verb == "weekend":
        when = fmt.span(visit.texts, first, after - DAY)
    amount = fmt.rupees(sum(row["due"] for row in rows))
    key = "admin.arrivals" if rows else "admin.arrivals.none"
    head = visit.texts(key, n=len(rows), when=when, amount=amount)
    return await _listed(visit, head, [row["booking_id"] for row in rows])


def span(word: str, today: date) -> tuple[date, date]:
    """The first day of today, tomorrow or the weekend, and the day after its last."""
    if word != "weekend":
        first = today + DAY * (word == "tomorrow")
        return first, first + DAY
    friday = today + DAY * (FRIDAY - today.weekday())
    return max(today, friday), friday + 3 * DAY


# ------------------------------------------------------------------ search


async def _search(visit: Visit) -> Reply:
    """One hit is its card, a few are a list, more a number."""
    places = await checkouts.properties(visit.connection)
    ids = await find(visit.connection, search.read(visit.inbound.text, places, visit.today))
    if not ids:
        return Reply(lists.nothing(visit.texts, visit.inbound.text))
    if len(ids) == 1:
        booking = await visit.service.door.facts(visit.connection, ids[0])
        return await admin_booking.show(visit, booking)
    if len(ids) > lists.FEW:
        count = f"{search.MOST}+" if len(ids) > search.MOST else str(len(ids))
        return Reply(lists.too_many(visit.texts, count))
    return await _listed(visit, visit.texts("admin.search.found", n=len(ids)), ids)


async def find(connection: Connection, query: Query) -> list[str]:
    """The ids of the bookings that a query names, the newest first; at most one over MOST."""
    rows = await connection.fetch(
        sql("search_bookings"), list(query.booking_ids), query.phone, query.last_four,
        query.reference, query.name, query.place_ids,
        query.first or LONG_PAST, query.after or LONG_AHEAD, search.MOST + 1,
        query.first is not None,
    )  # fmt: skip
    return [row["booking_id"] for row in rows]


# ------------------------------------------------------------------ alerts


async def _alerts(visit: Visit, wish: Wish) -> Reply:
    rows = await visit.connection.fetch(sql("open_alerts"))
    return Reply(lists.alerts(visit.texts, [_alert(row) for row in rows]))


def _alert(row: Any) -> Alert:
    return Alert(row["alert_id"], row["subject"], row["booking_id"], row["detail"])


async def _one_alert(visit: Visit, wish: Wish) -> Reply:
    rows = await visit.connection.fetch(sql("open_alerts"))
    found = [_alert(row) for row in rows if str(row["alert_id"]) == wish.rest]
    if not found:
        return text(visit.texts("admin.alert.gone"))
    return Reply(lists.alert(visit.texts, found[0]))


async def _close_alert(visit: Visit, wish: Wish) -> Reply:
    number = int(wish.rest) if wish.rest.isdecimal() and len(wish.rest) < 19 else 0
    subject = await visit.connection.fetchval(sql("close_alert_by_id"), number, visit.now)
    if subject is None:
        return text(visit.texts("admin.alert.gone"))
    return text(visit.texts("admin.alert.closed", subject=subject))


# ------------------------------------------------------------------ the house


async def _health(visit: Visit, wish: Wish) -> Reply:
    state = await summary.health(visit.service, visit.connection)
    return Reply(digest.health(state, visit.texts, visit.service.write.rules))


async def _cost(visit: Visit, wish: Wish) -> Reply:
    """What the running month has cost so far."""
    first = costs.this_month(visit.service)
    month = await costs.month_of(visit.service, visit.connection, first)
    try:
        return Reply(cost.report(visit.texts, month, costs.prices()))
    except cost.UnknownPrice as category:
        return text(visit.texts("admin.cost.unknown", category=str(category)))


async def _digest(visit: Visit, wish: Wish) -> Reply:
    """The summary on demand, with what happened since the morning's."""
    said = await summary.made(visit.service, visit.connection, evening=True)
    return Reply(said.message) if said else text(visit.texts("admin.digest.nothing"))


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


WISHES: dict[str, Callable[[Visit, Wish], Awaitable[Reply]]] = {
    "home": _menu,
    "pending": _pending,
    "refunds": _refunds,
    "today": _arrivals,
    "tomorrow": _arrivals,
    "weekend": _arrivals,
    "health": _health,
    "cost": _cost,
    "digest": _digest,
    "alerts": _alerts,
    "alert": _one_alert,
    "closed": _close_alert,
}
