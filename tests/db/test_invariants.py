"""Each invariant sees what breaks it, and nothing else; on a real story none sees anything."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import asyncpg
import pytest

from db.invariants import RULES, Books, Check, run
from flows.notices import Writer
from tests.conftest import TEMPLATE
from tests.db import stock
from tests.db.planted import PLANTS, Plant
from tests.journeys.town import Town, founded, outside

NAME = "story"


@dataclass(frozen=True, slots=True)
class Story:
    """A town's day in the database: where it is, when, whose bookings, the outside books."""

    url: str
    now: datetime
    bookings: dict[str, str]
    books: Books


@pytest.fixture(scope="module")
def story(server: str) -> Iterator[Story]:
    """One booking in each state that matters, lived through by the whole town."""
    asyncio.run(_execute(server, f"CREATE DATABASE {NAME} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"))
    yield asyncio.run(_live(stock.named(server, NAME)))
    asyncio.run(_execute(server, f"DROP DATABASE {NAME} WITH (FORCE)"))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def _live(url: str) -> Story:
    async with founded(url) as town:
        bookings = await _tell(town)
        return Story(url, town.service.clock.now(), bookings, await outside(town))


async def _tell(town: Town) -> dict[str, str]:
    place = "Pawna Lakeview, "
    partly = await town.to_paid("rahul", place + "4 to 5 dec, 2 people")
    await town.tap("suresh", "Confirm booking")
    await town.say("rahul", "cancel")
    await town.tap("rahul", "Yes, cancel it")
    refunded = await town.to_paid("asha", place + "10 to 11 dec, 4 people")
    await town.tap("suresh", "Cancel booking")
    await town.clock("+1m")
    for change in ("+2m", "+10m"):
        await town.clock(change)
    confirmed = await town.to_paid("rahul", place + "12 to 14 dec, 4 people")
    await town.tap("suresh", "Confirm booking")
    await town.to_paid("rahul", place + "16 to 17 dec, 4 people")
    await town.clock("+61m")
    await town.tap("admin", "Confirm for owner")
    await town.trouble(paytm={"refund": "manual"})
    refunding = await town.to_paid("rahul", place + "18 to 19 dec, 2 people")
    await town.tap("suresh", "Cancel booking")
    await town.clock("+1m")
    waiting = await town.to_paid("asha", place + "20 to 21 dec, 2 people")
    pending = await town.to_review("rahul", place + "22 to 23 dec, 2 people")
    return {
        "partly": partly, "refunded": refunded, "confirmed": confirmed, "refunding": refunding,
        "waiting": waiting, "pending": pending,
    }  # fmt: skip


async def seen(story: Story, write: Writer, plant: Plant) -> Counter[str]:
    """How often each rule complains once this is planted; nothing of it stays."""
    books = Books() if plant.books is None else plant.books(story.books)
    connection = await asyncpg.connect(story.url, statement_cache_size=0)
    try:
        await connection.execute("BEGIN")
        for statement in plant.statements:
            done = await connection.execute(statement.format_map(story.bookings))
            assert not done.endswith(" 0"), statement
        found = await run(connection, Check(write, story.now, timedelta(), books))
        return Counter(each.rule.number for each in found)
    finally:
        await connection.close()  # and with it all that was planted


@pytest.mark.parametrize("compared", [False, True])
async def test_nothing_is_seen_where_nothing_is_wrong(story, write, compared):
    nothing = Plant("-", "nothing", (), (lambda books: books) if compared else None)
    assert await seen(story, write, nothing) == Counter()


@pytest.mark.parametrize("plant", PLANTS, ids=str)
async def test_what_is_planted_is_seen_by_its_rule_alone(story, write, plant):
    assert set(await seen(story, write, plant)) == {plant.rule}


def test_every_rule_has_plants():
    assert {plant.rule for plant in PLANTS} == {rule.number for rule in RULES}
    assert len(PLANTS) >= 31


def test_the_story_has_each_state(story):
    assert len(set(story.bookings.values())) == len(story.bookings)
    assert replace(story.books, payments={}) != story.books
