"""Guests who write or hold more than is good for the others."""

from collections.abc import AsyncIterator

import pytest

from tests.journeys.town import Town, founded


@pytest.fixture
async def strict(database_url: str) -> AsyncIterator[Town]:
    async with founded(
        database_url, guest_messages_a_minute=6, guest_holds_an_hour=3, pair_seconds=0
    ) as town:
        yield town


async def flood(town: Town, who: str, times: int, text: str = "hi") -> None:
    for _ in range(times):
        await town.api("POST", f"people/{who}/say", text=text)
    await town.settle()


async def test_a_flood_is_answered_so_often_then_told_once_then_not_at_all(strict: Town) -> None:
    await flood(strict, "rahul", 20)
    assert len(await strict.from_bot("rahul")) == 6 + 1
    await strict.sees("rahul", "many messages at once", "wait a minute")
    await strict.say("asha", "hi")
    await strict.sees("asha", "choose a place")
    await strict.clock("+1m")
    await strict.say("rahul", "hi")
    await strict.sees("rahul", "choose a place")
    left = await strict.count("SELECT count(*) FROM inbox WHERE state <> 'done'")
    assert left == 0


async def test_owners_and_admins_are_always_answered(strict: Town) -> None:
    for who in ("suresh", "admin"):
        await flood(strict, who, 20)
        assert len(await strict.from_bot(who)) == 20


async def test_an_owners_tap_counts_in_the_middle_of_his_flood(strict: Town) -> None:
    booking_id = await strict.to_paid("rahul")
    await flood(strict, "suresh", 20)
    await strict.tap("suresh", "Confirm booking")
    assert (await strict.states(booking_id))[-1] == "TICKET_GENERATED"


async def test_a_stranger_who_presses_an_owners_button_for_ever_is_not_answered_for_ever(
    strict: Town,
) -> None:
    booking_id = await strict.to_paid("rahul")
    await strict.say("asha", "hi")
    await strict.clock("+1m")
    before = len(await strict.from_bot("asha"))
    for _ in range(12):
        await strict.press("asha", f"o:{booking_id}:confirm")
    assert len(await strict.from_bot("asha")) - before == 6 + 1
    assert (await strict.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"


async def test_dates_are_held_so_often_an_hour_and_the_time_is_told(strict: Town) -> None:
    for day in (10, 11, 12):
        await strict.to_review("rahul", f"Pawna Lakeview, {day} to {day + 1} dec, 2 people")
        await strict.clock("+1m")
    await strict.say("rahul", "13 to 14 dec")
    await strict.sees("rahul", "3 times within an hour", "from 12:3")
    assert await strict.count("SELECT count(*) FROM checkout") == 3
    assert await strict.count("SELECT count(*) FROM checkout WHERE status='PAYMENT_PENDING'") == 1
    await strict.pay("rahul")
    assert await strict.count("SELECT count(*) FROM booking") == 1
    await strict.to_review("asha", "Pawna Lakeview, 14 to 15 dec, 2 people")
    await strict.clock("+1h")
    await strict.to_review("rahul", "Pawna Lakeview, 20 to 21 dec, 2 people")
