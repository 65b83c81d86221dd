"""More than can be made durable in time is refused at once, and nothing accepted is forgotten."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.queue import intake, outcomes
from bot.queue.grouped import Full
from bot.queue.worker import settle_down
from db.outbox import Sent
from db.pool import transaction
from tests.bot import hooks

WAITING = 5


@pytest.fixture
def config_changes(monkeypatch):
    """A short queue."""
    monkeypatch.setattr(intake, "WAITING", WAITING)
    monkeypatch.setattr(intake, "MOST_STORED", 2)
    monkeypatch.setattr(outcomes, "WAITING", WAITING)
    monkeypatch.setattr(outcomes, "MOST", 2)
    return {}


async def test_what_the_queue_cannot_hold_is_503_at_once(service, deliver, edge):
    messages = [hooks.text(from_=f"91982204{number:04}") for number in range(20)]
    bodies = [hooks.body(hooks.change(each)) for each in messages]
    async with transaction(service.pool) as connection:
        await connection.execute("LOCK TABLE inbox IN SHARE MODE")  # a disk that has stopped
        sent = [asyncio.create_task(deliver(body)) for body in bodies]
        done, waiting = await asyncio.wait(sent, timeout=1)
        assert {task.result() for task in done} == {503}
        assert WAITING <= len(waiting) <= WAITING + 2 < len(done)
    answers = await asyncio.gather(*sent)
    accepted = [each["id"] for each, code in zip(messages, answers, strict=True) if code == 200]
    assert len(accepted) == len(waiting)
    rows = await service.pool.fetch("SELECT id FROM inbox")
    assert {row["id"] for row in rows} == set(accepted)
    again = [body for body, code in zip(bodies, answers, strict=True) if code == 503]
    assert [await deliver(body) for body in again] == [200] * len(again)
    await settle_down(service)
    assert len(edge.book) == len(bodies)


async def test_a_flood_of_reports_never_keeps_out_the_record_of_a_send(service, edge, deliver):
    """Without its record a message that WhatsApp took would wait for its proof, or go again."""
    await deliver(hooks.body(hooks.change(hooks.text())))
    await settle_down(service)
    number = await service.pool.fetchval("SELECT max(id) FROM message")
    lost = Sent(number, uuid4(), "wamid.late", "free", timedelta(0))
    reports = [
        hooks.body(hooks.change(statuses=[hooks.status(number, "read", id=f"w.{n}")], contacts=()))
        for n in range(20)
    ]
    async with transaction(service.pool) as connection:
        await connection.execute("LOCK TABLE message IN SHARE MODE")  # a disk that has stopped
        told = [asyncio.create_task(deliver(body)) for body in reports]
        done, _ = await asyncio.wait(told, timeout=1)
        assert {task.result() for task in done} == {503}
        sends = [asyncio.create_task(service.outcomes.sent(lost)) for _ in range(20)]
        refused, _ = await asyncio.wait(sends, timeout=0.2)
        assert [task for task in refused if isinstance(task.exception(), Full)] == []
    await asyncio.gather(*sends)
    answers = await asyncio.gather(*told)
    assert 200 in answers and 503 in answers
