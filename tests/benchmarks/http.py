"""HTTP as cheap as it can be made here, so that the measuring costs less than what is measured.

Both sides know each other: requests and answers have a Content-Length and nothing is chunked by
the client. Not a server for strangers.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

PATIENCE = 100  # tenths of a second
# A cold service opens all its connections at once. What a full queue drops comes again a second
# later, and the service would be measured by this server's door instead of by its own work.
BACKLOG = 2048
END = b"\r\n\r\n"
Take = Callable[[bytes], bytes]  # a request's body in, the answer's body out


def _length(head: bytes) -> int:
    """The Content-Length of a head; 0 where there is none."""
    low = head.lower()
    at = low.find(b"content-length:")
    if at < 0:
        return 0
    end = low.find(b"\r", at)
    return int(low[at + 15 : end if end >= 0 else None])


class Server(asyncio.Protocol):
    """Answers every request with 200 and what `take` makes of its body."""

    def __init__(self, take: Take) -> None:
        self._take, self._rest = take, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        rest = self._rest + data
        while (at := rest.find(END)) >= 0:
            end = at + 4 + _length(rest[:at])
            if len(rest) < end:
                break
            body = self._take(rest[at + 4 : end])
            head = (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            )
            self._transport.write(head % len(body) + body)
            rest = rest[end:]
        self._rest = rest


@asynccontextmanager
async def serve(take: Take) -> AsyncIterator[int]:
    """Such a server on a free port of this machine; yields the port."""
    server = await asyncio.get_running_loop().create_server(
        lambda: Server(take), "127.0.0.1", 0, backlog=BACKLOG
    )
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


class Line(asyncio.Protocol):
    """One kept-alive connection of a client: one request after the other."""

    def __init__(self, lines: "Client") -> None:
        self._lines, self._rest = lines, b""
        self.done: Callable[[int, bytes], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        at = self._rest.find(END)
        if at < 0 or len(self._rest) < (end := at + 4 + _length(self._rest[:at])):
            return
        status, body = int(self._rest[9:12]), self._rest[at + 4 : end]
        self._rest = self._rest[end:]
        done, self.done = self.done, None
        self._lines.free(self)
        if done:
            done(status, body)

    def connection_lost(self, fault: Exception | None) -> None:
        self._lines.lost(self)
        if self.done:
            self.done(0, b"")


class Client:
    """A few lines to each of some ports; what finds no free line waits its turn."""

    def __init__(self, host: str, ports: tuple[int, ...]) -> None:
        self._host, self._ports = host, ports
        self._free: deque[Line] = deque()
        self._waiting: deque[tuple[bytes, Callable[[int, bytes], None]]] = deque()
        self._all: set[Line] = set()

    async def open(self, lines: int) -> None:
        """Connect so many lines; a server that is only starting is waited for."""
        for number in range(lines):
            line = await self._connect(self._ports[number % len(self._ports)])
            self._free.append(line)
            self._all.add(line)

    async def _connect(self, port: int) -> Line:
        loop = asyncio.get_running_loop()
        for _ in range(PATIENCE):
            try:
                _, line = await loop.create_connection(lambda: Line(self), self._host, port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.1)
            else:
                return line
        raise ConnectionRefusedError(port)

    def send(self, request: bytes, done: Callable[[int, bytes], None]) -> None:
        """Send a whole request; `done` hears the status and the body, 0 for a lost line."""
        if not self._free:
            self._waiting.append((request, done))
            return
        line = self._free.popleft()
        line.done = done
        line.transport.write(request)

    def free(self, line: Line) -> None:
        self._free.append(line)
        if self._waiting:
            self.send(*self._waiting.popleft())

    def lost(self, line: Line) -> None:
        self._all.discard(line)
        if line in self._free:
            self._free.remove(line)

    def close(self) -> None:
        for line in list(self._all):
            line.transport.close()


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A whole request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
