"""The bookings behind ticket pages: those that are asked for at the same time, in one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import asyncpg

from bot.queue.grouped import Grouped
from bot.service import Service
from db.pool import ACQUIRE_SECONDS
from db.sql import sql
from tickets.model import Lookup, Ticket
from tickets.routes import KEPT

MOST = 64  # tickets in one question
WAITING = 1000


@dataclass(slots=True)
class _Asked:
    booking_id: str
    ticket: Ticket | None = None


def ticket_lookup(service: Service) -> Lookup:
    """Finds a booking's ticket as it is now; raises Full, or what AWAY names."""
    config = service.config

    @lru_cache(maxsize=KEPT)
    def ticket(row: asyncpg.Record, bot_phone: str | None) -> Ticket:
        """By all that the row holds: one that has changed is a ticket of its own."""
        return Ticket(
            **dict(row),
            zone=config.timezone,
            host_name=config.host_name,
            host_phone=config.host_phone,
            bot_phone=bot_phone,
        )

    async def look(asked: Sequence[_Asked]) -> None:
        ids = list({each.booking_id for each in asked})
        async with service.pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            rows = await connection.fetch(sql("tickets"), ids)
        bot_phone = service.learned.get("business_phone")
        found = {row["booking_id"]: ticket(row, bot_phone) for row in rows}
        for each in asked:
            each.ticket = found.get(each.booking_id)

    grouped = Grouped(look, most=MOST, waiting=WAITING)

    async def lookup(booking_id: str) -> Ticket | None:
        asked = _Asked(booking_id)
        await grouped.do(asked)
        return asked.ticket

    return lookup
