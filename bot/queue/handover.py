"""Messages that this process made and claimed in one go, on their way to its own sender."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from db.outbox import Claimed

MOST = 200  # may wait here, each under its lease


@dataclass(slots=True)
class Handover:
    """The short way from an answer to its send, past the outbox's due rows."""

    is_open: bool = False  # while a sender of this process takes what is given
    _waiting: deque[tuple[Claimed, float]] = field(default_factory=deque)

    @property
    def room(self) -> int:
        """How many more may be given; what finds no room waits in the outbox."""
        return MOST - len(self._waiting) if self.is_open else 0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def give(self, rows: Iterable[Claimed], give_up_at: float) -> None:
        """Rows in flight, to be begun before this monotonic time."""
        self._waiting.extend((row, give_up_at) for row in rows)

    def take(self, most: int) -> list[tuple[Claimed, float]]:
        """Up to so many, the oldest first."""
        count = min(most, len(self._waiting))
        return [self._waiting.popleft() for _ in range(count)]
