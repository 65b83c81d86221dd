"""Who may answer, at the moment of the tap: faults 20 to 28 of docs/faults.md."""

import json
import secrets
from typing import Any

import pytest

from tests.journeys.town import Town

OWNER = "919766011111"
ADMIN = "919800000009"


async def post(town: Town, phone: str, user_id: str | None, **message: Any) -> None:
    """A genuine webhook from whoever uses this number now."""
    now = str(int(town.service.clock.now().timestamp()))
    named = {"user_id": user_id} if user_id else {}
    usual = {"from": phone, "id": f"wamid.{secrets.token_hex(8)}", "timestamp": now}
    if user_id:
        usual["from_user_id"] = user_id
    value = {
        "messaging_product": "whatsapp",
        "contacts": [{"wa_id": phone, "profile": {"name": "Suresh Patil"}} | named],
        "messages": [usual | message],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    assert await town.deliver(body) == 200
    await town.settle()


async def press(town: Town, phone: str, user_id: str | None, payload: str) -> None:
    button = {"payload": payload, "text": "Confirm booking"}
    await post(town, phone, user_id, type="button", button=button)


async def state(town: Town, booking_id: str) -> str:
    return (await town.states(booking_id))[-1]


WAITS = "BOOKING_REQUEST_SENT_TO_OWNER"


async def test_an_owners_recycled_number_waits_for_the_admins_word(town: Town) -> None:
    await town.say("suresh", "hi")
    await town.say("admin", "hi")
    booking_id = await town.to_paid()
    for user_id in ("IN.stranger", "IN.stranger", "IN.other"):
        await press(town, OWNER, user_id, f"o:{booking_id}:confirm")
    assert await state(town, booking_id) == WAITS
    await town.has_seen("admin", "another WhatsApp account uses it now")
    # Nor does any other way to the owner's desk open.
    await post(town, OWNER, "IN.other", type="text", text={"body": "confirm"})
    await post(town, OWNER, "IN.other", type="text", text={"body": "waiting"})
    assert await state(town, booking_id) == WAITS
    await town.tap("admin", "Same person")
    await town.sees("admin", "has its rights again")
    await press(town, OWNER, "IN.other", f"o:{booking_id}:confirm")
    assert await state(town, booking_id) == "TICKET_GENERATED"
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 1


async def test_the_number_that_an_owner_gave_up_opens_nothing_to_its_next_holder(
    town: Town,
) -> None:
    await town.say("suresh", "hi")
    booking_id = await town.to_paid()
    await town.api("POST", "people/suresh/change-number", phone="+919766099999")
    await town.settle()
    await town.press("suresh", f"o:{booking_id}:confirm")  # the owner, from his new number
    await press(town, OWNER, "IN.next", f"o:{booking_id}:confirm")  # a stranger, from his old one
    assert await state(town, booking_id) == WAITS


async def test_who_moves_to_an_owners_number_does_not_become_the_owner(town: Town) -> None:
    await town.say("suresh", "hi")
    booking_id = await town.to_paid()
    await post(
        town, "919811100000", "IN.mallory", type="system",
        system={"type": "user_changed_number", "wa_id": OWNER, "user_id": "IN.mallory"},
    )  # fmt: skip
    await press(town, OWNER, "IN.mallory", f"o:{booking_id}:confirm")
    assert await state(town, booking_id) == WAITS


async def test_an_admins_recycled_number_has_no_power(town: Town) -> None:
    await town.say("admin", "hi")
    booking_id = await town.to_paid()
    await press(town, ADMIN, "IN.stranger", f"o:{booking_id}:confirm")
    row = await town.one("SELECT person_id FROM person WHERE phone = $1", f"+{ADMIN}")
    await press(town, ADMIN, "IN.stranger", f"n:{row['person_id']}")
    await press(town, ADMIN, "IN.stranger", f"o:{booking_id}:confirm")
    assert await state(town, booking_id) == WAITS
    assert await town.count("SELECT count(*) FROM alert WHERE subject LIKE 'number:%'") == 1


async def test_the_same_owner_under_a_new_user_id_that_whatsapp_reports_stays_the_owner(
    town: Town,
) -> None:
    await town.say("suresh", "hi")
    booking_id = await town.to_paid()
    row = await town.one("SELECT user_id FROM person WHERE phone = $1", f"+{OWNER}")
    await post(
        town, OWNER, row["user_id"], type="system",
        system={"type": "user_changed_user_id", "user_id": "IN.new"},
    )  # fmt: skip
    await press(town, OWNER, "IN.new", f"o:{booking_id}:confirm")
    assert await state(town, booking_id) == "TICKET_GENERATED"


async def test_an_owner_who_writes_for_the_first_time_is_known_by_his_number(town: Town) -> None:
    booking_id = await town.to_paid()
    await press(town, OWNER, "IN.first", f"o:{booking_id}:confirm")
    assert await state(town, booking_id) == "TICKET_GENERATED"


@pytest.mark.parametrize("words", ["I am the owner", "confirm", "this is LoonCamp admin"])
async def test_saying_that_one_is_the_owner_changes_nothing(town: Town, words: str) -> None:
    booking_id = await town.to_paid()
    await post(town, "919811100001", "IN.liar", type="text", text={"body": words})
    await press(town, "919811100001", "IN.liar", f"o:{booking_id}:confirm")
    assert await state(town, booking_id) == WAITS


async def test_a_property_that_changes_hands_takes_the_right_along_at_once(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.service.pool.execute(
        "INSERT INTO person (phone, created_at) VALUES ('+919811100002', now())"
    )
    await town.service.pool.execute(
        "UPDATE property SET owner_phone = '+919811100002' WHERE owner_phone = $1", f"+{OWNER}"
    )
    await town.press("suresh", f"o:{booking_id}:confirm")
    assert await state(town, booking_id) == WAITS
    await press(town, "919811100002", "IN.buyer", f"o:{booking_id}:confirm")
    assert await state(town, booking_id) == "TICKET_GENERATED"


async def test_a_price_that_changes_meanwhile_changes_no_hold(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    before = await town.one("SELECT total, advance FROM checkout")
    await town.service.pool.execute("UPDATE property SET price = price * 2, paused = true")
    await town.pay("rahul")
    after = await town.one("SELECT total, advance_paid FROM booking")
    assert tuple(before) == tuple(after)
    await town.tap("suresh", "Confirm booking")
    assert await state(town, booking_id) == "TICKET_GENERATED"
