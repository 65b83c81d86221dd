"""The door's three answers: moved, already there, refused; and what each leaves behind."""

from datetime import timedelta

import pytest

from db.door import AlreadyThere, Moved, NoSuchBooking, Refused
from db.pool import transaction
from flows.booking import Actor, Event, Status
from tests.db import stock

LATER = stock.NOW + timedelta(minutes=7)


@pytest.fixture
async def booking(pool, door, make_property):
    return await stock.asked(pool, door, await make_property())


@pytest.fixture
def move(pool, door, booking):
    """`await move(event, actor)`, each in a transaction of its own."""

    async def make(event: Event, actor: Actor, *, now=stock.NOW, to=None):
        async with transaction(pool) as connection:
            return await door.move(connection, booking.booking_id, event, actor, now, to=to)

    return make


async def rows(pool, table: str) -> int:
    return await pool.fetchval(f"SELECT count(*) FROM {table}")


async def test_the_second_confirm_is_already_there_and_sends_nothing(pool, move):
    first = await move(Event.CONFIRMED, Actor.OWNER)
    sent = await rows(pool, "message")
    second = await move(Event.CONFIRMED, Actor.ADMIN, now=LATER)
    assert isinstance(first, Moved) and isinstance(second, AlreadyThere)
    assert (second.actor, second.at) == (Actor.OWNER, stock.NOW), "who did it, and when"
    assert second.booking.status is Status.TICKET_GENERATED
    assert await rows(pool, "message") == sent


async def test_cancel_after_confirm_is_refused_with_what_is_true(move):
    await move(Event.CONFIRMED, Actor.OWNER)
    done = await move(Event.CANCELLED, Actor.OWNER)
    assert isinstance(done, Refused)
    assert done.booking.status is Status.TICKET_GENERATED


async def test_confirm_after_cancel_is_refused(move):
    await move(Event.CANCELLED, Actor.OWNER)
    assert isinstance(await move(Event.CONFIRMED, Actor.OWNER), Refused)


async def test_cancel_undo_confirm_moves_three_times(pool, move, booking):
    for event in (Event.CANCELLED, Event.UNDONE, Event.CONFIRMED):
        assert isinstance(await move(event, Actor.OWNER), Moved)
    events = await pool.fetch(
        "SELECT event FROM booking_event WHERE booking_id = $1 ORDER BY seq", booking.booking_id
    )
    assert [row["event"] for row in events][-4:] == [
        "cancelled", "undone", "confirmed", "ticket_issued",
    ]  # fmt: skip


async def test_a_cancellation_that_was_undone_is_not_already_there(move):
    await move(Event.CANCELLED, Actor.OWNER)
    await move(Event.UNDONE, Actor.OWNER)
    await move(Event.CONFIRMED, Actor.OWNER)
    assert isinstance(await move(Event.CANCELLED, Actor.OWNER), Refused)


async def test_cancelled_twice_around_an_undo_is_a_move_again(move):
    await move(Event.CANCELLED, Actor.OWNER)
    await move(Event.UNDONE, Actor.OWNER)
    assert isinstance(await move(Event.CANCELLED, Actor.OWNER, now=LATER), Moved)
    again = await move(Event.CANCELLED, Actor.OWNER, now=LATER)
    assert isinstance(again, AlreadyThere)
    assert again.at == LATER


async def test_undo_after_the_second_cancellation_has_settled_is_refused(move):
    for event in (Event.CANCELLED, Event.UNDONE, Event.CANCELLED):
        await move(event, Actor.OWNER)
    await move(Event.SETTLED, Actor.CLOCK)
    assert isinstance(await move(Event.UNDONE, Actor.OWNER), Refused)


async def test_confirm_of_a_stay_that_the_guest_cancelled_is_refused(move):
    await move(Event.CONFIRMED, Actor.OWNER)
    await move(Event.CANCELLED, Actor.GUEST)
    done = await move(Event.CONFIRMED, Actor.OWNER)
    assert isinstance(done, Refused), "it is not 'already confirmed' any more"
    assert done.booking.status is Status.GUEST_CANCELLED


async def test_an_admin_says_for_whom_he_cancels(move):
    done = await move(Event.CANCELLED, Actor.ADMIN, to=Status.GUEST_CANCELLED)
    assert isinstance(done, Moved)
    assert done.booking.status is Status.GUEST_CANCELLED


async def test_a_booking_that_never_was(pool, door):
    async with transaction(pool) as connection:
        with pytest.raises(NoSuchBooking):
            await door.move(connection, "LC000000", Event.CONFIRMED, Actor.OWNER, stock.NOW)


async def test_a_move_that_fails_leaves_nothing(pool, door, booking):
    """Status, events, rows and messages are one transaction."""
    written = "SELECT (SELECT count(*) FROM message), status FROM booking"
    before = await pool.fetchrow(written)
    connection = await pool.acquire()
    half = connection.transaction()
    await half.start()
    await door.move(connection, booking.booking_id, Event.CONFIRMED, Actor.OWNER, stock.NOW)
    await half.rollback()
    await pool.release(connection)
    after = await pool.fetchrow(written)
    assert after == before
    assert await rows(pool, "ticket") == 0


async def test_the_deadline_is_counted_from_the_first_question(pool, door, move, booking):
    """An undo does not give the owner another hour."""
    await move(Event.CANCELLED, Actor.OWNER)
    done = await move(Event.UNDONE, Actor.OWNER, now=LATER)
    assert done.booking.deadline == booking.deadline
    assert done.booking.answer_by == booking.answer_by
