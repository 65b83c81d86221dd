"""Clients that take a connection and give nothing, on real sockets with short limits."""

import asyncio
import time
from contextlib import suppress

import pytest

from bot.web.app import make_app
from bot.web.gate import Limits
from bot.web.listening import listening
from tests.bot import hooks

HOST, IDLE, BODY = "127.0.0.1", 0.25, 0.15
SHORT = Limits(connections=4, idle_seconds=IDLE, body_seconds=BODY)
SLACK = 3.0  # on a busy machine
HOOK = "/whatsapp/webhook"
RAW = hooks.body(hooks.change(hooks.text()))


@pytest.fixture
async def port(service):
    async with listening(make_app(service, SHORT), HOST, 0, SHORT) as port:
        yield port


async def closed_after(port: int, first: bytes, *, drip: bytes = b"") -> tuple[bytes, float]:
    """Send something, perhaps drip more; what came back, and after how long it was closed."""
    reader, writer = await asyncio.open_connection(HOST, port)
    began = time.monotonic()
    writer.write(first)

    async def dripping() -> None:
        with suppress(OSError):
            while drip:
                await asyncio.sleep(IDLE / 6)
                writer.write(drip)
                await writer.drain()

    task = asyncio.create_task(dripping())
    try:
        async with asyncio.timeout(SLACK):
            with suppress(ConnectionResetError):
                return await reader.read(), time.monotonic() - began
            return b"", time.monotonic() - began
    finally:
        task.cancel()
        writer.close()


HEAD = f"POST {HOOK} HTTP/1.1\r\nHost: x\r\n".encode()
SLOW = {
    "no bytes": (b"", b"", IDLE),
    "half a header": (HEAD, b"", IDLE),
    "a header that trickles": (HEAD, b"X-A: b\r\n", IDLE),
    "a header that trickles by letters": (HEAD + b"X-A: ", b"b", IDLE),
    "a body that never comes": (HEAD + b"Content-Length: 9\r\n\r\n", b"", BODY),
    "a body that trickles": (HEAD + b"Content-Length: 999\r\n\r\n", b"x", BODY),
    "chunks that trickle": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", BODY,
    ),
    "a body for a route without one": (
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n", b"x", BODY,
    ),
    "half a header after a whole request": (
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /he", b"a", IDLE,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("first", "drip", "limit"), SLOW.values(), ids=SLOW.keys())
async def test_a_slow_client_is_closed(port, first, drip, limit):
    answer, seconds = await closed_after(port, first, drip=drip)
    assert limit * 0.5 < seconds < limit * 3 + 1.5
    assert b" 408 " in answer or b" 200 OK" in answer or answer == b""


ODD = {
    "two lengths": HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "a length and chunks": (
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    ),
    "a length that is no number": HEAD + b"Content-Length: +3\r\n\r\nabc",
    "chunked twice": HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a line folded": HEAD + b"X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "a blank before the colon": HEAD + b"Content-Length : 0\r\n\r\n",
    "a header of twenty kB": HEAD + b"X-A: " + b"a" * 20_000 + b"\r\n\r\n",
    "ten thousand headers": HEAD + b"".join(b"X-%d: b\r\n" % n for n in range(10_000)) + b"\r\n",
    "a path of twenty kB": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a NUL in a header": HEAD + b"X-A: a\x00b\r\n\r\n",
}


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD.keys())
async def test_what_could_be_read_in_two_ways_is_400_and_closed(service, port, raw, capfd):
    answer, _ = await closed_after(port, raw)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
    assert answer.count(b"HTTP/1.") <= 1
    assert await service.pool.fetchval("SELECT count(*) FROM inbox") == 0
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_body_that_only_claims_to_be_compressed_is_400(port, encoding):
    head = HEAD + f"Content-Encoding: {encoding}\r\nContent-Length: 3\r\n\r\nabc".encode()
    answer, _ = await closed_after(port, head)
    assert answer.startswith(b"HTTP/1.1 400")


async def test_a_connection_too_many_is_closed_and_the_others_are_served(service, port):
    lines = [await asyncio.open_connection(HOST, port) for _ in range(SHORT.connections)]
    await asyncio.sleep(0)
    answer, seconds = await closed_after(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (answer, seconds < IDLE) == (b"", True)
    reader, writer = lines[0]
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    for _, line in lines:
        line.close()


async def test_a_place_that_was_left_is_free_again(port):
    for _ in range(SHORT.connections * 3):
        ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer, _ = await closed_after(port, ask)
        assert answer.startswith(b"HTTP/1.1 200")


async def test_a_quick_client_is_not_disturbed(service, port):
    signature = hooks.signed(RAW)["X-Hub-Signature-256"]
    head = HEAD + f"X-Hub-Signature-256: {signature}\r\nContent-Length: {len(RAW)}\r\n".encode()
    answer, _ = await closed_after(port, head + b"Connection: close\r\n\r\n" + RAW)
    assert answer.startswith(b"HTTP/1.1 200")
    assert await service.pool.fetchval("SELECT count(*) FROM inbox") == 1


def test_the_real_limits_are_those_of_the_guide():
    assert (Limits().idle_seconds, Limits().body_seconds) == (10, 5)
    assert (Limits().webhook_bytes, Limits().other_bytes) == (3 * 1024**2, 64 * 1024)
