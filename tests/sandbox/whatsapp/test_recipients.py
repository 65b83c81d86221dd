"""Who gets a message: phones in any spelling, user ids with letters, and nobody."""

import pytest

from tests.sandbox.conftest import Sandbox


async def user_id(sandbox: Sandbox, key: str) -> str:
    return str((await sandbox.control("GET", f"people/{key}"))["user_id"])


@pytest.mark.parametrize(
    "to", ["+919811112222", "919811112222", "9811112222", "+91 98111-12222", "+91 (98111) 12222"]
)
async def test_a_phone_may_be_written_in_several_ways(sandbox: Sandbox, to: str) -> None:
    await sandbox.say()
    status, answer = await sandbox.send("text", {"body": "x"}, to=to)
    assert status == 200
    assert answer["messaging_product"] == "whatsapp"
    contact = answer["contacts"][0]
    assert (contact["input"], contact["wa_id"]) == (to, "919811112222")
    assert answer["messages"][0]["id"].startswith("wamid.")


async def test_a_user_id_with_letters_reaches_who_hides_the_phone(sandbox: Sandbox) -> None:
    await sandbox.say(key="kabir")
    known = await user_id(sandbox, "kabir")
    assert known.startswith("IN.")
    assert not known.removeprefix("IN.").isdecimal()
    status, answer = await sandbox.send("text", {"body": "x"}, to=None, recipient=known)
    assert status == 200
    assert answer["contacts"] == [{"input": known, "user_id": known}]
    await sandbox.flush()
    for told in sandbox.service.statuses:
        assert "recipient_id" not in told
        assert told["recipient_user_id"] == known
    contacts = [c for value in sandbox.service.values for c in value.get("contacts", ())]
    assert contacts
    assert all("wa_id" not in contact for contact in contacts)


async def test_where_both_stand_the_phone_wins(sandbox: Sandbox) -> None:
    await sandbox.say()
    other = await user_id(sandbox, "suresh")
    status, _ = await sandbox.send("text", {"body": "x"}, recipient=other)
    assert status == 200
    assert (await sandbox.phone("asha"))[-1]["body"] == "x"
    assert await sandbox.phone("suresh") == []


async def test_an_unknown_number_is_accepted_and_fails_without_contacts(sandbox: Sandbox) -> None:
    status, answer = await sandbox.send(
        "text", {"body": "x"}, to="+919999999999", biz_opaque_callback_data="msg_9"
    )
    assert status == 200
    await sandbox.flush()
    value = sandbox.service.values[0]
    assert "contacts" not in value
    told = value["statuses"][0]
    assert told["id"] == answer["messages"][0]["id"]
    assert (told["status"], told["recipient_id"]) == ("failed", "919999999999")
    assert told["biz_opaque_callback_data"] == "msg_9"
    assert told["errors"][0]["code"] == 131026
    assert told["errors"][0]["error_data"]["details"]
    assert "pricing" not in told


async def test_unreachable_numbers_can_be_told_at_once(sandbox: Sandbox) -> None:
    await sandbox.say()
    await sandbox.trouble(unreachable=["+919811112222"], unreachable_errors="sync")
    status, answer = await sandbox.send("text", {"body": "x"})
    assert (status, answer["error"]["code"]) == (400, 131026)
    assert len(await sandbox.phone()) == 1
    await sandbox.flush()
    assert sandbox.service.statuses == []


async def test_a_message_can_fail_after_it_was_sent(sandbox: Sandbox) -> None:
    await sandbox.trouble(sent_before_failed=True)
    await sandbox.text(to="+919999999999")
    await sandbox.flush()
    assert [told["status"] for told in sandbox.service.statuses] == ["sent", "failed"]


async def test_who_blocks_the_business_gets_nothing(sandbox: Sandbox) -> None:
    await sandbox.say()
    await sandbox.control("PATCH", "people/asha", blocks=True)
    await sandbox.text()
    await sandbox.flush()
    assert [s["errors"][0]["code"] for s in sandbox.service.statuses] == [131026]
    assert len(await sandbox.phone()) == 1


async def test_a_test_number_writes_only_to_its_list(sandbox: Sandbox) -> None:
    await sandbox.say()
    await sandbox.trouble(recipients_only=["+919766011111"])
    status, answer = await sandbox.send("text", {"body": "x"})
    assert (status, answer["error"]["code"]) == (400, 131030)


async def test_a_quoted_message_stands_above_the_answer(sandbox: Sandbox) -> None:
    first = await sandbox.say()
    await sandbox.text("x", context={"message_id": first})
    assert (await sandbox.phone())[-1]["reply_to"] == first
