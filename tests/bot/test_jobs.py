"""What becomes of a job that cannot be done now, and of one that never can."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.queue import jobs
from db import outbox
from db.pool import AWAY, transaction
from tests.db import stock


async def queue(service) -> str:
    """A job about a hold, due now; the booking's id."""
    place = await stock.add_property(service.pool)
    booking = await stock.hold(service.pool, service.door, place)
    await service.pool.execute("DELETE FROM message")
    now = service.clock.now()
    row = outbox.Row("k", f"b:{booking.booking_id}", "timer", "stay_over", now, booking.booking_id)
    async with transaction(service.pool) as connection:
        await outbox.insert(connection, [row], now)
    return booking.booking_id


async def tried(service, times: int) -> str:
    """The state of the job after so many tries, each at its time."""
    for _ in range(times):
        assert await jobs.run_once(service) == 1
        service.clock.offset += timedelta(minutes=10)
    return await service.pool.fetchval("SELECT state FROM message")


def failing(fault: BaseException):
    async def job(service, row):
        raise fault

    return job


@pytest.mark.parametrize("kind", [TimeoutError, *AWAY], ids=lambda kind: kind.__name__)
async def test_while_the_database_is_away_a_job_waits_and_is_never_parked(
    service, monkeypatch, kind
):
    await queue(service)
    monkeypatch.setitem(jobs.JOBS, "stay_over", failing(kind("away")))
    assert await tried(service, jobs.MOST_FAULTS + 2) == "ready"
    monkeypatch.undo()
    assert await tried(service, 1) == "sent"
    assert await service.pool.fetchval("SELECT count(*) FROM alert") == 0


async def test_a_job_that_always_fails_is_parked_with_an_alert(service, monkeypatch):
    booking_id = await queue(service)
    monkeypatch.setitem(jobs.JOBS, "stay_over", failing(LookupError()))
    assert await tried(service, jobs.MOST_FAULTS) == "dead"
    row = await service.pool.fetchrow("SELECT subject, booking_id FROM alert")
    assert tuple(row) == (f"job:stay_over:{booking_id}", booking_id)


async def test_a_job_that_outlasts_its_lease_stays_in_the_same_hands(service, monkeypatch):
    """Comparing a month of books takes longer than a lease: begun again each time, it never ends."""
    await queue(service)
    short = replace(service, config=service.config.model_copy(update={"lease_seconds": 1}))
    late = "UPDATE message SET lease_until = clock_timestamp() + interval '1 millisecond'"
    left = "SELECT lease_until - clock_timestamp() > interval '500 milliseconds' FROM message"

    async def long(service, row):
        await service.pool.execute(late)
        async with asyncio.timeout(10):
            while not await service.pool.fetchval(left):
                await asyncio.sleep(0.05)

    monkeypatch.setitem(jobs.JOBS, "stay_over", long)
    assert await jobs.run_once(short) == 1
    assert await service.pool.fetchval("SELECT state FROM message") == "sent"


async def test_a_job_that_waits_for_paytm_holds_up_no_other(service, monkeypatch):
    await queue(service)
    row = outbox.Row("slow", "b:slow", "timer", "sweep_links", service.clock.now())
    async with transaction(service.pool) as connection:
        await outbox.insert(connection, [row], service.clock.now())
    open_ = asyncio.Event()

    async def waits(service, row):
        await open_.wait()

    monkeypatch.setitem(jobs.JOBS, "sweep_links", waits)
    monkeypatch.setitem(jobs.JOBS, "stay_over", failing(LookupError()))
    stream, state = jobs.Stream(), "SELECT state FROM message WHERE intent = $1"
    assert await stream.run_once(service) == 2
    async with asyncio.timeout(5):
        while await service.pool.fetchval(state, "stay_over") != "ready":
            await asyncio.sleep(0.01)
        service.clock.offset += timedelta(minutes=10)
        assert await stream.run_once(service) == 1, "the other goes on"
    open_.set()
    await stream.flight.land(5)
    assert await service.pool.fetchval(state, "sweep_links") == "sent"
