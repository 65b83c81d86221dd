"""Templates: what is accepted at creation and at sending, their lives and their webhooks."""

from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox

BODY = "Booking request from {{guest}} for {{dates}}. Please answer below."
REPLIES = [{"type": "quick_reply", "text": "Confirm"}, {"type": "quick_reply", "text": "Cancel"}]
LINK = {"type": "url", "text": "Ticket", "url": "https://a.in/t/{{1}}", "example": ["x"]}


def named(text: str = BODY, *names: str) -> dict[str, Any]:
    params = [{"param_name": name, "example": "x"} for name in names or ("guest", "dates")]
    return {"type": "body", "text": text, "example": {"body_text_named_params": params}}


def placed(text: str, *examples: str) -> dict[str, Any]:
    return {"type": "body", "text": text, "example": {"body_text": [list(examples)]}}


def buttons(*made: dict[str, Any]) -> dict[str, Any]:
    return {"type": "buttons", "buttons": list(made)}


def request_of(*components: dict[str, Any], **changes: Any) -> dict[str, Any]:
    usual = {"name": "owner_request", "language": "en", "category": "utility"}
    return usual | {"parameter_format": "named", "components": list(components)} | changes


async def create(sandbox: Sandbox, body: dict[str, Any]) -> tuple[int, Any]:
    return await sandbox.graph("POST", f"{sandbox.config.business_id}/message_templates", body)


@pytest.fixture
async def owner(sandbox: Sandbox) -> Sandbox:
    """A sandbox with the owner's template: two names, two replies, a link."""
    body = request_of(named(), {"type": "footer", "text": "LoonCamp"}, buttons(*REPLIES, LINK))
    status, answer = await create(sandbox, body)
    assert (status, answer["status"], answer["category"]) == (200, "APPROVED", "UTILITY")
    return sandbox


def text(value: str, name: str | None = None) -> dict[str, Any]:
    return {"type": "text", "text": value} | ({"parameter_name": name} if name else {})


GOOD = {"type": "body", "parameters": [text("Asha", "guest"), text("24–26 Dec", "dates")]}
SUFFIX = {
    "type": "button",
    "sub_type": "url",
    "index": "2",
    "parameters": [{"type": "text", "text": "LC7"}],
}


def reply(index: Any, payload: str) -> dict[str, Any]:
    parameters = [{"type": "payload", "payload": payload}]
    return {"type": "button", "sub_type": "quick_reply", "index": index, "parameters": parameters}


def content(*components: dict[str, Any], **changes: Any) -> dict[str, Any]:
    usual = {"name": "owner_request", "language": {"code": "en"}}
    return usual | {"components": list(components)} | changes


async def test_a_template_reaches_a_closed_window_and_shows_its_words(owner: Sandbox) -> None:
    sent = content(GOOD, reply("0", "own:42:ok"), reply(1, "own:42:no"), SUFFIX)
    status, answer = await owner.send("template", sent)
    assert status == 200, answer
    assert answer["messages"][0]["message_status"] == "accepted"
    (shown,) = await owner.phone()
    assert shown["body"] == "Booking request from Asha for 24–26 Dec. Please answer below."
    assert shown["footer"] == "LoonCamp"
    assert shown["template"] == {"name": "owner_request", "language": "en"}
    assert shown["buttons"] == [
        {"id": "own:42:ok", "title": "Confirm"},
        {"id": "own:42:no", "title": "Cancel"},
    ]
    assert shown["url"] == {"text": "Ticket", "url": "https://a.in/t/LC7"}


async def test_types_in_capitals_and_null_fields_are_accepted(owner: Sandbox) -> None:
    body = {"type": "BODY", "parameters": [p | {"type": "TEXT"} for p in GOOD["parameters"]]}  # type: ignore[operator]  # a list of objects
    tap = reply(0, "x") | {"type": "BUTTON", "sub_type": "QUICK_REPLY"}
    status, answer = await owner.send("template", content(body, tap, SUFFIX | {"flow": None}))
    assert status == 200, answer


async def test_without_a_payload_the_label_is_the_payload(owner: Sandbox) -> None:
    await owner.send("template", content(GOOD, SUFFIX))
    (shown,) = await owner.phone()
    assert [button["id"] for button in shown["buttons"]] == ["Confirm", "Cancel"]


LONG = text("x" * 1000, "guest")
REFUSED_SENDS = [
    (content(GOOD, SUFFIX, name="nothing"), 404, 132001),
    (content(GOOD, SUFFIX, language={"code": "en_US"}), 404, 132001),
    (content(GOOD, SUFFIX, language=None), 400, 131008),
    (content(SUFFIX), 400, 132000),
    (content({"type": "body", "parameters": [text("Asha", "guest")]}, SUFFIX), 400, 132000),
    (content({"type": "body", "parameters": [text("A"), text("B")]}, SUFFIX), 400, 132012),
    (
        content({"type": "body", "parameters": [text("A", "guest"), text("B", "day")]}, SUFFIX),
        400,
        132012,
    ),
    (
        content({"type": "body", "parameters": [text("A", "guest"), text("B", "guest")]}, SUFFIX),
        400,
        132012,
    ),
    (
        content({"type": "body", "parameters": [{"type": "image"}, text("B", "dates")]}, SUFFIX),
        400,
        132012,
    ),
    (
        content({"type": "body", "parameters": [LONG, text("B" * 100, "dates")]}, SUFFIX),
        400,
        132005,
    ),
    *(
        (
            content(
                {"type": "body", "parameters": [text(bad, "guest"), text("B", "dates")]}, SUFFIX
            ),
            400,
            132018,
        )
        for bad in ("a\nb", "a\tb", "a     b", "a\r")
    ),
    (content(GOOD), 400, 131008),  # the link's suffix is missing
    (content(GOOD, SUFFIX, reply(3, "x")), 400, 132000),
    (content(GOOD, SUFFIX, reply(2, "x")), 400, 131009),
    (content(GOOD, SUFFIX, reply("one", "x")), 400, 131009),
    (content(GOOD, SUFFIX, reply(None, "x")), 400, 131008),
    (content(GOOD, SUFFIX, SUFFIX | {"index": "0"}), 400, 132012),
    (content(GOOD, SUFFIX, reply(0, "x" * 257)), 400, 131009),
    (content(GOOD, SUFFIX, {"type": "trailer"}), 400, 131009),
    (content(GOOD, SUFFIX, {"type": "header", "parameters": [text("x")]}), 400, 132000),
]


@pytest.mark.parametrize(("sent", "status", "code"), REFUSED_SENDS)
async def test_a_template_sent_wrongly_is_refused(
    owner: Sandbox, sent: dict[str, Any], status: int, code: int
) -> None:
    answered, answer = await owner.send("template", sent)
    assert (answered, answer["error"]["code"]) == (status, code), answer
    assert await owner.phone() == []


@pytest.mark.parametrize("good", ["a    b", "दो ₹ 🏕️", "'quoted' \"text\""])
async def test_four_spaces_and_any_letters_are_accepted(owner: Sandbox, good: str) -> None:
    body = {"type": "body", "parameters": [text(good, "guest"), text("B", "dates")]}
    status, answer = await owner.send("template", content(body, SUFFIX))
    assert status == 200, answer


async def test_positional_parameters_count_by_order(sandbox: Sandbox) -> None:
    body = placed("Dear {{1}}, your stay at {{2}} is booked for you.", "Asha", "Pawna")
    made = request_of(body, parameter_format=None)
    assert (await create(sandbox, made))[0] == 200
    sent = {"type": "body", "parameters": [text("Asha"), text("Pawna")]}
    status, _ = await sandbox.send("template", content(sent))
    assert status == 200
    assert (await sandbox.phone())[0]["body"] == "Dear Asha, your stay at Pawna is booked for you."
    wrong = {"type": "body", "parameters": [text("Asha", "guest"), text("Pawna")]}
    status, answer = await sandbox.send("template", content(wrong))
    assert (status, answer["error"]["code"]) == (400, 132012)


async def test_a_header_with_a_file_must_be_given(sandbox: Sandbox) -> None:
    header = {"type": "header", "format": "image", "example": {"header_handle": ["x"]}}
    await create(sandbox, request_of(header, {"type": "body", "text": "Your camp"}))
    status, answer = await sandbox.send("template", content())
    assert (status, answer["error"]["code"]) == (400, 132012)
    wrong = {"type": "header", "parameters": [text("x")]}
    status, answer = await sandbox.send("template", content(wrong))
    assert (status, answer["error"]["code"]) == (400, 132012)
    picture = {"type": "image", "image": {"link": "https://a.in/b.png"}}
    status, _ = await sandbox.send("template", content({"type": "header", "parameters": [picture]}))
    assert status == 200


async def test_the_contact_button_of_a_template_shares_the_contact(sandbox: Sandbox) -> None:
    ask = buttons({"type": "REQUEST_CONTACT_INFO"})
    await create(sandbox, request_of({"type": "body", "text": "May we call you?"}, ask))
    _, answer = await sandbox.send("template", content())
    wamid = answer["messages"][0]["id"]
    tap = {"message": wamid, "button": "Share contact info"}
    await sandbox.control("POST", "people/asha/tap", **tap)
    await sandbox.flush()
    (shared,) = sandbox.service.messages
    assert (shared["type"], shared["origin"]) == ("contacts", "contact_request")


LONE = {"type": "body", "text": "Your booking is ready"}
REFUSED_TEMPLATES = [
    (request_of(LONE, name="Owner Request"), "name"),
    (request_of(LONE, name=None), "name"),
    (request_of(LONE, language="english"), "language"),
    (request_of(LONE, category="news"), "category"),
    (request_of(LONE, parameter_format="magic"), "parameter_format"),
    (request_of({"type": "footer", "text": "x"}), "body"),
    (request_of(LONE, LONE), "twice"),
    (request_of({"type": "body", "text": "x" * 1025}), "components[0].text"),
    (request_of(named("{{guest}} wants to come on these dates please", "guest")), "first or last"),
    (request_of(named("These dates are wanted by our guest {{guest}}", "guest")), "first or last"),
    (request_of(named("Request of {{guest}} {{dates}} please answer it below")), "adjacent"),
    (request_of(named("Dear {{guest}} of {{dates}} hello")), "2388293"),
    (request_of(named("Request of {{Guest}} is waiting for you", "Guest")), "named variables"),
    (request_of(LONE | {"text": "Request of {{guest}} is waiting for you"}), "example"),
    (request_of(named("Request of {{guest}} is waiting for you", "other")), "example"),
    (
        request_of(placed("Dear {{2}}, your booking is ready", "x"), parameter_format="positional"),
        "numbered",
    ),
    (
        request_of(
            placed("Dear {{1}}, your booking {{2}} is ready now", "x"),
            parameter_format="positional",
        ),
        "example",
    ),
    (request_of(LONE, {"type": "footer", "text": "x" * 61}), "components[1].text"),
    (request_of(LONE, {"type": "footer", "text": "Yours {{guest}}"}), "footer"),
    (
        request_of(LONE, {"type": "header", "format": "text", "text": "x" * 61}),
        "components[1].text",
    ),
    (request_of(LONE, {"type": "header", "format": "video"}), "header_handle"),
    (request_of(LONE, {"type": "header", "format": "dance"}), "format"),
    (request_of(LONE, {"type": "carousel"}), "CAROUSEL"),
    (
        request_of(LONE, buttons(*({"type": "quick_reply", "text": f"B{n}"} for n in range(11)))),
        "10",
    ),
    (request_of(LONE, buttons({"type": "quick_reply", "text": "x" * 26})), "buttons[0].text"),
    (request_of(LONE, buttons(REPLIES[0], LINK, REPLIES[1])), "together"),
    (request_of(LONE, buttons(REPLIES[0], REPLIES[0])), "same text"),
    (request_of(LONE, buttons(*(LINK | {"text": f"L{n}"} for n in range(3)))), "at most 2"),
    (request_of(LONE, buttons(LINK | {"url": "https://a.in/{{1}}/x"})), "at its end"),
    (request_of(LONE, buttons(LINK | {"example": None})), "example"),
    (request_of(LONE, buttons({"type": "magic", "text": "x"})), "MAGIC"),
    (request_of(LONE, message_send_ttl_seconds=5), "message_send_ttl_seconds"),
]


@pytest.mark.parametrize(("body", "words"), REFUSED_TEMPLATES)
async def test_a_template_against_the_rules_is_refused(
    sandbox: Sandbox, body: dict[str, Any], words: str
) -> None:
    status, answer = await create(sandbox, body)
    assert status == 400, answer
    assert answer["error"]["code"] in (100, 131008, 131009)
    assert words in answer["error"]["error_data"]["details"]
    listed = await sandbox.graph("GET", f"{sandbox.config.business_id}/message_templates")
    assert listed[1]["data"] == []


async def test_names_languages_and_contents_are_unique(owner: Sandbox) -> None:
    body = request_of(named(), {"type": "footer", "text": "LoonCamp"}, buttons(*REPLIES, LINK))
    assert (await create(owner, body))[0] == 400
    assert (await create(owner, body | {"name": "another"}))[0] == 400
    assert (await create(owner, body | {"language": "mr"}))[0] == 200


async def test_a_deleted_name_is_locked_for_30_days(owner: Sandbox) -> None:
    path = f"{owner.config.business_id}/message_templates"
    assert (await owner.graph("DELETE", path, params={"name": "owner_request"}))[0] == 200
    assert (await owner.graph("DELETE", path, params={"name": "owner_request"}))[0] == 400
    again = request_of(LONE)
    assert (await create(owner, again))[0] == 400
    await owner.later(advance_seconds=30 * 86_400)
    assert (await create(owner, again))[0] == 200
    await owner.flush()
    told = [value["event"] for value in owner.service.values]
    assert told == ["APPROVED", "DELETED", "APPROVED"]


async def test_a_created_template_is_told_by_a_webhook(owner: Sandbox) -> None:
    await owner.flush()
    (value,) = owner.service.values
    assert value["event"] == "APPROVED"
    assert value["message_template_name"] == "owner_request"
    assert value["message_template_language"] == "en"
    assert value["message_template_category"] == "UTILITY"
    assert isinstance(value["message_template_id"], int)


async def test_a_pending_template_cannot_be_sent_until_it_is_approved(sandbox: Sandbox) -> None:
    await sandbox.trouble(template_status="PENDING")
    assert (await create(sandbox, request_of(LONE)))[1]["status"] == "PENDING"
    status, answer = await sandbox.send("template", content())
    assert (status, answer["error"]["code"]) == (404, 132001)
    await sandbox.control("PUT", "templates/owner_request/en", status="APPROVED")
    assert (await sandbox.send("template", content()))[0] == 200


@pytest.mark.parametrize(
    ("status", "http", "code"),
    [("PAUSED", 400, 132015), ("DISABLED", 400, 132016), ("REJECTED", 404, 132001)],
)
async def test_a_stopped_template_is_refused_and_told(
    sandbox: Sandbox, status: str, http: int, code: int
) -> None:
    await create(sandbox, request_of(LONE))
    shown = await sandbox.control("PUT", "templates/owner_request/en", status=status)
    assert shown["status"] == status
    answered, answer = await sandbox.send("template", content())
    assert (answered, answer["error"]["code"]) == (http, code)
    await sandbox.flush()
    assert sandbox.service.values[-1]["event"] == status


async def test_pauses_end_after_3_and_6_hours_and_the_third_is_for_good(sandbox: Sandbox) -> None:
    await create(sandbox, request_of(LONE))
    for hours in (3, 6):
        await sandbox.control("PUT", "templates/owner_request/en", status="PAUSED")
        await sandbox.later(advance_seconds=hours * 3600 - 60)
        assert (await sandbox.send("template", content()))[0] == 400
        await sandbox.later(advance_seconds=120)
        assert (await sandbox.send("template", content()))[0] == 200
    third = await sandbox.control("PUT", "templates/owner_request/en", status="PAUSED")
    assert third["status"] == "DISABLED"
    await sandbox.flush()
    titles = [v["other_info"]["title"] for v in sandbox.service.values if "other_info" in v]
    assert titles == ["FIRST_PAUSE", "UNPAUSE", "SECOND_PAUSE", "UNPAUSE", "DISABLED"]


async def test_a_new_category_and_quality_are_told_and_priced(sandbox: Sandbox) -> None:
    await create(sandbox, request_of(LONE))
    path = "templates/owner_request/en"
    await sandbox.control("PUT", path, category="MARKETING", warn=True)
    await sandbox.control("PUT", path, category="MARKETING", quality="RED")
    await sandbox.flush()
    warned, moved, quality = sandbox.service.values[-3:]
    assert (warned["new_category"], warned["correct_category"]) == ("UTILITY", "MARKETING")
    assert (moved["previous_category"], moved["new_category"]) == ("UTILITY", "MARKETING")
    assert (quality["previous_quality_score"], quality["new_quality_score"]) == ("UNKNOWN", "RED")
    await sandbox.send("template", content())
    assert (await sandbox.phone())[0]["price"]["category"] == "marketing"


async def test_promotion_in_a_utility_template_makes_it_marketing(sandbox: Sandbox) -> None:
    body = {"type": "body", "text": "Book again and get a discount of 10%"}
    status, answer = await create(sandbox, request_of(body))
    assert (status, answer["category"]) == (200, "MARKETING")


async def test_templates_are_listed_in_pages_with_the_fields_asked_for(sandbox: Sandbox) -> None:
    for number in range(3):
        text_ = {"type": "body", "text": f"Your booking {number} is ready"}
        await create(sandbox, request_of(text_, name=f"t{number}"))
    path = f"{sandbox.config.business_id}/message_templates"
    _, page = await sandbox.graph("GET", path, params={"limit": "2", "fields": "name,status"})
    assert [sorted(row) for row in page["data"]] == [["id", "name", "status"]] * 2
    after = page["paging"]["cursors"]["after"]
    _, rest = await sandbox.graph("GET", path, params={"limit": "2", "after": after})
    assert [row["name"] for row in rest["data"]] == ["t2"]
    assert "next" in page["paging"]
    assert "next" not in rest["paging"]
    _, one = await sandbox.graph("GET", path, params={"name": "t1", "status": "APPROVED"})
    assert [row["name"] for row in one["data"]] == ["t1"]
    _, none = await sandbox.graph("GET", path, params={"status": "PAUSED"})
    assert none["data"] == []


async def test_an_approved_template_is_edited_once_a_day(sandbox: Sandbox) -> None:
    _, made = await create(sandbox, request_of(LONE))
    edited = {"components": [{"type": "body", "text": "Your booking is confirmed"}]}
    assert (await sandbox.graph("POST", made["id"], edited))[0] == 200
    assert (await sandbox.graph("POST", made["id"], edited))[0] == 400
    status, answer = await sandbox.graph("POST", made["id"], {"category": "marketing"})
    assert (status, answer["error"]["code"]) == (400, 100)
    await sandbox.later(advance_seconds=86_400)
    assert (await sandbox.graph("POST", made["id"], edited))[0] == 200
    _, shown = await sandbox.graph("GET", made["id"])
    assert shown["components"][0]["text"] == "Your booking is confirmed"


async def test_only_100_templates_are_created_in_an_hour(sandbox: Sandbox) -> None:
    for number in range(100):
        text_ = {"type": "body", "text": f"Your booking {number} is ready"}
        assert (await create(sandbox, request_of(text_, name=f"t{number}")))[0] == 200
    status, answer = await create(sandbox, request_of(LONE))
    assert (status, answer["error"]["code"]) == (400, 80007)


async def test_a_held_template_is_accepted_with_that_word(sandbox: Sandbox) -> None:
    await create(sandbox, request_of(LONE))
    await sandbox.trouble(template_pacing=True)
    _, answer = await sandbox.send("template", content())
    assert answer["messages"][0]["message_status"] == "held_for_quality_assessment"
    await sandbox.flush()
    assert sandbox.service.statuses == []
    assert await sandbox.phone() == []


@pytest.mark.parametrize("released", [True, False])
async def test_a_held_template_is_released_or_dropped(sandbox: Sandbox, released: bool) -> None:
    await create(sandbox, request_of(LONE))
    await sandbox.trouble(template_pacing=True)
    await sandbox.send("template", content())
    status = "APPROVED" if released else "PAUSED"
    await sandbox.control("PUT", "templates/owner_request/en", status=status)
    await sandbox.flush()
    told = [s["status"] for s in sandbox.service.statuses]
    assert told == (["sent", "delivered"] if released else ["failed"])
    if not released:
        assert sandbox.service.statuses[0]["errors"][0]["code"] == 132015
