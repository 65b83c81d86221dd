"""Which nights of a property are free, and what to offer when they are not."""

from collections.abc import Iterator
from datetime import date, timedelta

from flows.property import Property
from flows.record import record

DAY = timedelta(days=1)
HORIZON = timedelta(days=366)
FRIDAY, SATURDAY = 4, 5
MOST_SHIFT = 60  # days to either side in which the nearest free dates are looked for


def next_weekend(day: date) -> tuple[date, date]:
    """The Saturday from this day on, and its Sunday."""
    saturday = day + ((SATURDAY - day.weekday()) % 7) * DAY
    return saturday, saturday + DAY


@record
class Taken:
    """A unit that is occupied from one day up to, not including, another."""

    unit: int
    first: date
    last: date
    booking_id: str | None = None  # None: a block


@record
class Calendar:
    """The occupied units of one property from today to the horizon."""

    place: Property
    taken: tuple[Taken, ...] = ()

    def free_units(self, first: date, last: date) -> int:
        """Units that are free on every night of a range."""
        used = {each.unit for each in self.taken if each.first < last and first < each.last}
        return self.place.units - len(used)

    def is_free(self, first: date, last: date, units: int = 1) -> bool:
        """Whether so many units are free on every night of a range."""
        return not self.place.paused and self.free_units(first, last) >= units

    def gaps(self, first: date, last: date) -> tuple[Taken, ...]:
        """What is left of a range: the free stretches of each unit, by unit and day."""
        found: list[Taken] = []
        for unit in range(1, self.place.units + 1):
            day = first
            for each in sorted(self._on(unit, first, last), key=lambda each: each.first):
                if day < each.first:
                    found.append(Taken(unit, day, each.first))
                day = max(day, each.last)
            if day < last:
                found.append(Taken(unit, day, last))
        return tuple(found)

    def _on(self, unit: int, first: date, last: date) -> list[Taken]:
        return [
            each for each in self.taken
            if each.unit == unit and each.first < last and first < each.last
        ]  # fmt: skip

    def nights_free(self, first: date, units: int, most: int = 9) -> int:
        """How many nights in a row can be had from a day on."""
        for nights in range(most, 0, -1):
            if self.is_free(first, first + nights * DAY, units):
                return nights
        return 0

    def weekends(self, today: date, units: int = 1) -> Iterator[tuple[date, date]]:
        """Free weekends ahead, one night and two nights in turn, the nearest first."""
        saturday, _ = next_weekend(today)
        while saturday < today + HORIZON:
            for first in (saturday, saturday - DAY):
                if first >= today and self.is_free(first, saturday + DAY, units):
                    yield first, saturday + DAY
            saturday += 7 * DAY

    def nearest(self, first: date, nights: int, today: date, units: int = 1) -> date | None:
        """The check-in day nearest to a wish on which so many nights are free."""
        for shift in range(1, MOST_SHIFT + 1):
            for candidate in (first - shift * DAY, first + shift * DAY):
                if candidate >= today and self.is_free(candidate, candidate + nights * DAY, units):
                    return candidate
        return None

    def days(self, today: date, units: int = 1) -> Iterator[tuple[date, int]]:
        """Days ahead on which a stay can begin, each with its free nights."""
        day = today
        while day < today + HORIZON:
            if nights := self.nights_free(day, units):
                yield day, nights
            day += DAY
