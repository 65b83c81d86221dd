"""The `.env` file: read, and written again with its comments kept, for its owner's eyes only."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=")
PLAIN = re.compile(r"[\w@%+:,./-]*")


class BadValue(ValueError):
    """A value that no line of the file can hold."""


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
