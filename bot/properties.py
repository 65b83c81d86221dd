"""Properties from a TOML file: checked as a whole, imported by id, safe to repeat."""

import re
import tomllib
from dataclasses import asdict, dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

import asyncpg
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.config import PHONE, safe_url
from db import calendars, people
from db.pool import transaction
from db.sql import sql
from flows.property import PAISE
from flows.refund_policy import USUAL

Rupees = Annotated[int, Field(gt=0, le=10_000_000)]
Subject = Literal["food", "pets", "pool", "photos"]
Words = Annotated[str, Field(min_length=2, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
NAME = re.compile(r"[^\x00-\x1f]{2,60}")


class BadProperties(ValueError):
    """The file cannot be imported; the message names every fault and where it is."""


class Step(BaseModel):
    """One of `refund_steps`: until `days` before check-in, `percent` of the advance goes back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(ge=0, le=365)
    percent: int = Field(ge=1, le=100)


class Feed(BaseModel):
    """One calendar of another site, as its export address; `unit` says which one it sells."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://\S{3,1000}$")
    unit: int | None = Field(None, ge=1, le=500)

    @field_validator("url")
    @classmethod
    def _safe(cls, url: str) -> str:
        return safe_url(url)


class Entry(BaseModel):
    """One [[property]] of the file (design 5)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]{2,60}$")
    name: str = Field(pattern=NAME.pattern)
    area: str = Field(min_length=2, max_length=40)
    kind: str = Field("camp", pattern="^(camp|villa)$")
    about: str = Field("", max_length=40)
    owner_name: str = Field(pattern=NAME.pattern)
    owner_phone: str = Field(pattern=f"^{PHONE.pattern}$")
    units: int = Field(ge=1, le=500)
    guests_per_unit: int = Field(ge=1, le=100)
    price: Rupees | None = None
    price_per_unit: Rupees | None = None
    advance_percent: int = Field(ge=1, le=100)
    checkin: time
    checkout: time
    map_url: str = Field(pattern=r"^https?://\S{3,500}$")
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    answers: dict[Subject, Words] = Field(default_factory=dict)
    refund_steps: list[Step] = Field([Step(**asdict(step)) for step in USUAL], max_length=6)
    calendars: tuple[Feed, ...] = ()

    @field_validator("calendars", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        """An address alone is enough."""
        if not isinstance(value, list):
            return value
        return [{"url": each} if isinstance(each, str) else each for each in value]

    @model_validator(mode="after")
    def _one_price(self) -> "Entry":
        if (self.price is None) == (self.price_per_unit is None):
            raise ValueError("needs either price or price_per_unit")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("needs both latitude and longitude or neither")
        return self

    def columns(self, place: int) -> tuple[Any, ...]:
        """The values of `upsert_property`, prices in paise."""
        return (
            self.id, self.name, self.area, self.kind, self.owner_name, self.owner_phone,
            self.units, self.guests_per_unit, _paise(self.price), _paise(self.price_per_unit),
            self.advance_percent, self.checkin, self.checkout, self.map_url, self.about, place,
            [step.model_dump() for step in self.refund_steps],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    properties: int
    owners: int


def _paise(rupees: int | None) -> int | None:
    return None if rupees is None else rupees * PAISE


def read(path: Path) -> list[Entry]:
    """Every property of a file; raises BadProperties naming every fault."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadProperties(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadProperties(f"{path}: {error}") from None
    tables = data.get("property")
    if not isinstance(tables, list) or not tables:
        raise BadProperties(f"{path}: no [[property]] in it")
    entries, faults = [], []
    for number, table in enumerate(tables, 1):
        try:
            entries.append(Entry.model_validate(table))
        except ValidationError as error:
            faults += _faults(number, table, error)
    ids = [entry.id for entry in entries]
    faults += [f"{key}: two properties have this id" for key in ids if ids.count(key) > 1]
    if faults:
        raise BadProperties("\n".join(dict.fromkeys(faults)))
    return entries


def _faults(number: int, table: Any, error: ValidationError) -> list[str]:
    name = table.get("id", "?") if isinstance(table, dict) else "?"
    lines = []
    for fault in error.errors(include_url=False):
        field = ".".join(str(part) for part in fault["loc"])
        words = fault["msg"].removeprefix("Value error, ")
        given = f" (is {fault['input']!r})" if field and fault["type"] != "missing" else ""
        lines.append(f"property {number} ({name}): {field} {words}{given}".replace("  ", " "))
    return lines


async def store(pool: asyncpg.Pool, entries: list[Entry], now: Any) -> Imported:
    """Insert or update every property and make its owner known, all or nothing."""
    async with transaction(pool) as connection:
        for place, entry in enumerate(entries, 1):
            await connection.execute(sql("upsert_property"), *entry.columns(place))
            feeds = [(feed.url, feed.unit) for feed in entry.calendars]
            await calendars.relist(connection, entry.id, feeds)
            await connection.execute(
                sql("describe_property"), entry.id, entry.latitude, entry.longitude, entry.answers
            )
        owners = {entry.owner_phone: entry.owner_name for entry in entries}
        await people.ensure(connection, sorted(owners.items()), now)
    return Imported(len(entries), len(owners))
