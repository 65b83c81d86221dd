"""What people do on their phones, as the service hears of it."""

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox

ACTION = {
    "button": "Open",
    "sections": [
        {
            "title": "Camps",
            "rows": [
                {"id": "room:7", "title": "Deluxe", "description": "Lake view"},
                {"id": "room:8", "title": "Plain"},
            ],
        }
    ],
}
LIST = {"type": "list", "body": {"text": "Which?"}, "action": ACTION}
BUTTONS = {
    "type": "button",
    "body": {"text": "Sure?"},
    "action": {
        "buttons": [
            {"type": "reply", "reply": {"id": "bk:42:ok", "title": "Confirm"}},
            {"type": "reply", "reply": {"id": "bk:42:no", "title": "Cancel"}},
        ]
    },
}


async def offer(sandbox: Sandbox, content: dict[str, Any], key: str = "asha") -> str:
    """Send an interactive message into an open window; its wamid."""
    await sandbox.say(key=key)
    person = await sandbox.control("GET", f"people/{key}")
    status, answer = await sandbox.send(
        "interactive", content, to=None, recipient=person["user_id"]
    )
    assert status == 200, answer
    await sandbox.flush()
    sandbox.service.forget()
    return str(answer["messages"][0]["id"])


async def heard(sandbox: Sandbox) -> dict[str, Any]:
    """The one message that the service has heard since."""
    await sandbox.flush()
    (message,) = sandbox.service.messages
    return message


@pytest.mark.parametrize("button", ["bk:42:ok", "Confirm"])
async def test_a_tapped_button_is_a_reply_with_context(sandbox: Sandbox, button: str) -> None:
    wamid = await offer(sandbox, BUTTONS)
    answer = await sandbox.control("POST", "people/asha/tap", message=wamid, button=button)
    message = await heard(sandbox)
    assert message["id"] == answer["id"]
    assert message["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "bk:42:ok", "title": "Confirm"},
    }
    assert message["context"] == {"from": "919800000001", "id": wamid}
    shown = await sandbox.phone()
    assert (shown[-1]["body"], shown[-1]["reply_to"]) == ("Confirm", wamid)
    assert shown[-2]["taps"] == ["bk:42:ok"]


async def test_old_buttons_can_be_tapped_twice_and_days_later(sandbox: Sandbox) -> None:
    wamid = await offer(sandbox, BUTTONS)
    await sandbox.later(advance_seconds=10 * 86_400)
    for _ in range(2):
        await sandbox.control("POST", "people/asha/tap", message=wamid, button="Confirm")
    await sandbox.flush()
    assert len({message["id"] for message in sandbox.service.messages}) == 2
    await sandbox.text()  # the tap opened the window


async def test_a_chosen_row_tells_id_title_and_description(sandbox: Sandbox) -> None:
    wamid = await offer(sandbox, LIST)
    await sandbox.control("POST", "people/asha/choose", message=wamid, row="Deluxe")
    message = await heard(sandbox)
    reply = {"id": "room:7", "title": "Deluxe", "description": "Lake view"}
    assert message["interactive"] == {"type": "list_reply", "list_reply": reply}
    assert message["context"]["id"] == wamid
    assert (await sandbox.phone())[-1]["body"] == "Deluxe\nLake view"
    sandbox.service.forget()
    await sandbox.control("POST", "people/asha/choose", message=wamid, row="room:8")
    assert (await heard(sandbox))["interactive"]["list_reply"] == {"id": "room:8", "title": "Plain"}


async def test_what_is_not_there_cannot_be_tapped_or_chosen(sandbox: Sandbox) -> None:
    wamid = await offer(sandbox, BUTTONS)
    missing = {"message": wamid, "button": "Maybe"}
    answer = await sandbox.control("POST", "people/asha/tap", expect=404, **missing)
    assert "Confirm, Cancel" in answer["error"]
    rows = await offer(sandbox, LIST)
    answer = await sandbox.control(
        "POST", "people/asha/choose", expect=404, message=rows, row="Attic"
    )
    assert "Deluxe, Plain" in answer["error"]
    await sandbox.control("POST", "people/asha/tap", expect=404, message="wamid.x", button="a")
    stranger = {"message": wamid, "button": "Confirm"}
    await sandbox.control("POST", "people/suresh/tap", expect=404, **stranger)
    answer = await sandbox.control("POST", "people/nobody/say", expect=404, text="x")
    assert "asha" in answer["error"]


async def test_a_link_button_gives_its_address_and_tells_nobody(sandbox: Sandbox) -> None:
    parameters = {"display_text": "Pay", "url": "https://a.in/pay"}
    action = {"name": "cta_url", "parameters": parameters}
    content = {"type": "cta_url", "body": {"text": "Pay here"}, "action": action}
    wamid = await offer(sandbox, content)
    answer = await sandbox.control("POST", "people/asha/tap", message=wamid, button="Pay")
    assert answer == {"url": "https://a.in/pay"}
    await sandbox.flush()
    assert sandbox.service.messages == []
    assert (await sandbox.phone())[-1]["taps"] == ["Pay"]


@pytest.mark.parametrize("told", [True, False])
async def test_a_template_reply_is_of_type_button(sandbox: Sandbox, told: bool) -> None:
    await sandbox.trouble(tap_context=told)
    components = [
        {"type": "body", "text": "Your booking is ready"},
        {"type": "buttons", "buttons": [{"type": "quick_reply", "text": "Cancel"}]},
    ]
    body = {"name": "own", "language": "en", "category": "utility", "components": components}
    await sandbox.graph("POST", f"{sandbox.config.business_id}/message_templates", body)
    tap = {"type": "button", "sub_type": "quick_reply", "index": 0}
    tap["parameters"] = [{"type": "payload", "payload": "own:42:cancel"}]
    content = {"name": "own", "language": {"code": "en"}, "components": [tap]}
    _, answer = await sandbox.send("template", content, to="+919766011111")
    wamid = answer["messages"][0]["id"]
    await sandbox.control("POST", "people/suresh/tap", message=wamid, button="Cancel")
    message = await heard(sandbox)
    assert message["type"] == "button"
    assert message["button"] == {"payload": "own:42:cancel", "text": "Cancel"}
    assert message.get("context") == ({"from": "919800000001", "id": wamid} if told else None)
    await sandbox.text(to="+919766011111")  # the tap opened the window


async def test_a_shared_contact_comes_from_the_request(sandbox: Sandbox) -> None:
    action = {"name": "request_contact_info"}
    content = {"type": "request_contact_info", "body": {"text": "Number?"}, "action": action}
    wamid = await offer(sandbox, content)
    tap = {"message": wamid, "button": "Share contact info"}
    await sandbox.control("POST", "people/asha/tap", **tap)
    message = await heard(sandbox)
    assert (message["type"], message["origin"]) == ("contacts", "contact_request")
    (card,) = message["contacts"]
    assert card["phones"][0]["wa_id"] == "919811112222"
    assert card["vcard"].startswith("BEGIN:VCARD")


async def test_a_location_is_shared_on_request(sandbox: Sandbox) -> None:
    action = {"name": "send_location"}
    content = {"type": "location_request_message", "body": {"text": "Where?"}, "action": action}
    wamid = await offer(sandbox, content)
    await sandbox.control("POST", "people/asha/tap", message=wamid, button="Send location")
    message = await heard(sandbox)
    assert message["location"]["latitude"] == 18.7557
    assert message["context"]["id"] == wamid


async def test_who_hides_the_phone_is_known_by_user_id_only(sandbox: Sandbox) -> None:
    body = {"name": "Mira", "username": "mira.goes", "hides_phone": True, "phone": "+919822055555"}
    mira = await sandbox.control("POST", "people", **body)
    await sandbox.say(key=mira["key"])
    await sandbox.flush()
    (value,) = sandbox.service.values
    (message,), (contact,) = value["messages"], value["contacts"]
    assert "from" not in message
    assert "wa_id" not in contact
    assert message["from_user_id"] == contact["user_id"] == mira["user_id"]
    assert contact["profile"] == {"name": "Mira", "username": "mira.goes"}
    await sandbox.control("PATCH", f"people/{mira['key']}", hides_phone=False)
    await sandbox.say(key=mira["key"])
    await sandbox.flush()
    assert sandbox.service.messages[-1]["from"] == "919822055555"


async def test_people_may_have_odd_names_and_no_phone(sandbox: Sandbox) -> None:
    keys = []
    for name in ("", "🌙✨", "Shri " * 40, "Asha", "asha"):
        person = await sandbox.control("POST", "people", name=name)
        assert person["phone"] is None
        assert person["user_id"].startswith("IN.")
        keys.append(person["key"])
    assert len(set(keys)) == 5
    emirates = await sandbox.control("POST", "people", name="Omar", phone="+971 50 123 4567")
    assert emirates["phone"] == "+971501234567"
    assert emirates["user_id"].startswith("AE.")
    free = await sandbox.control("POST", "people", name="Ravi", phone="new")
    assert free["phone"].startswith("+91")


@pytest.mark.parametrize(
    "wrong", [{"role": "cook"}, {"phone": "12"}, {"phone": "+919811112222"}, {"name": 7}]
)
async def test_a_person_who_cannot_be_is_refused(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    body = {"name": "X"} | wrong
    await sandbox.control("POST", "people", expect=400, **body)


async def test_a_changed_number_is_told_without_contacts(sandbox: Sandbox) -> None:
    before = await sandbox.control("GET", "people/asha")
    await sandbox.control("POST", "people/asha/change-number", phone="+919822099999")
    await sandbox.flush()
    (value,) = sandbox.service.values
    assert "contacts" not in value
    (message,) = value["messages"]
    assert (message["type"], message["from"]) == ("system", "919811112222")
    assert message["system"]["type"] == "user_changed_number"
    assert message["system"]["wa_id"] == "919822099999"
    after = await sandbox.control("GET", "people/asha")
    assert after["phone"] == "+919822099999"
    assert after["user_id"] == message["system"]["user_id"] != before["user_id"]
    status, _ = await sandbox.send("text", {"body": "x"})
    assert status == 200
    await sandbox.flush()
    assert sandbox.service.statuses[-1]["errors"][0]["code"] == 131026  # the old number
    await sandbox.control("POST", "people/asha/change-number", expect=400, phone="x")


async def test_a_changed_user_id_is_told_to_who_knows_no_phone(sandbox: Sandbox) -> None:
    before = await sandbox.control("GET", "people/kabir")
    await sandbox.control("POST", "people/kabir/change-number", phone="+919822099998")
    message = await heard(sandbox)
    assert "from" not in message
    assert message["from_user_id"] == before["user_id"]
    system = message["system"]
    assert (system["type"], "wa_id" in system) == ("user_changed_user_id", False)
    assert before["user_id"] in system["body"] or system["user_id"] in system["body"]


THINGS = [
    ({"type": "audio"}, "audio", {"voice": True}),
    ({"type": "image", "caption": "Us"}, "image", {"caption": "Us", "mime_type": "image/png"}),
    ({"type": "sticker"}, "sticker", {"animated": False}),
    ({"type": "video"}, "video", {"mime_type": "video/mp4"}),
    ({"type": "document", "filename": "id.pdf"}, "document", {"filename": "id.pdf"}),
    ({"type": "location", "latitude": 1.5, "name": "Home"}, "location", {"latitude": 1.5}),
    ({"type": "order"}, "order", {"catalog_id": "1"}),
]


@pytest.mark.parametrize(("thing", "kind", "fields"), THINGS)
async def test_every_attachment_arrives_in_its_shape(
    sandbox: Sandbox, thing: dict[str, Any], kind: str, fields: dict[str, Any]
) -> None:
    await sandbox.control("POST", "people/asha/send", **thing)
    message = await heard(sandbox)
    assert message["type"] == kind
    assert message[kind].items() >= fields.items()
    assert (await sandbox.phone())[-1]["type"] == kind
    await sandbox.text()  # any message opens the window


async def test_a_received_file_can_be_fetched_for_a_week(sandbox: Sandbox) -> None:
    await sandbox.control("POST", "people/asha/send", type="image")
    image = (await heard(sandbox))["image"]
    bearer = {"Authorization": "Bearer token"}
    async with sandbox.session.get(image["url"], headers=bearer) as answer:
        assert answer.content_type == "image/png"
        assert (await answer.read()).startswith(b"\x89PNG")
    assert (await sandbox.graph("GET", image["id"]))[1]["sha256"] == image["sha256"]
    await sandbox.later(advance_seconds=7 * 86_400)
    assert (await sandbox.graph("GET", image["id"]))[0] == 400


async def test_an_unsupported_kind_carries_its_error(sandbox: Sandbox) -> None:
    await sandbox.control("POST", "people/asha/send", type="unsupported", kind="poll")
    message = await heard(sandbox)
    assert message["type"] == "unsupported"
    assert message["errors"][0]["code"] == 131051
    assert message["unsupported"] == {"type": "poll"}


@pytest.mark.parametrize(("emoji", "told"), [("👍", {"emoji": "👍"}), ("", {})])
async def test_a_reaction_names_its_message(
    sandbox: Sandbox, emoji: str, told: dict[str, str]
) -> None:
    wamid = await offer(sandbox, BUTTONS)
    await sandbox.control("POST", "people/asha/send", type="reaction", message=wamid, emoji=emoji)
    message = await heard(sandbox)
    assert message["reaction"] == {"message_id": wamid} | told
    assert "context" not in message


async def test_edits_and_deletions_name_the_first_message(sandbox: Sandbox) -> None:
    wamid = await sandbox.say("2 gests")
    body = {"type": "edit", "message": wamid, "text": "2 guests"}
    await sandbox.control("POST", "people/asha/send", **body)
    await sandbox.control("POST", "people/asha/send", type="revoke", message=wamid)
    await sandbox.flush()
    edit, revoke = sandbox.service.messages[1:]
    assert edit["edit"]["original_message_id"] == wamid
    assert edit["edit"]["message"]["text"] == {"body": "2 guests"}
    assert revoke["revoke"] == {"original_message_id": wamid}


@pytest.mark.parametrize("inside", [True, False])
async def test_another_contact_says_its_origin_in_either_place(
    sandbox: Sandbox, inside: bool
) -> None:
    await sandbox.control("POST", "people/asha/send", type="contacts", origin_inside=inside)
    message = await heard(sandbox)
    holder = message["contacts"][0] if inside else message
    assert holder["origin"] == "other"
    assert ("origin" in message) != inside


async def test_a_kind_that_nobody_knows_is_sent_as_it_is(sandbox: Sandbox) -> None:
    body = {"type": "raw", "kind": "hologram", "fields": {"hologram": {"x": 1}}}
    await sandbox.control("POST", "people/asha/send", **body)
    message = await heard(sandbox)
    assert (message["type"], message["hologram"]) == ("hologram", {"x": 1})
    answer = await sandbox.control("POST", "people/asha/send", expect=400, type="hologram")
    assert "audio" in answer["error"]


@pytest.mark.parametrize("omit", [False, True])
async def test_a_filled_flow_answers_with_or_without_its_token(
    sandbox: Sandbox, omit: bool
) -> None:
    flow = {"name": "stay", "categories": ["OTHER"], "publish": True}
    flow["flow_json"] = json.dumps({"version": "7.3", "screens": [{"id": "STAY"}]})
    _, made = await sandbox.graph("POST", f"{sandbox.config.business_id}/flows", flow)
    parameters = {"flow_message_version": "3", "flow_id": made["id"], "flow_cta": "Choose"}
    payload = {"screen": "STAY", "data": {"min": "2026-12-01"}}
    parameters |= {"flow_token": "t1", "flow_action_payload": payload}
    action = {"name": "flow", "parameters": parameters}
    wamid = await offer(sandbox, {"type": "flow", "body": {"text": "When?"}, "action": action})
    shown = (await sandbox.phone())[-1]["flow"]
    assert (shown["cta"], shown["data"], shown["screen"]) == ("Choose", payload["data"], "STAY")
    assert shown["json"]["screens"] == [{"id": "STAY"}]
    values = {"checkin": "2026-12-24"}
    body = {"message": wamid, "values": values, "omit_token": omit}
    await sandbox.control("POST", "people/asha/flow", **body)
    message = await heard(sandbox)
    reply = message["interactive"]["nfm_reply"]
    assert (reply["name"], reply["body"]) == ("flow", "Sent")
    assert json.loads(reply["response_json"]) == ({} if omit else {"flow_token": "t1"}) | values
    assert message["context"]["id"] == wamid


async def test_an_answer_may_quote_a_message(sandbox: Sandbox) -> None:
    first = await sandbox.say("one")
    await sandbox.say("two", reply_to=first)
    await sandbox.flush()
    assert sandbox.service.messages[1]["context"] == {"from": "919800000001", "id": first}
    await sandbox.control("POST", "people/asha/say", expect=404, text="x", reply_to="wamid.x")


async def test_stopping_marketing_is_a_preference(sandbox: Sandbox) -> None:
    await sandbox.control("POST", "people/asha/preference", value="stop")
    await sandbox.flush()
    (value,) = sandbox.service.values
    (row,) = value["user_preferences"]
    assert (row["value"], row["wa_id"]) == ("stop", "919811112222")
    assert isinstance(row["timestamp"], int)


async def test_messages_are_listed_oldest_first_and_after_one(sandbox: Sandbox) -> None:
    wamids = [await sandbox.say(text) for text in ("one", "two", "three")]
    chat = await sandbox.phone()
    assert [message["id"] for message in chat] == wamids
    keys = {"id", "person", "from", "at", "type", "header", "body", "footer", "buttons", "list"}
    keys |= {"url", "template", "reply_to", "status", "error", "tracker", "price", "taps"}
    assert keys <= set(chat[0])
    path = "people/asha/messages"
    async with sandbox.session.get(
        f"{sandbox.base}/sandbox/api/{path}", params={"after": wamids[0]}
    ) as answer:
        assert [m["id"] for m in (await answer.json())["messages"]] == wamids[1:]


async def test_who_is_blocked_by_the_business_is_not_heard(sandbox: Sandbox) -> None:
    await sandbox.say()
    await sandbox.flush()
    sandbox.service.forget()
    path, users = f"{sandbox.config.phone_id}/block_users", [{"user": "+919811112222"}]
    body = {"messaging_product": "whatsapp", "block_users": users}
    _, answer = await sandbox.graph("POST", path, body)
    assert answer["block_users"]["added_users"][0]["wa_id"] == "919811112222"
    await sandbox.say("are you there?")
    await sandbox.flush()
    assert sandbox.service.messages == []
    assert len((await sandbox.graph("GET", path))[1]["data"]) == 1
    await sandbox.graph("DELETE", path, body)
    await sandbox.say()
    assert await heard(sandbox)


async def test_only_who_wrote_today_can_be_blocked(sandbox: Sandbox) -> None:
    body = {"messaging_product": "whatsapp", "block_users": [{"user": "+919811112222"}]}
    _, answer = await sandbox.graph("POST", f"{sandbox.config.phone_id}/block_users", body)
    assert answer["block_users"]["added_users"] == []
    assert answer["block_users"]["failed_users"][0]["input"] == "+919811112222"
