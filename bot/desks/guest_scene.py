"""What the database knows of guests at one moment, and of what is taken."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.service import Service
from db import checkouts
from db.pool import Connection
from db.sql import sql
from flows.availability import HORIZON, Calendar, Taken
from flows.facts import Booking, Person
from flows.guest.draft import Draft
from flows.guest.scene import Scene
from flows.property import Property
from flows.record import replace


async def lock(service: Service, connection: Connection, guest: Person) -> dict[str, Any]:
    """Lock a guest's conversation until the transaction ends; where it stands."""
    now = service.clock.now()
    state: dict[str, Any] = await connection.fetchval(sql("lock_chat"), guest.person_id, now)
    return state


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

    At the draft's place until the horizon; elsewhere on the draft's own nights and on those of the
    next weekend.
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
