"""Our session for pywa says the same on the wire as httpx does, and fails in the same words."""

import asyncio

import aiohttp
import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from bot.whatsapp.client import Fate, Recipient, Refusal, WhatsAppClient
from bot.whatsapp.graph_session import GraphSession
from flows.messages import Kind, Message

GOOD = b'{"messages": [{"id": "wamid.1"}]}'


class Wire:
    """A server that keeps every byte of a request and answers what it is told."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (
            len(GOOD),
            GOOD,
        )

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )  # fmt: skip
        self.heard.append(head + await reader.readexactly(length))
        writer.write(self.answer)
        writer.close()


@pytest.fixture
async def wire():
    return Wire()


@pytest.fixture
async def base(wire):
    server = await asyncio.start_server(wire.talk, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v26.0"
    server.close()


@pytest.fixture
async def over():
    async with aiohttp.ClientSession() as session:
        yield session


def dressed(session: httpx.AsyncClient, base: str) -> httpx.AsyncClient:
    """As pywa dresses the session that it is given."""
    session.headers["Authorization"] = "Bearer token"
    session.headers["User-Agent"] = "PyWa/4.5.0"
    session.base_url = httpx.URL(base)
    return session


BODY = {
    "messaging_product": "whatsapp", "to": "+919800000000", "type": "text",
    "text": {"body": "नमस्ते 🏕 \"quoted\" / \\ \n\t €", "preview_url": False},
    "n": [1, 2, True, None], "empty": {},
}  # fmt: skip


async def test_the_bytes_on_the_wire_are_those_of_httpx_uncompressed(wire, base, over):
    usual = dressed(httpx.AsyncClient(transport=AiohttpTransport(client=over)), base)
    ours = dressed(GraphSession(AiohttpTransport(client=over), 5), base)
    for session in (usual, ours):
        await session.request("POST", "/5001/messages", json=BODY)
    (head, body), (our_head, our_body) = (sent.split(b"\r\n\r\n", 1) for sent in wire.heard)
    assert our_body == body
    assert our_head.split(b"\r\n")[0] == head.split(b"\r\n")[0]
    left_out = {b"accept-encoding gzip, deflate", b"connection keep-alive"}
    assert _headers(head) - _headers(our_head) == left_out
    assert _headers(our_head) < _headers(head)


def _headers(head: bytes) -> set[bytes]:
    lines = head.split(b"\r\n")[1:]
    return {line.split(b":")[0].lower() + line.partition(b":")[2] for line in lines}


async def test_a_new_token_is_used_at_once(wire, base, over):
    session = dressed(GraphSession(AiohttpTransport(client=over), 5), base)
    await session.request("POST", "/1/messages", json={})
    session.headers["Authorization"] = "Bearer newer"
    await session.request("POST", "/1/messages", json={})
    assert [b"Bearer newer" in sent for sent in wire.heard] == [False, True]


async def test_what_is_not_plain_json_stays_with_httpx(wire, base, over):
    session = dressed(GraphSession(AiohttpTransport(client=over), 5), base)
    answer = await session.request("POST", "/1/uploads", data={"a": "b"}, params={"x": "1"})
    assert isinstance(answer, httpx.Response)
    assert answer.json() == {"messages": [{"id": "wamid.1"}]}
    assert wire.heard[0].endswith(b"a=b") and b"/v26.0/1/uploads?x=1" in wire.heard[0]


def said(status: int, body: bytes, promised: int | None = None) -> bytes:
    """A whole answer; `promised` bytes are announced, by default those that come."""
    length = len(body) if promised is None else promised
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, length, body)


def error(code: int) -> bytes:
    return b'{"error":{"message":"no","type":"OAuthException","code":%d}}' % code


FATES = {
    "refused": (said(400, error(33333)), Fate.DEAD),
    "window": (said(400, error(131047)), Fate.WINDOW),
    "gateway": (said(502, b"<html>"), Fate.UNKNOWN),
    "cut": (said(200, b"{", 99), Fate.UNKNOWN),
    "silence": (b"", Fate.UNKNOWN),
    "not JSON": (said(200, b"OK"), Fate.UNKNOWN),
    "empty": (said(200, b""), Fate.UNKNOWN),
    "no id": (said(200, b"{}"), Fate.UNKNOWN),
}


@pytest.mark.parametrize(("answer", "fate"), FATES.values(), ids=FATES.keys())
async def test_every_way_to_fail_has_its_fate(wire, base, answer, fate):
    wire.answer = answer
    client = WhatsAppClient(base.removesuffix("/v26.0"), "token", "5001", "3001", 30)
    with pytest.raises(Refusal) as caught:
        await client.send(Recipient("+919800000000", None), "1", Message(Kind.TEXT, "x"), None)
    assert caught.value.fate is fate
    await client.close()


async def test_nobody_listening_is_certainly_not_sent():
    client = WhatsAppClient("http://127.0.0.1:1", "token", "5001", "3001", 30)
    with pytest.raises(Refusal) as caught:
        await client.send(Recipient("+919800000000", None), "1", Message(Kind.TEXT, "x"), None)
    assert caught.value.fate is Fate.RETRY
    await client.close()


async def test_an_answer_that_never_comes_is_unknown():
    over = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        over.set()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    client = WhatsAppClient(url, "token", "5001", "3001", lease_seconds=0.2)
    with pytest.raises(Refusal) as caught:
        await client.send(Recipient("+919800000000", None), "1", Message(Kind.TEXT, "x"), None)
    assert caught.value.fate is Fate.UNKNOWN
    await client.close()
    await over.wait()
    server.close()
