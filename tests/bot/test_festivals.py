"""Festivals: from the file into the table, and what is ahead of a day."""

from datetime import date

import asyncpg
import pytest

from bot.places import festivals
from bot.places.festivals import Almanac
from bot.places.property_files import BadProperties
from tests.journeys.town import SAMPLE

FILE = """
[[festival]]
words = ["Diwali", "दिवाळी"]
first = 2026-11-08
last = 2026-11-11
[[festival]]
words = ["diwali", "दिवाळी"]
first = 2027-10-28
last = 2027-10-31
[[festival]]
words = ["christmas"]
first = 2026-12-25
"""


async def test_each_name_means_its_next_days(pool: asyncpg.Pool, tmp_path):
    file = tmp_path / "days.toml"
    file.write_text(FILE, "utf-8")
    for _ in range(2):
        await festivals.store(pool, festivals.read(file))
    ahead = await Almanac().ahead(pool, date(2026, 12, 2))
    assert ahead["diwali"] == ahead["दिवाळी"] == (date(2027, 10, 28), date(2027, 10, 31))
    assert ahead["christmas"] == date(2026, 12, 25)
    assert "christmas" not in await Almanac().ahead(pool, date(2026, 12, 26))


async def test_the_almanac_asks_once_a_day(pool: asyncpg.Pool):
    almanac = Almanac()
    assert await almanac.ahead(pool, date(2026, 12, 2)) == {}
    await festivals.store(pool, festivals.read(SAMPLE))
    assert await almanac.ahead(pool, date(2026, 12, 2)) == {}
    assert "holi" in await almanac.ahead(pool, date(2026, 12, 3))


@pytest.mark.parametrize(
    "text", ['words = []\nfirst = 2026-12-25', 'words = ["holi"]',
             'words = ["holi"]\nfirst = 2027-03-22\nlast = 2027-03-22']
)  # fmt: skip
def test_a_festival_that_cannot_be_is_refused_by_name(tmp_path, text):
    file = tmp_path / "days.toml"
    file.write_text(f"[[festival]]\n{text}\n", "utf-8")
    with pytest.raises(BadProperties, match="festival"):
        festivals.read(file)
