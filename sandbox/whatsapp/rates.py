"""How fast a number may send (facts/whatsapp.md 7), on the sandbox's clock."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.whatsapp.errors import RefusedError

PAIR_EVERY = timedelta(seconds=6)
PAIR_BURST = 45
DAY = timedelta(days=1)


@dataclass(slots=True)
class Bucket:
    """A leaky bucket: one unit drips out each `every`, and `burst` units fit in.

    Sending a burst borrows from the future: the bucket must drip before more fits.
    """

    every: timedelta
    burst: float
    empty_at: datetime | None = None

    def full(self, now: datetime) -> bool:
        """Whether one more unit would spill over."""
        level = (self.empty_at - now) / self.every if self.empty_at else 0
        return level > self.burst - 1

    def put(self, now: datetime) -> None:
        """Add one unit, even if it spills over."""
        start = self.empty_at if self.empty_at and self.empty_at > now else now
        self.empty_at = start + self.every


@dataclass(slots=True)
class Rates:
    """The buckets of one number: all its messages, each pair, the day's recipients, management."""

    number: Bucket | None = None
    pairs: dict[str, Bucket] = field(default_factory=dict)
    management: Bucket | None = None
    strangers: deque[tuple[datetime, str]] = field(default_factory=deque)

    def forget(self) -> None:
        """Everything empty, as after a long silence."""
        self.number, self.management = None, None
        self.pairs.clear()
        self.strangers.clear()

    def count_message(self, now: datetime, mps: float) -> None:
        """Count a message in or out, refused or not."""
        if mps:
            self._number(mps).put(now)

    def check_number(self, now: datetime, mps: float) -> None:
        """Refuse with 130429 above `mps` messages a second; 0 is unlimited."""
        if mps and self._number(mps).full(now):
            raise RefusedError(130429, "Cloud API message throughput has been reached.")

    def check_pair(self, now: datetime, person: str) -> None:
        """Refuse with 131056 above one message in 6 s to one user, after a burst of 45."""
        bucket = self.pairs.setdefault(person, Bucket(PAIR_EVERY, PAIR_BURST))
        if bucket.full(now):
            raise RefusedError(131056, "Too many messages sent to the same phone number.")
        bucket.put(now)

    def check_stranger(self, now: datetime, person: str, limit: float) -> None:
        """Refuse with 131048 above `limit` users outside their windows in a rolling day."""
        while self.strangers and self.strangers[0][0] <= now - DAY:
            self.strangers.popleft()
        known = {key for _, key in self.strangers}
        if person not in known and len(known) >= limit:
            raise RefusedError(131048, f"The limit of {limit} users in 24 hours is reached.")
        if person not in known:
            self.strangers.append((now, person))

    def check_management(self, now: datetime, an_hour: float) -> None:
        """Refuse with 80007 above so many management calls an hour; 0 is unlimited."""
        if not an_hour:
            return
        every = timedelta(hours=1) / an_hour
        if self.management is None or self.management.every != every:
            self.management = Bucket(every, an_hour)
        if self.management.full(now):
            raise RefusedError(80007, "The account has reached its management calls for the hour.")
        self.management.put(now)

    def _number(self, mps: float) -> Bucket:
        every = timedelta(seconds=1) / mps
        if self.number is None or self.number.every != every:
            self.number = Bucket(every, mps)
        return self.number
