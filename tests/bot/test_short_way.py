"""Deliveries that are answered past aiohttp, and everything that is not, on real sockets."""

import asyncio
import itertools
from contextlib import asynccontextmanager

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import HttpRequestParser

from bot.queue.grouped import Full
from bot.web import short_way
from bot.web.app import make_app
from bot.web.gate import Limits
from bot.web.listening import listening
from bot.web.short_way import whole_delivery
from tests.bot import hooks

HOST, HOOK = "127.0.0.1", "/whatsapp/webhook"
LIMITS = Limits(connections=4, idle_seconds=0.3)
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def delivery(number: int = 0, signature: str = "") -> bytes:
    """A whole signed request as Meta sends it."""
    body = hooks.body(hooks.change(hooks.text(from_=f"91982204{number:04}")))
    lines = {
        "Host": "x", "User-Agent": "facebookexternalua", "Accept": "*/*",
        "Content-Type": "application/json", "Content-Length": str(len(body)),
        "X-Hub-Signature-256": signature or hooks.signed(body)["X-Hub-Signature-256"],
    }  # fmt: skip
    head = "".join(f"{name}: {text}\r\n" for name, text in lines.items())
    return f"POST {HOOK} HTTP/1.1\r\n{head}\r\n".encode() + body


@pytest.fixture
async def port(service):
    async with listening(make_app(service, LIMITS), HOST, 0, LIMITS) as port:
        yield port


@pytest.fixture
def given_away(monkeypatch):
    """How many connections went to aiohttp."""
    counted = []
    real = short_way.Line._hand_over
    monkeypatch.setattr(
        short_way.Line, "_hand_over", lambda line, data: (counted.append(1), real(line, data))
    )
    return counted


@asynccontextmanager
async def connected(port):
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer(reader) -> int:
    """The status of the next answer, its body read away."""
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        low = head.lower()
        length = int(low.partition(b"content-length:")[2].partition(b"\r")[0])
        await reader.readexactly(length)
    return int(head.split()[1])


async def stored(service) -> int:
    return await service.pool.fetchval("SELECT count(*) FROM inbox")


async def test_delivery_after_delivery_never_meets_aiohttp(service, port, given_away):
    async with connected(port) as (reader, writer):
        for number in range(3):
            writer.write(delivery(number))
            assert await answer(reader) == 200
    assert (await stored(service), given_away) == (3, [])


async def test_another_request_takes_the_connection_to_aiohttp_for_good(service, port, given_away):
    async with connected(port) as (reader, writer):
        for request in (delivery(1), GET, delivery(2), GET):
            writer.write(request)
            assert await answer(reader) == 200
    assert (await stored(service), len(given_away)) == (2, 1)


@pytest.mark.parametrize("cut", [1, 30, 200, 500])
async def test_a_delivery_in_two_pieces_is_answered(service, port, cut):
    whole = delivery()
    async with connected(port) as (reader, writer):
        writer.write(whole[:cut])
        await asyncio.sleep(0.02)
        writer.write(whole[cut:])
        assert await answer(reader) == 200
    assert await stored(service) == 1


async def test_deliveries_that_do_not_wait_for_each_other_are_all_answered(service, port):
    async with connected(port) as (reader, writer):
        writer.write(delivery(1) + delivery(2))
        assert [await answer(reader), await answer(reader)] == [200, 200]
    async with connected(port) as (reader, writer):
        for request in (delivery(3), delivery(4), GET, delivery(5)):
            writer.write(request)
            await asyncio.sleep(0)
        assert [await answer(reader) for _ in range(4)] == [200] * 4
    assert await stored(service) == 5


async def test_a_forged_delivery_is_401_and_leaves_nothing(service, port, given_away):
    async with connected(port) as (reader, writer):
        writer.write(delivery(signature="sha256=" + "0" * 64))
        assert await answer(reader) == 401
    assert (await stored(service), len(given_away)) == (0, 1)


async def test_signed_nonsense_is_400(port):
    body = b"{}"
    signature = hooks.signed(body)["X-Hub-Signature-256"]
    head = f"POST {HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
    async with connected(port) as (reader, writer):
        writer.write(f"{head}X-Hub-Signature-256: {signature}\r\n\r\n".encode() + body)
        assert await answer(reader) == 400


@pytest.mark.parametrize(("fault", "status"), [(Full(), 503), (TimeoutError(), 503),
                                               (ValueError("a fault of ours"), 500)])  # fmt: skip
async def test_what_cannot_be_stored_is_refused(service, port, fault, status, monkeypatch):
    async def refuses(events):
        raise fault

    async with connected(port) as (reader, writer):
        with monkeypatch.context() as patched:
            patched.setattr(service.intake, "take", refuses)
            writer.write(delivery())
            assert await answer(reader) == status
        writer.write(delivery())
        assert await answer(reader) == 200


async def test_the_end_waits_for_what_is_being_stored(service, monkeypatch):
    going_on, go_on, real = asyncio.Event(), asyncio.Event(), service.intake.take

    async def held(events):
        going_on.set()
        await go_on.wait()
        await real(events)

    monkeypatch.setattr(service.intake, "take", held)
    ended = asyncio.Event()

    async def serve(ready):
        async with listening(make_app(service, LIMITS), HOST, 0, LIMITS) as port:
            ready.set_result(port)
            await going_on.wait()
        ended.set()

    ready = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(ready))
    port = await ready
    async with connected(port) as (reader, writer), connected(port) as (idle, _):
        await asyncio.sleep(0.02)
        writer.write(delivery())
        assert await idle.read() == b""
        assert not ended.is_set()
        go_on.set()
        assert await answer(reader) == 200
        assert await reader.read() == b""
    await task
    assert await stored(service) == 1


async def test_a_line_that_falls_silent_after_a_delivery_is_closed(port):
    async with connected(port) as (reader, writer):
        writer.write(delivery())
        assert await answer(reader) == 200
        async with asyncio.timeout(LIMITS.idle_seconds * 3 + 1.5):
            assert await reader.read() == b""


async def test_one_who_writes_on_without_an_end_is_closed(service, monkeypatch):
    never, limits = asyncio.Event(), Limits(webhook_bytes=2000)

    async def held(events):
        await never.wait()

    monkeypatch.setattr(service.intake, "take", held)
    async with (
        listening(make_app(service, limits), HOST, 0, limits) as port,
        connected(port) as (reader, writer),
    ):
        writer.write(delivery())
        await asyncio.sleep(0.05)
        writer.write(b"x" * 3000)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        never.set()


PLAIN = ["Host: x\r\n", "Content-Length: 3\r\n", "X-Hub-Signature-256: sha256=00\r\n"]
NAMES = ["Accept", "X-Forwarded-For", "Host", "Content-Length", "content-length", "Connection",
         "Transfer-Encoding", "Expect", "X-Hub-Signature-256", "Content-Encoding", "Upgrade",
         "X A", "", "X-é", "Content-Length ", " folded"]  # fmt: skip
TEXTS = ["x", "", " ", "3", "+3", "3, 3", "0x3", "chunked", "close", "keep-alive", "100-continue",
         "\x00", "a\tb", "gzip", "é", "a" * 9000]  # fmt: skip
ENDS = ["\r\n", "\n", "\r\r\n", "\r\n\r\n"]
RIGHT = f"POST {HOOK} HTTP/1.1\r\n"
STARTS = [RIGHT, f"POST {HOOK}?a=b HTTP/1.1\r\n", f"post {HOOK} HTTP/1.1\r\n",
          f"POST {HOOK} HTTP/1.0\r\n", f"POST  {HOOK} HTTP/1.1\r\n", f"POST {HOOK} HTTP/1.1\n",
          "GET / HTTP/1.1\r\n", "\r\n" + RIGHT]  # fmt: skip
BODIES = [b"abc", b"", b"ab", b"abcd", b"abc" + GET]


def requests():
    """A plain delivery with one line more, first or last; and others with one thing different."""
    for name, text, end in itertools.product(NAMES, TEXTS, ENDS):
        line = f"{name}: {text}{end}"
        yield (RIGHT + "".join([line, *PLAIN]) + "\r\n").encode() + b"abc"
        yield (RIGHT + "".join([*PLAIN, line]) + "\r\n").encode() + b"abc"
    for start, body in itertools.product(STARTS, BODIES):
        yield (start + "".join(PLAIN) + "\r\n").encode() + body
    for without in range(len(PLAIN)):
        yield (RIGHT + "".join(PLAIN[:without] + PLAIN[without + 1 :]) + "\r\n").encode() + b"abc"


async def test_what_is_taken_aiohttp_reads_in_the_same_way():
    taken = [(raw, found) for raw in requests() if (found := whole_delivery(raw))]
    assert len(taken) > 20
    for raw, (body, signature) in taken:
        ((message, payload),), is_upgraded, rest = parsed(raw)
        assert (message.method, message.path, is_upgraded, rest) == ("POST", HOOK, False, b"")
        assert (b"".join(payload._buffer), payload.is_eof()) == (body, True)
        assert message.headers.getall("X-Hub-Signature-256") == [signature]
        odd = message.should_close, message.chunked, message.upgrade, message.compression
        assert not any(odd), raw
        assert "Expect" not in message.headers


def test_a_plain_delivery_is_taken():
    whole = delivery()
    assert whole_delivery(whole) is not None
    assert whole_delivery(whole[:-1]) is None
    assert whole_delivery(whole + b" ") is None


def parsed(data: bytes):
    """What aiohttp's own parser makes of it; raises AssertionError where it refuses."""
    loop = asyncio.get_running_loop()
    try:
        return HttpRequestParser(BaseProtocol(loop), loop, 2**16).feed_data(data)
    except HttpProcessingError as fault:
        raise AssertionError(f"aiohttp refuses it: {fault}") from None
