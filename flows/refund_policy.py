"""What a guest who cancels gets back: a share of the advance that shrinks towards the stay."""

from collections.abc import Iterator
from datetime import date, timedelta

from flows.record import record

PAISE = 100
WHOLE = 100


@record
class RefundStep:
    """Until `days` days before the day of check-in, `percent` of the advance goes back."""

    days: int
    percent: int


Steps = tuple[RefundStep, ...]
# Where a property names no steps: everything until two days before, then nothing.
USUAL: Steps = (RefundStep(2, 100),)


def share(steps: Steps, first: date, day: date) -> int:
    """The percentage that a cancellation on `day` of a stay from `first` gives back.

    The best step that still holds counts, so the share never grows as the stay comes nearer.
    """
    left = (first - day).days
    return max((step.percent for step in steps if left > step.days), default=0)


def given_back(advance: int, steps: Steps, first: date, day: date) -> int:
    """The paise that go back: rounded up to a whole rupee, never more than the advance."""
    part = advance * share(steps, first, day)
    return min(advance, -(-part // (WHOLE * PAISE)) * PAISE)


def later_shares(steps: Steps, first: date, day: date) -> Iterator[tuple[date, int]]:
    """The days after `day` from which the share is smaller, with that share, in their order."""
    now = share(steps, first, day)
    for step in sorted(steps, key=lambda each: -each.days):
        start = first - timedelta(days=step.days)
        then = share(steps, first, start)
        if start > day and then < now:
            yield start, then
            now = then
