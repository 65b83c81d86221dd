"""What every part of payments works with."""

from collections.abc import Callable
from datetime import datetime

import asyncpg

from db import outbox
from db.door import Door
from db.pool import Connection
from db.sql import sql
from flows.messages import Outgoing
from flows.notices import Writer
from flows.record import record
from payments.client import PaytmClient


@record
class Again:
    """The job is to run again at this business time, remembering this."""

    at: datetime
    payload: dict[str, object]


@record
class Desk:
    """The database, the door, Paytm and the clock."""

    pool: asyncpg.Pool
    door: Door
    paytm: PaytmClient
    now: Callable[[], datetime]
    public_url: str

    @property
    def write(self) -> Writer:
        """The writer of notices."""
        return self.door.write

    async def tell(
        self, connection: Connection, key: str, booking_id: str, *said: Outgoing
    ) -> None:
        """Queue notices that belong to no move; `key` makes a repeat harmless."""
        now = self.now()
        rows = [
            outbox.message_row(each, f"{booking_id}:{key}:{each.intent}:{each.to}", now, booking_id)
            for each in said
        ]
        await outbox.insert(connection, rows, now)

    async def start(
        self, connection: Connection, key: str, booking_id: str, intent: str, at: datetime
    ) -> None:
        """Queue a call to Paytm about a booking; `key` makes a repeat harmless."""
        row = outbox.Row(
            f"{booking_id}:{key}:{intent}", f"b:{booking_id}", "paytm", intent, at, booking_id
        )
        await outbox.insert(connection, [row], self.now())

    async def alert(
        self, connection: Connection, subject: str, booking_id: str | None, text: str
    ) -> bool:
        """Open an alert for the admin; False if the same one is open already."""
        row = await connection.fetchrow(sql("raise_alert"), subject, booking_id, text, self.now())
        return row is not None
