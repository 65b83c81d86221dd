"""A person and the service talk: signed webhooks in, messages out, statuses back."""

import json

from tests.sandbox.conftest import Sandbox


async def test_a_text_reaches_the_service_as_a_signed_webhook(sandbox: Sandbox) -> None:
    wamid = await sandbox.say("2 guests ₹ é")
    assert await sandbox.flush() == 0
    (body, signature) = sandbox.service.webhooks[0]
    assert sandbox.service.honest(body, signature)
    assert body.isascii() and b"\\u20b9" in body
    entry = json.loads(body)["entry"][0]
    assert entry["id"] == sandbox.config.business_id
    value = entry["changes"][0]["value"]
    assert value["metadata"] == {
        "display_phone_number": "919800000001",
        "phone_number_id": sandbox.config.phone_id,
    }
    message, contact = value["messages"][0], value["contacts"][0]
    assert message["id"] == wamid
    assert message["text"] == {"body": "2 guests ₹ é"}
    assert message["from"] == contact["wa_id"] == "919811112222"
    assert message["from_user_id"] == contact["user_id"]
    assert contact["profile"] == {"name": "Asha"}


async def test_a_sent_text_is_on_the_phone_and_told_by_statuses(sandbox: Sandbox) -> None:
    await sandbox.say()
    wamid = await sandbox.text("Welcome", biz_opaque_callback_data="msg_1")
    await sandbox.flush()
    shown = (await sandbox.phone())[-1]
    assert (shown["id"], shown["from"], shown["body"]) == (wamid, "bot", "Welcome")
    assert (shown["status"], shown["tracker"]) == ("delivered", "msg_1")
    told = [(s["id"], s["status"], s["biz_opaque_callback_data"]) for s in sandbox.service.statuses]
    assert told == [(wamid, "sent", "msg_1"), (wamid, "delivered", "msg_1")]
