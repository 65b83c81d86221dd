"""Recurring work is done once for each slot, by whoever sees it first."""

import asyncio
from datetime import time, timedelta

import pytest

from bot.queue import jobs, recurring
from bot.queue.worker import settle_down
from flows.schedule import Daily


@pytest.fixture
def done(monkeypatch) -> list[str]:
    """A nightly job of the test's own, and the rows it was run for."""
    runs: list[str] = []

    async def work(service, row):
        runs.append(row.intent)

    monkeypatch.setitem(recurring.SCHEDULES, "nightly.test", Daily(time(3)))
    monkeypatch.setitem(jobs.JOBS, "nightly.test", work)
    return runs


async def test_it_begins_with_its_next_slot(service, done):
    await settle_down(service)
    assert done == []
    service.clock.offset += timedelta(days=1)
    await settle_down(service)
    await settle_down(service)
    assert done == ["nightly.test"]


async def test_slots_that_passed_unseen_are_done_once(service, done):
    await settle_down(service)
    service.clock.offset += timedelta(days=9)
    await settle_down(service)
    assert done == ["nightly.test"]


async def test_many_replicas_queue_a_slot_once(service, done):
    await settle_down(service)
    service.clock.offset += timedelta(days=1)
    queued = await asyncio.gather(*(recurring.run_once(service) for _ in range(8)))
    mine = "SELECT count(*) FROM message WHERE intent = 'nightly.test'"
    assert sum(queued) >= 1
    assert await service.pool.fetchval(mine) == 1
