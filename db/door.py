"""The one door through which a booking changes its state."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

import asyncpg

from db import outbox, trace
from db.pool import Connection
from db.rows import to_booking
from db.sql import sql
from flows.booking import AT_ONCE, HOLDING, Actor, Event, Status, targets
from flows.consequences import Effects, Move, consequences
from flows.facts import Booking
from flows.notices import Writer
from flows.record import record, replace

REF_BYTES = 8


class NoSuchBooking(LookupError):
    """No checkout has this id."""


@record
class Moved:
    """The move was made; the booking as it is now."""

    booking: Booking


@record
class AlreadyThere:
    """The same had happened before: nothing was done, nothing is sent twice."""

    booking: Booking
    actor: Actor
    at: datetime
    by: str | None = None  # the phone of the owner or admin who did it


@record
class Refused:
    """The move is not legal from where the booking stands."""

    booking: Booking


Answer = Moved | AlreadyThere | Refused


@record
class Receipt:
    """Paytm's ids of the payment that makes a checkout a booking."""

    txn_id: str
    order_id: str


@record
class Made:
    """A move that is being written: what happens, to which state, by whom, when."""

    event: Event
    to: Status
    actor: Actor
    now: datetime
    note: str = ""
    receipt: Receipt | None = None
    by: str | None = None

    def columns(self) -> tuple[str, str, str, datetime, str, str | None]:
        """The values of its event row, in the order of the statement."""
        return self.event, self.to, self.actor, self.now, self.note, self.by


@record
class Door:
    """Makes moves, each with all that it causes, inside the caller's transaction."""

    write: Writer
    admin_phone: str  # E.164; the admin who gets the cards

    async def facts(self, connection: Connection | asyncpg.Pool, booking_id: str) -> Booking:
        """The booking as it stands; raises NoSuchBooking."""
        found = await self.all_facts(connection, [booking_id])
        if not found:
            raise NoSuchBooking(booking_id)
        return found[0]

    async def all_facts(
        self, connection: Connection | asyncpg.Pool, booking_ids: Sequence[str]
    ) -> list[Booking]:
        """These bookings as they stand, in any order; those that do not exist are left out."""
        if not booking_ids:
            return []
        rows = await connection.fetch(sql("booking_facts"), list(booking_ids), self.admin_phone)
        return [to_booking(row) for row in rows]

    async def lock(self, connection: Connection, booking_id: str) -> Booking:
        """Lock the booking until the transaction ends and read it; raises NoSuchBooking."""
        await connection.execute(sql("lock_booking"), booking_id)
        return await self.facts(connection, booking_id)

    async def move(
        self,
        connection: Connection,
        booking_id: str,
        event: Event,
        actor: Actor,
        now: datetime,
        *,
        to: Status | None = None,
        note: str = "",
        receipt: Receipt | None = None,
        by: str | None = None,
    ) -> Answer:
        """Make one move, and those of the clock that follow at once.

        `to` is needed where an event may lead to several states, `receipt` where a payment makes
        the booking; `by` is the phone of an owner or admin who decides. Answers Moved,
        AlreadyThere or Refused; raises NoSuchBooking, and ValueError for a missing `to`.
        """
        booking = await self.lock(connection, booking_id)
        possible = targets(booking.status, event, actor)
        if to is None and len(possible) > 1:
            raise ValueError(f"{event} by {actor} leads to one of {possible}: say which")
        target = to if to in possible else (possible[0] if possible and to is None else None)
        if target is None:
            return await self._not_moved(connection, booking, event)
        made = Made(event, target, actor, now, note, receipt, by)
        after = await self._step(connection, booking, made)
        while (follows := AT_ONCE.get(after.status)) is not None:
            (target,) = targets(after.status, follows, Actor.CLOCK)
            after = await self._step(connection, after, Made(follows, target, Actor.CLOCK, now))
        return Moved(after)

    async def _not_moved(self, connection: Connection, booking: Booking, event: Event) -> Answer:
        last = await connection.fetchrow(sql("last_event"), booking.booking_id, event)
        if last is None:
            return Refused(booking)
        return AlreadyThere(booking, Actor(last["actor"]), last["at"], last["by_phone"])

    async def _step(self, connection: Connection, before: Booking, made: Made) -> Booking:
        booking_id = before.booking_id
        seq: int = await connection.fetchval(
            sql("insert_event"), booking_id, before.status, *made.columns(), trace.current()
        )
        trace.note(trace.Made(booking_id, made.event, made.to, made.actor))
        await self._keep_rows_true(connection, before, made)
        after = await self.facts(connection, booking_id)
        move = Move(after, made.event, before.status, made.to, made.actor, made.now)
        await self._cause(connection, consequences(move, self.write), booking_id, seq, made.now)
        return after

    async def _keep_rows_true(self, connection: Connection, before: Booking, made: Made) -> None:
        """What the new state means for the rows beside it: booking, dates, ticket, refund."""
        booking_id, to, now = before.booking_id, made.to, made.now
        if made.receipt is not None:
            ids = made.receipt.txn_id, made.receipt.order_id
            await connection.execute(sql("insert_booking"), booking_id, self.admin_phone, *ids, now)
            before = replace(before, txn_id=made.receipt.txn_id)
        if before.status in HOLDING and to not in HOLDING:
            await connection.execute(sql("join_block"), booking_id)
            await connection.execute(sql("vacate"), booking_id)
        if made.event is Event.UNDONE:
            await connection.execute(sql("drop_block_of"), booking_id)
        if to is Status.BOOKING_REQUEST_SENT_TO_OWNER and before.deadline is None:
            rules = self.write.rules
            times = rules.answer_by(now, before.checkin), rules.deadline(now, before.checkin)
            await connection.execute(sql("set_request_times"), booking_id, now, *times)
        if to in (Status.GUEST_CANCELLED, Status.OWNER_CANCELLED):
            await connection.execute(sql("set_refund_due"), booking_id, self._back(before, to, now))
        if before.status is Status.OWNER_CANCELLED and to in HOLDING:
            await connection.execute(sql("set_refund_due"), booking_id, None)
        if to is Status.TICKET_GENERATED:
            await connection.execute(
                sql("insert_ticket"), booking_id, secrets.token_urlsafe(16), now
            )
        if to is Status.REFUND_REQUIRED:
            await self._owe(connection, before, now)

    def _back(self, before: Booking, to: Status, now: datetime) -> int:
        """What a cancellation gives back: all of it, unless it is the guest's own."""
        if to is Status.OWNER_CANCELLED:
            return before.advance
        return before.back_on(now.astimezone(self.write.rules.zone).date())

    async def _owe(self, connection: Connection, before: Booking, now: datetime) -> None:
        """Store the refund and its id before Paytm is ever called about it."""
        amount = before.advance if before.refund_due is None else before.refund_due
        await connection.execute(sql("set_refund_due"), before.booking_id, amount)
        await connection.execute(
            sql("insert_refund"), new_ref_id(), before.txn_id, before.booking_id, amount, now
        )

    async def _cause(
        self, connection: Connection, effects: Effects, booking_id: str, seq: int, now: datetime
    ) -> None:
        if effects.stops:
            await connection.execute(sql("cancel_jobs"), booking_id, list(effects.stops), now)
        await outbox.insert(connection, list(_rows(effects, booking_id, seq, now)), now)


def _rows(effects: Effects, booking_id: str, seq: int, now: datetime) -> Iterable[outbox.Row]:
    for message in effects.messages:
        key = f"{booking_id}:{seq}:{message.intent}:{message.to}"
        yield outbox.message_row(message, key, now, booking_id)
    for job in effects.jobs:
        key = f"{booking_id}:{seq}:{job.intent}" + (f":{job.key}" if job.key else "")
        yield outbox.job_row(job, key, booking_id)


def new_ref_id() -> str:
    """A refund's id, at most 50 characters and never used before (facts/paytm.md 7)."""
    return "RF" + secrets.token_hex(REF_BYTES).upper()
