"""Dates sold on other sites and here: blocked, shown, asked for again, and raised when they meet."""

import asyncio
from argparse import Namespace
from datetime import date

import pytest

from bot.commands.property_desk import show_calendars
from bot.rounds import calendars, ical
from db import calendars as rows
from db.pool import transaction
from flows.rules import INDIA
from tests.journeys.town import Town

VILLA = "karjat-farm"
ASK = "Karjat Farm Villa, 25 to 27 dec, 4 people"


def event(uid: str, first: str, last: str) -> dict[str, str]:
    return {"uid": uid, "first": f"2026-12-{first}", "last": f"2026-12-{last}"}


async def lists(town: Town, place: str = VILLA, unit: int | None = None) -> None:
    """The property names another site's calendar, as an import would."""
    async with transaction(town.service.pool) as connection:
        url = f"{town.sandbox}/sandbox/feeds/{place}.ics"
        await rows.relist(connection, place, [(url, unit)])


async def sells(town: Town, *events: dict[str, str], place: str = VILLA) -> None:
    """What the other site has sold."""
    await town.api("PUT", f"feeds/{place}", events=list(events) or [event("old", "01", "02")])


async def read_again(town: Town) -> None:
    await town.clock("+31m")


async def own_feed(town: Town, place: str = VILLA, query: str = "") -> tuple[int, bytes]:
    token = await town.one("SELECT feed_token FROM property WHERE property_id = $1", place)
    url = f"{town.base}/calendar/{place}-{token['feed_token']}.ics{query}"
    async with town.http.get(url) as answer:
        return answer.status, await answer.read()


def nights_of(body: bytes) -> list[tuple[date, date]]:
    found = ical.read(body.replace(b"@looncamp", b"@x"), INDIA, date(2026, 12, 1))
    return sorted((each.first, each.last) for each in found)


async def test_dates_sold_elsewhere_are_not_offered_here_and_come_free_again(town: Town) -> None:
    await lists(town)
    await sells(town, event("a@site", "25", "27"))
    await read_again(town)
    await town.say("rahul", ASK)
    await town.sees("rahul", "already taken", "Other places")
    await sells(town)
    await read_again(town)
    await town.say("rahul", "25 to 27 dec")
    await town.sees("rahul", "Advance now")


async def test_an_old_calendar_is_read_before_a_link_is_sent(town: Town) -> None:
    await lists(town)
    await sells(town, event("a@site", "26", "28"))
    await town.say("rahul", ASK)
    await town.sees("rahul", "already taken", "Other places")
    assert await town.states(await town.newest_booking()) == ["PAYMENT_PENDING", "PAYMENT_EXPIRED"]
    assert (await town.api("GET", "paytm/books"))["links"] == []
    await town.never_saw("rahul", "Advance now")
    await town.say("rahul", "20 to 22 dec")
    await town.sees("rahul", "Advance now")


async def test_a_fresh_calendar_is_not_read_again_for_a_link(town: Town) -> None:
    await lists(town)
    await sells(town)
    await read_again(town)
    await sells(town, event("late@site", "25", "27"))
    await town.say("rahul", ASK)
    await town.sees("rahul", "Advance now")


async def test_a_clash_with_a_paid_booking_is_raised_once(town: Town) -> None:
    booking_id = await town.to_paid("rahul", ASK)
    await lists(town)
    await sells(town, event("a@site", "24", "26"))
    await read_again(town)
    await town.has_seen("admin", "has sold 24–26 Dec at Karjat Farm Villa")
    seen = len(await town.from_bot("admin"))
    for _ in range(2):
        await town.service.pool.execute("UPDATE calendar SET synced_at = NULL")
        await calendars._refresh(town.service, await rows.listed(town.service.pool))
    await town.settle()
    assert len(await town.from_bot("admin")) == seen
    alert = await town.one("SELECT booking_id FROM alert WHERE subject LIKE 'clash:%'")
    assert alert["booking_id"] == booking_id
    taken = await rows.taken(town.service.pool, VILLA, date(2026, 12, 1))
    assert [(each.first.day, each.last.day) for each in taken] == [(24, 25), (25, 27)]


async def test_one_sold_tent_leaves_the_others(town: Town) -> None:
    await lists(town, "pawna-lakeview", unit=3)
    await sells(town, event("a@site", "25", "27"), place="pawna-lakeview")
    await read_again(town)
    await town.say("rahul", "Pawna Lakeview, 25 to 27 dec, 30 people")
    await town.sees("rahul", "already taken")
    await town.say("asha", "Pawna Lakeview, 25 to 27 dec, 27 people")
    await town.sees("asha", "Advance now")


async def test_a_calendar_that_fails_changes_nothing_and_is_raised_after_hours(town: Town) -> None:
    await lists(town)
    await sells(town, event("a@site", "25", "27"))
    await read_again(town)
    await town.service.pool.execute("UPDATE calendar SET url = url || '-gone'")
    await read_again(town)
    assert await town.count("SELECT count(*) FROM occupancy WHERE calendar_id IS NOT NULL") == 1
    assert await town.count("SELECT count(*) FROM alert") == 0
    await town.clock("+7h")
    alert = await town.one("SELECT detail FROM alert WHERE subject LIKE 'calendar:%'")
    assert alert["detail"] == "karjat-farm: 127.0.0.1 HTTP 404"
    await town.service.pool.execute("UPDATE calendar SET url = replace(url, '-gone', '')")
    await read_again(town)
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 0


async def test_a_calendar_that_is_not_listed_any_more_frees_its_dates(town: Town) -> None:
    await lists(town)
    await sells(town, event("a@site", "25", "27"))
    await read_again(town)
    async with transaction(town.service.pool) as connection:
        await rows.relist(connection, VILLA, [])
    assert await town.count("SELECT count(*) FROM occupancy") == 0


async def test_our_own_feed_shows_what_is_taken_and_nothing_else(town: Town) -> None:
    assert nights_of((await own_feed(town))[1]) == []
    await town.to_paid("rahul", ASK)
    status, body = await own_feed(town)
    assert (status, nights_of(body)) == (200, [(date(2026, 12, 25), date(2026, 12, 27))])
    assert b"Rahul" not in body and b"98" not in body.split(b"BEGIN:VEVENT")[0]
    await town.tap("meera", "Cancel booking")
    await town.clock("+31s")
    assert nights_of((await own_feed(town))[1]) == []


async def test_a_camp_is_full_only_when_every_tent_is_taken(town: Town) -> None:
    await town.to_paid("rahul", "Pawna Lakeview, 25 to 27 dec, 27 people")
    assert nights_of((await own_feed(town, "pawna-lakeview"))[1]) == []
    christmas = [(date(2026, 12, 25), date(2026, 12, 27))]
    assert nights_of((await own_feed(town, "pawna-lakeview", "?unit=1"))[1]) == christmas
    assert nights_of((await own_feed(town, "pawna-lakeview", "?unit=10"))[1]) == []
    await town.to_paid("asha", "Pawna Lakeview, 25 to 27 dec, 3 people")
    assert nights_of((await own_feed(town, "pawna-lakeview"))[1]) == christmas


@pytest.mark.parametrize(
    "path", ["karjat-farm-", "karjat-farm-00", "nowhere-00", "-", "karjat-farm-x?unit=99"]
)
async def test_a_wrong_address_finds_nothing(town: Town, path: str) -> None:
    async with town.http.get(f"{town.base}/calendar/{path}.ics") as answer:
        assert answer.status == 404
    assert (await own_feed(town, query="?unit=2"))[0] == 404


async def test_wrong_addresses_are_held_back(town: Town) -> None:
    async def status() -> int:
        async with town.http.get(f"{town.base}/calendar/karjat-farm-1.ics") as answer:
            return answer.status

    answers = [await status() for _ in range(31)]
    assert answers == [404] * 30 + [429]


async def test_two_readers_at_once_block_once(town: Town) -> None:
    await lists(town)
    await sells(town, event("a@site", "25", "27"), event("b@site", "27", "28"))
    listed = await rows.listed(town.service.pool)
    await asyncio.gather(*(calendars._refresh(town.service, listed) for _ in range(4)))
    taken = await rows.taken(town.service.pool, VILLA, date(2026, 12, 1))
    assert [(each.first.day, each.last.day) for each in taken] == [(25, 27), (27, 28)]


async def test_the_command_shows_addresses_and_readings(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    await lists(town)
    await sells(town)
    await read_again(town)
    assert await show_calendars(town.service, Namespace()) == 0
    shown = capsys.readouterr().out
    assert "/calendar/karjat-farm-" in shown and "127.0.0.1            read 02 Dec 2026" in shown
    await town.service.pool.execute("UPDATE calendar SET url = 'http://127.0.0.1:9/x.ics'")
    await read_again(town)
    assert await show_calendars(town.service, Namespace()) == 1
    assert "BAD" in capsys.readouterr().out
