"""A template that is paused, rejected, priced higher or gone: its messages still arrive."""

from datetime import timedelta

import pytest

from tests.journeys.town import Town

REQUEST = "templates/owner_request/en"


async def names_sent(town: Town) -> list[str]:
    """The templates that went out, oldest first, from the emulator's journal."""
    entries = (await town.api("GET", "journal"))["entries"]
    calls = [entry["data"] for entry in entries if entry["kind"] == "request"]
    sent = [call["request"] for call in calls if call["path"].endswith("/messages")]
    return [each["template"]["name"] for each in sent if each.get("type") == "template"]


@pytest.mark.parametrize("status", ["PAUSED", "REJECTED", "DISABLED"])
async def test_a_lost_template_gives_way_and_the_admin_is_told(town: Town, status: str) -> None:
    await town.api("PUT", REQUEST, status=status)
    await town.settle()
    await town.sees("admin", "owner request (en)", status.lower())
    booking_id = await town.to_paid()
    assert "owner_request" not in await names_sent(town)
    assert "owner_reminder" in await names_sent(town)
    await town.tap("suresh", "Confirm booking")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"


async def test_both_questions_lost_leave_none_and_the_admin_hears_of_the_owner(town: Town) -> None:
    for name in ("owner_request", "owner_reminder"):
        await town.api("PUT", f"templates/{name}/en", status="DISABLED")
    await town.settle()
    await town.to_paid()
    assert await town.from_bot("suresh") == []
    await town.clock("+61m")
    await town.sees("admin", "Confirm for owner")


async def test_a_template_that_comes_back_is_used_again_and_its_alert_closed(town: Town) -> None:
    await town.api("PUT", REQUEST, status="PAUSED")
    await town.api("PUT", REQUEST, status="APPROVED")
    await town.settle()
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 0
    await town.to_paid()
    assert "owner_request" in await names_sent(town)


async def test_a_template_priced_as_marketing_gives_way_and_the_cost_is_told(town: Town) -> None:
    await town.api("PUT", REQUEST, category="MARKETING", warn=True)
    await town.settle()
    await town.sees("admin", "owner request (en)", "from tomorrow", "₹0.86", "₹0.115")
    await town.api("PUT", REQUEST, category="MARKETING")
    await town.settle()
    await town.sees("admin", "now prices", "marketing", "₹0.86")
    await town.to_paid()
    assert "owner_reminder" in await names_sent(town)
    await town.api("PUT", "templates/owner_reminder/en", category="MARKETING")
    await town.settle()
    await town.to_paid("asha", "Pawna Lakeview, 10 to 12 jan, 2 people")
    assert "owner_request" in await names_sent(town), "dearer, but better than silence"


async def test_a_template_that_is_gone_is_found_out_by_the_send(town: Town) -> None:
    """132001: nobody told us; the first send does, and the message goes by another."""
    await town.service.whatsapp.request(
        "DELETE", f"/{town.service.config.whatsapp_business_id}/message_templates",
        params={"name": "owner_request"},
    )  # fmt: skip
    await town.settle()
    await town.service.pool.execute("DELETE FROM template")
    booking_id = await town.to_paid()
    assert (await names_sent(town)).count("owner_request") == 1
    await town.tap("suresh", "Confirm booking")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    row = await town.one("SELECT status FROM template WHERE name = 'owner_request'")
    assert row["status"] == "MISSING"


async def test_a_missing_language_is_said_in_english(town: Town) -> None:
    await town.service.pool.execute(
        "UPDATE person SET language = 'mr' WHERE phone = '+919766011111'"
    )
    await town.to_paid()
    await town.sees("suresh", "Pawna Lakeview Camp")
    assert "owner_request" in await names_sent(town)


async def test_a_red_template_is_told(town: Town) -> None:
    await town.api("PUT", REQUEST, quality="RED")
    await town.settle()
    await town.sees("admin", "owner request (en)", "quality is red")
    row = await town.one("SELECT quality FROM template WHERE name = 'owner_request'")
    assert row["quality"] == "RED"


async def test_a_guests_news_outside_the_window_goes_as_the_general_update(town: Town) -> None:
    await town.api("PUT", "templates/guest_confirmed/en", status="DISABLED")
    await town.settle()
    await town.to_paid()
    await town.service.pool.execute(
        "UPDATE person SET heard_at = $1 WHERE name LIKE 'Rahul%'",
        town.service.clock.now() - timedelta(hours=25),
    )
    await town.tap("suresh", "Confirm booking")
    await town.sees("rahul", "Booking confirmed", "eticket")
