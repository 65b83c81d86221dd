"""Erasing people: their names, numbers and texts go, the accounts' rows, amounts and ids stay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from db.pool import Connection
from db.sql import sql
from flows.booking import HOLDING, WAITING_FOR_MONEY_BACK, Status
from flows.record import record

BATCH = 500
OWING = HOLDING | WAITING_FOR_MONEY_BACK | {Status.GUEST_CANCELLED}


@record
class Stay:
    """A checkout or booking of somebody who is to be forgotten, and what still binds it."""

    booking_id: str
    status: Status
    checkout: datetime
    refund_open: bool
    paytm_asked: bool  # Paytm is still being asked about a payment, or told about its link

    @property
    def binds(self) -> str:
        """Why it cannot be erased yet; empty where it can."""
        if self.refund_open or self.status in OWING - HOLDING:
            return "money is on its way back"
        if self.status in HOLDING:
            return f"the stay until {self.checkout:%Y-%m-%d} is not over"
        return "Paytm may still report a payment, for three days" if self.paytm_asked else ""


@record
class Whom:
    """What is to be erased: bookings, people, and whatever else names a number or user id."""

    bookings: Sequence[str] = ()
    people: Sequence[int] = ()
    numbers: Sequence[str] = ()  # as they may be written in messages
    ids: Sequence[str] = ()  # as WhatsApp's webhooks write them
    before: datetime | None = None  # messages of no booking that are older


async def stays_of(connection: Connection, person_id: int | None, phone: str) -> list[Stay]:
    """Everything that a person or number is booked for, locked."""
    rows = await connection.fetch(sql("stays_of"), person_id, phone)
    return [Stay(**{**dict(row), "status": Status(row["status"])}) for row in rows]


async def erase(connection: Connection, whom: Whom, now: datetime) -> dict[str, int]:
    """Erase in every table; how many rows of each were changed or deleted."""
    bookings, people = list(whom.bookings), list(whom.people)
    numbers = [f"%{number}%" for number in whom.numbers]
    steps: dict[str, tuple[str, tuple[Any, ...]]] = {
        "checkouts": (sql("erase_checkouts"), (bookings,)),
        "bookings": (sql("erase_bookings"), (bookings,)),
        "event notes": (sql("erase_notes"), (bookings,)),
        "admins' notes": (sql("erase_booking_notes"), (bookings,)),
        "alerts": (sql("erase_alerts"), (bookings, numbers)),
        "messages": (sql("erase_messages"), (bookings, people, numbers, whom.before, now)),
        "chats": (sql("erase_chats"), (people,)),
        "people": (sql("erase_people"), (people,)),
        "webhooks": (sql("erase_events"), (list(whom.ids),)),
    }
    return {
        name: len(await connection.fetch(statement, *values))
        for name, (statement, values) in steps.items()
    }


async def erase_old(
    connection: Connection, before: datetime, admins: Sequence[str], now: datetime
) -> int:
    """Erase one batch of stays that ended, and people who were last heard of, before a moment.

    How many stays and people there were: none means that all is done.
    """
    owing = sorted(OWING)
    stays = await connection.fetch(sql("stays_long_over"), before, owing, BATCH)
    bookings = [row["booking_id"] for row in stays]
    await erase(connection, Whom(bookings=bookings, before=before), now)
    silent = await connection.fetch(sql("people_long_silent"), before, list(admins), BATCH)
    people = [row["person_id"] for row in silent]
    await erase(connection, Whom(people=people), now)
    return len(bookings) + len(people)
