"""A small HTTP/1.1 for the load generator: it must cost less than what it measures."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

Answer = Callable[[int, bytes], None]
Handler = Callable[[str, bytes], bytes]
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
GONE = 599  # in place of a status: the connection ended before the answer


def _length(head: bytes) -> int:
    at = head.lower().find(LENGTH)
    if at < 0:
        return 0
    return int(head[at + len(LENGTH) : head.find(b"\r\n", at + 1)])


class _Wire(asyncio.Protocol):
    """Cuts a stream into messages with Content-Length."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.seen += data
        while (end := self.seen.find(HEAD_END)) >= 0:
            head = self.seen[: end + 2]
            total = end + 4 + _length(head)
            if len(self.seen) < total:
                return
            body, self.seen = self.seen[end + 4 : total], self.seen[total:]
            self.message(head, body)

    def message(self, head: bytes, body: bytes) -> None:
        raise NotImplementedError


class _Served(_Wire):
    """One connection of a server that answers at once."""

    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self.handler = handler

    def message(self, head: bytes, body: bytes) -> None:
        answer = self.handler(head[: head.find(b"\r\n")].decode(), body)
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(answer), answer)
        )


async def serve(port: int, handler: Handler) -> asyncio.Server:
    """Answer every request on a loopback port by `handler(request line, body)`."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: _Served(handler), "127.0.0.1", port, backlog=1024)


class _Asking(_Wire):
    """One connection of the client; one request in flight."""

    def __init__(self, client: "Client") -> None:
        super().__init__()
        self.client = client
        self.waiting: Answer | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.client.free(self)

    def message(self, head: bytes, body: bytes) -> None:
        answer, self.waiting = self.waiting, None
        self.client.free(self)
        if answer is not None:
            answer(int(head[9:12]), body)

    def connection_lost(self, exc: Exception | None) -> None:
        answer, self.waiting = self.waiting, None
        self.client.lost(self)
        if answer is not None:
            answer(GONE, b"")


class Client:
    """Requests to one loopback port over at most so many kept connections; the rest wait."""

    def __init__(self, port: int, connections: int) -> None:
        self.port, self.room = port, connections
        self.idle: list[_Asking] = []
        self.queue: deque[tuple[bytes, Answer]] = deque()
        self.tasks: set[asyncio.Task[None]] = set()

    def post(self, path: str, body: bytes, headers: bytes, answer: Answer) -> None:
        """Send; `answer(status, body)` is called once."""
        request = (
            b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"%bContent-Length: %d\r\n\r\n%b" % (path.encode(), headers, len(body), body)
        )
        self._send(request, answer)

    def get(self, path: str, answer: Answer) -> None:
        """Ask for a page; `answer(status, body)` is called once."""
        self._send(b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % path.encode(), answer)

    def _send(self, request: bytes, answer: Answer) -> None:
        if self.idle:
            self._write(self.idle.pop(), request, answer)
            return
        self.queue.append((request, answer))
        if self.room > 0:
            self.room -= 1
            task = asyncio.get_running_loop().create_task(self._open())
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: _Asking(self), "127.0.0.1", self.port)
        except OSError:
            self.room += 1
            if self.queue:
                self.queue.popleft()[1](GONE, b"")

    def free(self, wire: _Asking) -> None:
        """A connection can take the next request."""
        if self.queue:
            self._write(wire, *self.queue.popleft())
        else:
            self.idle.append(wire)

    def lost(self, wire: _Asking) -> None:
        """A connection has ended."""
        self.room += 1
        if wire in self.idle:
            self.idle.remove(wire)

    def _write(self, wire: _Asking, request: bytes, answer: Answer) -> None:
        wire.waiting = answer
        wire.transport.write(request)

    def close(self) -> None:
        """Close the idle connections."""
        for wire in list(self.idle):
            wire.transport.abort()
