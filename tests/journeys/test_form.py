"""The WhatsApp form: published, filled on a phone, refused by WhatsApp."""

import pytest

from bot.whatsapp import booking_form
from db.sql import sql
from tests.bot import hooks
from tests.journeys.town import Town

STAY = {"start-date": "2026-12-25", "end-date": "2026-12-27"}


async def test_the_form_behind_other_dates_leads_to_the_pay_link(town: Town) -> None:
    await town.say("rahul", "Book Pawna Lakeview Camp")
    await town.tap("rahul", "Other dates")
    shown = (await town.from_bot("rahul"))[-1]
    assert shown["type"] == "flow"
    await town.fill("rahul", stay=STAY, guests="3")
    await town.sees("rahul", "Advance now", "Guests: 3", "25 Dec")
    await town.pay("rahul")
    await town.sees("rahul", "advance payment is successful")


@pytest.mark.parametrize("omit_token", [False, True])
async def test_the_whole_booking_in_one_form(town: Town, *, omit_token: bool) -> None:
    await town.say("rahul", "form")
    message = (await town.from_bot("rahul"))[-1]
    values = {"place": "kolad-river", "stay": STAY, "guests": "2", "name": "Asha Kulkarni",
              "phone": "98765 43210", "ref": message["flow"]["data"]["ref"]}  # fmt: skip
    body = {"message": message["id"], "values": values, "omit_token": omit_token}
    await town.api("POST", "people/rahul/flow", **body)
    await town.settle()
    await town.sees("rahul", "Kolad River Camp", "Name: Asha Kulkarni", "+91 98765 43210")


async def test_after_a_reset_the_form_is_still_there(town: Town) -> None:
    await town.api("POST", "reset")
    await town.say("rahul", "form")
    assert (await town.from_bot("rahul"))[-1]["type"] == "flow"


async def test_a_form_filled_twice_is_one_checkout(town: Town) -> None:
    await town.say("rahul", "form")
    await town.fill("rahul", place="kolad-river", stay=STAY, guests="2")
    await town.fill("rahul", place="kolad-river", stay=STAY, guests="2")
    assert await town.count("SELECT count(*) FROM checkout") == 1


@pytest.mark.parametrize("code", [132068, 132069])
async def test_a_form_that_whatsapp_refuses_becomes_the_list(town: Town, code: int) -> None:
    await town.say("rahul", "pawna lakeview")
    await town.trouble(whatsapp={"fail": str(code), "fail_next": 1})
    await town.tap("rahul", "Other dates")
    message = (await town.from_bot("rahul"))[-1]
    assert message["type"] == "list"
    await town.choose("rahul", "Sun 6 Dec")
    await town.sees("rahul", "How long do you stay")
    assert await town.count("SELECT count(*) FROM alert") == 0


@pytest.mark.parametrize("code", [131026, 132068, 132069])
async def test_a_form_that_fails_after_whatsapp_took_it_becomes_the_list(
    town: Town, code: int
) -> None:
    await town.say("rahul", "pawna lakeview")
    await town.trouble(whatsapp={"hold_statuses": True})
    await town.tap("rahul", "Other dates")
    assert (await town.from_bot("rahul"))[-1]["type"] == "flow"
    ours = await town.count("SELECT max(id) FROM message")
    failed = hooks.status(ours, "failed", errors=[{"code": code, "title": "no"}])
    for _ in range(2):
        await town.deliver(hooks.body(hooks.change(statuses=[failed], contacts=())))
        await town.settle()
    kinds = [message["type"] for message in await town.from_bot("rahul")]
    assert kinds[-2:] == ["flow", "list"]
    await town.choose("rahul", "Sun 6 Dec")
    await town.sees("rahul", "How long do you stay")
    assert await town.count("SELECT count(*) FROM alert") == 0


async def test_without_a_published_form_the_list_is_sent_at_once(town: Town) -> None:
    await town.service.pool.execute(sql("drop_setting"), booking_form.SETTING)
    await town.say("rahul", "pawna lakeview")
    await town.tap("rahul", "Other dates")
    assert (await town.from_bot("rahul"))[-1]["type"] == "list"
    await town.choose("rahul", "Later dates")
    await town.sees("rahul", "Write the day and the month", "Choose your check-in day")
    await town.say("rahul", "9 to 11 jan")
    await town.sees("rahul", "9–11 Jan* is free")


async def test_setup_publishes_each_language_once(town: Town) -> None:
    first = await booking_form.published(town.service.pool)
    assert set(first) == {"en", "hi", "mr"}
    outcomes = await booking_form.publish(town.service)
    assert all(outcome.startswith("there") for _, outcome in outcomes)
    assert await booking_form.published(town.service.pool) == first


async def test_a_form_in_marathi_is_the_marathi_one(town: Town) -> None:
    await town.say("rahul", "मराठी")
    await town.say("rahul", "form")
    message = (await town.from_bot("rahul"))[-1]
    assert message["flow"]["id"] == (await booking_form.published(town.service.pool))["mr"]
