"""How often one address may try: the one limiter of every public route."""

import ipaddress
import math
from collections import OrderedDict, deque
from collections.abc import Callable

Monotonic = Callable[[], float]  # seconds that never run backwards
HOME_NET = 64  # bits of an IPv6 address that are one customer's


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

    def held(self, address: str) -> int:
        """Whole seconds until `address` may try again, 0: now; counts nothing."""
        home = _home(address)
        tries = self._tries.get(home)
        if tries is None:
            return 0
        self._tries.move_to_end(home)
        now = self._monotonic()
        while tries and tries[0] <= now - self._seconds:
            tries.popleft()
        if len(tries) < self._most:
            return 0
        return max(1, math.ceil(tries[0] + self._seconds - now))

    def wait(self, address: str) -> int:
        """Like `held`, and a try that is within the limit is counted."""
        wait = self.held(address)
        if not wait:
            self._of(_home(address)).append(self._monotonic())
        return wait

    def take_back(self, address: str) -> None:
        """Forget the newest try of `address`: it will be counted where it is answered."""
        tries = self._tries.get(_home(address))
        if tries:
            tries.pop()

    def _of(self, home: str) -> deque[float]:
        tries = self._tries.setdefault(home, deque())
        if len(self._tries) > self._addresses:
            self._tries.popitem(last=False)
        return tries


def _home(address: str) -> str:
    """Who is counted: an IPv4 address, or the network that one customer has of IPv6."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network(f"{address.partition('%')[0]}/{HOME_NET}", strict=False))
    except ValueError:
        return address
