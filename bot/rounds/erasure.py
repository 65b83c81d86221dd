"""Forgetting people: on request by `run.py forget`, and every night by age."""

from datetime import timedelta

from bot import log
from bot.config import PHONE
from bot.service import Service
from db import erasure
from db.crash import Moment, crossing
from db.erasure import Whom
from db.outbox import Claimed
from db.pool import Connection, transaction
from db.sql import sql
from flows import format as fmt
from payments.desk import Again

# By then WhatsApp repeats no webhook (facts/reliability.md 3, row 1).
INBOX_KEPT = timedelta(days=30)


async def forget(service: Service, written: str) -> int:
    """Erase whoever has this number, and say what was erased; 1 and why, where that must wait."""
    phone = "".join(each for each in written if each not in " -()")
    if not PHONE.fullmatch(phone):
        print("The number must be written like +919822012345.")
        return 1
    async with transaction(service.pool) as connection:
        rows = await connection.fetch(sql("person_by_identity"), None, phone)
        person = rows[0] if rows else None
        stays = await erasure.stays_of(connection, person and person["person_id"], phone)
        why = await _right(service, connection, phone)
        why += [f"{each.booking_id}: {each.binds}" for each in stays if each.binds]
        if why:
            print("Nothing was erased:", *why, sep="\n  ")
            return 1
        counts = await erasure.erase(
            connection,
            Whom(
                bookings=[each.booking_id for each in stays],
                people=[person["person_id"]] if person else [],
                numbers=_forms(phone),
                ids=[phone[1:], *([person["user_id"]] if person and person["user_id"] else [])],
            ),
            service.clock.now(),
        )
        counts["rights"] = len(await connection.fetch(sql("erase_rights"), phone))
    _print(counts)
    return 0


async def _right(service: Service, connection: Connection, phone: str) -> list[str]:
    """Whoever owns a property or is an admin is needed under this number."""
    owns = await connection.fetchval(sql("owns_something"), phone)
    is_admin = phone in service.config.admin_phones
    return ["a property has this owner: change it first"] * owns + [
        "it is one of ADMIN_PHONES: take it out first"
    ] * is_admin


def _forms(phone: str) -> list[str]:
    """How our texts write a number."""
    return [phone[1:], fmt.phone(phone)]


def _print(counts: dict[str, int]) -> None:
    done = [f"  {name:12} {count}" for name, count in counts.items() if count]
    print("Erased:", *done, sep="\n") if done else print("Nobody is known by this number.")


async def nightly(service: Service, row: Claimed) -> Again | None:
    """Erase what is older than RETENTION_DAYS, and handled webhooks that cannot come again."""
    now, config = service.clock.now(), service.config
    before = now - timedelta(days=config.retention_days)
    total, more = 0, 1
    while more:
        async with transaction(service.pool, Moment.ERASED) as connection:
            more = await erasure.erase_old(connection, before, config.admin_phones, now)
            total += more
    with crossing(Moment.ERASED):
        events = await service.pool.fetch(sql("erase_old_events"), now - INBOX_KEPT, before)
    log.get().info("erased", rows=total + len(events))
    return None
