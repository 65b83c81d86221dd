"""The named statements of queries.sql and of invariants.sql."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def statements(file: str = "queries.sql") -> dict[str, str]:
    """Every statement of a file by its name, in the file's order, comments left out."""
    _, *parts = NAME.split((FOLDER / file).read_text("utf-8"))
    return {name: _bare(text) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def sql(name: str) -> str:
    """The statement of this name."""
    return statements()[name]


def _bare(text: str) -> str:
    lines = (line for line in text.splitlines() if not line.startswith("--"))
    return "\n".join(lines).strip().rstrip(";")
