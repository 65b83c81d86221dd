"""Recurring work: each slot of a schedule becomes one row of the outbox, whoever sees it first.

The work itself is a job of `jobs` under the same name, so that it has a lease, retries and an
alert like any other. A schedule that is seen for the first time begins with its next slot; slots
that passed while nobody ran are done once, not each.
"""

from datetime import time

from bot.service import Service
from db import outbox
from db.crash import Moment
from db.pool import transaction
from db.sql import sql
from flows.schedule import Daily, Every, Schedule

# intent of the job: when it is due
SCHEDULES: dict[str, Schedule] = {
    "calendars": Every(30),
    "check_data": Daily(time(4)),
    "reconcile": Daily(time(3, 30)),
    "erase_old": Daily(time(3)),
    "sweep_links": Every(10),
    "digest_morning": Daily(time(8)),
    "digest_evening": Daily(time(21)),
    "owner_mornings": Daily(time(8)),
    "owner_weeks": Daily(time(9), weekday=0),
}


async def run_once(service: Service) -> int:
    """Queue the recurring jobs that have come due; how many were."""
    if not SCHEDULES:
        return 0
    now, zone = service.clock.now(), service.write.rules.zone
    names = sorted(SCHEDULES)
    slots = [SCHEDULES[name].slot(now, zone) for name in names]
    async with transaction(service.pool, Moment.SLOTS) as connection:
        taken = await connection.fetch(sql("take_slots"), names, slots)
        rows = [
            outbox.Row(
                f"recurring:{row['name']}:{row['slot'].isoformat()}", f"r:{row['name']}", "timer",
                row["name"], now,
            )
            for row in taken
        ]  # fmt: skip
        await outbox.insert(connection, rows, now)
    return len(rows)
