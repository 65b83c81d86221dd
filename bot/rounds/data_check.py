"""The invariants on the running system: a table for whoever asks, alerts every night."""

from collections import Counter

from bot.service import Service
from db import invariants
from db.crash import Moment
from db.invariants import ALERTS, AT_REST, RULES, Check, Violation
from db.outbox import Claimed
from db.pool import Connection, transaction
from db.sql import sql
from payments.desk import Again

MOST_TOLD = 10
OVERDUE = "I09"


async def find(service: Service) -> list[Violation]:
    """What breaks an invariant right now, by our own evidence."""
    return await invariants.violations(service.pool, Check(service.write, service.clock.now()))


async def print_table(service: Service) -> int:
    """Print a line for each invariant and one for each violation; 1 if there is any."""
    found = await find(service)
    broken = Counter(each.rule for each in found)
    for rule in RULES:
        count = f": {broken[rule]}" if broken[rule] else ""
        print(f"{'BAD' if broken[rule] else 'ok '} {rule.number} {rule.says}{count}")
        for each in found:
            if each.rule is rule:
                print(f"    {each.subject}  {each.detail}")
    return int(bool(found))


async def nightly(service: Service, row: Claimed) -> Again | None:
    """Open an alert for each violation, close those that are mended, tell the admin of new ones.

    After an outage much is due at once and done within moments: what is overdue is raised only if
    the same is still so a while later.
    """
    broken = await find(service)
    late = [f"{each.subject} {each.detail}" for each in broken if each.rule.number == OVERDUE]
    before = row.payload.get("late")
    found = {
        each.alert: each
        for each in broken
        if each.rule.number != OVERDUE or f"{each.subject} {each.detail}" in (before or ())
    }
    async with transaction(service.pool, Moment.DATA_CHECK) as connection:
        await _close_mended(service, connection, set(found))
        new = [each for each in found.values() if await _raised(service, connection, each)]
        if new:
            lines = [f"{each.rule.number} {each.subject}: {each.detail}" for each in new]
            values = {"count": str(len(new)), "list": "\n".join(lines[:MOST_TOLD])}
            key = f"data:{row.id}:{service.clock.now().isoformat()}"
            await service.tell_admin(connection, key, "admin.data", values)
    if late and before is None:
        return Again(service.clock.now() + AT_REST, {"late": late})
    return None


async def _close_mended(service: Service, connection: Connection, broken: set[str]) -> None:
    for row in await connection.fetch(sql("open_alerts")):
        if row["subject"].startswith(ALERTS) and row["subject"] not in broken:
            await connection.execute(sql("close_alert"), row["subject"], service.clock.now())


async def _raised(service: Service, connection: Connection, each: Violation) -> bool:
    """Whether this violation is new."""
    booking_id = await connection.fetchval(sql("known_booking"), each.subject)
    now = service.clock.now()
    values = each.alert, booking_id, f"{each.rule.says}: {each.detail}", now
    return await connection.fetchrow(sql("raise_alert"), *values) is not None
