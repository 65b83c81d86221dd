"""Two guests never have the same unit, with the application's checks or without them."""

import asyncio
import random
from collections import Counter
from datetime import date, timedelta

import asyncpg
import pytest
from asyncpg import Range

from db.checkouts import DatesTaken, busy, busy_units
from db.pool import transaction
from flows.booking import Actor, Event
from tests.db import stock

RIVALS = 200
DAY = timedelta(days=1)
OVERLAPS = """
    SELECT count(*) FROM occupancy a JOIN occupancy b
        ON a.occupancy_id < b.occupancy_id AND a.property_id = b.property_id
       AND a.unit = b.unit AND a.stay && b.stay"""


@pytest.fixture
def rush(pool, door):
    """`await rush(place, wishes)`: every wish at once; answers what each came to."""

    async def one(place, wish):
        try:
            async with pool.acquire() as connection, connection.transaction():
                return await stock.hold(connection, door, place, **wish)
        except DatesTaken as taken:
            return taken

    async def rush(place, wishes):
        return await asyncio.gather(*(one(place, wish) for wish in wishes))

    return rush


def winners(results) -> list:
    return [each for each in results if not isinstance(each, DatesTaken)]


async def test_two_hundred_rivals_for_the_last_unit_and_one_wins(pool, make_property, rush):
    place = await make_property(units=1)
    results = await rush(place, [{}] * RIVALS)
    assert len(winners(results)) == 1
    assert await pool.fetchval("SELECT count(*) FROM checkout") == 1, "a loser leaves nothing"
    assert await pool.fetchval("SELECT count(*) FROM booking_event") == 1
    assert await pool.fetchval("SELECT count(*) FROM occupancy") == 1


async def test_the_database_alone_lets_one_of_two_hundred_win(pool, make_property):
    """Raw inserts: nothing of the application stands between the rivals and the table."""
    place = await make_property(units=1)

    async def grab(number: int) -> bool:
        stay = Range(stock.FIRST + (number % 3) * DAY, stock.FIRST + 4 * DAY)
        try:
            await pool.execute(
                "INSERT INTO occupancy (property_id, unit, stay) VALUES ($1, 1, $2)",
                place.property_id, stay,
            )  # fmt: skip
        except (asyncpg.ExclusionViolationError, asyncpg.DeadlockDetectedError):
            return False
        return True

    assert sum(await asyncio.gather(*(grab(number) for number in range(RIVALS)))) == 1


async def test_as_many_win_as_there_are_units(pool, make_property, rush):
    place = await make_property(units=7)
    results = await rush(place, [{}] * 20)
    assert len(winners(results)) == 7
    assert await pool.fetchval("SELECT count(DISTINCT unit) FROM occupancy") == 7


async def test_parties_of_several_units_never_share_one(pool, make_property, rush):
    """Sixty parties of one to four tents on overlapping nights at a camp of ten."""
    place = await make_property(units=10)
    draw = random.Random(7)
    wishes = [
        {
            "guests": draw.randint(1, 12),
            "first": stock.FIRST + draw.randint(0, 4) * DAY,
            "nights": draw.randint(1, 3),
        }
        for _ in range(60)
    ]
    held = winners(await rush(place, wishes))
    assert held and len(held) < len(wishes)
    assert await pool.fetchval(OVERLAPS) == 0
    units = await pool.fetch("SELECT booking_id, count(*) AS n FROM occupancy GROUP BY 1")
    assert {row["booking_id"]: row["n"] for row in units} == {
        booking.booking_id: booking.units for booking in held
    }
    nights = Counter()
    for booking in held:
        for night in range(booking.nights):
            nights[booking.first + night * DAY] += booking.units
    assert max(nights.values()) <= place.units


async def test_a_party_too_big_for_what_is_left_takes_nothing(pool, door, make_property):
    place = await make_property(units=3)
    await stock.hold(pool, door, place, guests=6)
    with pytest.raises(DatesTaken):
        await stock.hold(pool, door, place, guests=6)
    assert await pool.fetchval("SELECT count(*) FROM occupancy") == 2
    await stock.hold(pool, door, place, guests=3)


async def test_check_out_day_is_the_next_guests_check_in_day(pool, door, make_property):
    place = await make_property(units=1)
    await stock.hold(pool, door, place, first=stock.FIRST, nights=2)
    await stock.hold(pool, door, place, first=stock.FIRST + 2 * DAY, nights=1)
    await stock.hold(pool, door, place, first=stock.FIRST - DAY, nights=1)
    with pytest.raises(DatesTaken):
        await stock.hold(pool, door, place, first=stock.FIRST + DAY, nights=2)


async def test_a_lapsed_hold_frees_its_units(pool, door, make_property):
    place = await make_property(units=1)
    booking = await stock.hold(pool, door, place)
    async with transaction(pool) as connection:
        await door.move(
            connection, booking.booking_id, Event.HOLD_LAPSED, Actor.CLOCK, booking.hold_until
        )
    assert (await stock.hold(pool, door, place)).units == 1


async def test_an_owners_block_counts_like_a_stay(pool, door, make_property):
    place = await make_property(units=1)
    stay = Range(stock.FIRST, stock.FIRST + DAY)
    await pool.execute(
        "INSERT INTO occupancy (property_id, unit, stay) VALUES ($1, 1, $2)",
        place.property_id, stay,
    )  # fmt: skip
    with pytest.raises(DatesTaken):
        await stock.hold(pool, door, place)


async def test_other_properties_are_not_in_the_way(pool, door, make_property):
    for _ in range(2):
        await stock.hold(pool, door, await make_property(units=1))
    assert await pool.fetchval("SELECT count(*) FROM occupancy") == 2


async def test_what_is_busy_is_told_by_unit_and_night(pool, door, make_property):
    place = await make_property(units=5)
    held = await stock.hold(pool, door, place, guests=6, nights=2)
    last = stock.FIRST + 2 * DAY
    async with pool.acquire() as connection:
        taken = await busy(connection, [place.property_id], date(2026, 12, 1), date(2027, 1, 1))
        within, after = (stock.FIRST + DAY, last), (last, last + DAY)
        counts = await busy_units(connection, [within, after])
    assert [(each.unit, each.first, each.last) for each in taken[place.property_id]] == [
        (1, stock.FIRST, last), (2, stock.FIRST, last),
    ]  # fmt: skip
    assert {each.booking_id for each in taken[place.property_id]} == {held.booking_id}
    assert counts == {within: {place.property_id: 2}, after: {}}


async def test_one_guest_holds_one_unpaid_checkout(pool, door, make_property):
    place = await make_property()
    person = await stock.add_person(pool)
    await stock.hold(pool, door, place, person_id=person.person_id)
    with pytest.raises(asyncpg.UniqueViolationError):
        await stock.hold(pool, door, place, person_id=person.person_id)
