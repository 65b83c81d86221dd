"""Which questions for a ticket are plain enough to be read past aiohttp's own parser."""

import asyncio
import itertools

from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import HttpRequestParser

from bot.web.short_page import asked_for

PATH = "/eticket/LC000001-0123456789012345678901"
NAMES = ["Accept", "X-Forwarded-For", "Host", "Content-Length", "content-length", "Connection",
         "Transfer-Encoding", "Expect", "Content-Encoding", "Upgrade", "Accept-Encoding",
         "X A", "", "X-é", "Content-Length ", " folded"]  # fmt: skip
TEXTS = ["x", "", " ", "0", "00", "3", "+0", "0, 0", "0x0", "chunked", "close", "keep-alive",
         "Keep-Alive", "upgrade", "100-continue", "\x00", "a\tb", "gzip", "é", "a" * 9000]  # fmt: skip
ENDS = ["\r\n", "\n", "\r\r\n", "\r\n\r\n"]
STARTS = [f"GET {path} HTTP/1.1\r\n" for path in
          (PATH, f"{PATH}?a=b", f"{PATH}.ics", f"{PATH}/", f"{PATH}%41", f"{PATH}#a", f"/{PATH}",
           f"http://x{PATH}", "/eticket/", "/eticket/x", PATH.replace("LC", "lc"), f"{PATH} ")] + [
          f"HEAD {PATH} HTTP/1.1\r\n", f"POST {PATH} HTTP/1.1\r\n", f"get {PATH} HTTP/1.1\r\n",
          f"GET {PATH} HTTP/1.0\r\n", f"GET  {PATH} HTTP/1.1\r\n", f"GET {PATH} HTTP/1.1\n",
          f"\r\nGET {PATH} HTTP/1.1\r\n"]  # fmt: skip
MANY = "".join(f"A{n}: b\r\n" for n in range(200))


def requests():
    """A plain question with one line more, first or last; and others with one thing different."""
    for name, text, end in itertools.product(NAMES, TEXTS, ENDS):
        line = f"{name}: {text}{end}"
        yield f"{STARTS[0]}{line}Host: x\r\n\r\n".encode()
        yield f"{STARTS[0]}Host: x\r\n{line}\r\n".encode()
    for start, rest in itertools.product(STARTS, ("", "a", "GET / HTTP/1.1\r\n\r\n")):
        yield f"{start}Host: x\r\n\r\n{rest}".encode()
    yield f"{STARTS[0]}\r\n".encode()
    yield f"{STARTS[0]}Host: x\r\n{MANY}\r\n".encode()


async def test_what_is_taken_aiohttp_reads_in_the_same_way():
    taken = [(raw, found) for raw in requests() if (found := asked_for(raw))]
    assert len(taken) > 20
    for raw, found in taken:
        ((message, payload),), is_upgraded, rest = parsed(raw)
        assert (message.method, message.path, is_upgraded, rest) == ("GET", PATH, False, b"")
        assert (payload.is_eof(), await payload.read()) == (True, b"")
        odd = message.should_close, message.chunked, message.upgrade, message.compression
        assert not any(odd), raw
        assert not {"Expect", "Content-Encoding"} & set(message.headers), raw
        told = message.headers.getall("X-Forwarded-For", [])
        assert [text.strip() for text in found.forwarded] == told
        assert found.takes_gzip == ("gzip" in message.headers.get("Accept-Encoding", "").lower())


def test_a_plain_question_is_taken_and_nothing_less():
    whole = f"{STARTS[0]}Host: x\r\nConnection: keep-alive\r\n\r\n".encode()
    assert asked_for(whole) is not None
    assert asked_for(whole[:-1]) is None
    assert asked_for(whole + b" ") is None
    assert asked_for(whole.replace(b"keep-alive", b"close")) is None
    assert asked_for(f"{STARTS[0]}Host: x\r\n{MANY}\r\n".encode()) is None


def parsed(data: bytes):
    """What aiohttp's own parser makes of it; raises AssertionError where it refuses."""
    loop = asyncio.get_running_loop()
    try:
        return HttpRequestParser(BaseProtocol(loop), loop, 2**16).feed_data(data)
    except HttpProcessingError as fault:
        raise AssertionError(f"aiohttp refuses it: {fault}") from None
