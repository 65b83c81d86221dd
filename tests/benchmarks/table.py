"""What was measured, round by round, and the lines that compare it with a goal."""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Table:
    """Rounds of every figure, by its name."""

    rounds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, value: float) -> None:
        self.rounds[name].append(value)

    def median(self, name: str) -> float:
        return statistics.median(self.rounds[name])

    def ratio(self, one: str, other: str) -> list[float]:
        """Round by round, so that what the machine did meanwhile weighs on both."""
        pairs = zip(self.rounds[one], self.rounds[other], strict=True)
        return [mine / theirs for mine, theirs in pairs if theirs]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what, its rounds, and the goal as a reader checks it."""

    what: str
    values: list[float]
    goal: float
    at_least: bool = True
    unit: str = ""

    def reached(self) -> bool:
        middle = statistics.median(self.values)
        return middle >= self.goal if self.at_least else middle <= self.goal

    def row(self) -> str:
        middle, low, high = statistics.median(self.values), min(self.values), max(self.values)
        goal = f"{'>=' if self.at_least else '<'} {self.goal:g}{self.unit}"
        word = "yes" if self.reached() else "NO"
        return f"| {self.what} | {middle:.2f}{self.unit} | {low:.2f}-{high:.2f} | {goal} | {word} |"
