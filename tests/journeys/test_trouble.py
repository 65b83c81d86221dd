"""The outside world misbehaves; the phones show every message once all the same."""

from datetime import timedelta

import pytest

from tests.journeys.town import Town


async def rest(town: Town, times: int = 6, change: str = "+10s") -> None:
    for _ in range(times):
        await town.clock(change)


@pytest.mark.parametrize("fail", ["429", "pair", "500", "maintenance"])
async def test_a_refused_send_is_tried_again(town: Town, fail: str) -> None:
    await town.trouble(whatsapp={"fail": fail, "fail_next": 2})
    await town.say("rahul", "hi")
    await rest(town)
    messages = await town.from_bot("rahul")
    assert len(messages) == 1
    assert "choose a place" in await town.last("rahul")


@pytest.mark.parametrize("fail", ["timeout_after_accept", "reset_after_accept"])
async def test_a_send_whose_answer_was_lost_is_proven_by_its_status(
    database_url: str, fail: str
) -> None:
    from tests.journeys.town import founded

    async with founded(database_url, lease_seconds=1) as town:
        await town.trouble(whatsapp={"fail": fail, "fail_next": 1})
        await town.say("rahul", "hi")
        await rest(town)
        assert len(await town.from_bot("rahul")) == 1
        row = await town.one("SELECT state, wa_status, attempts FROM message WHERE kind='whatsapp'")
        assert (row["state"], row["attempts"]) == ("sent", 1)


async def test_a_revoked_token_keeps_the_queue_and_resumes_by_itself(town: Town) -> None:
    await town.trouble(whatsapp={"fail": "token_revoked"})
    for text in ("hi", "pawna", "25 to 27 dec"):
        await town.say("rahul", text)
    assert await town.from_bot("rahul") == []
    await rest(town, 2, "+2m")
    assert await town.count("SELECT count(*) FROM message WHERE state='dead'") == 0
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 1
    await town.trouble(whatsapp={"fail": None})
    await rest(town, 2, "+61s")
    assert len(await town.from_bot("rahul")) == 3
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 0


async def test_an_owner_who_cannot_be_reached_is_raised_to_the_admin(town: Town) -> None:
    await town.trouble(whatsapp={"unreachable": ["+919766011111"]})
    await town.to_paid()
    await town.has_seen("admin", "could not be delivered")


async def test_a_closed_window_takes_the_template(town: Town) -> None:
    await town.to_paid()
    await town.clock("+4h")
    await town.clock("+3h")
    row = await town.one("SELECT form FROM message WHERE intent='guest.cancelled'")
    assert row["form"] == "free"  # six hours after the guest wrote
    await town.clock("+2d")
    await town.to_paid("asha")
    await town.clock("+5h")
    forms = await town.service.pool.fetch(
        "SELECT DISTINCT form FROM message WHERE kind='whatsapp' AND intent LIKE 'owner%'"
    )
    assert {row["form"] for row in forms} == {"template"}


@pytest.mark.parametrize("mode", ["sync", "async", "both"])
async def test_a_window_that_closed_unseen_falls_back_to_the_template_once(
    town: Town, mode: str
) -> None:
    await town.trouble(whatsapp={"window_errors": mode})
    booking_id = await town.to_paid()
    owner = await town.one("SELECT person_id FROM person WHERE phone='+919766011111'")
    await town.service.pool.execute(
        "UPDATE person SET heard_at = $2 WHERE person_id = $1",
        owner["person_id"], town.service.clock.now() + timedelta(hours=1),
    )  # fmt: skip
    await town.clock("+16m")
    messages = await town.from_bot("suresh")
    assert [m["type"] for m in messages] == ["template", "template"]
    await town.tap("suresh", "Confirm booking")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"


async def test_statuses_of_every_shape_are_folded_with_their_price(town: Town) -> None:
    for shape in ("full", "no_profile", "wa_id_only", "absent"):
        await town.trouble(whatsapp={"status_contacts": shape})
        await town.say("rahul", "hi")
    await town.api("POST", "people/rahul/read")
    await town.settle()
    rows = await town.service.pool.fetch(
        "SELECT wa_status, price_category FROM message WHERE kind='whatsapp'"
    )
    assert len(rows) == 4
    assert {row["wa_status"] for row in rows} == {"read"}
    assert {row["price_category"] for row in rows} == {"service"}


async def test_reordered_and_doubled_webhooks_give_one_answer_each(town: Town) -> None:
    await town.trouble(webhooks={"duplicate": 2, "reorder": True, "batch": 5})
    await town.to_ticket()
    assert len([m for m in await town.from_bot("rahul") if "confirmed" in m["header"].lower()]) == 1


async def test_after_an_outage_of_hours_only_the_newest_reminder_goes(town: Town) -> None:
    await town.to_paid()
    before = len(await town.from_bot("suresh"))
    await town.trouble(whatsapp={"fail": "token_revoked"})
    await rest(town, 4, "+12m")
    queued = "SELECT count(*) FROM message WHERE intent LIKE 'owner.%reminder' AND kind='whatsapp'"
    assert await town.count(queued) == 3
    await town.trouble(whatsapp={"fail": None})
    await rest(town, 3, "+61s")
    assert len(await town.from_bot("suresh")) == before + 1
    assert await town.count(queued + " AND state = 'cancelled'") == 2


async def test_a_reminder_that_waited_is_not_sent_after_the_answer(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.trouble(whatsapp={"fail": "token_revoked"})
    await rest(town, 4, "+12m")
    before = len(await town.from_bot("suresh"))
    await town.tap("suresh", "Confirm booking")
    await town.trouble(whatsapp={"fail": None})
    await rest(town, 3, "+61s")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    assert len(await town.from_bot("suresh")) == before + 1
    await town.sees("suresh", "Confirmed")
    await town.never_saw("rahul", "still waiting")
    await town.sees("rahul", "Booking confirmed")


async def test_alerts_that_wait_go_to_whoever_is_admin_when_they_are_sent(
    database_url: str,
) -> None:
    from tests.journeys.town import founded

    async with founded(database_url) as town:
        await town.trouble(whatsapp={"fail": "token_revoked"})
        await town.say("rahul", "human")
        old = await town.service.pool.fetchval(
            "SELECT person_id FROM message WHERE intent LIKE 'admin.%'"
        )
        await town.service.pool.execute(
            "UPDATE person SET phone = '+919811100003' WHERE person_id = $1", old
        )
        await town.service.pool.execute(
            "INSERT INTO person (phone, created_at) VALUES ($1, now())",
            town.service.config.admin_phone,
        )
        await town.trouble(whatsapp={"fail": None})
        await rest(town, 3, "+61s")
        await town.sees("admin", "asks for a person")
