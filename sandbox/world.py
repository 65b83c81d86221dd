"""What the two emulators share: a movable clock, a journal, deliveries and trouble switches."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sandbox.deliveries import Deliveries
from sandbox.journal import Clock, Entry, Journal
from sandbox.trouble import Trouble, quiet

__all__ = ["Clock", "Entry", "Journal", "World"]


@dataclass(slots=True)
class World:
    """The state that the WhatsApp and the Paytm emulator have in common."""

    clock: Clock
    journal: Journal
    # Called after each move of the clock; an emulator settles what has become due.
    on_clock: list[Callable[[], None]] = field(default_factory=list)
    # Called by a reset; an emulator forgets everything.
    on_reset: list[Callable[[], None]] = field(default_factory=list)
    # Switches by area ("webhooks", "whatsapp", "paytm"); trouble.py has their names.
    trouble: Trouble = field(default_factory=quiet)
    # What survives a restart, by part: a function that gives it and one that takes it back.
    persisted: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = field(
        default_factory=dict
    )
    # Held while the service is told the time: an older offset must not arrive after a newer one.
    telling: asyncio.Lock = field(default_factory=asyncio.Lock)
    deliveries: Deliveries = field(init=False)

    def __post_init__(self) -> None:
        self.deliveries = Deliveries(self.journal, self.trouble)

    @classmethod
    def new(cls) -> "World":
        """A world at the machine's own time with an empty journal."""
        clock = Clock()
        return cls(clock, Journal(clock))

    def move_clock(self, offset: timedelta) -> None:
        """Set the clock's distance from real time and settle all that becomes due."""
        ahead = offset - self.clock.offset
        self.clock.offset = offset
        now = self.clock.now().isoformat()
        self.journal.add("clock", now=now, offset_seconds=offset.total_seconds())
        self.deliveries.hurry(ahead.total_seconds())
        for settle in self.on_clock:
            settle()
