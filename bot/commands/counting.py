"""How many messages a booking takes from the first word to the pay link, counted on the real parts.

The limits are issue and design: facts/ux.md 1.5 says how each way goes.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.commands.rehearsal import NotAsItShouldBe, Stage, pay, stage_in, states, wait_for
from db import embedded
from flows.guest.links import sentence
from flows.record import record

MOST_FROM_BOT = 4
PLACE = "Pawna Lakeview Camp"


@record
class Way:
    """One way to the pay link, and how many messages the guest may need for it."""

    name: str
    most: int
    walk: Callable[[Stage, str], Awaitable[None]]


@record
class Count:
    """What a way took."""

    way: Way
    guest: int
    bot: int

    @property
    def well(self) -> bool:
        """Whether it kept within its limits."""
        return self.guest <= self.way.most and self.bot <= MOST_FROM_BOT


def _stay(ahead: int = 30) -> tuple[date, date]:
    first = datetime.now(UTC).date() + timedelta(days=ahead)
    return first, first + timedelta(days=2)


async def _sentence(stage: Stage, guest: str) -> None:
    first, last = _stay()
    await stage.say(guest, f"Pawna Lakeview, {first:%d %b} to {last:%d %b}, 4 people")


async def _full_link(stage: Stage, guest: str) -> None:
    await stage.say(guest, sentence(PLACE, _stay(), 4))


async def _from_dates(stage: Stage, guest: str) -> None:
    """The first weekend that is offered, and two guests."""
    message = await stage.sees(guest, "Which dates")
    await stage.tap(guest, message, message["buttons"][0]["title"])
    await stage.tap(guest, await stage.sees(guest, "How many guests"), "2 guests")


async def _property_link(stage: Stage, guest: str) -> None:
    await stage.say(guest, sentence(PLACE))
    await _from_dates(stage, guest)


async def _cold(stage: Stage, guest: str) -> None:
    await stage.say(guest, "hi")
    menu = await stage.sees(guest, "Choose a place")
    await stage.call("POST", f"people/{guest}/choose", message=menu["id"], row=PLACE)
    await _from_dates(stage, guest)


async def _form(stage: Stage, guest: str) -> None:
    await stage.say(guest, "form")
    message = await stage.sees(guest, "calendar")
    first, last = _stay()
    given = message["flow"]["data"]
    values = {name: given[name] for name in ("place", "guests", "name", "phone", "ref")}
    values["stay"] = {"start-date": f"{first}", "end-date": f"{last}"}
    await stage.call("POST", f"people/{guest}/flow", message=message["id"], values=values)


async def _again(stage: Stage, guest: str) -> None:
    await stage.say(guest, "hi")
    await stage.tap(guest, await stage.sees(guest, "good to see you again"), "Same again")


WAYS = (
    Way("one sentence", 1, _sentence),
    Way("a link with everything", 1, _full_link),
    Way("the link of a place", 3, _property_link),
    Way("a cold hi", 4, _cold),
    Way("the form", 2, _form),
    Way("a returning guest", 2, _again),
)


async def count(stage: Stage, way: Way, guest: str) -> Count:
    """Walk one way with a guest and count until the pay link is there."""
    before = len(await stage.phone(guest))
    stage.seen[guest] = before
    await way.walk(stage, guest)
    await stage.sees(guest, "Advance now")
    passed = (await stage.phone(guest))[before:]
    link = next(at for at, each in enumerate(passed) if _is_pay_link(each))
    bot = sum(each["from"] == "bot" for each in passed[: link + 1])
    return Count(way, link + 1 - bot, bot)


def _is_pay_link(message: dict[str, Any]) -> bool:
    return message["from"] == "bot" and "/paytm/" in str((message.get("url") or {}).get("url"))


async def _was_here(stage: Stage, guest: str, database: str) -> None:
    """Let a guest's stay begin and end: paid, confirmed, and over."""
    first, last = _stay(3)
    await stage.say(guest, sentence(PLACE, (first, last), 4))
    review = await stage.sees(guest, "Advance now")
    await pay(stage, review["url"]["url"])
    await stage.sees(guest, "advance payment is successful")
    await stage.tap("suresh", await stage.sees("suresh", "please answer"), "Confirm booking")
    ticket = await stage.sees(guest, "Booking confirmed")
    booking_id = ticket["url"]["url"].rpartition("/")[2].partition("-")[0]
    over = datetime.combine(last + timedelta(days=1), time(), UTC)
    seconds = (over - datetime.now(UTC)).total_seconds()
    await stage.call("POST", "clock", advance_seconds=seconds)
    await wait_for(lambda: _closed(database, booking_id), "the stay should be over", 20.0)


async def _closed(database: str, booking_id: str) -> bool | None:
    return (await states(database, booking_id))[-1] == "CLOSED" or None


async def count_all() -> list[Count]:
    """Every way once, each with a guest of its own, on local parts; raises NotAsItShouldBe."""
    with tempfile.TemporaryDirectory(prefix="looncamp-") as name:
        folder = Path(name)
        await asyncio.to_thread(folder.chmod, 0o755)  # the database has a user of its own
        async with stage_in(folder) as stage:
            counts = []
            for way in WAYS:
                person = {"name": "Rahul Deshmukh", "phone": "new"}
                guest = (await stage.call("POST", "people", **person))["key"]
                if way.walk is _again:
                    await _was_here(stage, guest, embedded.address(folder / "postgres"))
                counts.append(await count(stage, way, guest))
            return counts


async def main() -> int:
    """Print the counts; 1 if a way takes more than it may."""
    try:
        counts = await count_all()
    except NotAsItShouldBe as fault:
        print(f"NOT as it should be: {fault}")
        return 1
    print("from the first word to the pay link        guest  at most   bot  at most")
    for each in counts:
        mark = "" if each.well else "  TOO MANY"
        print(f"{each.way.name:42} {each.guest:5} {each.way.most:8} {each.bot:5} "
              f"{MOST_FROM_BOT:8}{mark}")  # fmt: skip
    return int(not all(each.well for each in counts))
