"""Every message that WhatsApp would refuse is refused, with its code and the field's name."""

from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox


def button(number: int, **changes: Any) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": f"b{number}", "title": f"Button {number}"} | changes}


def buttons(*made: dict[str, Any], **changes: Any) -> dict[str, Any]:
    action = {"buttons": list(made)}
    return {"type": "button", "body": {"text": "Choose"}, "action": action} | changes


def row(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "title": f"Row {number}"} | changes


def rows(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [row(start + number) for number in range(count)]


def listing(*sections: dict[str, Any], **changes: Any) -> dict[str, Any]:
    action = {"button": "Open", "sections": list(sections)}
    return {"type": "list", "body": {"text": "Choose"}, "action": action} | changes


def link(url: str = "https://pay.example.in/1", text: str = "Pay") -> dict[str, Any]:
    parameters = {"display_text": text, "url": url}
    action = {"name": "cta_url", "parameters": parameters}
    return {"type": "cta_url", "body": {"text": "Pay here"}, "action": action}


def simple(kind: str, name: str) -> dict[str, Any]:
    return {"type": kind, "body": {"text": "Please"}, "action": {"name": name}}


REFUSED = [
    ("text", {"body": ""}, 100, "text.body"),
    ("text", {"body": "x" * 4097}, 100, "text.body"),
    ("text", {}, 131008, "text.body"),
    ("text", {"body": 7}, 100, "text.body"),
    ("text", {"body": "x", "preview_url": "yes"}, 100, "text.preview_url"),
    ("text", "hello", 131009, "text must be an object"),
    ("hologram", {}, 100, "type must be one of"),
    ("interactive", buttons(), 131009, "action.buttons count"),
    ("interactive", buttons(*map(button, range(4))), 131009, "action.buttons count"),
    ("interactive", buttons(button(1, title="x" * 21)), 131009, "buttons[0].reply.title"),
    ("interactive", buttons(button(1, title="")), 131009, "buttons[0].reply.title"),
    ("interactive", buttons(button(1, id="x" * 257)), 131009, "buttons[0].reply.id"),
    ("interactive", buttons(button(1), button(2, id="b1")), 131009, "reply.id has a duplicate"),
    ("interactive", buttons(button(1), button(2, title="Button 1")), 131009, "reply.title"),
    ("interactive", buttons({"type": "url"}), 131009, "buttons[0].type"),
    ("interactive", buttons({"type": "reply"}), 131008, "buttons[0].reply"),
    ("interactive", buttons(button(1), body={"text": "x" * 1025}), 131009, "body.text"),
    ("interactive", buttons(button(1), body=None), 131008, "interactive.body"),
    ("interactive", buttons(button(1), footer={"text": "x" * 61}), 131009, "footer.text"),
    (
        "interactive",
        buttons(button(1), header={"type": "text", "text": "x" * 61}),
        131009,
        "header",
    ),
    ("interactive", buttons(button(1), header={"type": "audio"}), 131009, "header.type"),
    ("interactive", buttons(button(1), action=None), 131008, "interactive.action"),
    ("interactive", listing(), 131009, "sections count"),
    ("interactive", listing({"rows": rows(11)}), 131009, "row count"),
    (
        "interactive",
        listing({"title": "A", "rows": rows(6)}, {"title": "B", "rows": rows(5, 6)}),
        131009,
        "total row count",
    ),
    (
        "interactive",
        listing({"title": "A", "rows": rows(1)}, {"rows": rows(1, 1)}),
        131008,
        "sections[1].title",
    ),
    ("interactive", listing({"rows": []}), 131009, "sections[0].rows"),
    ("interactive", listing({"rows": [row(1), row(1)]}), 131009, "rows.id has a duplicate"),
    ("interactive", listing({"rows": [row(1, title="x" * 25)]}), 131009, "rows[0].title"),
    ("interactive", listing({"rows": [row(1, description="x" * 73)]}), 131009, "description"),
    ("interactive", listing({"rows": [row(1, id="x" * 201)]}), 131009, "rows[0].id"),
    ("interactive", listing({"title": "x" * 25, "rows": rows(1)}), 131009, "sections[0].title"),
    ("interactive", listing({"rows": rows(1)}, body={"text": "x" * 4097}), 131009, "body.text"),
    (
        "interactive",
        listing({"rows": rows(1)}, action={"button": "x" * 21, "sections": [{"rows": rows(1)}]}),
        131009,
        "action.button",
    ),
    (
        "interactive",
        listing({"rows": rows(1)}, header={"type": "image", "image": {"link": "https://a.b"}}),
        131009,
        "header.type",
    ),
    ("interactive", link("http://pay.example.in/1"), 131009, "parameters.url"),
    ("interactive", link("pay.example.in"), 131009, "parameters.url"),
    ("interactive", link("javascript:alert(1)"), 131009, "parameters.url"),
    ("interactive", link(text="x" * 21), 131009, "display_text"),
    ("interactive", simple("location_request_message", "send"), 131009, "action.name"),
    ("interactive", simple("request_contact_info", "ask"), 131009, "action.name"),
    ("interactive", simple("order_details", "review_and_pay"), 134011, "Payments"),
    ("interactive", simple("product", "x"), 131009, "interactive.type"),
    ("image", {}, 131009, "image.id"),
    ("image", {"id": "1", "link": "https://a.in/b.png"}, 131009, "image.id"),
    ("image", {"id": "1"}, 131009, "image.id"),
    ("image", {"link": "http://a.in/b.png"}, 131009, "image.link"),
    ("image", {"link": "https://a.in/b.png", "caption": "x" * 1025}, 131009, "image.caption"),
    ("audio", {"link": "https://a.in/b.ogg", "caption": "x"}, 131009, "audio.caption"),
    ("location", {"longitude": 1}, 131008, "location.latitude"),
    ("location", {"latitude": 91, "longitude": 1}, 131009, "location.latitude"),
    ("location", {"latitude": "north", "longitude": 1}, 131009, "location.latitude"),
    ("contacts", [], 131009, "contacts count"),
    ("contacts", [{"phones": []}], 131008, "contacts[0].name"),
    ("reaction", {"emoji": "👍"}, 131008, "reaction.message_id"),
    ("reaction", {"message_id": "wamid.1"}, 131009, "reaction.emoji"),
]


@pytest.mark.parametrize(("kind", "content", "code", "field"), REFUSED)
async def test_a_wrong_message_is_refused_and_shown_nowhere(
    sandbox: Sandbox, kind: str, content: Any, code: int, field: str
) -> None:
    await sandbox.say()
    status, answer = await sandbox.send(kind, content)
    assert (status, answer["error"]["code"]) == (400, code), answer
    assert field in answer["error"]["error_data"]["details"]
    assert answer["error"]["message"].startswith(f"(#{code})")
    assert [message["from"] for message in await sandbox.phone()] == ["person"]


ACCEPTED = [
    ("text", {"body": "x" * 4096}),
    ("text", {"body": "ü" * 4096, "preview_url": None}),
    ("interactive", buttons(button(1, title="x" * 20, id="y" * 256), button(2), button(3))),
    (
        "interactive",
        buttons(
            button(1),
            header={"type": "text", "text": "h" * 60},
            body={"text": "b" * 1024},
            footer={"text": "f" * 60},
        ),
    ),
    ("interactive", listing({"title": "t" * 24, "rows": rows(10)}, body={"text": "b" * 4096})),
    ("interactive", listing(*({"title": f"S{n}", "rows": rows(1, n)} for n in range(10)))),
    (
        "interactive",
        listing({"rows": [row(1, id="i" * 200, title="t" * 24, description="d" * 72)]}),
    ),
    ("interactive", link()),
    ("interactive", link("http://127.0.0.1:8080/pay")),
    ("interactive", link("http://localhost:8080/pay")),
    ("interactive", simple("location_request_message", "send_location")),
    ("interactive", simple("request_contact_info", "request_contact_info")),
    ("image", {"link": "https://a.in/b.png", "caption": "c" * 1024}),
    ("document", {"link": "https://a.in/b.pdf", "filename": "ticket.pdf"}),
    ("location", {"latitude": "18.7", "longitude": 73.4, "name": "Pawna"}),
    ("contacts", [{"name": {"formatted_name": "Asha"}, "phones": [{"phone": "+919811112222"}]}]),
]


@pytest.mark.parametrize(("kind", "content"), ACCEPTED)
async def test_a_message_at_the_limit_is_accepted(
    sandbox: Sandbox, kind: str, content: Any
) -> None:
    await sandbox.say()
    status, answer = await sandbox.send(kind, content)
    assert status == 200, answer
    assert (await sandbox.phone())[-1]["id"] == answer["messages"][0]["id"]


WRONG_ENVELOPES: list[tuple[dict[str, Any], int, str]] = [
    ({"messaging_product": None}, 100, "messaging_product"),
    ({"messaging_product": "sms"}, 100, "messaging_product"),
    ({"to": None}, 100, "to"),
    ({"to": "nobody"}, 131009, "to"),
    ({"to": "+91"}, 131009, "to"),
    ({"to": "+919800000001"}, 131021, "sender"),
    ({"recipient_type": "group"}, 100, "recipient_type"),
    ({"biz_opaque_callback_data": "x" * 513}, 131009, "biz_opaque_callback_data"),
    ({"context": {}}, 131008, "context.message_id"),
    ({"to": None, "recipient": "IN." + "x" * 160}, 131009, "recipient"),
]


@pytest.mark.parametrize(("changes", "code", "field"), WRONG_ENVELOPES)
async def test_a_wrong_envelope_is_refused(
    sandbox: Sandbox, changes: dict[str, Any], code: int, field: str
) -> None:
    await sandbox.say()
    body = {"messaging_product": "whatsapp", "to": "+919811112222", "type": "text"}
    body = body | {"text": {"body": "x"}} | changes
    status, answer = await sandbox.graph("POST", f"{sandbox.config.phone_id}/messages", body)
    assert (status, answer["error"]["code"]) == (400, code), answer
    assert field in answer["error"]["error_data"]["details"]


async def test_a_body_that_is_no_json_object_is_refused(sandbox: Sandbox) -> None:
    headers = {"Authorization": "Bearer token", "Content-Type": "application/json"}
    url = f"{sandbox.base}/graph/v26.0/{sandbox.config.phone_id}/messages"
    for text in ("{", "[]", '"x"'):
        async with sandbox.session.post(url, data=text, headers=headers) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]["code"] == 100


@pytest.mark.parametrize("token", ["wrong", "Token", "token "])
async def test_a_wrong_token_is_401_with_190(sandbox: Sandbox, token: str) -> None:
    status, answer = await sandbox.graph("GET", sandbox.config.phone_id, token=token + "x")
    assert (status, answer["error"]["code"]) == (401, 190)
    assert answer["error"]["type"] == "OAuthException"


async def test_no_token_is_401_with_190(sandbox: Sandbox) -> None:
    url = f"{sandbox.base}/graph/v26.0/{sandbox.config.phone_id}/messages"
    async with sandbox.session.post(url, json={}) as answer:
        assert answer.status == 401
        assert (await answer.json())["error"]["code"] == 190


async def test_another_number_and_an_unknown_object_are_refused(sandbox: Sandbox) -> None:
    body = {"messaging_product": "whatsapp", "to": "+919811112222", "text": {"body": "x"}}
    for method, path in (
        ("POST", "999/messages"),
        ("GET", "999"),
        ("GET", "999/flows"),
        ("POST", f"{sandbox.config.phone_id}/nonsense"),
    ):
        status, answer = await sandbox.graph(method, path, body if method == "POST" else None)
        assert (status, answer["error"]["code"]) == (400, 100)


async def test_any_version_of_the_path_is_served_and_no_version_is_not(sandbox: Sandbox) -> None:
    headers = {"Authorization": "Bearer token"}
    for version, wanted in (("v19.0", 200), ("v26.0", 200), ("latest", 404)):
        url = f"{sandbox.base}/graph/{version}/{sandbox.config.phone_id}"
        async with sandbox.session.get(url, headers=headers) as answer:
            assert answer.status == wanted
