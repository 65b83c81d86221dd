"""Status webhooks: their order, their contacts in every shape, their price by date."""

from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox

BEFORE = "2026-09-15T12:00:00+05:30"
AFTER = "2026-11-15T12:00:00+05:30"


def hello(category: str = "utility") -> dict[str, Any]:
    components = [{"type": "body", "text": "Your booking is ready"}]
    return {"name": "hello", "language": "en", "category": category, "components": components}


async def send_hello(sandbox: Sandbox) -> str:
    content = {"name": "hello", "language": {"code": "en"}}
    status, answer = await sandbox.send("template", content)
    assert status == 200, answer
    return str(answer["messages"][0]["id"])


async def register(sandbox: Sandbox, template: dict[str, Any]) -> None:
    path = f"{sandbox.config.business_id}/message_templates"
    status, answer = await sandbox.graph("POST", path, template)
    assert status == 200, answer


async def test_reading_tells_read_for_everything_unread(sandbox: Sandbox) -> None:
    await sandbox.say()
    wamids = [await sandbox.text("one"), await sandbox.text("two")]
    assert (await sandbox.control("GET", "people/asha"))["unread"] == 2
    await sandbox.control("POST", "people/asha/read")
    await sandbox.control("POST", "people/asha/read")
    await sandbox.flush()
    read = [s["id"] for s in sandbox.service.statuses if s["status"] == "read"]
    assert read == wamids
    assert (await sandbox.control("GET", "people/asha"))["unread"] == 0
    assert [message["status"] for message in (await sandbox.phone())[1:]] == ["read", "read"]


async def test_statuses_carry_recipient_time_and_user_id(sandbox: Sandbox) -> None:
    await sandbox.say()
    await sandbox.text()
    await sandbox.flush()
    for told in sandbox.service.statuses:
        assert told["recipient_id"] == "919811112222"
        assert told["recipient_user_id"].startswith("IN.")
        assert told["timestamp"].isdecimal()


@pytest.mark.parametrize(
    ("shape", "keys"),
    [
        ("full", ["profile", "user_id", "wa_id"]),
        ("no_profile", ["user_id", "wa_id"]),
        ("wa_id_only", ["wa_id"]),
        ("absent", None),
    ],
)
async def test_contacts_come_in_every_shape(
    sandbox: Sandbox, shape: str, keys: list[str] | None
) -> None:
    await sandbox.trouble(status_contacts=shape)
    await sandbox.say()
    await sandbox.text()
    await sandbox.flush()
    for value in sandbox.service.values[1:]:
        found = value.get("contacts")
        assert (sorted(found[0]) if found else None) == keys


async def test_delivered_can_be_skipped_and_read_then_has_the_price(sandbox: Sandbox) -> None:
    await sandbox.trouble(skip_delivered=True)
    await sandbox.say()
    await sandbox.text()
    await sandbox.control("POST", "people/asha/read")
    await sandbox.flush()
    told = [(s["status"], "pricing" in s) for s in sandbox.service.statuses]
    assert told == [("sent", True), ("read", True)]


async def test_statuses_can_be_held_back_and_released(sandbox: Sandbox) -> None:
    await sandbox.trouble(hold_statuses=True)
    await sandbox.say()
    await sandbox.text()
    await sandbox.flush()
    assert sandbox.service.statuses == []
    await sandbox.trouble(hold_statuses=False)
    await sandbox.flush()
    assert [s["status"] for s in sandbox.service.statuses] == ["sent", "delivered"]


async def test_a_phone_that_is_off_stays_at_sent(sandbox: Sandbox) -> None:
    await sandbox.say()
    await sandbox.control("PATCH", "people/asha", offline=True)
    wamid = await sandbox.text()
    await sandbox.flush()
    assert [s["status"] for s in sandbox.service.statuses] == ["sent"]
    assert (await sandbox.phone())[-1]["price"] is None
    await sandbox.control("PATCH", "people/asha", offline=False)
    await sandbox.flush()
    assert [(s["id"], s["status"]) for s in sandbox.service.statuses][1:] == [(wamid, "delivered")]


async def test_a_template_is_dropped_when_its_time_to_live_is_over(sandbox: Sandbox) -> None:
    await register(sandbox, hello() | {"message_send_ttl_seconds": 60})
    await sandbox.control("PATCH", "people/asha", offline=True)
    await send_hello(sandbox)
    await sandbox.later(advance_seconds=61)
    await sandbox.control("PATCH", "people/asha", offline=False)
    await sandbox.flush()
    assert [s["status"] for s in sandbox.service.statuses] == ["sent"]


async def prices(sandbox: Sandbox) -> list[tuple[bool, str, str]]:
    await sandbox.flush()
    found = [s["pricing"] for s in sandbox.service.statuses if "pricing" in s]
    assert all(pricing["pricing_model"] == "PMP" for pricing in found)
    return [(each["billable"], each["type"], each["category"]) for each in found]


async def test_before_october_2026_chat_and_utility_in_the_window_are_free(
    sandbox: Sandbox,
) -> None:
    await register(sandbox, hello())
    await sandbox.later(to=BEFORE)
    await send_hello(sandbox)
    await sandbox.say()
    await sandbox.text()
    await send_hello(sandbox)
    free = "free_customer_service"
    assert await prices(sandbox) == [
        *[(True, "regular", "utility")] * 2,
        *[(False, free, "service")] * 2,
        *[(False, free, "utility")] * 2,
    ]


async def test_from_october_2026_utility_in_the_window_is_charged(sandbox: Sandbox) -> None:
    await register(sandbox, hello())
    await sandbox.later(to=AFTER)
    await sandbox.say()
    await send_hello(sandbox)
    assert await prices(sandbox) == [(True, "regular", "utility")] * 2
    price = (await sandbox.phone())[-1]["price"]
    assert price == {"category": "utility", "type": "regular", "paise": "11.5"}


async def test_the_first_1000_delivered_messages_of_a_month_are_free(sandbox: Sandbox) -> None:
    await sandbox.later(to=AFTER)
    await sandbox.trouble(pair_rate=False, mps=0)
    await sandbox.webhooks(drop_rate=1)
    await sandbox.say()
    for _ in range(1000):
        await sandbox.text()
    chat = await sandbox.phone()
    assert {message["price"]["paise"] for message in chat[1:]} == {"0"}
    await sandbox.webhooks(drop_rate=0)
    await sandbox.text()
    assert await prices(sandbox) == [(True, "regular", "service")] * 2
    assert (await sandbox.phone())[-1]["price"]["paise"] == "11.5"
    ledger = await sandbox.control("GET", "ledger")
    assert (ledger["messages"], ledger["paise"]) == (1001, "11.5")
    await sandbox.later(to="2026-12-01T12:00:00+05:30")
    await sandbox.say()
    await sandbox.text()
    assert (await sandbox.phone())[-1]["price"]["paise"] == "0"


async def test_marketing_costs_more(sandbox: Sandbox) -> None:
    await register(sandbox, hello("marketing"))
    await send_hello(sandbox)
    assert (await sandbox.phone())[-1]["price"]["paise"] == "86.31"


async def test_who_came_by_an_ad_is_free_for_72_hours(sandbox: Sandbox) -> None:
    await register(sandbox, hello())
    await sandbox.later(to=AFTER)
    await sandbox.say(referral={"headline": "Camps"})
    await send_hello(sandbox)
    assert await prices(sandbox) == [(False, "free_entry_point", "referral_conversion")] * 2
    assert sandbox.service.messages[0]["referral"]["headline"] == "Camps"
    await sandbox.later(advance_seconds=72 * 3600)
    await send_hello(sandbox)
    assert (await sandbox.phone())[-1]["price"]["paise"] == "11.5"


async def test_a_reaction_gets_sent_only_and_costs_nothing(sandbox: Sandbox) -> None:
    wamid = await sandbox.say()
    status, _ = await sandbox.send("reaction", {"message_id": wamid, "emoji": "👍"})
    assert status == 200
    await sandbox.flush()
    assert [(s["status"], "pricing" in s) for s in sandbox.service.statuses] == [("sent", False)]
    shown = (await sandbox.phone())[-1]
    assert (shown["type"], shown["reply_to"], shown["body"]) == ("reaction", wamid, "👍")


async def test_a_reaction_to_a_month_old_message_fails_later(sandbox: Sandbox) -> None:
    wamid = await sandbox.say()
    await sandbox.later(advance_seconds=31 * 86_400)
    await sandbox.say()
    status, _ = await sandbox.send("reaction", {"message_id": wamid, "emoji": "👍"})
    assert status == 200
    await sandbox.flush()
    (told,) = sandbox.service.statuses
    assert told["errors"][0]["code"] == 131009


async def test_marking_as_read_and_typing_answer_success_and_tell_nothing(
    sandbox: Sandbox,
) -> None:
    wamids = [await sandbox.say("one"), await sandbox.say("two"), await sandbox.say("three")]
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": wamids[1]}
    body["typing_indicator"] = {"type": "text"}  # type: ignore[assignment]  # an object among texts
    path = f"{sandbox.config.phone_id}/messages"
    assert await sandbox.graph("POST", path, body) == (200, {"success": True})
    await sandbox.flush()
    assert sandbox.service.statuses == []
    assert [message["status"] for message in await sandbox.phone()] == ["read", "read", "sent"]
    status, answer = await sandbox.graph("POST", path, body | {"message_id": "wamid.none"})
    assert (status, answer["error"]["code"]) == (400, 131009)
