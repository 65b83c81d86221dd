"""Refunds: one id stored before the call, asked about on every doubt, never two for one payment."""

from datetime import datetime, time, timedelta
from typing import Any

from db.crash import Moment
from db.door import new_ref_id
from db.outbox import Claimed
from db.pool import Connection, transaction
from db.sql import sql
from flows import format as fmt
from flows.booking import Actor, Event, Status
from flows.facts import Booking
from payments.client import Ambiguous, NotSent, RefundAnswer
from payments.desk import Again, Desk
from payments.forgotten import forgotten
from payments.outcomes import RefundState

# When a refund that Paytm has registered is looked at again.
LOOKS = (60, 300, 1800, 2 * 3600, 6 * 3600)
OTHER_REFUND = timedelta(minutes=30)  # another one of the same order is running: 626
LOW_BALANCE = "620"
SETTLED_AT = time(11)  # of the next day: by then Paytm has settled and there may be balance
DAILY = timedelta(days=1)
SLOW = timedelta(days=3)  # then a human is asked to look at what is still pending


async def refund(desk: Desk, job: Claimed) -> Again | None:
    """Bring every open refund of a booking that is due one step on; tells when to look again.

    Raises Ambiguous or NotSent after the others when Paytm cannot be asked about one.
    """
    assert job.booking_id
    away: Ambiguous | NotSent | None = None
    for row in await desk.pool.fetch(sql("refunds_open"), job.booking_id):
        if row["look_at"] is None or row["look_at"] <= desk.now():
            try:
                await advance(desk, row)
            except (Ambiguous, NotSent) as error:
                away = error
    if away is not None:
        raise away
    at = await desk.pool.fetchval(sql("next_refund_look"), job.booking_id)
    return Again(at, {}) if at is not None else None


async def advance(desk: Desk, row: Any) -> None:
    """One refund: ask how it stands, apply where Paytm does not know it, record.

    What the books of a restored database have forgotten is for a human to decide.
    """
    if row["status"] == "initiated":
        answer = await desk.paytm.refund_status(order_id=row["order_id"], ref_id=row["ref_id"])
        if answer.state is not RefundState.NOT_FOUND:
            await _record(desk, row, answer, final=_dead(row, answer))
            return
    beyond = await forgotten(desk, row)
    if beyond:
        words = f"{fmt.rupees(beyond)} of it went back already"
        answer = RefundAnswer(RefundState.NEEDS_HUMAN, "restored", words, None, None)
        await _record(desk, row, answer, final=False)
    elif await _intend(desk, row):
        await _record(desk, row, await _apply(desk, row), final=False)


def _dead(row: Any, answer: RefundAnswer) -> bool:
    """Whether Paytm's status shows that this id is over: only then may a new one be made.

    Too low a balance is over when it is still said on the next settlement day.
    """
    still_low = answer.code == LOW_BALANCE and row["last_code"] == LOW_BALANCE
    return answer.state is RefundState.FAILED_FINAL or still_low


async def _intend(desk: Desk, row: Any) -> bool:
    """Before every call: the refund is on its way, whatever becomes of the answer.

    False where somebody has ended it meanwhile: then nothing must be asked for.
    """
    async with transaction(desk.pool, Moment.REFUND_MEANT) as connection:
        booking = await desk.door.lock(connection, row["booking_id"])
        if await connection.fetchval(sql("intend_refund"), row["ref_id"]) is None:
            return False
        if row["settled_as"] == "booking" and booking.status is Status.REFUND_REQUIRED:
            await desk.door.move(
                connection, booking.booking_id, Event.REFUND_REQUESTED, Actor.CLOCK, desk.now()
            )
    return True


async def _apply(desk: Desk, row: Any) -> RefundAnswer:
    """Ask for the money to go back; a refusal's code is an answer like any other."""
    return await desk.paytm.apply_refund(
        order_id=row["order_id"], txn_id=row["txn_id"], ref_id=row["ref_id"], amount=row["amount"]
    )


async def _record(desk: Desk, row: Any, answer: RefundAnswer, *, final: bool) -> None:
    """What Paytm said, in one transaction: the end, or when to ask again and who must know."""
    now = desk.now()
    async with transaction(desk.pool, Moment.REFUND_NOTED) as connection:
        booking = await desk.door.lock(connection, row["booking_id"])
        if answer.state is RefundState.DONE:
            await _done(desk, connection, booking, row, answer)
            return
        if final:
            await _failed(desk, connection, booking, row, answer)
            return
        at = _next_look(desk, row, answer, now)
        await connection.execute(sql("note_refund"), row["ref_id"], answer.code, at)
        intent = _who_must_know(row, answer, now)
        if intent:
            await connection.execute(sql("stick_refund"), row["ref_id"], now)
            await raise_refund(desk, connection, booking, row, intent, answer)


def _next_look(desk: Desk, row: Any, answer: RefundAnswer, now: datetime) -> datetime:
    if answer.code == LOW_BALANCE:
        return next_settlement(desk, now)
    if answer.state is RefundState.RETRY_LATER:
        return now + OTHER_REFUND
    if answer.state is RefundState.NEEDS_HUMAN:
        return now + DAILY
    return now + timedelta(seconds=LOOKS[min(row["looks"], len(LOOKS) - 1)])


def next_settlement(desk: Desk, now: datetime) -> datetime:
    """The next day's hour at which Paytm has settled, in the house's zone."""
    zone = desk.write.rules.zone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, SETTLED_AT, zone)


def _who_must_know(row: Any, answer: RefundAnswer, now: datetime) -> str:
    """The admin's notice that an answer calls for; empty while all goes by itself."""
    if answer.code == LOW_BALANCE:
        return "admin.refund_balance"
    if answer.state is RefundState.NEEDS_HUMAN:
        return "admin.refund_stuck"
    return "admin.refund_slow" if now - row["created_at"] > SLOW else ""


async def raise_refund(
    desk: Desk, connection: Connection, booking: Booking, row: Any, intent: str,
    answer: RefundAnswer,
) -> None:  # fmt: skip
    """Open the payment's alert, and tell the admin once of each kind of trouble what to do."""
    code = f"{answer.code} {answer.message}".strip()
    await desk.alert(connection, subject_of(row["txn_id"]), booking.booking_id, code)
    said = desk.write.to_admin(
        intent, booking, amount=fmt.rupees(row["amount"]), refund_id=row["ref_id"], code=code
    )
    await desk.tell(connection, row["txn_id"], booking.booking_id, said)


def subject_of(txn_id: str) -> str:
    """The subject of the one alert about giving a payment back."""
    return f"refund:{txn_id}"


async def _done(
    desk: Desk, connection: Connection, booking: Booking, row: Any, answer: RefundAnswer
) -> None:
    """Handed to the guest's bank: the row first, then the move or the notice that says so."""
    now = desk.now()
    ended = await connection.fetchval(
        sql("end_refund"), row["ref_id"], "refunded", answer.code, answer.bank_reference, now, False
    )
    if ended is not None:
        await told_refunded(desk, connection, booking, row, Event.REFUND_SUCCEEDED, Actor.PAYTM)


async def told_refunded(
    desk: Desk, connection: Connection, booking: Booking, row: Any, event: Event, actor: Actor,
    *, by: str | None = None,
) -> None:  # fmt: skip
    """What follows from a refund that has ended well: the move or the notice, the alert closed.

    `by` is the number of the admin who paid it back by hand.
    """
    now = desk.now()
    await connection.execute(sql("close_alert"), subject_of(row["txn_id"]), now)
    if row["settled_as"] == "booking":
        await desk.door.move(connection, booking.booking_id, event, actor, now, by=by)
        return
    reference = await connection.fetchval(sql("refund_reference"), row["ref_id"])
    intent = "guest.surplus_by_hand" if by else "guest.surplus_refunded"
    said = desk.write.to_guest(intent, booking, amount=fmt.rupees(row["amount"]), ref=reference)
    await desk.tell(connection, row["txn_id"], booking.booking_id, said)


async def _failed(
    desk: Desk, connection: Connection, booking: Booking, row: Any, answer: RefundAnswer
) -> None:
    """Finally failed: a new id takes over, not before the next settlement day."""
    now = desk.now()
    ended = await connection.fetchval(
        sql("end_refund"), row["ref_id"], "failed", answer.code, None, now, False
    )
    if ended is None:
        return
    booking_id = booking.booking_id
    await desk.alert(connection, subject_of(row["txn_id"]), booking_id, answer.code)
    if row["settled_as"] == "booking":
        await desk.door.move(connection, booking_id, Event.REFUND_FAILED, Actor.PAYTM, now)
    else:
        await connection.execute(
            sql("insert_refund"), new_ref_id(), row["txn_id"], booking_id, row["amount"], now
        )
        await raise_refund(desk, connection, booking, row, "admin.refund_failed_once", answer)
    at = now if answer.code == LOW_BALANCE else next_settlement(desk, now)
    await connection.execute(sql("postpone_refund"), row["txn_id"], at)
