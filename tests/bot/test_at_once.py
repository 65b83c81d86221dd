"""Answered in the transaction that stores: once, in order, and everything else as if it were not."""

import asyncio
from functools import partial

import pytest

from bot.queue import at_once, sender, talk, worker
from bot.queue.worker import settle_down
from bot.service import running
from bot.whatsapp import circuit
from bot.whatsapp.split import split
from db.outbox import Claimed
from flows.guest import flow
from tests.bot import hooks
from tests.db import stock

PLACE = "Pawna Lakeview"


@pytest.fixture
async def service(service):
    """A service that answers at once; a test's own hand takes what is in flight."""
    await stock.add_property(service.pool)
    service.intake.answer = partial(at_once.answer, service)
    service.handover.is_open = True
    return service


@pytest.fixture
def say(deliver):
    """`await say(words, guest=1)`: one message of one guest."""

    async def say(words: str, guest: int = 1, **fields) -> int:
        phone, user = f"9197{guest:08d}", f"IN.{guest}"
        sent = {"from": phone, "from_user_id": user} | fields
        who = hooks.contact(wa_id=phone, user_id=user)
        return await deliver(hooks.body(hooks.change(hooks.text(words, **sent), contacts=(who,))))

    return say


async def events(service) -> list[str]:
    return [
        row["state"] for row in await service.pool.fetch("SELECT state FROM inbox ORDER BY seq")
    ]


async def outbox(service) -> list[tuple[str, int]]:
    rows = await service.pool.fetch("SELECT state, attempts FROM message ORDER BY id")
    return [tuple(row) for row in rows]


async def send_handed(service) -> int:
    """What the loop of a worker does with its own answers."""
    stream = sender.Stream()
    count = await stream.take_over(service)
    await stream.land(service, 5)
    service.handover.is_open = True
    return count


async def finish(service) -> None:
    """Everything that is due, whichever way it goes."""
    while await settle_down(service) + await send_handed(service):
        pass


async def test_words_are_answered_in_the_commit_that_stores_them(service, say, edge):
    assert await say("hi") == 200
    assert await events(service) == ["done"]
    assert await outbox(service) == [("sending", 1)]
    assert await send_handed(service) == 1
    assert await outbox(service) == [("sent", 1)]
    assert PLACE in str(edge.book)


async def test_a_whole_booking_in_words_ends_as_through_the_inbox(service, say, edge):
    for words in ("hi", PLACE, "25 dec to 27 dec", "2 people"):
        assert await say(words) == 200
        await send_handed(service)
    assert await events(service) == ["done", "done", "done", "ready"]
    await finish(service)
    assert len(edge.book) == 4
    chat = await service.pool.fetchval("SELECT state FROM chat")
    assert (chat["checkin"], chat["guests"]) == ("2026-12-25", 2)


async def test_what_acts_waits_for_the_inbox_and_the_next_words_wait_behind_it(service, say, edge):
    sentence = f"{PLACE}, 25 to 27 dec, 2 people"
    assert [await say(sentence), await say("hi")] == [200, 200]
    assert await events(service) == ["ready", "ready"]
    await settle_down(service)
    assert await events(service) == ["done", "done"]
    assert await service.pool.fetchval("SELECT count(*) FROM checkout") == 1


async def test_the_same_delivery_many_times_is_answered_once(service, say, edge):
    answers = await asyncio.gather(*(say("hi", id="wamid.same") for _ in range(8)))
    assert answers == [200] * 8
    assert await say("hi", id="wamid.same") == 200
    assert await events(service) == ["done"]
    assert await send_handed(service) == 1
    assert len(edge.book) == 1


async def test_of_two_messages_in_one_commit_the_second_waits(service, say, edge):
    async with service.pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE inbox IN SHARE MODE")
        before = asyncio.create_task(say("hi", guest=9))
        await asyncio.sleep(0.05)
        both = asyncio.gather(say("hi"), say(PLACE))
        await asyncio.sleep(0.05)
    assert await both == [200, 200]
    await before
    assert sorted(await events(service)) == ["done", "done", "ready"]
    await finish(service)
    mine = [each for each in edge.book if each["to"].endswith("1")]
    assert [PLACE in str(each) for each in mine] == [True, True]
    assert "rows" in str(mine[0])
    assert len(edge.book) == 3


async def test_two_processes_get_the_same_delivery(service, config_changes, database_url, edge):
    async with running(service.config, database_url) as other:
        other.clock.offset = service.clock.offset
        other.intake.answer = partial(at_once.answer, other)
        raw = hooks.body(hooks.change(hooks.text("hi")))
        for _ in range(5):
            await asyncio.gather(*(each.intake.take(split(raw)) for each in (service, other)))
        await send_handed(service)
        await settle_down(service)
    assert await events(service) == ["done"]
    assert len(edge.book) == 1


async def test_a_fault_while_answering_leaves_it_to_the_inbox(service, say, edge, monkeypatch):
    def broken(*_):
        raise ValueError("a fault that nobody thought of")

    with monkeypatch.context() as patched:
        patched.setattr(talk, "_one_each", broken)
        assert await say("hi") == 200
    assert await events(service) == ["ready"]
    await finish(service)
    assert len(edge.book) == 1


async def test_one_guest_s_fault_is_no_other_guest_s(service, say, edge, monkeypatch):
    decide = flow.decide

    def broken(inbound, reading, scene):
        if scene.person.phone.endswith("2"):
            raise ValueError("a fault that nobody thought of")
        return decide(inbound, reading, scene)

    monkeypatch.setattr(flow, "decide", broken)
    assert await asyncio.gather(*(say("hi", guest=guest) for guest in (1, 2, 3))) == [200] * 3
    assert sorted(await events(service)) == ["done", "done", "ready"]


# ---------------------------------------------------------------- what is born in flight


async def test_a_second_answer_waits_until_the_first_is_sent(service, say, edge):
    await say("hi")
    await say(PLACE)
    assert await outbox(service) == [("sending", 1), ("ready", 0)]
    await send_handed(service)
    await settle_down(service)
    assert await outbox(service) == [("sent", 1), ("sent", 1)]


async def test_nothing_flies_while_the_circuit_is_open(service, say):
    await circuit.trip(service, 368)
    await say("hi")
    assert await outbox(service) == [("ready", 0)]


async def test_nothing_flies_to_whom_the_pace_holds_back(service, say, config_changes):
    await say("hi")
    await send_handed(service)
    await service.pool.execute("UPDATE person SET next_send_at = 'infinity'")
    await say(PLACE)
    assert await outbox(service) == [("sent", 1), ("ready", 0)]


async def test_without_room_it_waits_in_the_outbox(service, say, edge):
    service.handover.is_open = False
    await say("hi")
    assert await outbox(service) == [("ready", 0)]
    await settle_down(service)
    assert len(edge.book) == 1


async def test_what_its_process_never_began_is_sent_after_the_lease(service, say, edge):
    """Killed between the commit and the send."""
    await say("hi")
    service.handover.take(10)
    await service.pool.execute("UPDATE message SET lease_until = now() - interval '1 hour'")
    await worker.sweep(service, all_heard=True)
    await settle_down(service)
    assert len(edge.book) == 1


async def test_what_was_begun_too_late_is_not_sent(service, say, edge):
    await say("hi")
    rows: list[Claimed] = [row for row, _ in service.handover.take(10)]
    service.handover.give(rows, 0.0)
    await send_handed(service)
    assert edge.asked == 0
    assert await outbox(service) == [("ready", 0)]  # and goes at once, with a new lease


async def test_a_delivery_of_more_people_than_one_commit_answers(service, deliver, monkeypatch):
    monkeypatch.setattr(at_once, "MOST", 3)
    people = [{"from": f"9197{n:08d}", "from_user_id": f"IN.{n}"} for n in range(5)]
    contacts = [hooks.contact(wa_id=p["from"], user_id=p["from_user_id"]) for p in people]
    messages = [hooks.text("hi", **person) for person in people]
    assert await deliver(hooks.body(hooks.change(*messages, contacts=contacts))) == 200
    assert sorted(await events(service)) == ["done"] * 3 + ["ready"] * 2
    await finish(service)
    assert await events(service) == ["done"] * 5
