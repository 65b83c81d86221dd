"""One person, one row: found by user id or by phone, merged, and told apart when numbers move."""

import asyncio
from datetime import timedelta

import pytest

from db import outbox, people
from db.outbox import Row
from db.people import Sender
from db.pool import transaction
from db.sql import sql
from tests.db import stock

P1, P2 = "+919811111111", "+919822222222"
LATER = stock.NOW + timedelta(hours=1)


@pytest.fixture
def heard(pool):
    """`await heard(user_id, phone)`: a message arrives."""

    async def hear(user_id=None, phone=None, name="Rahul", at=stock.NOW):
        async with transaction(pool) as connection:
            return await people.heard_from(connection, Sender(user_id, phone, name), at, at)

    return hear


async def everybody(pool) -> set[tuple[str | None, str | None]]:
    rows = await pool.fetch("SELECT user_id, phone FROM person")
    return {(row["user_id"], row["phone"]) for row in rows}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("IN.1", None), ("IN.1", None)),
        ((None, P1), (None, P1)),
        (("IN.1", P1), ("IN.1", P1)),
        (("IN.1", None), ("IN.1", P1)),
        ((None, P1), ("IN.1", P1)),
        (("IN.1", P1), (None, P1)),
        (("IN.1", P1), ("IN.1", None)),
    ],
    ids=str,
)
async def test_the_same_person_has_one_row(pool, heard, first, second):
    one, other = await heard(*first), await heard(*second)
    assert one.person_id == other.person_id
    known = {(first[0] or second[0], first[1] or second[1])}
    assert await everybody(pool) == known


async def test_two_halves_of_one_person_become_one(pool, heard, door, make_property):
    """Known by phone alone with a booking and a chat, and by user id alone; then both at once."""
    by_phone = await heard(None, P1)
    booking = await stock.hold(pool, door, await make_property(), person_id=by_phone.person_id)
    rows = [Row("k1", f"p:{by_phone.person_id}", "whatsapp", "x", stock.NOW, None,
                by_phone.person_id, {})]  # fmt: skip
    await outbox.insert(pool, rows, stock.NOW)
    by_user = await heard("IN.1", None)
    whole = await heard("IN.1", P1)
    assert whole.person_id == by_user.person_id
    assert ("IN.1", P1) in await everybody(pool)
    assert await pool.fetchval(
        "SELECT person_id FROM checkout WHERE booking_id = $1", booking.booking_id
    ) == whole.person_id  # fmt: skip
    message = await pool.fetchrow("SELECT person_id, lane FROM message WHERE dedupe_key = 'k1'")
    assert tuple(message) == (whole.person_id, f"p:{whole.person_id}")


async def test_a_paid_booking_moves_with_its_guest(pool, heard, door, make_property):
    by_phone = await heard(None, P1)
    booking = await stock.asked(pool, door, await make_property(), person_id=by_phone.person_id)
    await heard("IN.1", None)
    whole = await heard("IN.1", P1)
    assert await pool.fetchval(
        "SELECT person_id FROM booking WHERE booking_id = $1", booking.booking_id
    ) == whole.person_id  # fmt: skip


async def test_a_recycled_number_is_a_new_person_without_the_old_history(
    pool, heard, door, make_property
):
    """The number belongs to another user id now: rights go with it, bookings stay behind."""
    old = await heard("IN.1", P1)
    booking = await stock.hold(pool, door, await make_property(), person_id=old.person_id)
    new = await heard("IN.2", P1)
    assert new.person_id != old.person_id
    assert await everybody(pool) >= {("IN.1", None), ("IN.2", P1)}
    async with pool.acquire() as connection:
        facts = await door.facts(connection, booking.booking_id)
    assert facts.guest.person_id == old.person_id


async def test_a_number_that_moves_between_two_known_people(pool, heard):
    await heard("IN.1", P1)
    await heard("IN.2", P2)
    await heard("IN.2", P1)
    assert await everybody(pool) >= {("IN.1", None), ("IN.2", P1)}


@pytest.mark.parametrize("number", [stock.ADMIN, stock.OWNER])
async def test_bookings_stay_readable_when_the_owner_or_admin_writes_from_a_new_number(
    pool, heard, door, make_property, number
):
    """The property and the settings still name the old number: it keeps a row to be written to."""
    await heard("IN.9", number)
    booking = await stock.asked(pool, door, await make_property())
    await heard("IN.9", P1)
    async with pool.acquire() as connection:
        facts = await door.facts(connection, booking.booking_id)
    assert facts.booking_id == booking.booking_id
    assert await everybody(pool) >= {("IN.9", P1), (None, number)}


async def change(pool, person_id: int, phone: str | None, user_id: str | None) -> None:
    async with transaction(pool) as connection:
        await people.change_number(connection, person_id, phone, user_id, LATER)


async def test_a_changed_number_takes_the_history_along(pool, heard):
    person = await heard("IN.1", P1)
    await change(pool, person.person_id, P2, None)
    assert await everybody(pool) == {("IN.1", P2), (None, P1)}
    assert (await heard("IN.1", P2)).person_id == person.person_id


async def test_a_changed_number_that_wrote_first_is_the_same_person(pool, heard):
    """The first message under the new id arrives before WhatsApp tells of the change."""
    person = await heard("IN.1", P1)
    await heard("IN.2", P2)
    await change(pool, person.person_id, P2, "IN.2")
    assert await everybody(pool) == {("IN.2", P2), (None, P1)}
    assert (await heard("IN.2", P2)).person_id == person.person_id


async def test_a_changed_number_that_a_stranger_had_is_taken_from_him(pool, heard):
    person = await heard("IN.1", P1)
    stranger = await heard("IN.7", P2)
    await change(pool, person.person_id, P2, None)
    assert await everybody(pool) == {("IN.1", P2), ("IN.7", None), (None, P1)}
    assert (await heard("IN.7", None)).person_id == stranger.person_id


async def test_a_change_told_twice_changes_nothing_more(pool, heard):
    person = await heard("IN.1", P1)
    for _ in range(2):
        await change(pool, person.person_id, P2, "IN.2")
    assert await everybody(pool) == {("IN.2", P2), (None, P1)}


async def test_an_older_message_never_shortens_the_window(pool, heard):
    person = await heard("IN.1", P1, at=LATER)
    await heard("IN.1", P1, at=stock.NOW)
    assert await pool.fetchval(
        "SELECT heard_at FROM person WHERE person_id = $1", person.person_id
    ) == LATER  # fmt: skip


async def test_an_empty_profile_name_does_not_wipe_a_known_one(heard):
    await heard("IN.1", P1, name="Asha")
    assert (await heard("IN.1", P1, name="")).name == "Asha"


async def test_twenty_first_messages_at_once_make_one_person(pool, heard):
    found = await asyncio.gather(*(heard("IN.1", P1) for _ in range(20)))
    assert len({each.person_id for each in found}) == 1
    assert await everybody(pool) == {("IN.1", P1)}


async def test_an_owner_known_by_phone_keeps_his_name_when_imported_again(pool):
    for name in ("Suresh", "Another"):
        await people.ensure(pool, [(P1, name)], stock.NOW)
    assert await pool.fetchval(sql("person_by_phone").replace("*", "name"), P1) == "Suresh"
