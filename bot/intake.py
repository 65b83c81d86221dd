"""What is made durable in groups: arrived events, and sends that WhatsApp has accepted."""

from collections.abc import Sequence

import asyncpg

from bot.clock import Clock
from bot.grouped import Grouped
from bot.split import Single
from bot.wakeup import Wakeup, Work
from db import outbox
from db.outbox import Sent
from db.pool import ACQUIRE_SECONDS
from db.sql import sql

MOST = 200  # in one commit
WAITING = 2000  # deliveries that may wait for a commit; more are refused at once

Intake = Grouped[list[Single]]
Outcome = Grouped[Sent]


def open_intake(pool: asyncpg.Pool, clock: Clock, wakeup: Wakeup) -> Intake:
    """The intake of one process: `do(events)` returns when they are committed."""

    async def store(deliveries: Sequence[list[Single]]) -> None:
        events = [each for delivery in deliveries for each in delivery]
        columns = zip(*((each.id, each.kind, each.lane, each.body) for each in events), strict=True)
        told = not wakeup.is_heard(Work.INBOX)  # a loop of this process needs no notice
        async with pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            await connection.execute(sql("insert_events"), *map(list, columns), clock.now(), told)
        wakeup.ring(*{Work.STATUSES if each.kind == "status" else Work.INBOX for each in events})

    return Grouped(store, most=MOST, waiting=WAITING)


def open_outcome(pool: asyncpg.Pool, clock: Clock) -> Outcome:
    """Records accepted sends: `do(sent)` returns when it is committed."""

    async def finish(sends: Sequence[Sent]) -> None:
        async with pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            await outbox.finish_sends(connection, sends, clock.now())

    return Grouped(finish, most=MOST, waiting=WAITING)
