"""Festivals by their names, as guests write them: from the properties' file to the date grammar."""

import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

import asyncpg
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.places.property_files import BadProperties, line_in, tables, text_of
from db.pool import Connection, transaction
from db.sql import sql
from flows.dates import Festivals

FRESH_SECONDS = 600.0  # so long what was read is believed: it changes a few times a year
Word = Annotated[str, Field(min_length=2, max_length=60)]


class Festival(BaseModel):
    """One [[festival]] of the file: its names and its days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[Word, ...] = Field(min_length=1, max_length=20)
    first: date
    last: date | None = None  # the day of leaving, where the name means more than one day

    @model_validator(mode="after")
    def _in_order(self) -> "Festival":
        if self.last is not None and self.last <= self.first:
            raise ValueError("last must be after first")
        return self


def read(path: Path) -> list[Festival]:
    """Every festival of a TOML file; raises BadProperties naming every fault and its line."""
    if path.suffix.lower() == ".csv":
        return []
    text = text_of(path)
    found, wrong = [], []
    for number, table in enumerate(tables(path, text).get("festival", []), 1):
        try:
            found.append(Festival.model_validate(table))
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                field = str(fault["loc"][0]) if fault["loc"] else ""
                line = line_in(text, "festival", number, field)
                words = fault["msg"].removeprefix("Value error, ")
                given = f"{field} is {fault['input']!r}: " if field else ""
                wrong.append(f"{path}:{line}: festival {number}: {given}{words}; "
                             'as words = ["diwali"], first = 2026-11-08')  # fmt: skip
    if wrong:
        raise BadProperties("\n".join(wrong))
    return found


async def store(pool: asyncpg.Pool, festivals: list[Festival]) -> None:
    """Replace what is known by the file's; a file without festivals changes nothing."""
    rows = sorted(
        {(word.casefold(), each.first, each.last or each.first)
         for each in festivals for word in each.words}
    )  # fmt: skip
    if not rows:
        return
    async with transaction(pool) as connection:
        await connection.execute(sql("drop_festivals"))
        await connection.executemany(sql("insert_festival"), rows)


@dataclass(slots=True)
class Almanac:
    """The festivals ahead, kept for a while: a cache that may be dropped."""

    known: Festivals = field(default_factory=dict)
    day: date | None = None
    until: float = 0.0

    async def ahead(self, connection: Connection, today: date) -> Festivals:
        """Each name with its next days."""
        if self.day != today or time.monotonic() > self.until:
            rows = await connection.fetch(sql("festivals_ahead"), today)
            self.known = {
                row["word"]: row["first"]
                if row["last"] == row["first"]
                else (row["first"], row["last"])
                for row in rows
            }
            self.day, self.until = today, time.monotonic() + FRESH_SECONDS
        return self.known
