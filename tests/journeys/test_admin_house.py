"""The house as its admin sees it: cost from Meta's own prices, summary, health (A6, A9)."""

import pytest

from bot.desks import costs
from sandbox.scenarios import words_of
from tests.journeys.town import Town


async def test_the_cost_is_what_meta_says_of_each_message(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    await town.to_ticket()
    charged = await town.count(
        "SELECT count(*) FROM message WHERE price_type = 'regular' AND wa_status <> 'sent'"
    )
    assert charged == 3, "the owner's question and the admin's cards are templates"
    await town.say("admin", "cost")
    rupees = "₹0.345"
    await town.sees("admin", "Messages in Dec 2026", f"Billed {charged} for {rupees}", "utility")
    await town.sees("admin", "1 booking", "planned were ₹0.60", "decision: 6.0 a booking")
    await town.sees("admin", "guests 0, owners 1, admins 2")
    assert await costs.command(town.service, "2026-12") == 0
    assert f"Billed {charged} for {rupees}" in capsys.readouterr().out
    assert await costs.command(town.service, "2026-11") == 0
    assert "No booking yet" in capsys.readouterr().out


async def test_morning_and_evening_have_a_summary_with_something_to_say(town: Town) -> None:
    await town.say("admin", "hi")
    before = len(await town.from_bot("admin"))
    await town.clock("2026-12-02T15:30:00+00:00")  # nine in the evening
    await town.clock("2026-12-03T02:30:00+00:00")  # eight in the morning
    assert len(await town.from_bot("admin")) == before, "nothing has happened"
    await town.clock("2026-12-03T06:00:00+00:00")
    await town.to_ticket()
    await town.to_paid("asha", "Pawna Lakeview, 27 to 29 dec, 2 people")
    await town.clock("2026-12-03T15:30:00+00:00")
    summary = words_of(await town.has_seen("admin", "LoonCamp summary for Thu 3 Dec"))
    assert "booked: 2 (₹5,400 in advances)" in summary.lower()
    assert "confirmed 1" in summary.lower()
    await town.tap("admin", "Act now")
    await town.sees("admin", "wait")


async def test_in_the_open_window_the_summary_has_its_buttons(town: Town) -> None:
    await town.to_ticket()
    await town.say("admin", "hi")
    await town.clock("2026-12-02T15:30:00+00:00")
    await town.sees("admin", "LoonCamp – Wed 2 Dec", "Booked: 1", "Act now", "Tomorrow")
    await town.say("admin", "summary")
    await town.sees("admin", "Booked: 1", "Confirmed 1")


async def test_health_names_what_is_not_well(town: Town) -> None:
    await town.to_ticket()
    await town.say("admin", "health")
    await town.sees("admin", "All is well", "Last WhatsApp webhook: Wed 2 Dec", "0 open alerts")
    await town.sees("admin", "Last Paytm callback: Wed 2 Dec")
    await town.service.pool.execute(
        "INSERT INTO template (name, language, status, updated_at)"
        " VALUES ('owner_request', 'en', 'PAUSED', now())"
        " ON CONFLICT (name, language) DO UPDATE SET status = 'PAUSED'"
    )
    await town.say("admin", "health")
    await town.sees("admin", "Something needs you", "not approved: owner_request")
