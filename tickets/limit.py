"""How many wrong ticket links one address may try."""

import math
from collections import OrderedDict, deque
from collections.abc import Callable

Monotonic = Callable[[], float]  # seconds that never run backwards


class Limit:
    """At most `most` per `seconds` and address; a cache of this process that may be dropped."""

    def __init__(
        self, monotonic: Monotonic, *, most: int = 30, seconds: float = 60, addresses: int = 10_000
    ) -> None:
        self._monotonic = monotonic
        self._most = most
        self._seconds = seconds
        self._addresses = addresses
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        """How many addresses are remembered."""
        return len(self._tries)

    def wait(self, address: str) -> int:
        """Whole seconds until `address` may try again; 0 when this try is within the limit."""
        now = self._monotonic()
        tries = self._of(address)
        while tries and tries[0] <= now - self._seconds:
            tries.popleft()
        if len(tries) >= self._most:
            return max(1, math.ceil(tries[0] + self._seconds - now))
        tries.append(now)
        return 0

    def _of(self, address: str) -> deque[float]:
        tries = self._tries.setdefault(address, deque())
        self._tries.move_to_end(address)
        if len(self._tries) > self._addresses:
            self._tries.popitem(last=False)
        return tries
