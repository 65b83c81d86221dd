"""The guest's flow joined to the database: facts in, act, answer out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.desks import human_desk
from bot.service import Service
from db import checkouts
from db.checkouts import DatesTaken, open_checkout
from db.door import Moved
from db.pool import Connection
from db.sql import sql
from flows import format as fmt
from flows.availability import HORIZON, Calendar, Taken
from flows.booking import Actor, Event, Status
from flows.facts import Booking, Person
from flows.guest import flow, later
from flows.guest.decision import Act, Decision
from flows.guest.draft import Draft
from flows.guest.read import Reading, read
from flows.guest.scene import Scene
from flows.guest.tongue import Tongue, hear, wants_hint
from flows.inbound import Inbound
from flows.messages import Kind, Message
from flows.property import Property
from flows.record import replace

Answer = tuple[tuple[Message, ...], dict[str, Any]]


async def answer(
    service: Service, connection: Connection, person: Person, inbound: Inbound,
    state: dict[str, Any],
) -> Answer:  # fmt: skip
    """The messages that answer a guest, and the chat's new state."""
    language = person.language
    person, tongue = listen(person, inbound, state)
    if person.language != language:
        await connection.execute(sql("set_language"), person.person_id, person.language)
    (scene,) = await scenes(service, connection, [(person, Draft.from_json(state))])
    reading, scene = take_in(inbound, scene)
    (scene,) = await with_calendars(connection, [scene])
    decision = flow.decide(inbound, reading, scene)
    decision = await _act(service, connection, decision, scene)
    return close(decision, scene, tongue)


def listen(person: Person, inbound: Inbound, state: dict[str, Any]) -> tuple[Person, Tongue]:
    """The person with the language to answer in, and what is known of it."""
    tongue, language = hear(inbound, Tongue(**state.get("tongue", {})), person.language)
    changed = language != person.language
    return replace(person, language=language) if changed else person, tongue


def close(decision: Decision, scene: Scene, tongue: Tongue) -> Answer:
    """What is said and what the chat keeps, with a hint of our languages where it helps."""
    if decision.messages and wants_hint(tongue, scene.person.language):
        decision, tongue = flow.with_hint(decision, scene), replace(tongue, hinted=True)
    return decision.messages, decision.draft.to_json() | {"tongue": tongue.to_json()}


def take_in(inbound: Inbound, scene: Scene) -> tuple[Reading, Scene]:
    """What a message says, and the scene with the draft that it leads to."""
    scene = flow.fresh(scene)
    reading = read(inbound, scene)
    return reading, scene.with_draft(reading.draft)


async def scenes(
    service: Service, connection: Connection, guests: Sequence[tuple[Person, Draft]],
    places: tuple[Property, ...] | None = None,
) -> list[Scene]:  # fmt: skip
    """Everything that is known before a message is read, for some guests at once."""
    if places is None:
        places = await checkouts.properties(connection)
    people = [person.person_id for person, _ in guests]
    rows = await connection.fetch(sql("guest_bookings"), people)
    known = await service.door.all_facts(connection, [row["booking_id"] for row in rows])
    bookings = {each.booking_id: each for each in known}
    mine: dict[int, list[Booking]] = {person_id: [] for person_id in people}
    for row in rows:
        mine[row["person_id"]].append(bookings[row["booking_id"]])
    now, write = service.clock.now(), service.write
    festivals = await service.almanac.ahead(connection, now.astimezone(write.rules.zone).date())
    return [
        Scene(
            person=person,
            draft=draft,
            texts=write.texts(person),
            rules=write.rules,
            now=now,
            places=places,
            bookings=tuple(mine[person.person_id]),
            festivals=festivals,
        )
        for person, draft in guests
    ]


async def with_calendars(connection: Connection, known: Sequence[Scene]) -> list[Scene]:
    """What is taken, for scenes of one moment.

    At the draft's place until the horizon, elsewhere on the nights that count.

    These are the draft's own and those of the next weekend.
    """
    today = known[0].today
    places = {scene.place.property_id for scene in known if scene.place}
    busy = await checkouts.busy(connection, places, today, today + HORIZON) if places else {}
    ranges = {nights for scene in known if (nights := _nights(scene.draft))}
    weekend = known[0].weekend  # of all: for the order of the list of places
    full = await checkouts.busy_units(connection, ranges | {weekend})
    return [_with_calendar(scene, busy, full, full[weekend]) for scene in known]


def _nights(draft: Draft) -> checkouts.Nights | None:
    if draft.checkin and draft.checkout and draft.checkin < draft.checkout:
        return draft.checkin, draft.checkout
    return None


def _with_calendar(
    scene: Scene, busy: Mapping[str, tuple[Taken, ...]],
    full: Mapping[checkouts.Nights, dict[str, int]], busy_soon: dict[str, int],
) -> Scene:  # fmt: skip
    """The guest's own unpaid hold does not stand in the way of changing it."""
    place, nights, own = scene.place, _nights(scene.draft), scene.draft.booking_id
    calendar = None
    if place is not None:
        taken = busy.get(place.property_id, ())
        free = tuple(each for each in taken if own is None or each.booking_id != own)
        calendar = Calendar(place, free)
    return replace(
        scene,
        calendar=calendar,
        full=full[nights] if nights else {},
        busy=busy_soon,
    )


async def _act(
    service: Service, connection: Connection, decision: Decision, scene: Scene
) -> Decision:
    act = decision.act
    if act is None:
        return decision
    return await ACTS[act.verb](service, connection, decision, scene, act)


async def _book(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    """Withdraw what this order replaces, hold its dates; the link's job sends the review."""
    assert act.order
    now = service.clock.now()
    most = service.write.rules.holds_an_hour
    again = await checkouts.free_to_hold(connection, scene.person.person_id, most, now)
    if again is not None:
        return flow.too_many_holds(scene, again)
    try:
        async with connection.transaction():
            for booking in scene.bookings:
                if booking.status is Status.PAYMENT_PENDING:
                    await _withdraw_one(service, connection, booking.booking_id)
            made = await open_checkout(connection, service.door, act.order, now)
    except DatesTaken:
        (fresh,) = await with_calendars(connection, [scene.with_draft(decision.draft)])
        return flow.lost_race(fresh)
    draft = replace(decision.draft, booking_id=made.booking_id, asked=None, misses=0)
    return Decision(draft, decision.messages)


async def _withdraw_one(service: Service, connection: Connection, booking_id: str) -> None:
    await service.door.move(
        connection, booking_id, Event.WITHDRAWN, Actor.GUEST, service.clock.now()
    )


async def _withdraw(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    await _withdraw_one(service, connection, str(act.booking_id))
    return decision


async def _cancel(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    """The guest cancels; the settling move tells everybody, a refusal is answered here."""
    booking = _of(scene, act)
    done = await service.door.move(
        connection, booking.booking_id, Event.CANCELLED, Actor.GUEST, service.clock.now()
    )
    if isinstance(done, Moved):
        return decision
    return replace(decision, messages=(later.about("status", done.booking, scene),))


async def _check(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    """Ask Paytm first; the job that asks also answers, with what Paytm says."""
    booking, now = _of(scene, act), service.clock.now()
    key = f"asked:{now.timestamp():.3f}"
    await service.desk.start(connection, key, booking.booking_id, "look_and_tell", now)
    return decision


async def tell_state(
    service: Service, connection: Connection, booking: Booking, before: Booking, *,
    bank_works: bool,
) -> tuple[Message, ...]:  # fmt: skip
    """Where a payment stands, for somebody who asked; nothing if the change has just been told."""
    if (booking.status, booking.hold_until) != (before.status, before.hold_until):
        return ()
    if bank_works and booking.status is Status.PAYMENT_PENDING:
        return (service.write.pending(booking).message,)
    if bank_works:
        return (service.write.to_guest("guest.pending_over", booking).message,)
    (scene,) = await scenes(service, connection, [(booking.guest, Draft())])
    return (later.check_answer(booking, scene),)


async def lock(service: Service, connection: Connection, guest: Person) -> dict[str, Any]:
    """Lock a guest's conversation until the transaction ends; where it stands."""
    now = service.clock.now()
    state: dict[str, Any] = await connection.fetchval(sql("lock_chat"), guest.person_id, now)
    return state


async def taken_elsewhere(
    service: Service, connection: Connection, booking: Booking
) -> tuple[Message, ...]:
    """The answer to a guest whose dates another site has sold: what is free instead."""
    guest, texts = booking.guest, service.write.texts(booking.guest)
    state = await lock(service, connection, guest)
    draft = Draft.from_json(state)
    if draft.booking_id != booking.booking_id:
        dates = fmt.dates(texts, booking.first, booking.last)
        return (Message(Kind.TEXT, texts("dates.full", dates=dates, place=booking.place.name)),)
    (scene,) = await with_calendars(connection, await scenes(service, connection, [(guest, draft)]))
    decision = flow.lost_race(scene)
    await connection.execute(
        sql("save_chat"), guest.person_id, state | decision.draft.to_json(), service.clock.now()
    )
    return decision.messages


async def _human(
    service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
) -> Decision:
    """Alert the admin that a guest wants a person."""
    state = await lock(service, connection, scene.person)
    guest = replace(scene.person, name=scene.name or "", phone=scene.phone)
    await human_desk.asked(service, connection, guest, state)
    return decision


def _quiet(*, wished: bool) -> Callable[..., Awaitable[Decision]]:
    """Reminders off or on; a waiting one looks before it speaks."""

    async def act(
        service: Service, connection: Connection, decision: Decision, scene: Scene, act: Act
    ) -> Decision:
        await connection.execute(sql("set_quiet"), scene.person.person_id, wished)
        return decision

    return act


def _of(scene: Scene, act: Act) -> Booking:
    return next(each for each in scene.bookings if each.booking_id == act.booking_id)


ACTS = {
    "book": _book,
    "withdraw": _withdraw,
    "cancel": _cancel,
    "check": _check,
    "human": _human,
    "hush": _quiet(wished=True),
    "unhush": _quiet(wished=False),
}
