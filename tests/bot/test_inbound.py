"""Every shape that WhatsApp sends is handled: answered once, or kept silent on purpose."""

import json

import pytest

from bot.queue.worker import settle_down
from bot.whatsapp.inbound import answers
from flows.inbound import What
from tests.bot import hooks

READABLE = {
    "text": {"text": {"body": "hello"}},
    "audio": {"audio": {"id": "1", "mime_type": "audio/ogg", "voice": True}},
    "image": {"image": {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}},
    "video": {"video": {"id": "1", "mime_type": "video/mp4", "sha256": "x"}},
    "document": {"document": {"id": "1", "mime_type": "application/pdf", "filename": "a"}},
    "sticker": {"sticker": {"id": "1", "mime_type": "image/webp", "animated": False}},
    "location": {"location": {"latitude": 18.7, "longitude": 73.4}},
    "contacts": {"contacts": [{"name": {"formatted_name": "A"}, "phones": [{"wa_id": "9198"}]}]},
    "order": {"order": {"catalog_id": "1", "product_items": []}},
    "unsupported": {"errors": [{"code": 131051, "title": "Unsupported"}]},
    "hologram": {"hologram": {"from": "the future"}},
    "button": {"button": {"payload": "nobody:knows", "text": "Confirm"}},
    "interactive": {"interactive": {"type": "button_reply",
                                    "button_reply": {"id": "x", "title": "X"}}},
}  # fmt: skip
SILENT = {
    "reaction": {"reaction": {"message_id": "wamid.1", "emoji": "👍"}},
    "edit": {"edit": {"message_id": "wamid.1", "text": {"body": "x"}}},
    "revoke": {"revoke": {"message_id": "wamid.1"}},
    "request_welcome": {},
    "system": {"system": {"type": "user_changed_number", "wa_id": "919822099999", "body": "x"}},
}


@pytest.fixture
def arrive(service, deliver):
    """`await arrive(message)`: delivered, handled, everything sent."""

    async def arrive(*messages, **more) -> None:
        assert await deliver(hooks.body(hooks.change(*messages, **more))) == 200
        await settle_down(service)
        assert await left(service) == []

    return arrive


async def left(service) -> list[str]:
    rows = await service.pool.fetch("SELECT last_error FROM inbox WHERE state <> 'done'")
    return [str(row["last_error"]) for row in rows]


@pytest.mark.parametrize("kind", READABLE)
async def test_every_kind_of_message_is_answered_once(arrive, edge, kind):
    await arrive(hooks.message(kind, **READABLE[kind]))
    assert len(edge.book) == 1
    assert edge.book[0]["to"].lstrip("+") == hooks.GUEST


@pytest.mark.parametrize("kind", SILENT)
async def test_what_needs_no_answer_gets_none(arrive, edge, kind):
    await arrive(hooks.message(kind, **SILENT[kind]))
    assert edge.book == []


def test_every_silent_kind_is_tried():
    from bot.whatsapp.inbound import KINDS

    assert {kind for kind, what in KINDS.items() if what is What.SILENT} == set(SILENT)


SHAPES = {
    "no user id": (hooks.text(from_user_id=None), (hooks.contact(user_id=None),)),
    "no phone": (hooks.text(**{"from": None}), (hooks.contact(wa_id=None),)),
    "no contacts": (hooks.text(), ()),
    "no profile": (hooks.text(), (hooks.contact(profile=None),)),
    "null profile": (hooks.text(), (hooks.contact() | {"profile": None},)),
    "wa_id only": (hooks.text(), ({"wa_id": hooks.GUEST},)),
    "user id in the contact only": (
        hooks.text(from_user_id=None, **{"from": None}), (hooks.contact(wa_id=None),)
    ),
    "empty name": (hooks.text(), (hooks.contact(profile={"name": ""}),)),
    "endless name": (hooks.text(), (hooks.contact(profile={"name": "x" * 5000}),)),
    "reply to something": (hooks.text(context={"id": "wamid.0", "from": "91"}), None),
    "null context": (hooks.text() | {"context": None}, None),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
async def test_a_sender_is_known_by_whatever_is_there(arrive, edge, shape):
    message, contacts = shape
    await arrive(message, contacts=contacts)
    assert len(edge.book) == 1
    assert edge.book[0].get("to") or edge.book[0].get("recipient")


async def test_two_people_in_one_change_are_not_mixed_up(arrive, service):
    other = hooks.text(**{"from": "919855555555", "from_user_id": "IN.2"})
    contacts = (
        hooks.contact(profile={"name": "Asha"}, wa_id="919855555555", user_id="IN.2"),
        hooks.contact(profile={"name": "Rahul"}),
    )
    await arrive(hooks.text(), other, contacts=contacts)
    rows = await service.pool.fetch("SELECT user_id, name FROM person WHERE user_id IS NOT NULL")
    assert {tuple(row) for row in rows} == {(hooks.USER, "Rahul"), ("IN.2", "Asha")}


ODD_TEXTS = {
    "NUL": "a\x00b",
    "only NUL": "\x00",
    "lone surrogate": "a\ud83db",
    "reversed surrogates": "\ude00\ud83d",
    "right-to-left override": "\u202egnp.exe",
    "long": "x" * 65536,
    "blank": "   \n\t ",
    "empty": "",
    "emoji": "🏕️👨‍👩‍👧‍👦",
    "placeholders": "{name} %s {0} ${x}",
    "SQL": "'; DROP TABLE booking; --",
}


@pytest.mark.parametrize("words", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
async def test_whatever_a_guest_types_is_answered(arrive, edge, words):
    await arrive(hooks.text(words), contacts=(hooks.contact(profile={"name": words[:50]}),))
    assert len(edge.book) == 1


async def test_odd_characters_in_ids_are_survived(arrive, edge):
    await arrive(hooks.text(id="wamid.a\x00b", from_user_id="IN.\x001"), contacts=())
    assert len(edge.book) == 1


UNREADABLE = {
    "no sender": hooks.text(from_user_id=None, **{"from": None}),
    "no time": hooks.text(timestamp=None),
    "time of the far future": hooks.text(timestamp="9" * 30),
    "time in words": hooks.text(timestamp="soon"),
    "no type": {"id": "wamid.odd1", "from": "919822012345"},
    "text is no object": hooks.message("text", text="hello"),
    "system is no object": hooks.message("system", system="hello"),
    "sender is an object": hooks.text(from_user_id={"a": 1}),
}


@pytest.mark.parametrize("message", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_an_unreadable_event_does_not_stop_the_next(service, deliver, edge, message):
    contacts = () if "from_user_id" not in message else None
    raw = hooks.body(hooks.change(message, contacts=contacts), hooks.change(hooks.text("hello")))
    assert await deliver(raw) == 200
    await settle_down(service)
    assert await left(service) == []
    assert edge.book, "the second message is answered"


PAUSED = {"field": "message_template_status_update", "value": {
    "event": "PAUSED", "message_template_name": "owner_request",
    "message_template_language": "en"}}  # fmt: skip
OTHER = {
    "template status": {"field": "message_template_status_update", "value": {
        "event": "APPROVED", "message_template_name": "owner_request",
        "message_template_language": "en"}},
    "unknown field": {"field": "moon_phase", "value": {"phase": "full"}},
    "value is text": {"field": "messages", "value": "hello"},
    "value is null": {"field": "messages", "value": None},
    "no field": {"value": {}},
    "errors": {"field": "messages", "value": {"errors": [{"code": 131000}]}},
    "template without names": {"field": "message_template_status_update", "value": {}},
    "template of odd values": {"field": "message_template_status_update", "value": {
        "event": None, "message_template_name": "a\x00b", "message_template_language": 7}},
}  # fmt: skip


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER.keys())
async def test_other_events_are_kept_and_done(service, deliver, edge, change):
    raw = json.dumps({"object": "x", "entry": [{"id": "1", "changes": [change]}]}).encode()
    assert await deliver(raw) == 200
    await settle_down(service)
    assert await left(service) == []
    assert await service.pool.fetchval("SELECT count(*) FROM inbox") == 1
    assert edge.book == []


async def test_a_paused_template_is_remembered(service, deliver):
    raw = json.dumps({"object": "x", "entry": [{"id": "1", "changes": [PAUSED]}]}).encode()
    await deliver(raw)
    await settle_down(service)
    row = await service.pool.fetchrow("SELECT name, language, status FROM template")
    assert tuple(row) == ("owner_request", "en", "PAUSED")


async def test_messages_of_one_person_are_answered_in_their_order(arrive, edge, service):
    messages = [hooks.text(f"hello {number}") for number in range(5)]
    await arrive(*messages)
    rows = await service.pool.fetch("SELECT dedupe_key FROM message ORDER BY id")
    order = [row["dedupe_key"].split(":")[0] for row in rows]
    assert list(dict.fromkeys(order)) == [message["id"] for message in messages]
    assert edge.trackers() == sorted(edge.trackers())


async def test_a_fault_of_ours_is_tried_again_and_then_parked_with_an_alert(service, deliver):
    """A broken database function stands for any fault: the event waits, the others go on."""
    await service.pool.execute("ALTER TABLE chat RENAME TO chat_gone")
    await deliver(hooks.body(hooks.change(hooks.text())))
    for _ in range(8):
        await settle_down(service)
        service.clock.offset += hooks.AN_HOUR
    row = await service.pool.fetchrow("SELECT state, attempts, last_error FROM inbox")
    assert tuple(row) == ("parked", 6, "UndefinedTableError")
    assert await service.pool.fetchval("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 1
    await service.pool.execute("ALTER TABLE chat_gone RENAME TO chat")
    await deliver(hooks.body(hooks.change(hooks.text())))
    await settle_down(service)
    assert await left(service) == ["UndefinedTableError"]


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ('{"flow_token":"1.2","stay":{"start-date":"2026-12-25"},"guests":4}',
         {"flow_token": "1.2", "stay.start-date": "2026-12-25", "guests": "4"}),
        ('{"name":"a\\u0000b"}', {"name": "ab"}), ('{"name":"\\ud800"}', {}),
        ('{"list":[1,2],"deep":{"a":{"b":1}},"none":null}', {}),
        ("[1]", {}), ("not json", {}), ("", {}), (None, {}), (7, {}),
    ],
)  # fmt: skip
def test_a_form_that_came_back_is_read_as_flat_text_or_not_at_all(sent, fields):
    reply = {"name": "flow", "body": "Sent", "response_json": sent}
    raw = {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}
    assert dict(answers(raw)) == fields


def test_a_form_has_so_many_fields_and_no_more():
    sent = json.dumps({f"field{n}": "x" * 1000 for n in range(100)})
    reply = {"nfm_reply": {"response_json": sent}}
    read = answers({"interactive": reply})
    assert len(read) == 30
    assert {len(value) for _, value in read} == {200}
