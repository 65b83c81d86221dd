"""The account's other endpoints: media, the number, its profile, addresses, Flows."""

import hashlib
import json
from typing import Any

import pytest
from aiohttp import FormData

from tests.sandbox.conftest import Sandbox

PDF = b"%PDF-1.4 ticket"


def form(content: bytes = PDF, mime: str = "application/pdf", **changes: str | None) -> FormData:
    data = FormData()
    for name, value in ({"messaging_product": "whatsapp", "type": mime} | changes).items():
        if value is not None:
            data.add_field(name, value)
    data.add_field("file", content, filename="ticket.pdf", content_type=mime)
    return data


async def upload(sandbox: Sandbox, data: Any) -> tuple[int, Any]:
    return await sandbox.graph("POST", f"{sandbox.config.phone_id}/media", data=data)


async def test_an_uploaded_file_is_sent_by_id_and_fetched_by_address(sandbox: Sandbox) -> None:
    status, made = await upload(sandbox, form())
    assert status == 200
    _, facts = await sandbox.graph("GET", made["id"])
    assert facts["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (facts["file_size"], facts["mime_type"]) == (len(PDF), "application/pdf")
    assert facts["url"].startswith(sandbox.base)
    bearer = {"Authorization": "Bearer token"}
    async with sandbox.session.get(facts["url"], headers=bearer) as answer:
        assert await answer.read() == PDF
    async with sandbox.session.get(facts["url"]) as answer:
        assert answer.status == 401
    await sandbox.say()
    status, _ = await sandbox.send("document", {"id": made["id"], "caption": "Your ticket"})
    assert status == 200
    shown = (await sandbox.phone())[-1]
    assert (shown["type"], shown["body"]) == ("document", "Your ticket")
    assert shown["media"]["filename"] == "ticket.pdf"
    status, answer = await sandbox.send("image", {"id": made["id"]})
    assert (status, answer["error"]["code"]) == (400, 131053)


async def test_an_address_is_good_for_five_minutes_and_a_file_for_30_days(
    sandbox: Sandbox,
) -> None:
    _, made = await upload(sandbox, form())
    _, facts = await sandbox.graph("GET", made["id"])
    await sandbox.later(advance_seconds=301)
    bearer = {"Authorization": "Bearer token"}
    async with sandbox.session.get(facts["url"], headers=bearer) as answer:
        assert answer.status == 404
    assert (await sandbox.graph("GET", made["id"]))[0] == 200
    await sandbox.later(advance_seconds=30 * 86_400)
    assert (await sandbox.graph("GET", made["id"]))[0] == 400


async def test_a_deleted_file_is_gone(sandbox: Sandbox) -> None:
    _, made = await upload(sandbox, form())
    assert await sandbox.graph("DELETE", made["id"]) == (200, {"success": True})
    assert (await sandbox.graph("GET", made["id"]))[0] == 400


@pytest.mark.parametrize(
    "data",
    [
        form(mime="application/zip"),
        form(b"x" * (5 * 1024 * 1024 + 1), "image/png"),
        form(messaging_product=None),
        {"messaging_product": "whatsapp"},
    ],
)
async def test_a_file_against_the_rules_is_refused(sandbox: Sandbox, data: Any) -> None:
    status, answer = await upload(sandbox, data)
    assert (status, answer["error"]["code"]) == (400, 100)


async def test_the_number_tells_the_fields_asked_for(sandbox: Sandbox) -> None:
    wanted = {"fields": "display_phone_number,quality_rating,throughput,status"}
    _, shown = await sandbox.graph("GET", sandbox.config.phone_id, params=wanted)
    assert shown == {
        "display_phone_number": "+919800000001",
        "quality_rating": "GREEN",
        "throughput": {"level": "STANDARD"},
        "status": "CONNECTED",
        "id": sandbox.config.phone_id,
    }
    _, numbers = await sandbox.graph("GET", f"{sandbox.config.business_id}/phone_numbers")
    assert numbers["data"][0]["id"] == sandbox.config.phone_id


async def test_a_deregistered_number_sends_nothing_until_it_is_registered(
    sandbox: Sandbox,
) -> None:
    await sandbox.say()
    number = sandbox.config.phone_id
    register = {"messaging_product": "whatsapp", "pin": "123456", "data_localization_region": "IN"}
    assert (await sandbox.graph("POST", f"{number}/register", register))[0] == 200
    await sandbox.graph("POST", f"{number}/deregister")
    status, answer = await sandbox.send("text", {"body": "x"})
    assert (status, answer["error"]["code"]) == (400, 133010)
    for wrong, code in (({"pin": "12"}, 100), ({"pin": "654321"}, 133005)):
        status, answer = await sandbox.graph("POST", f"{number}/register", register | wrong)
        assert (status, answer["error"]["code"]) == (400, code)
    moon = register | {"data_localization_region": "MOON"}
    assert (await sandbox.graph("POST", f"{number}/register", moon))[0] == 400
    assert (await sandbox.graph("POST", f"{number}/register", register))[0] == 200
    await sandbox.text()


async def test_profile_and_commands_are_kept(sandbox: Sandbox) -> None:
    path = f"{sandbox.config.phone_id}/whatsapp_business_profile"
    body = {"messaging_product": "whatsapp", "about": "Camps", "websites": ["https://a.in"]}
    assert (await sandbox.graph("POST", path, body))[0] == 200
    _, answer = await sandbox.graph("GET", path, params={"fields": "about,websites"})
    assert answer["data"][0]["about"] == "Camps"
    assert (await sandbox.graph("POST", path, {"about": "x" * 140}))[0] == 400
    path = f"{sandbox.config.phone_id}/conversational_automation"
    commands = [{"command_name": "menu", "command_description": "Start over"}]
    body = {"prompts": ["Book a camp"], "commands": commands}
    assert (await sandbox.graph("POST", path, body))[0] == 200
    wanted = {"fields": "conversational_automation"}
    _, shown = await sandbox.graph("GET", sandbox.config.phone_id, params=wanted)
    assert shown["conversational_automation"] == body
    for wrong in (
        {"prompts": ["x"] * 5},
        {"prompts": ["x" * 81]},
        {"commands": commands * 31},
        {"commands": [{"command_name": "x" * 33, "command_description": "x"}]},
    ):
        assert (await sandbox.graph("POST", path, wrong))[0] == 400


async def test_the_address_is_checked_by_a_challenge_only_when_asked(sandbox: Sandbox) -> None:
    assert sandbox.service.challenges == []
    answer = await sandbox.control("POST", "verify-webhook")
    assert answer == {"verified": True}
    (query,) = sandbox.service.challenges
    assert query["hub.mode"] == "subscribe"
    answer = await sandbox.control("POST", "verify-webhook", verify_token="wrong")
    assert (answer["verified"], "403" in answer["error"]) == (False, True)


@pytest.mark.parametrize("level", ["account", "number"])
async def test_an_override_takes_messages_only_after_its_challenge(
    sandbox: Sandbox, level: str
) -> None:
    other = f"{sandbox.config.service_url}/other/webhook"
    wanted: dict[str, Any] = {"override_callback_uri": other, "verify_token": "verify"}
    number, account = sandbox.config.phone_id, f"{sandbox.config.business_id}/subscribed_apps"
    path = account if level == "account" else number
    nested = wanted if level == "account" else {"webhook_configuration": wanted}
    wrong = {"override_callback_uri": other, "verify_token": "wrong"}
    refused = wrong if level == "account" else {"webhook_configuration": wrong}
    assert (await sandbox.graph("POST", path, refused))[0] == 400
    assert await sandbox.graph("POST", path, nested) == (200, {"success": True})
    await sandbox.say()
    await sandbox.control("POST", "people/asha/preference", value="stop")
    await sandbox.flush()
    urls = [e.data["url"] for e in sandbox.world.journal.entries if e.kind == "webhook"]
    assert sorted(urls) == sorted([other, f"{sandbox.config.service_url}/whatsapp/webhook"])
    _, shown = await sandbox.graph("GET", account)
    assert ("override_callback_uri" in shown["data"][0]) == (level == "account")
    far = {"override_callback_uri": "https://example.com/x", "verify_token": "x"}
    assert (await sandbox.graph("POST", account, far))[0] == 400


SCREENS = json.dumps({"version": "7.3", "screens": [{"id": "STAY", "terminal": True}]})


async def flow_message(sandbox: Sandbox, **changes: Any) -> tuple[int, Any]:
    usual = {"flow_message_version": "3", "flow_name": "stay", "flow_cta": "Choose"}
    action = {"name": "flow", "parameters": usual | changes}
    content = {"type": "flow", "body": {"text": "When?"}, "action": action}
    return await sandbox.send("interactive", content)


async def test_a_flow_is_created_filled_published_and_sent(sandbox: Sandbox) -> None:
    await sandbox.say()
    path = f"{sandbox.config.business_id}/flows"
    _, made = await sandbox.graph("POST", path, {"name": "stay", "categories": ["OTHER"]})
    assert (await sandbox.graph("POST", f"{made['id']}/publish"))[0] == 400
    data = FormData()
    data.add_field("file", SCREENS, filename="flow.json", content_type="application/json")
    data.add_field("name", "flow.json")
    data.add_field("asset_type", "FLOW_JSON")
    _, answer = await sandbox.graph("POST", f"{made['id']}/assets", data=data)
    assert answer == {"success": True, "validation_errors": []}
    status, answer = await flow_message(sandbox)
    assert (status, answer["error"]["code"]) == (400, 131009)  # a draft
    assert (await flow_message(sandbox, mode="draft"))[0] == 200
    assert await sandbox.graph("POST", f"{made['id']}/publish") == (200, {"success": True})
    assert (await flow_message(sandbox))[0] == 200
    assert (await sandbox.graph("GET", made["id"]))[1]["status"] == "PUBLISHED"
    assert len((await sandbox.graph("GET", path))[1]["data"]) == 1
    assert (await sandbox.graph("DELETE", made["id"]))[0] == 400
    assert (await sandbox.graph("POST", path, {"name": "stay"}))[0] == 400
    await sandbox.graph("POST", f"{made['id']}/deprecate")
    assert (await flow_message(sandbox))[0] == 400


async def test_a_flow_with_bad_json_says_so_and_can_be_deleted(sandbox: Sandbox) -> None:
    path = f"{sandbox.config.business_id}/flows"
    for text, error in (("{", "INVALID_JSON"), ("{}", "MISSING_REQUIRED_PROPERTY")):
        body = {"name": f"flow {error}", "flow_json": text, "publish": True}
        _, made = await sandbox.graph("POST", path, body)
        assert made["validation_errors"][0]["error"] == error
        assert (await sandbox.graph("GET", made["id"]))[1]["status"] == "DRAFT"
        assert (await sandbox.graph("DELETE", made["id"]))[0] == 200
        assert (await sandbox.graph("GET", made["id"]))[0] == 400


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"flow_message_version": "2"}, 131009, "flow_message_version"),
        ({"flow_cta": "x" * 21}, 131009, "flow_cta"),
        ({"flow_cta": None}, 131008, "flow_cta"),
        ({"flow_name": None}, 131008, "flow_id"),
        ({"flow_id": "1"}, 131008, "flow_id"),
        ({"flow_name": "other"}, 131009, "flow_name"),
        ({"mode": "dream"}, 131009, "mode"),
        ({"flow_action": "dance"}, 131009, "flow_action"),
        ({"flow_action_payload": {"data": {"x": 1}}}, 131008, "screen"),
        ({"flow_action_payload": {"screen": "STAY", "data": {}}}, 131009, "data"),
    ],
)
async def test_a_flow_message_against_the_rules_is_refused(
    sandbox: Sandbox, changes: dict[str, Any], code: int, field: str
) -> None:
    await sandbox.say()
    body = {"name": "stay", "flow_json": SCREENS, "publish": True}
    await sandbox.graph("POST", f"{sandbox.config.business_id}/flows", body)
    assert (await flow_message(sandbox))[0] == 200
    status, answer = await flow_message(sandbox, **changes)
    assert (status, answer["error"]["code"]) == (400, code)
    assert field in answer["error"]["error_data"]["details"]
