"""Keeps the sandbox's state in one file, so that a restart shows the same phones and books."""

import asyncio
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sandbox.world import World

SAVE_AFTER = 1.0  # seconds in which changes are collected


@dataclass(slots=True)
class Keeper:
    """One state file: a part for the clock, one for the journal, one per emulator."""

    world: World
    file: Path

    def load(self) -> None:
        """Take up what the file holds, if it is there. Raises ValueError for another file."""
        if not self.file.exists():
            return
        try:
            stored = json.loads(self.file.read_text("utf-8"))
            self.world.clock.offset = timedelta(seconds=stored["offset_seconds"])
            self.world.journal.load(stored["journal"])
            for name, (_, take) in self.world.persisted.items():
                if name in stored["parts"]:
                    take(stored["parts"][name])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{self.file} is no state of this sandbox: {error!r}") from error

    def save(self) -> None:
        """Replace the file, whole or not at all."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_name(self.file.name + ".new")
        fresh.write_text(json.dumps(self._state()), "utf-8")
        os.replace(fresh, self.file)

    async def run(self) -> None:
        """Save after each change, at most once a second, until cancelled."""
        while True:
            await self.world.journal.news().wait()
            await asyncio.sleep(SAVE_AFTER)
            with suppress(OSError):  # a full disk must not end the story
                self.save()

    def _state(self) -> dict[str, Any]:
        return {
            "offset_seconds": self.world.clock.offset.total_seconds(),
            "journal": self.world.journal.dump(),
            "parts": {name: give() for name, (give, _) in self.world.persisted.items()},
        }
