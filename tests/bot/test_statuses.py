"""What WhatsApp reports back is folded into its message, whatever shape it comes in."""

import random

import pytest

from bot.worker import settle_down
from db import outbox
from flows.messages import Kind, Message, Outgoing, TemplateCall
from tests.bot import hooks
from tests.db import stock

CALL = TemplateCall("admin_alert", "en", {"booking": "-", "alert": "x"})


@pytest.fixture
async def sent(service) -> int:
    """A message that WhatsApp has accepted."""
    person = await stock.add_person(service.pool, phone=f"+{hooks.GUEST}")
    said = Outgoing(person.person_id, "test", Message(Kind.TEXT, "hello"), CALL)
    now = service.clock.now()
    await outbox.insert(service.pool, [outbox.message_row(said, "test", now, None)], now)
    await settle_down(service)
    return await service.pool.fetchval("SELECT id FROM message")


@pytest.fixture
def report(service, deliver):
    """`await report(status, ...)`: delivered in one body and folded."""

    async def report(*statuses, contacts=()) -> None:
        raw = hooks.body(hooks.change(statuses=statuses, contacts=contacts))
        assert await deliver(raw) == 200
        await settle_down(service)
        assert await service.pool.fetchval(
            "SELECT count(*) FROM inbox WHERE state <> 'done'"
        ) == 0  # fmt: skip

    return report


async def columns(service, number: int, *names: str) -> tuple[object, ...]:
    row = await service.pool.fetchrow("SELECT * FROM message WHERE id = $1", number)
    return tuple(row[name] for name in names)


PRICE = {"billable": True, "category": "utility", "pricing_model": "PMP", "type": "regular"}


@pytest.mark.parametrize(
    "contacts",
    [(), (hooks.contact(),), (hooks.contact(profile=None),), ({"wa_id": hooks.GUEST},)],
    ids=["absent", "full", "no profile", "wa_id only"],
)
async def test_a_status_counts_with_or_without_contacts(service, sent, report, contacts):
    await report(hooks.status(sent, "delivered", pricing=PRICE), contacts=contacts)
    state = await columns(service, sent, "wa_status", "price_category", "price_type")
    assert state == ("delivered", "utility", "regular")


async def test_statuses_of_a_whole_conversation_in_any_order(service, sent, report):
    statuses = [hooks.status(sent, name) for name in ("sent", "delivered", "read", "read")]
    random.Random(5).shuffle(statuses)
    await report(*statuses)
    assert await columns(service, sent, "wa_status") == ("read",)


async def test_a_failure_is_kept_with_its_code_and_raised_once(service, sent, report):
    errors = [{"code": 131026, "title": "Message undeliverable"}]
    for _ in range(2):
        await report(hooks.status(sent, "failed", errors=errors))
    assert await columns(service, sent, "wa_status", "wa_error") == ("failed", 131026)
    assert await service.pool.fetchval("SELECT count(*) FROM alert") == 1


async def test_a_window_that_closed_on_the_way_brings_the_template_once(
    service, sent, report, edge
):
    errors = [{"code": 131047, "title": "Re-engagement message"}]
    for _ in range(2):
        await report(hooks.status(sent, "failed", errors=errors))
    assert [each["type"] for each in edge.book] == ["text", "template"]


async def test_the_business_id_alone_is_enough_of_a_recipient(service, sent, report):
    status = hooks.status(sent, "read", recipient_id=None, recipient_user_id=hooks.USER)
    await report(status)
    assert await columns(service, sent, "wa_status") == ("read",)


async def test_a_status_without_our_key_is_found_by_wamid(service, sent, report, edge):
    await report(hooks.status(None, "delivered", id=edge.book[0]["wamid"]))
    assert await columns(service, sent, "wa_status") == ("delivered",)


ODD = {
    "unknown status": {"status": "teleported"},
    "status is a list": {"status": ["sent"]},
    "no id": {"id": None},
    "NUL in its id": {"id": "wamid.\x00"},
    "key of somebody else": {"biz_opaque_callback_data": "not ours"},
    "enormous key": {"biz_opaque_callback_data": "9" * 40},
    "other digits": {"biz_opaque_callback_data": "१२३"},
    "negative key": {"biz_opaque_callback_data": "-1"},
    "errors are no list": {"status": "failed", "errors": {"code": 1}},
    "errors hold text": {"status": "failed", "errors": ["no"]},
    "code in words": {"status": "failed", "errors": [{"code": "many"}]},
    "enormous code": {"status": "failed", "errors": [{"code": 10**12}]},
    "no errors": {"status": "failed"},
    "price is text": {"pricing": "free"},
    "price of odd values": {"pricing": {"category": 7, "type": "a\x00b"}},
    "payment": {"type": "payment", "status": "captured", "payment": {"amount": {"value": 1}}},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
async def test_an_odd_status_holds_nothing_up(service, sent, report, odd):
    await report(hooks.status(**odd), hooks.status(sent, "read"))
    assert await columns(service, sent, "wa_status") == ("read",)


async def test_a_status_that_cannot_be_folded_does_not_stop_the_others(service, sent, deliver):
    """Broken by hand in the database: it stands for a fault that nobody thought of."""
    statuses = (hooks.status(1, id="wamid.broken"), hooks.status(sent, "read"))
    await deliver(hooks.body(hooks.change(statuses=statuses, contacts=())))
    await service.pool.execute("UPDATE inbox SET body = 'x' WHERE id LIKE 'wamid.broken%'")
    for _ in range(8):
        await settle_down(service)
        service.clock.offset += hooks.AN_HOUR
    assert await columns(service, sent, "wa_status") == ("read",)
    rows = await service.pool.fetch("SELECT state, count(*) FROM inbox GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in rows] == [("done", 1), ("parked", 1)]
