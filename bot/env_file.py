"""The `.env` file: looked through, and written with its comments kept, for its owner alone."""

import os
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv.parser import Binding, parse_stream

LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=")
CLOSE = 0.85  # so alike that it is a slip and not another program's setting
PLAIN = re.compile(r"[\w@%+:,./-]*")


class BadValue(ValueError):
    """A value that no line of the file can hold."""


def places(path: Path) -> dict[str, int]:
    """In which line each setting stands, by its name in capitals; empty without a file."""
    return {each.key.upper(): each.original.line for each in _lines(path) if each.key}


def oddities(path: Path, known: Collection[str]) -> list[str]:
    """Lines that set nothing, and names that are nearly one of the known, with the nearest."""
    wrong = []
    for each in _lines(path):
        name = (each.key or "").upper()
        if each.error or (each.key and each.value is None):
            wrong.append(f"{path}:{each.original.line}: must be NAME=VALUE, with # before remarks")
        elif name and name not in known and (near := get_close_matches(name, known, 1, CLOSE)):
            wrong.append(
                f"{path}:{each.original.line}: {name} is no setting; did you mean {near[0]}?"
            )
    return wrong


def _lines(path: Path) -> list[Binding]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as file:
        return list(parse_stream(file))


def write(path: Path, values: Mapping[str, str]) -> None:
    """Set these values, whole or not at all, and make the file readable by its owner alone.

    Other lines stay as they are. Raises BadValue, or OSError where the file cannot be written.
    """
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    left = dict(values)
    for place, line in enumerate(lines):
        found = LINE.match(line)
        if found and found[1].upper() in left:
            name = found[1].upper()
            lines[place] = f"{name}={quoted(left.pop(name))}"
    lines += [f"{name}={quoted(value)}" for name, value in left.items()]
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def quoted(value: str) -> str:
    """A value as its line holds it: an unquoted # would cut a Paytm key (facts/paytm.md 1).

    Raises BadValue.
    """
    if PLAIN.fullmatch(value):
        return value
    if "\n" in value or "${" in value:
        raise BadValue("holds a new line or ${, which the file would read as something else")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
