"""Kept-alive connections to the Graph API: when they are used again, and every way to break."""

import asyncio
import ssl
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
import trustme

from bot.whatsapp import graph_lines
from bot.whatsapp.graph_lines import Answer, Lines

REQUEST = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Host:
    """Answers each request of a connection with the next of its answers; counts connections."""

    def __init__(self, *answers: bytes, ends: bool = False) -> None:
        self.answers, self.ends, self.connections, self.gone = list(answers), ends, 0, 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readexactly(len(REQUEST))
                answer = self.answers.pop(0) if self.answers else GOOD
                for piece in answer.split(b"|"):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
                if self.ends:
                    break
        self.gone += 1
        writer.close()


@asynccontextmanager
async def talking_to(host: Host, seconds: float = 5):
    server = await asyncio.start_server(host.talk, "127.0.0.1", 0)
    lines = Lines(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v26.0", seconds)
    try:
        yield lines
    finally:
        lines.close()
        server.close()
        await until(lambda: host.gone == host.connections)


async def until(is_so) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.001)


async def test_one_connection_serves_call_after_call():
    host = Host()
    async with talking_to(host) as lines:
        assert [await lines.ask(REQUEST) for _ in range(5)] == [Answer(200, b"ok")] * 5
    assert host.connections == 1


async def test_calls_at_once_have_a_connection_each():
    host = Host()
    async with talking_to(host) as lines:
        await asyncio.gather(*(lines.ask(REQUEST) for _ in range(5)))
        await asyncio.gather(*(lines.ask(REQUEST) for _ in range(5)))
    assert host.connections == 5


ANSWERS = {
    "in pieces": (b"HTTP/1.1 20|0 OK\r\nConte|nt-Length: 4\r\n\r\na|bcd", Answer(200, b"abcd")),
    "in chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\n|d\r\n0\r\n\r\n",
        Answer(200, b"abcd"),
    ),
    "after a 100": (b"HTTP/1.1 100 Continue\r\n\r\n|" + GOOD, Answer(200, b"ok")),
    "an error": (b"HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\nno", Answer(400, b"no")),
    "nothing": (b"HTTP/1.1 204 No Content\r\n\r\n", Answer(204, b"")),
}


@pytest.mark.parametrize(("raw", "answer"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_an_answer_is_read_whole_and_the_connection_kept(raw, answer):
    host = Host(raw)
    async with talking_to(host) as lines:
        assert await lines.ask(REQUEST) == answer
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
    assert host.connections == 1


@pytest.mark.parametrize(
    "raw",
    [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
     b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
     b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok"],
)  # fmt: skip
async def test_what_is_no_whole_answer_leaves_the_outcome_open(raw):
    host = Host(raw, ends=True)
    async with talking_to(host) as lines:
        with pytest.raises(httpx.ReadError):
            await lines.ask(REQUEST)
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
    assert host.connections == 2


async def test_too_long_an_answer_is_not_collected(monkeypatch):
    monkeypatch.setattr(graph_lines, "MOST_BODY", 100)
    host = Host(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * 300)
    async with talking_to(host) as lines:
        with pytest.raises(httpx.ReadError):
            await lines.ask(REQUEST)


async def test_the_server_may_want_to_end_it():
    host = Host(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
    async with talking_to(host) as lines:
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
    assert host.connections == 2


async def test_a_connection_that_the_server_closed_meanwhile_is_not_used():
    host = Host(ends=True)
    async with talking_to(host) as lines:
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
        await until(lambda: not lines._open)
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
    assert host.connections == 2


async def test_a_connection_that_was_idle_for_long_is_not_used(monkeypatch):
    monkeypatch.setattr(graph_lines, "KEPT_SECONDS", 0.0)
    host = Host()
    async with talking_to(host) as lines:
        await lines.ask(REQUEST)
        await lines.ask(REQUEST)
    assert host.connections == 2


async def test_silence_ends_in_time_and_its_late_answer_answers_nobody_else():
    host = Host(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nla")
    async with talking_to(host, seconds=0.1) as lines:
        with pytest.raises(httpx.ReadTimeout):
            await lines.ask(REQUEST)
        await until(lambda: not lines._open)
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
    assert host.connections == 2


async def test_a_call_that_is_given_up_takes_its_connection_along():
    host = Host(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
    async with talking_to(host) as lines:
        call = asyncio.create_task(lines.ask(REQUEST))
        await until(lambda: host.connections and not host.answers)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
    assert host.connections == 2


async def test_an_answer_that_nobody_asked_for_ends_the_connection():
    host = Host(GOOD + GOOD)
    async with talking_to(host) as lines:
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
        await until(lambda: not lines._open)
        assert await lines.ask(REQUEST) == Answer(200, b"ok")
    assert host.connections == 2


async def test_nobody_there_is_certainly_not_sent():
    with pytest.raises(httpx.ConnectError):
        await Lines("http://127.0.0.1:1", 1).ask(REQUEST)


async def test_a_certificate_of_nobody_we_trust_is_certainly_not_sent(monkeypatch):
    authority, host = trustme.CA(), Host()
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(shown)
    server = await asyncio.start_server(host.talk, "localhost", 0, ssl=shown)
    base = f"https://localhost:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(httpx.ConnectError):
        await Lines(base, 5).ask(REQUEST)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    monkeypatch.setattr(graph_lines, "trust", lambda: trust)
    trusting = Lines(base, 5)
    assert await trusting.ask(REQUEST) == Answer(200, b"ok")
    trusting.close()
    server.close()
    await until(lambda: host.gone == host.connections)
