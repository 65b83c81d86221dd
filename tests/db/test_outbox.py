"""The outbox: lanes, leases, fencing, attempts, proof; what makes a kill harmless."""

import asyncio
import itertools
import random
import uuid
from datetime import timedelta

import asyncpg
import pytest

from db import outbox
from db.outbox import Row
from db.sql import sql
from tests.db import stock

LEASE = timedelta(seconds=30)
FAR = timedelta(days=36500)
SECOND, PAUSE = timedelta(seconds=1), timedelta(seconds=6)
_numbers = itertools.count(1)


@pytest.fixture
def put(pool):
    """`await put(*lanes)`: one row for each lane named, in this order; answers their ids."""

    async def put(*lanes: str, kind="whatsapp", at=stock.NOW, key="", intent="x"):
        rows = [
            Row(key or f"k{next(_numbers)}", lane, kind, intent, at, None, None, {})
            for lane in lanes
        ]
        await outbox.insert(pool, rows, stock.NOW)
        keys = [row.key for row in rows]
        found = await pool.fetch(
            "SELECT id FROM message WHERE dedupe_key = ANY ($1) ORDER BY id", keys
        )
        return [row["id"] for row in found]

    return put


@pytest.fixture
def claim(pool):
    """`await claim()`: what a worker would take now."""

    async def claim(*, at=stock.NOW, most=100, kinds=("whatsapp",), lease=None, lasts=LEASE):
        return await outbox.claim(
            pool, kinds, at, most=most, lease=lease or uuid.uuid4(), lease_for=lasts,
            pace_until=at + FAR,
        )  # fmt: skip

    return claim


async def finish(pool, row, wamid="wamid.1"):
    return await pool.fetchval(sql("finish_message"), row.id, row.lease, stock.NOW, wamid, "free")


async def release(pool, row, at, *, counted=True):
    await pool.execute(sql("release_message"), row.id, row.lease, at, "why", counted)


def ids(rows) -> list[int]:
    return [row.id for row in rows]


async def test_one_of_each_lane_is_claimed_the_oldest(put, claim):
    first = await put("p:1", "p:2", "p:1", "p:3")
    assert ids(await claim()) == [first[0], first[1], first[3]]
    assert await claim() == []


async def test_the_next_of_a_lane_follows_when_the_first_is_done(pool, put, claim):
    one, two = await put("p:1", "p:1")
    (row,) = await claim()
    assert row.id == one
    await finish(pool, row)
    assert ids(await claim()) == [two]


async def test_a_row_for_later_does_not_block_its_lane(put, claim):
    (later,) = await put("p:1", at=stock.NOW + SECOND)
    (now,) = await put("p:1")
    assert ids(await claim()) == [now]
    assert await claim(at=stock.NOW + SECOND) == [], "one in flight"
    assert later < now


async def test_a_message_that_is_tried_again_later_keeps_its_place(pool, put, claim):
    one, _ = await put("p:1", "p:1")
    (row,) = await claim()
    await release(pool, row, stock.NOW + SECOND)
    assert await claim() == [], "the next one would overtake it"
    assert ids(await claim(at=stock.NOW + SECOND)) == [one]


async def test_a_call_that_waits_for_paytm_does_not_hold_up_the_timers(pool, put, claim):
    """Paytm is away for hours: reminders and deadlines of the booking still fire."""
    await put("b:1", kind="paytm")
    (timer,) = await put("b:1", kind="timer", at=stock.NOW + SECOND)
    (row,) = await claim(kinds=("paytm", "timer"))
    await release(pool, row, stock.NOW + 300 * SECOND)
    assert ids(await claim(at=stock.NOW + 2 * SECOND, kinds=("paytm", "timer"))) == [timer]


async def test_the_attempt_is_counted_when_it_begins(pool, put, claim):
    """A row whose handling kills its process is counted all the same."""
    await put("p:1")
    for attempt in (1, 2, 3):
        (row,) = await claim(lasts=timedelta(0))
        assert row.attempts == attempt
        assert (
            len(await pool.fetch(sql("sweep_messages"), stock.NOW, timedelta(0), PAUSE, True)) == 1
        )


async def test_a_refusal_of_the_whole_number_is_not_counted(pool, put, claim):
    await put("p:1")
    (row,) = await claim()
    await release(pool, row, stock.NOW, counted=False)
    assert (await claim())[0].attempts == 1


async def test_a_stale_worker_can_do_nothing_to_a_row(pool, put, claim):
    """Fencing: the lease that a row had before opens nothing."""
    await put("p:1")
    (stale,) = await claim(lasts=timedelta(0))
    await pool.fetch(sql("sweep_messages"), stock.NOW, timedelta(0), PAUSE, True)
    (fresh,) = await claim()
    assert await finish(pool, stale) is None
    await release(pool, stale, stock.NOW)
    await pool.execute(sql("rearm_message"), stale.id, stale.lease, stock.NOW, {})
    await pool.execute(sql("drop_message"), stale.id, stale.lease, stock.NOW, "why")
    await pool.execute(sql("kill_message"), stale.id, stale.lease, stock.NOW, "why")
    assert await pool.fetchval("SELECT state FROM message") == "sending"
    assert await finish(pool, fresh) == fresh.id


async def test_a_finish_is_done_once(pool, put, claim):
    await put("p:1")
    (row,) = await claim()
    assert [await finish(pool, row), await finish(pool, row)] == [row.id, None]


async def test_a_message_in_flight_waits_for_its_proof_and_a_job_does_not(pool, put, claim):
    (message,) = await put("p:1")
    (job,) = await put("b:1", kind="timer")
    await claim(kinds=("whatsapp", "timer"), lasts=timedelta(0))
    swept = await pool.fetch(sql("sweep_messages"), stock.NOW, timedelta(minutes=2), PAUSE, True)
    assert [row["id"] for row in swept] == [job]
    swept = await pool.fetch(sql("sweep_messages"), stock.NOW, timedelta(0), PAUSE, True)
    assert [row["id"] for row in swept] == [message]


async def test_a_message_is_not_freed_while_a_status_waits_unread(pool, put, claim):
    """The proof is in the inbox already: the worker was down longer than the grace."""
    (number,) = await put("p:1")
    await claim(lasts=timedelta(0))
    await pool.execute(
        "INSERT INTO inbox (id, seq, kind, lane, body, run_at, received_at) "
        "VALUES ('wamid.1:sent', 1, 'status', 'x', '', $1, $1)", stock.NOW,
    )  # fmt: skip
    sweep = sql("sweep_messages"), stock.NOW, timedelta(0), PAUSE, True
    assert await pool.fetch(*sweep) == []
    await pool.execute("UPDATE inbox SET state = 'done'")
    assert [row["id"] for row in await pool.fetch(*sweep)] == [number]


async def test_a_process_that_has_just_begun_to_listen_frees_jobs_only(pool, put, claim):
    await put("p:1")
    (job,) = await put("b:1", kind="timer")
    await claim(kinds=("whatsapp", "timer"), lasts=timedelta(minutes=-5))
    grace = timedelta(minutes=1)
    swept = await pool.fetch(sql("sweep_messages"), stock.NOW, grace, PAUSE, False)
    assert [row["id"] for row in swept] == [job]


async def test_a_lease_that_still_runs_is_left_alone(pool, put, claim):
    await put("b:1", kind="timer")
    await claim(kinds=("timer",))
    assert await pool.fetch(sql("sweep_messages"), stock.NOW, timedelta(0), PAUSE, True) == []


async def test_a_swept_row_that_is_proven_meanwhile_is_not_sent_again(pool, put, claim):
    (number,) = await put("p:1")
    await claim(lasts=timedelta(0))
    await pool.fetch(sql("sweep_messages"), stock.NOW, timedelta(0), PAUSE, True)
    report = (number, "wamid.1", "sent", None, None, None)
    await outbox.note_outcomes(pool, (), [report], (), stock.NOW)
    assert await claim() == []


async def test_a_key_is_kept_for_ever(pool, put, claim):
    await put("p:1", key="once")
    (row,) = await claim()
    await finish(pool, row)
    await put("p:1", key="once")
    assert await claim() == []
    assert await pool.fetchval("SELECT count(*) FROM message") == 1


async def test_a_known_key_does_not_hinder_the_others_of_its_batch(pool, put):
    await put("p:1", key="once")
    rows = [Row(key, "p:1", "whatsapp", "x", stock.NOW) for key in ("a", "once", "b")]
    await outbox.insert(pool, rows, stock.NOW)
    keys = await pool.fetch("SELECT dedupe_key FROM message ORDER BY id")
    assert [row["dedupe_key"] for row in keys] == ["once", "a", "b"]


async def test_rows_are_numbered_in_the_order_given(pool):
    names = [f"k{number:03d}" for number in random.Random(3).sample(range(200), 200)]
    rows = [Row(name, "p:1", "whatsapp", "x", stock.NOW) for name in names]
    await outbox.insert(pool, rows, stock.NOW)
    keys = await pool.fetch("SELECT dedupe_key FROM message ORDER BY id")
    assert [row["dedupe_key"] for row in keys] == names


async def test_pointless_rows_of_a_booking_are_cancelled_and_no_others(pool, make_checkout):
    booking, other = await make_checkout(), await make_checkout()
    await pool.execute(
        sql("cancel_jobs"), booking.booking_id, ["hold_lapsed", "hold_ends_soon"], stock.NOW
    )
    rows = await pool.fetch("SELECT booking_id, intent FROM message WHERE state = 'cancelled'")
    assert {tuple(row) for row in rows} == {
        (booking.booking_id, "hold_lapsed"), (booking.booking_id, "hold_ends_soon"),
    }  # fmt: skip
    assert other.booking_id != booking.booking_id


async def test_a_row_in_flight_is_not_cancelled_under_its_worker(pool, make_checkout, claim):
    booking = await make_checkout()
    (row,) = await claim(kinds=("paytm", "timer"))
    await pool.execute(
        sql("cancel_jobs"), booking.booking_id, [row.intent, "hold_lapsed"], stock.NOW
    )
    states = await pool.fetch("SELECT intent FROM message WHERE state = 'cancelled'")
    assert [each["intent"] for each in states] == ["hold_lapsed"]
    assert await finish(pool, row) == row.id


async def test_a_rolled_back_cause_sends_nothing(pool, claim):
    async with pool.acquire() as connection:
        cause = connection.transaction()
        await cause.start()
        await outbox.insert(connection, [Row("k", "p:1", "whatsapp", "x", stock.NOW)], stock.NOW)
        await cause.rollback()
    assert await claim() == []


async def test_the_database_itself_allows_one_in_flight(pool, put):
    await put("p:1", "p:1")
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute("UPDATE message SET state = 'sending'")


async def test_six_racing_workers_keep_every_lane_in_order(pool, put, claim):
    """600 rows of 30 lanes: each done once, in order, never two of a lane at a time."""
    expected: dict[str, list[int]] = {}
    lanes = [f"p:{number % 30}" for number in range(600)]
    for lane, number in zip(lanes, await put(*lanes), strict=True):
        expected.setdefault(lane, []).append(number)
    done: dict[str, list[int]] = {lane: [] for lane in expected}
    in_flight: set[str] = set()

    async def work() -> None:
        while sum(map(len, done.values())) < len(lanes):
            rows = await claim(most=7)
            assert in_flight.isdisjoint(row.lane for row in rows)
            in_flight.update(row.lane for row in rows)
            await asyncio.sleep(0)
            for row in rows:
                done[row.lane].append(row.id)
                in_flight.discard(row.lane)
                assert await finish(pool, row) == row.id

    async with asyncio.timeout(30):
        await asyncio.gather(*(work() for _ in range(6)))
    assert done == expected


async def test_a_person_who_is_paced_waits_and_the_others_go_on(pool):
    slow, quick = await stock.add_person(pool), await stock.add_person(pool)
    for person in (slow, quick):
        row = Row(f"k{person.person_id}", f"p:{person.person_id}", "whatsapp", "x", stock.NOW,
                  None, person.person_id, {})  # fmt: skip
        await outbox.insert(pool, [row], stock.NOW)
    await pool.execute(
        "UPDATE person SET next_send_at = $2 WHERE person_id = $1",
        slow.person_id, stock.NOW + 18 * SECOND,
    )  # fmt: skip

    async def now(at, burst):
        return await outbox.claim(
            pool, ["whatsapp"], at, most=9, lease=uuid.uuid4(), lease_for=LEASE,
            pace_until=at + burst * 6 * SECOND,
        )  # fmt: skip

    assert [row.person_id for row in await now(stock.NOW, 1)] == [quick.person_id]
    assert [row.person_id for row in await now(stock.NOW + 12 * SECOND, 1)] == [slow.person_id]


async def test_a_message_of_a_clock_ahead_is_not_overtaken(pool, put, claim):
    """Two processes, one a few seconds ahead: what it queued is not due yet by the other's clock."""
    ahead = stock.NOW + timedelta(seconds=3)
    rows = [Row("ahead", "p:1", "whatsapp", "x", ahead, None, None, {})]
    await outbox.insert(pool, rows, ahead)
    (late,) = await put("p:1")
    assert ids(await claim()) == []
    first = ids(await claim(at=ahead))
    assert first and late not in first


async def test_what_the_circuit_gave_back_by_a_clock_ahead_is_not_overtaken(pool, put, claim):
    one, _ = await put("p:1", "p:1")
    (row,) = await claim()
    ahead = stock.NOW + timedelta(seconds=3)
    await release(pool, row, ahead, counted=False)  # no fault of the message's: not counted
    assert ids(await claim()) == []
    assert ids(await claim(at=ahead)) == [one]


async def test_a_message_that_was_meant_for_later_holds_up_nothing(put, claim):
    await put("p:1", at=stock.NOW + timedelta(hours=8))
    (now,) = await put("p:1")
    assert ids(await claim()) == [now]
