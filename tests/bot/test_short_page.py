"""Ticket pages that are answered past aiohttp, and everything that is not, on real sockets."""

import asyncio
from datetime import timedelta

import pytest

from bot.web import short_page, short_way
from bot.web.app import make_app
from bot.web.gate import Limits
from bot.web.listening import listening
from tests.benchmarks import growth
from tests.bot.asking import BROWSER, HOST, ODD, PATH, PROXY, answer, asked, connected, get
from tests.db import stock

OTHER = "5.6.7.8"
WRONG = "/eticket/LC000001-wrong"
LIMITS = Limits(asks_a_minute=5)


@pytest.fixture
def config_changes():
    return {"trusted_proxies": 1}


@pytest.fixture
async def booked(service, database_url):
    """The service with one live ticket."""
    await stock.add_property(service.pool, units=10)
    await growth.fill(database_url, 1)
    service.clock.offset = timedelta()
    return service


@pytest.fixture
async def port(booked):
    async with listening(make_app(booked, LIMITS), HOST, 0, LIMITS) as port:
        yield port


@pytest.fixture
def made(monkeypatch):
    """The connections, as they come."""
    lines, real = [], short_way.Line.connection_made
    monkeypatch.setattr(
        short_way.Line, "connection_made", lambda line, to: (lines.append(line), real(line, to))
    )
    return lines


@pytest.fixture
def given_away(monkeypatch):
    """How many connections went to aiohttp."""
    counted, real = [], short_way.Line._hand_over
    monkeypatch.setattr(
        short_way.Line, "_hand_over", lambda line, data: (counted.append(1), real(line, data))
    )
    return counted


async def change(service, statement, *values):
    """Change a row as if the service had: without the history that proves it."""
    async with service.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(statement, *values)


# ---------------------------------------------------------------- the page


@pytest.mark.parametrize("accepted", ["gzip", "GZIP, deflate, br", "identity", "br"])
async def test_the_page_is_in_every_byte_the_one_of_aiohttp(port, given_away, accepted):
    short = await asked(port, get(**{"Accept-Encoding": accepted}))
    assert (short[0], given_away) == (200, [])
    long = await asked(port, get(more=ODD, **{"Accept-Encoding": accepted}))
    assert (short, len(given_away)) == (long, 1)


@pytest.mark.parametrize("headers", [BROWSER, PROXY], ids=["a browser", "a proxy"])
async def test_page_after_page_on_one_line_never_meets_aiohttp(port, given_away, headers):
    async with connected(port) as (reader, writer):
        for _ in range(3):
            writer.write(get(**headers))
            status, lines, body = await answer(reader)
            assert (status, b"Content-Encoding: gzip" in lines) == (200, True)
            assert len(body) <= 6 * 1024
    assert given_away == []


async def test_the_page_of_one_way_and_a_question_of_the_other_share_a_line(port, given_away):
    async with connected(port) as (reader, writer):
        for path, status in ((PATH, 200), (PATH + ".ics", 200), (PATH, 200), ("/healthz", 200)):
            writer.write(get(path))
            assert (await answer(reader))[0] == status
    assert len(given_away) == 1


# ---------------------------------------------------------------- what is kept is never old

CHANGES = {
    "the guest's name": ("UPDATE booking SET guest_name = $1", "Meera"),
    "the place's name": ("UPDATE property SET name = $1", "Tiger Point Villa"),
    "the way there": ("UPDATE property SET map_url = $1", "https://maps.app.goo.gl/elsewhere"),
    "the txn id": ("UPDATE booking SET txn_id = $1", "T-other"),
}


@pytest.mark.parametrize(("statement", "value"), CHANGES.values(), ids=CHANGES.keys())
async def test_a_kept_page_is_not_shown_once_something_on_it_has_changed(
    booked, port, statement, value
):
    async with connected(port) as (reader, writer):
        writer.write(get())
        _, _, before = await answer(reader)
        await change(booked, statement, value)
        writer.write(get())
        _, _, after = await answer(reader)
    assert value.encode() not in before
    assert value.encode() in after


async def test_a_cancelled_booking_is_gone_on_a_line_that_has_shown_it(booked, port):
    async with connected(port) as (reader, writer):
        writer.write(get())
        assert (await answer(reader))[0] == 200
        await change(booked, "UPDATE booking SET status = 'GUEST_CANCELLED'")
        writer.write(get())
        status, lines, body = await answer(reader)
    assert (status, b"Rahul" in body) == (410, False)
    assert b"Cache-Control: private, no-store" in lines


async def test_another_token_and_the_last_hour_end_a_kept_page_too(booked, port):
    assert (await asked(port, get()))[0] == 200
    booked.clock.offset = timedelta(days=30)
    assert (await asked(port, get()))[0] == 410
    booked.clock.offset = timedelta()
    assert (await asked(port, get()))[0] == 200
    await change(booked, "UPDATE ticket SET token = repeat('x', 30)")
    assert (await asked(port, get()))[0] == 404


# ---------------------------------------------------------------- the gate


async def test_pages_are_counted_by_address_and_refused_as_the_gate_refuses(booked, port):
    assert [(await asked(port, get()))[0] for _ in range(LIMITS.asks_a_minute)] == [200] * 5
    status, lines, _ = await asked(port, get())
    assert status == 429
    assert any(line.startswith(b"Retry-After: ") for line in lines)
    assert (await asked(port, get(address=OTHER)))[0] == 200
    assert booked.metrics.turned_away.labels("other", "429")._value.get() == 1


async def test_the_short_way_and_aiohttps_count_together(port):
    odd = get(more=ODD)
    requests = [get(), odd, get(), odd, get(), get(), odd]
    statuses = [(await asked(port, request))[0] for request in requests]
    assert statuses == [200, 200, 200, 200, 200, 429, 429]


async def test_a_wrong_link_is_counted_once(port):
    statuses = [(await asked(port, get(WRONG)))[0] for _ in range(LIMITS.asks_a_minute + 1)]
    assert statuses == [404] * 5 + [429]


async def test_who_leaves_before_the_answer_is_counted(booked, port, monkeypatch):
    going_on, go_on, gone = asyncio.Semaphore(0), asyncio.Event(), []
    real, lost = short_page.ShortPage.answer, short_way.Line.connection_lost

    async def held(page, asked):
        going_on.release()
        await go_on.wait()
        return await real(page, asked)

    with monkeypatch.context() as patched:
        patched.setattr(short_page.ShortPage, "answer", held)
        patched.setattr(
            short_way.Line,
            "connection_lost",
            lambda line, why: (gone.append(line), lost(line, why)),
        )
        lines = [await asyncio.open_connection(HOST, port) for _ in range(LIMITS.asks_a_minute)]
        for _, writer in lines:
            writer.write(get(WRONG))
        async with asyncio.timeout(5):
            for _ in lines:
                await going_on.acquire()
            for _, writer in lines:
                writer.transport.abort()
            while len(gone) < len(lines):
                await asyncio.sleep(0)
        answering = [line.answering for line in gone]
        go_on.set()
        await asyncio.wait(answering, timeout=5)
    assert (await asked(port, get()))[0] == 429


async def test_while_the_database_is_away_it_is_503(booked, port, monkeypatch):
    def away(pool, **options):
        raise TimeoutError

    async with connected(port) as (reader, writer):
        with monkeypatch.context() as patched:
            patched.setattr(type(booked.pool), "acquire", away)
            writer.write(get())
            status, lines, body = await answer(reader)
            assert (status, body) == (503, b"please try again in a moment")
            assert b"Cache-Control: no-store" in lines
        writer.write(get())
        assert (await answer(reader))[0] == 200


async def test_one_who_does_not_read_is_answered_no_more(port, made):
    """Else a client that only asks would fill the memory with its pages."""
    async with connected(port) as (reader, writer):
        writer.write(get())
        assert (await answer(reader))[0] == 200
        made[0].pause_writing()
        writer.write(get())
        async with asyncio.timeout(5):
            while not made[0]._early:
                await asyncio.sleep(0)
        assert made[0].answering is None
        made[0].resume_writing()
        assert (await answer(reader))[0] == 200


async def test_who_does_not_read_is_not_read_to_by_aiohttp_either(port, made, monkeypatch):
    """aiohttp was not told of the pause, and fell over its end."""
    go_on, answered = asyncio.Event(), short_page.ShortPage.answer

    async def held(page, asked):
        await go_on.wait()
        return await answered(page, asked)

    monkeypatch.setattr(short_page.ShortPage, "answer", held)
    async with connected(port) as (reader, writer):
        writer.write(get(WRONG))
        async with asyncio.timeout(5):
            while not (made and made[0].answering):
                await asyncio.sleep(0)
        made[0].pause_writing()
        answering = made[0].answering
        go_on.set()
        await asyncio.wait([answering], timeout=5)
        made[0]._transport.get_protocol().resume_writing()
        assert (await answer(reader))[0] == 404


async def test_one_who_never_reads_is_cut_off(booked, made):
    """Closing would wait for ever for what is written to be read."""
    limits = Limits(asks_a_minute=10_000, idle_seconds=0.5)
    async with (
        listening(make_app(booked, limits), HOST, 0, limits) as port,
        connected(port) as (_, writer),
    ):
        writer.transport.pause_reading()
        async with asyncio.timeout(20):
            while not made:
                await asyncio.sleep(0)
            while not made[0]._is_full:
                began = made[0]._idle_since
                writer.write(get())  # one at a time: two at once are aiohttp's
                while made[0]._idle_since == began:
                    await asyncio.sleep(0)
            while made[0] in made[0]._lines.open:
                await asyncio.sleep(0.01)
