"""How much waits in each queue, and for how long."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import asyncpg

from db.pool import Connection
from db.sql import sql
from flows.record import record

NAMES = ("inbox", "statuses", "whatsapp", "paytm", "timer")
INBOX, OUTBOX = NAMES[:2], NAMES[2:]
REMEMBERED = timedelta(days=1)  # so long a row that was given up counts


@record
class Queue:
    """One queue: rows that are due, in flight and given up; and how long the oldest waits."""

    due: int = 0
    sending: int = 0
    dead: int = 0  # given up within a day, or parked
    waits: timedelta = timedelta()


async def look(connection: Connection | asyncpg.Pool, now: datetime) -> Mapping[str, Queue]:
    """Every queue by its name, also the empty ones."""
    found = {name: Queue() for name in NAMES}
    for row in await connection.fetch(sql("queues"), now, now - REMEMBERED):
        waits = max(timedelta(), now - row["oldest"]) if row["oldest"] else timedelta()
        found[row["queue"]] = Queue(row["due"], row["sending"], row["dead"], waits)
    return found


def together(queues: Mapping[str, Queue], names: tuple[str, ...]) -> Queue:
    """Some queues seen as one."""
    some = [queues[name] for name in names]
    return Queue(
        sum(each.due for each in some),
        sum(each.sending for each in some),
        sum(each.dead for each in some),
        max(each.waits for each in some),
    )
