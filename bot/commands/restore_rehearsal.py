"""A rehearsal of a restore: a backup of noon is brought back in the evening, on local parts.

Everything goes by the commands that an operator types. Phones and Paytm's books stay as they were
in the evening; the database is that of noon, in another place.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bot.commands.rehearsal import (
    UNDO_OVER,
    NotAsItShouldBe,
    Stage,
    book,
    money_is_back,
    shown,
    stage_in,
)
from bot.commands.sandbox_process import ROOT
from flows.record import record

PEOPLE = ("rahul", "asha", "imran", "suresh", "meera")
LATER = (60.0, 900.0, 10_800.0)  # seconds; each lets what is due happen
SETTLES = 1.5  # seconds in which the loops have done what a moved clock makes due


@record
class Outside:
    """What cannot be taken back: messages on phones, by person, and refunds by id."""

    said: dict[str, Counter[str]]
    refunds: frozenset[str]


async def look(stage: Stage) -> Outside:
    """What phones and Paytm's books show now."""
    said = {}
    for who in PEOPLE:
        messages = await stage.phone(who)
        said[who] = Counter(shown(each) for each in messages if each["from"] == "bot")
    books = await stage.call("GET", "paytm/books")
    return Outside(said, frozenset(each["ref_id"] for each in books["refunds"]))


async def command(folder: Path, *arguments: str) -> str:
    """What a command of run.py prints about the database in a folder; raises NotAsItShouldBe."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "run.py"), *arguments, cwd=folder,
        env=kept | {"DATA_DIR": str(folder)}, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, faults = await process.communicate()
    if process.returncode and not told:
        raise NotAsItShouldBe(f"{arguments[0]}: {faults.decode()}")
    return told.decode()


async def noon_and_afternoon(folder: Path, backup: Path) -> tuple[Outside, str]:
    """A day with a backup in its middle; how it looks outside, and a booking of the afternoon."""
    async with stage_in(folder) as stage:
        await book(stage, "rahul", "Pawna Lakeview Camp", 30)
        asked = await stage.sees("suresh", "please answer")
        await book(stage, "asha", "Karjat Farm Villa", 40)
        await stage.tap("meera", await stage.sees("meera", "please answer"), "Cancel booking")
        await stage.sees("meera", "choose the reason")
        await command(folder, "backup", str(backup))
        await stage.tap("suresh", asked, "Confirm booking")
        await stage.sees("rahul", "Booking confirmed")
        await stage.call("POST", "clock", advance_seconds=UNDO_OVER)
        await stage.sees("asha", "Booking cancelled")
        await money_is_back(stage)
        lost = await book(stage, "imran", "Pawna Lakeview Camp", 50)
        await stage.sees("suresh", "please answer")
        return await look(stage), lost


async def evening(folder: Path) -> Outside:
    """The service on the restored copy, some hours long; how it looks outside then."""
    async with stage_in(folder) as stage:
        await stage.sees("admin", "books and ours differ")
        for seconds in LATER:
            await stage.call("POST", "clock", advance_seconds=seconds)
            await asyncio.sleep(SETTLES)
        return await look(stage)


def repeated(before: Outside, after: Outside) -> list[str]:
    """What was said or paid back although nobody had decided about it."""
    news = {who: after.said[who] - before.said[who] for who in PEOPLE}
    said = [f"{who}'s phone shows again: {words}" for who in PEOPLE for words in news[who]]
    return said + [f"Paytm has a refund {each} more" for each in after.refunds - before.refunds]


async def play(say: Callable[[str], None]) -> None:
    """The whole rehearsal; raises NotAsItShouldBe."""
    with tempfile.TemporaryDirectory(prefix="looncamp-") as name:
        folder = Path(name)
        await asyncio.to_thread(folder.chmod, 0o755)  # the databases have a user of their own
        noon, copy, backup = folder / "noon", folder / "copy", folder / "noon.dump"
        for each in (noon, copy):
            await asyncio.to_thread(each.mkdir)
        before, lost = await noon_and_afternoon(noon, backup)
        say(await command(copy, "restore", str(backup)))
        shutil.copy(noon / "sandbox.json", copy)
        after = await evening(copy)
        faults = repeated(before, after)
        if faults:
            raise NotAsItShouldBe("\n".join(faults))
        if lost in await command(copy, "held"):
            raise NotAsItShouldBe(f"the copy should not know {lost}, which is of the afternoon")
        count = sum(sum(each.values()) for each in before.said.values())
        say(f"messages outside {count}, refunds {len(before.refunds)}: none was repeated.")
        say(f"{lost}, which only Paytm knows, was raised to the admin.")


async def main() -> int:
    """Play it and print it; 1 naming the first thing that is not as it should be."""
    try:
        await play(print)
    except NotAsItShouldBe as fault:
        print(f"NOT as it should be: {fault}", file=sys.stderr)
        return 1
    return 0
