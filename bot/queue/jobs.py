"""Jobs: calls to Paytm and timers, each about one booking, one booking's at a time."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot import log
from bot.desks import guest_desk, summary
from bot.queue import timers
from bot.queue.flight import Flight
from bot.queue.timers import Job
from bot.rounds import books, calendars, data_check, erasure, owner_rounds
from bot.service import Service
from db import outbox, trace
from db.crash import Moment, crossing
from db.outbox import Claimed
from db.pool import AWAY, transaction
from db.sql import sql
from db.trace import Trace
from flows.booking import Event, Status
from flows.messages import Outgoing
from payments import checks, links, refund_desk, refunds
from payments.client import Ambiguous, NotSent
from payments.desk import Again, Desk

BATCH = 20
MOST_FAULTS = 8
SLOWEST = 300.0
RENEW_AFTER = 0.4  # of a lease: comparing the books may take longer than one


async def run_once(service: Service) -> int:
    """Do the jobs that are due now; how many were taken."""
    rows = await _claim(service, BATCH)
    await asyncio.gather(*(_run(service, row) for row in rows))
    return len(rows)


@dataclass(slots=True)
class Stream:
    """Jobs that go on while the next are claimed: one that waits for Paytm holds up no other."""

    flight: Flight = field(default_factory=lambda: Flight(BATCH))

    async def run_once(self, service: Service) -> int:
        """Begin the jobs that are due now, as far as there is room; how many were taken."""
        rows = await _claim(service, await self.flight.wait_for(1))
        for row in rows:
            self.flight.begin(self._one(service, row))
        return len(rows)

    async def _one(self, service: Service, row: Claimed) -> None:
        try:
            await _run(service, row)
        except Exception as fault:  # what could not even be written down is left to its lease
            log.get().error("job_broke", intent=row.intent, exc_info=fault)


async def _claim(service: Service, most: int) -> list[Claimed]:
    now = service.clock.now()
    return await outbox.claim(
        service.pool, ["paytm", "timer"], now,
        most=most, lease=uuid.uuid4(), lease_for=service.config.lease, pace_until=now,
    )  # fmt: skip


async def _run(service: Service, row: Claimed) -> None:
    """Do one job under the id of what caused it, or under one of its own."""
    with trace.follow(row.trace or trace.of(f"message:{row.id}")) as followed:
        async with _kept(service, row):
            await _do(service, row, followed)
    service.wakeup.ring()


@asynccontextmanager
async def _kept(service: Service, row: Claimed) -> AsyncIterator[None]:
    """Keep the row in these hands however long the work takes, while this process lives."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(service.config.lease_seconds * RENEW_AFTER)
            with suppress(*AWAY), crossing(Moment.JOB_KEPT):
                await service.pool.execute(
                    sql("renew_lease"), row.id, row.lease, service.config.lease
                )

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()


async def _do(service: Service, row: Claimed, followed: Trace) -> None:
    try:
        again = await JOBS[row.intent](service, row)
    except (Ambiguous, NotSent) as away:
        service.metrics.jobs.labels(row.kind, "paytm_away").inc()
        await _later(service, row, f"paytm {type(away).__name__}")
        return
    except AWAY as away:
        await _later(service, row, f"database {type(away).__name__}")
        return
    except Exception as fault:
        service.metrics.jobs.labels(row.kind, "failed").inc()
        await _faulty(service, row, fault)
        return
    service.metrics.jobs.labels(row.kind, "done").inc()
    log.tell_moves(followed)
    log.get().info("job_done", trace=followed.id, intent=row.intent, booking=row.booking_id)
    if again is None:
        with crossing(Moment.JOB_DONE):
            await service.pool.execute(
                sql("finish_message"), row.id, row.lease, service.clock.now(), None, None
            )
    else:
        with crossing(Moment.JOB_AGAIN):
            await service.pool.execute(
                sql("rearm_message"), row.id, row.lease, again.at, again.payload
            )


async def _later(service: Service, row: Claimed, why: str) -> None:
    """Paytm or the database is away: try again, growing slower, for as long as it takes."""
    log.get().warning(
        "job_waits", trace=trace.current(), intent=row.intent, booking=row.booking_id, why=why
    )
    at = service.clock.now() + timedelta(seconds=min(2.0 ** min(row.attempts, 9), SLOWEST))
    with crossing(Moment.JOB_LATER):
        await service.pool.execute(sql("release_message"), row.id, row.lease, at, why, True)


async def _faulty(service: Service, row: Claimed, fault: Exception) -> None:
    """A fault of ours: try again, then park it and raise it."""
    why = type(fault).__name__
    log.get().error(
        "job_failed", trace=trace.current(), intent=row.intent, booking=row.booking_id,
        exc_info=fault,
    )  # fmt: skip
    if row.attempts < MOST_FAULTS:
        await _later(service, row, why)
        return
    now = service.clock.now()
    async with transaction(service.pool, Moment.JOB_LATER) as connection:
        await connection.execute(sql("kill_message"), row.id, row.lease, now, why)
        subject = f"job:{row.intent}:{row.booking_id}"
        await connection.execute(sql("raise_alert"), subject, row.booking_id, why, now)


def _paytm(call: Callable[[Desk, Claimed], Awaitable[Again | None]]) -> Job:
    async def job(service: Service, row: Claimed) -> Again | None:
        return await call(service.desk, row)

    return job


async def _create_link(service: Service, row: Claimed) -> Again | None:
    """Before a guest may pay, the calendars of other sites are asked once more."""
    booking = await service.door.facts(service.pool, str(row.booking_id))
    if booking.status is Status.PAYMENT_PENDING and booking.link_url is None:
        await calendars.refresh_stale(service, booking)
    return await links.create_link(service.desk, row)


async def _look(service: Service, row: Claimed) -> Again | None:
    await checks.look(service.desk, str(row.booking_id))
    return None


async def _sweep_links(service: Service, row: Claimed) -> Again | None:
    """End what Paytm still offers and nobody wants."""
    ended = await links.sweep(service.desk)
    if ended:
        log.get().warning("links_swept", links=len(ended))
    return None


async def _look_and_tell(service: Service, row: Claimed) -> Again | None:
    """A guest asked where the money is: ask Paytm, then answer; without Paytm, what we know."""
    booking_id = str(row.booking_id)
    before, pending = await service.door.facts(service.pool, booking_id), False
    try:
        pending = await checks.look(service.desk, booking_id)
    except (Ambiguous, NotSent):
        log.get().warning("look_unanswered", booking=booking_id)
    async with transaction(service.pool, Moment.STATE_TOLD) as connection:
        booking = await service.door.lock(connection, booking_id)
        said = await guest_desk.tell_state(service, connection, booking, before, bank_works=pending)
        rows = [Outgoing(booking.guest.person_id, "guest.state", message) for message in said]
        await service.desk.tell(connection, f"look:{row.id}", booking_id, *rows)
    return None


WAITING = Status.BOOKING_REQUEST_SENT_TO_OWNER
JOBS: dict[str, Job] = {
    "create_link": _create_link,
    "expire_link": _paytm(links.expire_link),
    "sweep_links": _sweep_links,
    "reconcile": books.nightly,
    "check_payment": _paytm(checks.check_payment),
    "look": _look,
    "look_and_tell": _look_and_tell,
    "refund": _paytm(refunds.refund),
    "check_refund": _paytm(refund_desk.check_refund),
    "hold_lapsed": timers.hold_lapsed,
    "hold_ends_soon": timers.tell_while(Status.PAYMENT_PENDING, timers.hold_ends_soon),
    "owner.reminder": timers.tell_while(WAITING, timers.remind_owner),
    "owner_silent": timers.tell_while(WAITING, timers.owner_silent),
    "deadline_passed": timers.move_on(Event.DEADLINE_PASSED),
    "settled": timers.move_on(Event.SETTLED),
    "stay_over": timers.move_on(Event.STAY_OVER),
    "guest.reminder": timers.tell_while(Status.TICKET_GENERATED, timers.remind_guest),
    "guest.thanks": timers.tell_while(Status.CLOSED, timers.thank_guest),
    "check_data": data_check.nightly,
    "place_resumed": timers.resume_place,
    "erase_old": erasure.nightly,
    "digest_morning": summary.digest,
    "digest_evening": summary.digest,
    "owner_mornings": owner_rounds.mornings,
    "owner_weeks": owner_rounds.weeks,
    "calendars": calendars.refresh_all,
}
