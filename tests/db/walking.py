"""Walking a booking through the real door, with what the world does beside each move."""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta

from db.checkouts import occupy
from db.door import Answer, Door, Moved
from db.pool import Connection
from db.sql import sql
from flows.booking import AT_ONCE, TRANSITIONS, Actor, Event, Status
from flows.facts import Booking
from tests.db import stock

STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Edge:
    """One legal move."""

    source: Status
    event: Event
    actor: Actor
    to: Status

    def __str__(self) -> str:
        return f"{self.source} {self.event} {self.actor} {self.to}"


EDGES = tuple(
    Edge(source, event, actor, to)
    for source, event, actors, to in TRANSITIONS
    for actor in actors
)  # fmt: skip
# A walk begins with a hold and takes the clock's immediate moves along.
BY_HAND = tuple(
    edge for edge in EDGES if edge.source is not Status.NONE and edge.source not in AT_ONCE
)


def landing(status: Status) -> Status:
    """Where a booking stands after the moves that follow at once."""
    while (event := AT_ONCE.get(status)) is not None:
        (status,) = (edge.to for edge in EDGES if (edge.source, edge.event) == (status, event))
    return status


def path_to(goal: Status) -> tuple[Edge, ...]:
    """The fewest moves from a fresh hold to a state."""
    queue: deque[tuple[Status, tuple[Edge, ...]]] = deque([(Status.PAYMENT_PENDING, ())])
    seen = {Status.PAYMENT_PENDING}
    while queue:
        status, path = queue.popleft()
        if status is goal:
            return path
        for edge in BY_HAND:
            after = landing(edge.to)
            if edge.source is status and after not in seen:
                seen.add(after)
                queue.append((after, (*path, edge)))
    raise LookupError(goal)


async def step(connection: Connection, door: Door, booking: Booking, edge: Edge) -> Booking:
    """Make one legal move, with the rows that its cause brings along."""
    now = stock.NOW + STEP
    await _world(connection, booking, edge)
    if edge.event is Event.PAYMENT_SUCCEEDED:
        done: Answer = await stock.pay(connection, door, booking, now=now, to=edge.to)
    else:
        done = await door.move(
            connection, booking.booking_id, edge.event, edge.actor, now, to=edge.to
        )
    assert isinstance(done, Moved), (edge, done)
    assert done.booking.status is landing(edge.to)
    return done.booking


async def _world(connection: Connection, booking: Booking, edge: Edge) -> None:
    """What payments and the guest's desk write before they ask the door."""
    booking_id = booking.booking_id
    if edge.source is Status.PAYMENT_EXPIRED and edge.to is Status.PAYMENT_SUCCESS:
        place, first, last = booking.place, booking.first, booking.last
        await occupy(connection, place, booking.units, first, last, booking_id)
    if edge.event is Event.REFUND_FAILED:
        await connection.execute(
            sql("end_refund"), booking.refund_id, "failed", None, None, stock.NOW, False
        )


async def walk(
    connection: Connection, door: Door, booking: Booking, edges: tuple[Edge, ...]
) -> Booking:
    """Make several moves, one after the other."""
    for edge in edges:
        booking = await step(connection, door, booking, edge)
    return booking
