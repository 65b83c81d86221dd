"""What WhatsApp reports back is folded into its message, whatever shape it comes in."""

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.queue.worker import settle_down
from bot.whatsapp.reports import RANK, Report, furthest
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
    statuses = (hooks.status(1, "failed", id="wamid.broken"), hooks.status(sent, "read"))
    await deliver(hooks.body(hooks.change(statuses=statuses, contacts=())))
    await service.pool.execute("UPDATE inbox SET body = 'x' WHERE id LIKE 'wamid.broken%'")
    for _ in range(8):
        await settle_down(service)
        service.clock.offset += hooks.AN_HOUR
    assert await columns(service, sent, "wa_status") == ("read",)
    rows = await service.pool.fetch("SELECT state, count(*) FROM inbox GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in rows] == [("done", 1), ("parked", 1)]


# ---------------------------------------------------------------- folded at the door


async def test_a_step_forward_is_folded_before_it_is_answered(service, sent, deliver):
    """And kept as evidence; what may lead to more waits for the inbox."""
    for status in (hooks.status(sent, "read"), hooks.status(sent, "failed")):
        assert await deliver(hooks.body(hooks.change(statuses=[status], contacts=()))) == 200
    assert await columns(service, sent, "wa_status") == ("read",)
    rows = await service.pool.fetch("SELECT id, state FROM inbox ORDER BY seq")
    assert [(row["id"].rpartition(":")[2], row["state"]) for row in rows] == [
        ("read", "done"), ("failed", "ready"),
    ]  # fmt: skip


async def test_many_reports_of_many_messages_at_once(service, sent, deliver):
    bodies = [
        hooks.body(
            hooks.change(statuses=[hooks.status(number, name, id=f"wamid.{number}")], contacts=())
        )
        for name in ("read", "sent", "delivered", "delivered")
        for number in (sent, sent + 1)
    ]
    assert await asyncio.gather(*map(deliver, bodies)) == [200] * 8
    assert await columns(service, sent, "wa_status") == ("read",)
    assert await service.pool.fetchval("SELECT count(*) FROM inbox WHERE state = 'done'") == 6


async def test_what_cannot_be_folded_at_the_door_is_kept_for_the_inbox(
    service, sent, deliver, monkeypatch
):
    async def broken(self, deliveries):
        raise ValueError("a fault that nobody thought of")

    monkeypatch.setattr(service.outcomes._noted, "_work", broken.__get__(service.outcomes))
    assert await deliver(hooks.body(hooks.change(statuses=[hooks.status(sent, "read")]))) == 200
    assert await columns(service, sent, "wa_status") == (None,)
    await settle_down(service)
    assert await columns(service, sent, "wa_status") == ("read",)


FROM_BEST = sorted(RANK, key=RANK.__getitem__, reverse=True)
STEPS = st.builds(
    Report, st.integers(1, 3), st.just("w"), st.sampled_from(sorted(set(RANK) - {"failed"})),
    st.none(), st.sampled_from([None, "utility", "service"]), st.none(),
)  # fmt: skip


@given(told=st.lists(STEPS, max_size=12))
def test_the_furthest_says_what_all_reports_say(told):
    for one in furthest(told):
        mine = [each for each in told if each.tracker == one.tracker]
        assert one.status == min((each.status for each in mine), key=FROM_BEST.index)
        prices = [each.category for each in mine if each.category]
        assert one.category == (prices[-1] if prices else None)
    assert len(furthest(told)) == len({each.tracker for each in told})
