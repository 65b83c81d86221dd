"""One property as a file or a command gives it, and what each of its fields must be."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import time
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.config import safe_url
from bot.places import phones
from flows.property import PAISE
from flows.refund_policy import USUAL

Rupees = Annotated[int, Field(gt=0, le=10_000_000)]
Subject = Literal["food", "pets", "pool", "photos"]
Words = Annotated[str, Field(min_length=2, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
NAME = re.compile(r"[^\x00-\x1f]{2,60}")
SUBJECTS = ("food", "pets", "pool", "photos")
STEP = re.compile(r"(\d{1,3}):(\d{1,3})")

# What each field must be, for whoever wrote something else.
HOW: Mapping[str, str] = {
    "id": "small letters, digits and dashes, such as pawna-lakeview",
    "name": "2 to 60 characters",
    "area": "2 to 40 characters",
    "kind": "camp or villa",
    "about": "at most 40 characters",
    "owner_name": "2 to 60 characters",
    "owner_phone": phones.HOW,
    "units": "a whole number from 1 to 500: tents, rooms; a villa has 1",
    "guests_per_unit": "a whole number from 1 to 100",
    "price": "whole rupees for a guest and night, such as 1500",
    "price_per_unit": "whole rupees for a unit and night, such as 14000",
    "advance_percent": "a whole number from 1 to 100",
    "checkin": "a time such as 14:00",
    "checkout": "a time such as 11:00",
    "map_url": "an address such as https://maps.app.goo.gl/abc",
    "latitude": "degrees such as 18.657",
    "longitude": "degrees such as 73.486",
    "answers": "2 to 200 characters about food, pets, pool or photos",
    "refund_steps": "at most six of days and percent, such as 7:100 2:50 in CSV",
    "calendars": "https addresses of other sites' calendars",
}


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
    """One property (design 5)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]{2,60}$")
    name: str = Field(pattern=NAME.pattern)
    area: str = Field(min_length=2, max_length=40)
    kind: str = Field("camp", pattern="^(camp|villa)$")
    about: str = Field("", max_length=40)
    owner_name: str = Field(pattern=NAME.pattern)
    owner_phone: Annotated[str, Field()]
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

    @field_validator("owner_phone")
    @classmethod
    def _number(cls, value: str) -> str:
        return phones.e164(value)

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


def _paise(rupees: int | None) -> int | None:
    return None if rupees is None else rupees * PAISE


# ---------------------------------------------------------------- from plain words

CELLS = (*(name for name in Entry.model_fields if name != "answers"), *SUBJECTS)


def from_cells(cells: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an entry from words, as a row of a CSV file or `name=value` gives them.

    Empty ones are left out. `food`, `pets`, `pool` and `photos` are answers; refund steps are
    `days:percent` and calendars are addresses, with spaces between them.
    """
    given = {name: value.strip() for name, value in cells.items() if value.strip()}
    made: dict[str, Any] = {name: value for name, value in given.items() if name not in SUBJECTS}
    if answers := {name: given[name] for name in SUBJECTS if name in given}:
        made["answers"] = answers
    if "refund_steps" in given:
        words = given["refund_steps"].replace(",", " ").split()
        steps = [STEP.fullmatch(word) for word in words]
        if all(steps):
            made["refund_steps"] = [{"days": s[1], "percent": s[2]} for s in steps if s]
    if "calendars" in given:
        made["calendars"] = given["calendars"].split()
    return made


# ---------------------------------------------------------------- what is wrong with it


def faults(error: ValidationError, known: Iterable[str]) -> list[tuple[str, str]]:
    """Each fault as the field (empty: the whole) and what is wrong with it and how to mend it."""
    found = []
    for fault in error.errors(include_url=False):
        path = [str(part) for part in fault["loc"]]
        field = path[0] if path else ""
        found.append((field, _words(fault, path, known)))
    return list(dict.fromkeys(found))


def _words(fault: Any, path: list[str], known: Iterable[str]) -> str:
    name, words = ".".join(path), fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden" and len(path) == 1:
        near = get_close_matches(name, list(known), 1)
        return f"{name} is no field" + (f"; did you mean {near[0]}?" if near else "")
    if not path:
        return str(words)
    if fault["type"] == "missing" and len(path) == 1:
        return f"{name} is missing: {HOW[name]}"
    if fault["type"] == "value_error":
        return f"{name} is {fault['input']!r}: {words}"
    return f"{name} is {fault['input']!r}, must be {HOW[path[0]]}"
