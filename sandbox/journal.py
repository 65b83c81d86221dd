"""The sandbox's movable clock and the journal of all that happened in it."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

JOURNAL_KEPT = 20_000
ENTRIES_STORED = 1_000  # so that the page's timeline survives a restart without a huge file


@dataclass(slots=True)
class Clock:
    """The sandbox's time: the machine's own, moved by an offset that only the sandbox changes."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """The sandbox's present, aware, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC) + self.offset


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: its number, its kind, its time and its JSON-able fields."""

    id: int
    kind: str
    at: str
    data: dict[str, Any]


@dataclass(slots=True)
class Journal:
    """Everything that happened, in order; readers may wait for what comes next."""

    clock: Clock
    entries: list[Entry] = field(default_factory=list)
    last: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, kind: str, **data: Any) -> Entry:
        """Append one entry and wake every reader."""
        self.last += 1
        entry = Entry(self.last, kind, self.clock.now().isoformat(), data)
        self.entries.append(entry)
        if len(self.entries) > JOURNAL_KEPT:
            del self.entries[: JOURNAL_KEPT // 10]
        self._news.set()
        self._news = asyncio.Event()
        return entry

    def after(self, last_id: int) -> list[Entry]:
        """The entries with a number above `last_id`."""
        if not self.entries:
            return []
        # Numbers have no gaps, so the place of an entry follows from its number.
        return self.entries[max(0, last_id + 1 - self.entries[0].id) :]

    def news(self) -> asyncio.Event:
        """An event that is set when the next entry is added."""
        return self._news

    async def follow(self, last_id: int) -> AsyncIterator[Entry]:
        """Yield every entry above `last_id`, then each new one as it comes, without end."""
        while True:
            news = self.news()
            for entry in self.after(last_id):
                last_id = entry.id
                yield entry
            await news.wait()

    def forget(self) -> None:
        """Drop the entries; numbers go on, so that no reader mistakes a new entry for an old."""
        self.entries.clear()

    def dump(self) -> dict[str, Any]:
        """The newest entries and the last number, JSON-able."""
        newest = self.entries[-ENTRIES_STORED:]
        return {"last": self.last, "entries": [asdict(entry) for entry in newest]}

    def load(self, stored: dict[str, Any]) -> None:
        """Take up what `dump` wrote."""
        self.last = stored["last"]
        self.entries[:] = [Entry(**entry) for entry in stored["entries"]]
