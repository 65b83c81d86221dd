"""The case files: how a row says what is read from a text."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple

from flows.dates import Fault, Stay

FOLDER = Path(__file__).parent
TODAY = date(2026, 12, 2)  # a Wednesday

FESTIVALS = {
    "christmas": date(2026, 12, 25),
    "क्रिसमस": date(2026, 12, 25),
    "नाताळ": date(2026, 12, 25),
    "31st night": date(2026, 12, 31),
    "new year": date(2027, 1, 1),
    "republic day": date(2027, 1, 26),
    "holi": date(2027, 3, 22),
    "होली": date(2027, 3, 22),
    "होळी": date(2027, 3, 22),
    "diwali": (date(2027, 10, 28), date(2027, 10, 31)),
    "दिवाळी": (date(2027, 10, 28), date(2027, 10, 31)),
}


class Row(NamedTuple):
    """One line of a case file."""

    text: str
    cells: list[str]


def rows(name: str) -> Iterator[Row]:
    """The lines of a case file without its comments."""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            text, *cells = line.split("\t")
            yield Row(text, cells)


def today(row: Row, cell: int = 1) -> date:
    """The day on which the row is said, in its last cell."""
    return date.fromisoformat(row.cells[cell]) if len(row.cells) > cell else TODAY


def expected(said: str) -> Stay | None:
    """2026-12-25T14:00..2026-12-27 n2 ?2027-11-20 !past as a Stay; - as None."""
    if said == "-":
        return None
    fields: dict[str, Any] = {}
    for word in said.split():
        match word[0]:
            case "?":
                fields["options"] = tuple(map(date.fromisoformat, word[1:].split(",")))
            case "!":
                fields["fault"] = Fault(word[1:])
            case "n":
                fields["nights"] = int(word[1:])
            case _:
                ends = [*word.split(".."), ""]
                fields |= _end("checkin", ends[0]) | _end("checkout", ends[1])
    return Stay(**fields)


def _end(name: str, said: str) -> dict[str, Any]:
    day, _, clock = said.partition("T")
    fields: dict[str, Any] = {name: date.fromisoformat(day)} if day else {}
    return fields | ({f"{name}_time": time.fromisoformat(clock)} if clock else {})
