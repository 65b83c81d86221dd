"""The `properties` commands on a town that lives on meanwhile."""

from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from bot.commands import doctor, property_desk
from bot.places.property_files import BadProperties
from tests.journeys.town import Town

EXAMPLE = Path("docs/operating/properties.csv").read_text("utf-8")
NEW = (
    "name=Nitas River Camp", "area=Kolad", "owner_name=Nita Rao", "owner_phone=+91 97660 77777",
    "units=4", "guests_per_unit=2", "price=900", "advance_percent=50", "checkin=13:00",
    "checkout=10:00", "map_url=https://m.in/kolad", "food=All meals.", "refund_steps=3:100",
)  # fmt: skip


class Desk:
    """Runs the commands as run.py does, and keeps what they print."""

    def __init__(self, town: Town, capsys: pytest.CaptureFixture[str]) -> None:
        self.town, self.capsys = town, capsys

    async def __call__(self, action: str, *words: str, **options: Any) -> str:
        usual: dict[str, Any] = {"links": None, "until": None, "ids": list(words)}
        given = {"id": words[0] if words else None, "fields": list(words[1:])}
        self.capsys.readouterr()
        values = Namespace(**usual | given | options)
        assert await property_desk.ACTIONS[action](self.town.service, values) == 0
        return self.capsys.readouterr().out


@pytest.fixture
def desk(town: Town, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(town, capsys)


async def test_a_property_is_added_changed_and_booked(town: Town, desk: Desk) -> None:
    assert "nita-river added" in await desk("add", "nita-river", *NEW)
    out = await desk("change", "nita-river", "price=1000", "food=", "pets=Dogs are welcome.")
    assert "price: 90000 > 100000" in out and "units" not in out
    row = await town.one("SELECT * FROM property WHERE property_id = 'nita-river'")
    assert row["answers"] == {"pets": "Dogs are welcome."}
    assert row["refund_steps"] == [{"days": 3, "percent": 100}], "what is not named stays"
    await town.say("rahul", "Nitas River, 25 to 27 dec, 2 people")
    await town.sees("rahul", "Advance now", "₹2,000")
    await desk("change", "nita-river", "price_per_unit=3000")
    row = await town.one("SELECT * FROM property WHERE property_id = 'nita-river'")
    assert (row["price"], row["price_per_unit"]) == (None, 300000)


async def test_a_change_that_changes_nothing_leaves_the_row_as_it_is(
    town: Town, desk: Desk
) -> None:
    """Each field of a stored property comes back as it was, for every sample."""
    before = await town.service.pool.fetch("SELECT * FROM property ORDER BY property_id")
    for row in before:
        await desk("change", row["property_id"], f"name={row['name']}")
    assert await town.service.pool.fetch("SELECT * FROM property ORDER BY property_id") == before


async def test_a_pause_on_the_command_line_is_the_owners_pause(town: Town, desk: Desk) -> None:
    out = await desk("pause", "pawna-lakeview", until=None)
    assert "Pawna Lakeview Camp takes no new bookings until it is resumed; 0 confirmed" in out
    await town.say("rahul", "Pawna Lakeview, 25 to 27 dec, 4 people")
    assert not await town.count("SELECT count(*) FROM checkout")
    assert "paused" in await desk("list")
    await town.say("suresh", "resume pawna lakeview")
    assert "Pawna Lakeview Camp was open." in await desk("resume", "pawna-lakeview")
    day = (town.service.clock.now().date()).replace(day=9)
    await desk("pause", "pawna-lakeview", until=day)
    assert "paused to 09 Dec 07:00" in await desk("list")
    await town.clock("+8d")
    assert "paused" not in await desk("list"), "it ends by itself"


async def test_who_owns_a_place_now_gets_the_requests(town: Town, desk: Desk) -> None:
    out = await desk("change", "pawna-lakeview", "owner_phone=+919766022222", "owner_name=Meera")
    assert "Requests go to +919766022222" in out
    await town.to_paid()
    await town.sees("meera", "please answer")
    assert await town.from_bot("suresh") == []


async def test_the_owners_first_word_is_kept_and_shown(
    town: Town, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "wrote" not in (await desk("list")).replace("has not written yet", "")
    await town.say("suresh", "hi")
    first = await town.one("SELECT opted_in_at FROM person WHERE phone = '+919766011111'")
    await town.clock("+2d")
    await town.say("suresh", "hi")
    again = await town.one("SELECT opted_in_at FROM person WHERE phone = '+919766011111'")
    assert first == again and first["opted_in_at"] is not None
    out = await desk("list")
    assert out.count("wrote 02 Dec 2026") == 3, "one for each place of his"
    await town.say("rahul", "hi")
    guest = await town.one("SELECT opted_in_at FROM person WHERE name LIKE 'Rahul%'")
    assert guest["opted_in_at"] is None
    await doctor.check(town.service)
    assert "owners         4 of 5 have not written yet: " in capsys.readouterr().out


WRONG = (
    ("add", ("pawna-lakeview", *NEW), "pawna-lakeview: is there already"),
    ("add", ("Kolad", *NEW), "id is 'Kolad', must be small letters"),
    ("add", ("kolad", *NEW[1:]), "kolad: name is missing"),
    ("add", ("kolad", *NEW, "prize=3"), "'prize' is no field; did you mean price?"),
    ("add", ("kolad", "900"), "'900': must be FIELD=VALUE"),
    ("change", ("pawna-lakevew", "price=1"), "did you mean pawna-lakeview?"),
    ("change", ("pawna-lakeview", "price=0"), "price is '0', must be whole rupees"),
    ("change", ("pawna-lakeview", "id=other"), "'id' is no field"),
    ("change", ("pawna-lakeview", "units="), "units is missing"),
    ("change", ("pawna-lakeview", "refund_steps=often"), "refund_steps is 'often', must be"),
    ("pause", ("pawna-lakeview", "nowhere"), "nowhere: no property has this id"),
    ("resume", ("x",), "`properties list` shows them"),
)


async def test_what_cannot_be_is_refused_and_changes_nothing(town: Town, desk: Desk) -> None:
    before = await town.service.pool.fetch("SELECT * FROM property")
    for action, words, said in WRONG:
        with pytest.raises(BadProperties) as fault:
            await desk(action, *words)
        assert said in str(fault.value)
    assert await town.service.pool.fetch("SELECT * FROM property") == before


async def test_a_file_with_one_fault_brings_nothing(town: Town, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text(EXAMPLE.replace("Meera Joshi", "M").replace("1500", "1700"))
    with pytest.raises(
        BadProperties, match=r"ours.csv:3: property lonavala-pool: owner_name is 'M'"
    ):
        await desk("import", file=tmp_path / "ours.csv")
    price = "SELECT price FROM property WHERE property_id = 'pawna-lakeview'"
    assert await town.count(price) == 150000
    (tmp_path / "ours.csv").write_text(EXAMPLE.replace("1500", "1700"))
    out = await desk("import", file=tmp_path / "ours.csv")
    assert out == "2 properties of 2 owners imported.\n"
    assert await town.count(price) == 170000
