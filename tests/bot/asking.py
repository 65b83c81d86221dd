"""A guest who asks for a ticket on a real socket, behind one proxy of ours."""

import asyncio
from contextlib import asynccontextmanager

from tests.benchmarks import growth

HOST, GUEST = "127.0.0.1", "1.2.3.4"
PATH = growth.tickets(1, 1)[0]
BROWSER = {
    "Host": "camp.example", "Connection": "keep-alive", "Accept-Encoding": "gzip, deflate, br, zstd",
    "User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)",
    "Accept": "text/html,*/*;q=0.8", "Accept-Language": "mr-IN,mr;q=0.9", "Sec-Fetch-Mode": "navigate",
    "Upgrade-Insecure-Requests": "1",
}  # fmt: skip
PROXY = {"Host": "x", "User-Agent": "WhatsApp/2", "Accept-Encoding": "gzip", "Via": "1.1 Caddy",
         "X-Forwarded-Host": "camp.example", "X-Forwarded-Proto": "https"}  # fmt: skip


def get(path=PATH, address=GUEST, more="", **headers) -> bytes:
    """A whole plain request; `more` are lines that are not plain."""
    lines = {"Host": "x", "X-Forwarded-For": address} | headers
    head = "".join(f"{name}: {text}\r\n" for name, text in lines.items())
    return f"GET {path} HTTP/1.1\r\n{head}{more}\r\n".encode()


# Twice the same name: plain enough for aiohttp only.
ODD = "X-Odd: 1\r\nX-Odd: 2\r\n"


@asynccontextmanager
async def connected(port):
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer(reader) -> tuple[int, list[bytes], bytes]:
    """Status, header lines but for the date, and body of the next answer."""
    async with asyncio.timeout(5):
        lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        (length,) = (int(line[16:]) for line in lines if line.startswith(b"Content-Length: "))
        body = await reader.readexactly(length)
    dated = [line for line in lines if not line.startswith(b"Date: ")]
    assert len(dated) == len(lines) - 1
    return int(lines[0].split()[1]), sorted(dated), body


async def asked(port, request) -> tuple[int, list[bytes], bytes]:
    async with connected(port) as (reader, writer):
        writer.write(request)
        return await answer(reader)
