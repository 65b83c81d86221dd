"""Files of properties, TOML or CSV: read as a whole, every fault named with its line."""

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.places.property_entry import CELLS, Entry, faults, from_cells
from flows.record import record

TABLES = ("property", "festival")  # the parts of a TOML file


@record
class Row:
    """One property as the file has it: how it is called, and in which line each field stands."""

    name: str
    fields: Any
    line_of: Callable[[str], int]


class BadProperties(ValueError):
    """What was given cannot be taken; the message names every fault, its line and its remedy."""


def read(path: Path) -> list[Entry]:
    """Every property of a file; raises BadProperties naming every fault."""
    text = text_of(path)
    rows = _csv_rows(path, text) if path.suffix.lower() == ".csv" else _toml_rows(path, text)
    entries: list[Entry] = []
    wrong: list[str] = []
    seen: dict[str, int] = {}
    for row in rows:
        try:
            entry = Entry.model_validate(row.fields)
        except ValidationError as error:
            wrong += [f"{path}:{row.line_of(name)}: {row.name}: {words}"
                      for name, words in faults(error, Entry.model_fields)]  # fmt: skip
            continue
        entries.append(entry)
        line = row.line_of("id")
        if entry.id in seen:
            wrong.append(f"{path}:{line}: {entry.id}: also in line {seen[entry.id]}; "
                         "each property needs an id of its own")  # fmt: skip
        seen[entry.id] = line
    if wrong:
        raise BadProperties("\n".join(dict.fromkeys(wrong)))
    return entries


def text_of(path: Path) -> str:
    """The text of a file; raises BadProperties where it cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise BadProperties(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadProperties(
            f"{path}: is not UTF-8; save it as UTF-8 (in Excel: CSV UTF-8)"
        ) from None


def tables(path: Path, text: str) -> dict[str, Any]:
    """The tables of a TOML text; raises BadProperties, also for a table with an unknown name."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+), column (\d+)", str(error))
        where = f"{path}:{found[1]}" if found else str(path)
        raise BadProperties(f"{where}: {error}; texts stand between double quotes") from None
    for name in data:
        if name not in TABLES:
            near = get_close_matches(name, TABLES, 1) or [TABLES[0]]
            line = _first(text, rf"\s*\[*\s*{re.escape(name)}\b")
            raise BadProperties(f"{path}:{line}: {name}: no such part; did you mean [[{near[0]}]]?")
    return data


def line_in(text: str, table: str, number: int, key: str) -> int:
    """The line of a key of the so-many-th [[table]], or that of its head."""
    lines = text.splitlines()
    head = re.compile(rf"\s*\[\[\s*{table}\s*\]\]")
    heads = [at for at, line in enumerate(lines) if head.match(line)]
    if number > len(heads):
        return 1
    start = heads[number - 1]
    end = heads[number] if number < len(heads) else len(lines)
    mark = re.compile(rf"\s*\[*\s*({table}\s*\.\s*)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    return 1 + next((at for at in range(start, end) if key and mark.match(lines[at])), start)


def _first(text: str, pattern: str) -> int:
    mark = re.compile(pattern)
    return next((at for at, line in enumerate(text.splitlines(), 1) if mark.match(line)), 1)


def _toml_rows(path: Path, text: str) -> Iterator[Row]:
    found = tables(path, text).get("property")
    if not isinstance(found, list) or not found:
        raise BadProperties(f"{path}: no [[property]] in it")
    for number, table in enumerate(found, 1):
        name = table.get("id") if isinstance(table, dict) else None
        called = f"property {number}" + (f" ({name})" if name else "")
        yield Row(called, table, partial(line_in, text, "property", number))


def _csv_rows(path: Path, text: str) -> Iterator[Row]:
    """One row a property; the first line names the fields, commas or semicolons between them."""
    first = text.partition("\n")[0]
    mark = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=mark)
    _check_names(path, [name.strip() for name in reader.fieldnames or ()])
    empty, before = True, 1
    for number, row in enumerate(reader, 1):
        line, before = before + 1, reader.line_num
        if None in row or None in row.values():
            raise BadProperties(f"{path}:{line}: has more or fewer fields than line 1; "
                                f'put texts with a "{mark}" between double quotes')  # fmt: skip
        cells = {name.strip(): value for name, value in row.items()}
        if not any(cells.values()):
            continue
        empty = False
        called = f"property {cells.get('id') or number}"
        yield Row(called, from_cells(cells), partial(_always, line))
    if empty:
        raise BadProperties(f"{path}: no property in it: one row each under the names of line 1")


def _always(line: int, _: str) -> int:
    return line


def _check_names(path: Path, names: list[str]) -> None:
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BadProperties(f"{path}:1: {', '.join(twice)}: named twice")
    for name in names:
        if name not in CELLS:
            near = get_close_matches(name, CELLS, 1)
            hint = f"did you mean {near[0]}?" if near else f"the fields are {', '.join(CELLS)}"
            raise BadProperties(f"{path}:1: {name!r} is no field; {hint}")
