"""An owner's blocks and guests' stays: the same table, so never both."""

import asyncio
from datetime import timedelta

import pytest

from db import blocks
from db.blocks import InTheWay
from db.checkouts import DatesTaken
from db.pool import transaction
from flows.booking import Actor
from tests.db import stock
from tests.db.test_occupancy import OVERLAPS

DAY = timedelta(days=1)
LAST = stock.FIRST + 2 * DAY
ROUNDS = 8


async def close(pool, place, first=stock.FIRST, last=LAST, **more):
    async with transaction(pool) as connection:
        return await blocks.block(connection, place, first, last, Actor.OWNER, stock.NOW, **more)


async def nights(pool):
    rows = await pool.fetch(
        "SELECT unit, lower(stay) AS first, upper(stay) AS last FROM occupancy"
        " WHERE block_id IS NOT NULL ORDER BY 1, 2"
    )
    return [(row["unit"], row["first"], row["last"]) for row in rows]


async def test_a_guest_and_the_owner_want_the_last_unit_and_one_of_them_gets_it(
    pool, door, make_property
):
    outcomes = set()
    for _ in range(ROUNDS):
        place = await make_property(units=1)
        results = await asyncio.gather(
            close(pool, place), stock.hold(pool, door, place), return_exceptions=True
        )
        lost = [each for each in results if isinstance(each, InTheWay | DatesTaken)]
        assert len(lost) == 1, results
        outcomes.add(type(lost[0]))
        count = "SELECT count(*) FROM occupancy WHERE property_id = $1"
        assert await pool.fetchval(count, place.property_id) == 1
    assert outcomes <= {InTheWay, DatesTaken}


async def test_what_is_free_is_blocked_while_guests_come(pool, door, make_property):
    place = await make_property(units=10)
    wishes = [stock.hold(pool, door, place, guests=6) for _ in range(8)]
    results = await asyncio.gather(close(pool, place, partly=True), *wishes, return_exceptions=True)
    assert not [each for each in results if isinstance(each, Exception)
                and not isinstance(each, DatesTaken)]  # fmt: skip
    assert await pool.fetchval(OVERLAPS) == 0
    assert await pool.fetchval("SELECT count(DISTINCT unit) FROM occupancy") == 10


async def test_a_block_over_a_guest_names_him_and_leaves_nothing(pool, door, make_property):
    place = await make_property(units=2)
    held = await stock.hold(pool, door, place)
    with pytest.raises(InTheWay) as met:
        await close(pool, place)
    assert (met.value.booking_ids, met.value.anything_free) == ((held.booking_id,), True)
    assert await pool.fetchval("SELECT count(*) FROM block") == 0
    assert await close(pool, place, partly=True) is not None
    assert await nights(pool) == [(2, stock.FIRST, LAST)]
    with pytest.raises(InTheWay) as met:
        await close(pool, place)
    assert not met.value.anything_free


async def test_blocking_twice_blocks_once(pool, make_property):
    place = await make_property(units=3)
    assert await close(pool, place) is not None
    assert await close(pool, place) is None
    assert await close(pool, place, last=LAST + DAY) is not None
    assert len(await nights(pool)) == 6


async def test_opening_the_middle_leaves_both_ends(pool, make_property):
    place = await make_property(units=1)
    await close(pool, place, last=stock.FIRST + 6 * DAY)
    first, last = stock.FIRST + 2 * DAY, stock.FIRST + 4 * DAY
    async with transaction(pool) as connection:
        assert await blocks.open_nights(connection, place.property_id, first, last)
        assert not await blocks.open_nights(connection, place.property_id, first, last)
        found = await blocks.blocked(connection, place.owner_phone, stock.FIRST)
    assert [(each.first, each.last) for each in found] == [
        (stock.FIRST, first), (last, stock.FIRST + 6 * DAY),
    ]  # fmt: skip


async def test_only_the_owner_undoes_a_block(pool, make_property):
    place = await make_property(units=1)
    block_id = await close(pool, place)
    async with transaction(pool) as connection:
        assert await blocks.lift(connection, block_id, "+919999999999") is None
        undone = await blocks.lift(connection, block_id, place.owner_phone)
        assert undone and (undone.first, undone.last) == (stock.FIRST, LAST)
        assert await blocks.lift(connection, block_id, place.owner_phone) is None
    assert await nights(pool) == []
