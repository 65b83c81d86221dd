"""Every legal move can be made, no other can: by the door, and by the database itself."""

import asyncio
import itertools
from contextlib import asynccontextmanager

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.door import Moved, Refused
from db.pool import transaction
from db.sql import sql
from flows.booking import HOLDING, Actor, Event, Status, targets
from tests.db import stock
from tests.db.walking import BY_HAND, EDGES, Edge, path_to, step, walk

INSERT = (
    "INSERT INTO booking_event (booking_id, seq, from_status, event, to_status, actor, at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)"
)
WRITTEN = "SELECT (SELECT count(*) FROM booking_event), (SELECT count(*) FROM message)"


@asynccontextmanager
async def undone(pool):
    """A connection whose transaction is rolled back: each example finds the same database."""
    async with pool.acquire() as connection:
        transaction_ = connection.transaction()
        await transaction_.start()
        try:
            yield connection
        finally:
            await transaction_.rollback()


async def assert_true_to_its_events(connection, booking_id: str) -> None:
    """Gapless, each event where the last one ended, and the status says the last one."""
    events = await connection.fetch(sql("events"), booking_id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["from_status"] == Status.NONE
    for one, other in itertools.pairwise(events):
        assert one["to_status"] == other["from_status"]
    booking = await connection.fetchrow(sql("booking_facts"), [booking_id], stock.ADMIN)
    assert booking["status"] == events[-1]["to_status"]


async def assert_dates_follow(connection, booking) -> None:
    """Units are taken exactly while the state holds them."""
    held = await connection.fetchval(
        "SELECT count(*) FROM occupancy WHERE booking_id = $1", booking.booking_id
    )
    assert held == (booking.units if booking.status in HOLDING else 0)


@pytest.mark.parametrize("edge", BY_HAND, ids=str)
async def test_every_legal_move_can_be_made(edge, pool, door, make_property):
    async with transaction(pool) as connection:
        booking = await stock.hold(connection, door, await make_property())
        booking = await walk(connection, door, booking, path_to(edge.source))
        assert booking.status is edge.source
        booking = await step(connection, door, booking, edge)
        await assert_true_to_its_events(connection, booking.booking_id)
        await assert_dates_follow(connection, booking)


@settings(max_examples=25)
@given(choices=st.lists(st.integers(0, 10**6), min_size=1, max_size=14))
async def test_every_walk_keeps_the_books_true(choices, pool, door, make_property):
    """Random walks; before each move every other request is refused and changes nothing."""
    async with undone(pool) as connection:
        booking = await stock.hold(connection, door, await stock.add_property(connection))
        for choice in choices:
            await assert_nothing_else_is_done(connection, door, booking, choice)
            legal = [edge for edge in BY_HAND if edge.source is booking.status]
            if not legal:
                return
            booking = await step(connection, door, booking, legal[choice % len(legal)])
            await assert_true_to_its_events(connection, booking.booking_id)
            await assert_dates_follow(connection, booking)


async def assert_nothing_else_is_done(connection, door, booking, choice: int) -> None:
    """A fifth of all illegal requests, another fifth at each choice."""
    illegal = [
        (event, actor)
        for event, actor in itertools.product(Event, Actor)
        if not targets(booking.status, event, actor)
    ]
    before = await connection.fetchrow(WRITTEN)
    for event, actor in illegal[choice % 5 :: 5]:
        done = await door.move(connection, booking.booking_id, event, actor, stock.NOW)
        assert not isinstance(done, Moved)
        assert done.booking.status is booking.status
    assert await connection.fetchrow(WRITTEN) == before


ILLEGAL = [
    combination
    for combination in itertools.product(Status, Event, Actor)
    if not targets(*combination)
]


def test_every_other_request_is_illegal():
    assert len(ILLEGAL) + len({edge_key(edge) for edge in EDGES}) == len(Status) * len(Event) * 5
    assert all(targets(*combination) == () for combination in ILLEGAL)


def edge_key(edge: Edge) -> tuple[Status, Event, Actor]:
    return edge.source, edge.event, edge.actor


async def test_the_database_refuses_every_illegal_move_by_itself(pool, make_checkout):
    """A raw insert past the application: each triple that is not in the table, to every state."""
    booking = await make_checkout()
    async with pool.acquire() as connection:
        insert = await connection.prepare(INSERT)
        legal = {(edge.source, edge.event, edge.actor, edge.to) for edge in EDGES}
        for number, (source, event, actor) in enumerate(ILLEGAL):
            to = list(Status)[number % len(Status)]
            assert (source, event, actor, to) not in legal
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await insert.fetch(booking.booking_id, 2, source, event, to, actor, stock.NOW)


async def test_the_database_refuses_a_legal_move_from_another_state(pool, make_checkout):
    booking = await make_checkout()
    for edge in EDGES:
        if edge.source is Status.PAYMENT_PENDING:
            continue
        row = 2, edge.source, edge.event, edge.to, edge.actor, stock.NOW
        with pytest.raises(asyncpg.RaiseError, match="is not in status"):
            await pool.execute(INSERT, booking.booking_id, *row)


@pytest.mark.parametrize("seq", [3, 7, 0, -1])
async def test_the_database_refuses_a_gap_between_events(pool, make_checkout, seq):
    booking = await make_checkout()
    with pytest.raises((asyncpg.RaiseError, asyncpg.CheckViolationError)):
        await pool.execute(
            INSERT, booking.booking_id, seq, Status.PAYMENT_PENDING, Event.HOLD_LAPSED,
            Status.PAYMENT_EXPIRED, Actor.CLOCK, stock.NOW,
        )  # fmt: skip


@pytest.mark.parametrize("table", ["checkout", "booking"])
async def test_a_status_without_its_event_is_refused(pool, door, make_property, table):
    booking = await stock.asked(pool, door, await make_property())
    for status in set(Status) - {booking.status}:
        with pytest.raises((asyncpg.RaiseError, asyncpg.CheckViolationError)):
            await pool.execute(
                f"UPDATE {table} SET status = $2 WHERE booking_id = $1", booking.booking_id, status
            )


async def test_a_checkout_cannot_be_born_in_a_later_state(pool, make_checkout):
    booking = await make_checkout()
    with pytest.raises(asyncpg.RaiseError, match="has no event"):
        await pool.execute(
            "INSERT INTO checkout (booking_id, property_id, person_id, guest_name, guest_phone, "
            "checkin, checkout, stay, guests, units, total, advance, status, hold_until, "
            "callback_secret, created_at) SELECT 'LC000000', property_id, person_id, guest_name, "
            "guest_phone, checkin, checkout, stay, guests, units, total, advance, "
            "'PAYMENT_SUCCESS', hold_until, 'another', created_at FROM checkout "
            "WHERE booking_id = $1", booking.booking_id,
        )  # fmt: skip


async def test_two_answers_at_once_move_once(pool, door, make_property):
    """Confirm and Cancel race on thirty bookings: each moves exactly once."""
    place = await make_property(units=30)
    bookings = [await stock.asked(pool, door, place) for _ in range(30)]

    async def tap(booking_id: str, event: Event) -> bool:
        async with pool.acquire() as connection, connection.transaction():
            done = await door.move(connection, booking_id, event, Actor.OWNER, stock.NOW)
            return isinstance(done, Moved)

    taps = [
        tap(booking.booking_id, event)
        for booking in bookings
        for event in (Event.CONFIRMED, Event.CANCELLED, Event.CONFIRMED)
    ]
    assert sum(await asyncio.gather(*taps)) == len(bookings)


async def test_an_event_with_two_ends_must_be_told_which(pool, door, make_property):
    booking = await stock.asked(pool, door, await make_property())
    async with transaction(pool) as connection:
        with pytest.raises(ValueError, match="say which"):
            await door.move(connection, booking.booking_id, Event.CANCELLED, Actor.ADMIN, stock.NOW)


async def test_a_target_that_the_event_does_not_have_is_refused(pool, door, make_property):
    booking = await stock.asked(pool, door, await make_property())
    async with transaction(pool) as connection:
        done = await door.move(
            connection, booking.booking_id, Event.CONFIRMED, Actor.OWNER, stock.NOW,
            to=Status.REFUNDED,
        )  # fmt: skip
    assert isinstance(done, Refused)
