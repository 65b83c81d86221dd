"""Owner, guest and clock decide about one booking in the same instant: one of them does."""

import asyncio
from datetime import timedelta

from db import people
from db.door import Moved
from db.people import Sender
from db.pool import transaction
from flows.booking import Actor, Event, Status
from tests.db import stock


async def test_owner_guest_and_deadline_race_for_one_booking(pool, door, make_property):
    place = await make_property(units=20)
    bookings = [await stock.asked(pool, door, place) for _ in range(20)]
    at = bookings[0].deadline or stock.NOW + timedelta(hours=6)
    rivals = ((Event.CONFIRMED, Actor.OWNER), (Event.CANCELLED, Actor.GUEST),
              (Event.DEADLINE_PASSED, Actor.CLOCK))  # fmt: skip

    async def try_it(booking_id: str, event: Event, actor: Actor) -> Event | None:
        async with transaction(pool) as connection:
            done = await door.move(connection, booking_id, event, actor, at)
        return event if isinstance(done, Moved) else None

    for booking in bookings:
        tries = (try_it(booking.booking_id, event, actor) for event, actor in rivals)
        made = [each for each in await asyncio.gather(*tries) if each]
        # A confirmed stay may still be cancelled by its guest, in that order only.
        assert len(made) == 1 or set(made) == {Event.CONFIRMED, Event.CANCELLED}
        rows = await pool.fetch(
            "SELECT event, to_status FROM booking_event WHERE booking_id = $1 ORDER BY seq",
            booking.booking_id,
        )
        events = [row["event"] for row in rows]
        assert events.count("deadline_passed") + events.count("confirmed") <= 1
        if len(made) == 2:
            assert events.index("confirmed") < events.index("cancelled")


async def test_who_writes_does_not_wait_for_who_is_told(pool, door, make_property):
    """A chat locks its person, then a booking; a payment its booking, then tells that person."""
    place = await make_property()
    booking = await stock.hold(pool, door, place)
    owner, guest = place.owner_phone, booking.guest.phone
    async with transaction(pool) as writing, asyncio.timeout(5):
        for phone in sorted({owner, guest}):
            await people.heard_from(writing, Sender(None, phone, "Somebody"), stock.NOW, stock.NOW)
        async with transaction(pool) as settling:
            assert isinstance(await stock.pay(settling, door, booking), Moved)
        found = await door.lock(writing, booking.booking_id)
    assert found.status is Status.BOOKING_REQUEST_SENT_TO_OWNER
    told = await pool.fetchval("SELECT count(*) FROM message WHERE kind = 'whatsapp'")
    assert told >= 2
