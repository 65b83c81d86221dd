"""Properties brought in, added and changed: checked as a whole, safe to repeat."""

from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import asyncpg
from pydantic import ValidationError

from bot.places.property_entry import CELLS, SUBJECTS, Entry, faults, from_cells
from bot.places.property_files import BadProperties
from db import calendars, people
from db.pool import Connection, transaction
from db.sql import sql
from flows.property import PAISE
from flows.record import record

PRICES = {"price": "price_per_unit", "price_per_unit": "price"}  # one takes the other's place


@record
class Imported:
    """What an import did."""

    properties: int
    owners: int


async def store(pool: asyncpg.Pool, entries: list[Entry], now: datetime) -> Imported:
    """Insert or update every property and make its owner known, all or nothing."""
    async with transaction(pool) as connection:
        for place, entry in enumerate(entries, 1):
            await _put(connection, entry, place)
        owners = {entry.owner_phone: entry.owner_name for entry in entries}
        await people.ensure(connection, sorted(owners.items()), now)
    return Imported(len(entries), len(owners))


async def _put(connection: Connection, entry: Entry, place: int) -> None:
    await connection.execute(sql("upsert_property"), *entry.columns(place))
    feeds = [(feed.url, feed.unit) for feed in entry.calendars]
    await calendars.relist(connection, entry.id, feeds)
    where = entry.latitude, entry.longitude
    await connection.execute(sql("describe_property"), entry.id, *where, entry.answers)


async def add(pool: asyncpg.Pool, id_: str, words: list[str], now: datetime) -> Entry:
    """Add one property from `name=value` words, at the end of the list; raises BadProperties."""
    entry = _checked(from_cells(cells(words) | {"id": id_}))
    async with transaction(pool) as connection:
        if await connection.fetchrow(sql("property"), id_):
            raise BadProperties(f"{id_}: is there already; `properties change {id_}` changes it")
        place = 1 + await connection.fetchval(sql("last_place"))
        await _put(connection, entry, place)
        await people.ensure(connection, [(entry.owner_phone, entry.owner_name)], now)
    return entry


async def change(pool: asyncpg.Pool, id_: str, words: list[str], now: datetime) -> Entry:
    """Change some fields of a property; an empty value takes one away. Raises BadProperties."""
    given = cells(words)
    async with transaction(pool) as connection:
        row = await known(connection, id_)
        fields = _fields(row, await calendars.listed(connection, id_))
        entry = _checked(_changed(fields, given))
        await _put(connection, entry, row["place"])
        await people.ensure(connection, [(entry.owner_phone, entry.owner_name)], now)
    return entry


async def known(connection: Connection, id_: str) -> Any:
    """The row of a property; raises BadProperties with the nearest id."""
    row = await connection.fetchrow(sql("property"), id_)
    if row is None:
        ids = [each["property_id"] for each in await connection.fetch(sql("all_properties"))]
        near = get_close_matches(id_, ids, 1)
        hint = f"did you mean {near[0]}?" if near else "`properties list` shows them"
        raise BadProperties(f"{id_}: no property has this id; {hint}")
    return row


def cells(words: list[str]) -> dict[str, str]:
    """The fields of `name=value` words; raises BadProperties naming every wrong one."""
    given: dict[str, str] = {}
    wrong = []
    for word in words:
        name, mark, value = word.partition("=")
        if not mark:
            wrong.append(f"{word!r}: must be FIELD=VALUE, such as price=1500")
        elif name not in CELLS or name == "id":
            near = get_close_matches(name, [each for each in CELLS if each != "id"], 1)
            hint = f"did you mean {near[0]}?" if near else f"the fields are {', '.join(CELLS[1:])}"
            wrong.append(f"{name!r} is no field; {hint}")
        given[name] = value
    if wrong:
        raise BadProperties("\n".join(wrong))
    return given


def _checked(fields: Mapping[str, Any]) -> Entry:
    try:
        return Entry.model_validate(fields)
    except ValidationError as error:
        name = fields.get("id", "?")
        lines = [f"{name}: {words}" for _, words in faults(error, CELLS)]
        raise BadProperties("\n".join(lines)) from None


def _changed(fields: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The fields as they will be: those given are replaced, the empty ones taken away."""
    fresh = from_cells(given)
    answers = {
        name: text
        for name, text in (fields["answers"] | fresh.pop("answers", {})).items()
        if given.get(name, text).strip()
    }
    gone = {name for name in given if name not in SUBJECTS and name not in fresh}
    gone |= {other for name, other in PRICES.items() if name in fresh}
    kept = {name: value for name, value in fields.items() if name not in gone}
    return kept | fresh | {"answers": answers}


def _fields(row: Any, feeds: tuple[calendars.Listed, ...]) -> dict[str, Any]:
    """A stored property in the fields of an entry."""
    fields = {name: value for name, value in dict(row).items() if name in Entry.model_fields}
    prices = {name: row[name] // PAISE for name in PRICES if row[name] is not None}
    urls = [{"url": each.url, "unit": each.unit} for each in feeds]
    return fields | {"price": None, "price_per_unit": None} | prices | {
        "id": row["property_id"], "calendars": urls,
    }  # fmt: skip
