"""A wall between the service and its database that a test can close, and open again."""

import asyncio
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit


class Wall:
    """Carries every connection to the server's socket, until it is told not to."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._database = parts.path
        self._socket = parse_qs(parts.query)["host"][0] + "/.s.PGSQL.5432"
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.commits_until_cut = 0  # so many COMMITs on, the answer to one is lost; 0: none is

    @property
    def url(self) -> str:
        """The database's address through the wall."""
        return f"postgresql://postgres@127.0.0.1:{self.port}{self._database}"

    async def open(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Cut every line and let no new one through."""
        if self._server is not None:
            self._server.close()
        for line in list(self._lines):
            line.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with suppress(OSError, asyncio.CancelledError):
            inner, outer = await asyncio.open_unix_connection(self._socket)
            self._lines |= {writer, outer}
            deaf = asyncio.Event()
            await asyncio.gather(self._ask(reader, outer, deaf), self._tell(inner, writer, deaf))
        self._tasks.discard(task)

    async def _ask(
        self, source: asyncio.StreamReader, goal: asyncio.StreamWriter, deaf: asyncio.Event
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if b"COMMIT" in data and self.commits_until_cut:
                    self.commits_until_cut -= 1
                    if not self.commits_until_cut:
                        deaf.set()
                goal.write(data)
                await goal.drain()
        self._lines.discard(goal)
        goal.close()

    async def _tell(
        self, source: asyncio.StreamReader, goal: asyncio.StreamWriter, deaf: asyncio.Event
    ) -> None:
        """Carry the answers, until one to a COMMIT is lost with its line."""
        with suppress(OSError):
            while data := await source.read(65536):
                if deaf.is_set():
                    goal.transport.abort()
                    break
                goal.write(data)
                await goal.drain()
        self._lines.discard(goal)
        goal.close()
