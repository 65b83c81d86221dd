"""Trouble on purpose: errors by code, broken answers, lost answers to accepted messages."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientError, ClientTimeout

from tests.sandbox.conftest import Sandbox

TEXT = {"body": "x"}


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("429", 400, 130429),
        ("pair", 400, 131056),
        ("500", 500, 131000),
        ("down", 503, 2),
        ("token_revoked", 401, 190),
        ("maintenance", 500, 131057),
        ("131042", 400, 131042),
        ("368", 403, 368),
        ("131016", 500, 131016),
    ],
)
async def test_a_fault_answers_its_code_and_sends_nothing(
    sandbox: Sandbox, fault: str, status: int, code: int
) -> None:
    await sandbox.say()
    await sandbox.trouble(fail=fault)
    answered, answer = await sandbox.send("text", TEXT)
    assert (answered, answer["error"]["code"]) == (status, code)
    await sandbox.trouble(fail=None)
    await sandbox.text()
    assert len(await sandbox.phone()) == 2


async def test_a_gateway_answers_html(sandbox: Sandbox) -> None:
    await sandbox.say()
    await sandbox.trouble(fail="html")
    body = {"messaging_product": "whatsapp", "to": "+919811112222", "text": TEXT}
    url = f"{sandbox.base}/graph/v26.0/{sandbox.config.phone_id}/messages"
    bearer = {"Authorization": "Bearer token"}
    async with sandbox.session.post(url, json=body, headers=bearer) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")


async def test_only_the_next_calls_fail(sandbox: Sandbox) -> None:
    await sandbox.say()
    await sandbox.trouble(fail="500", fail_next=2)
    statuses = [(await sandbox.send("text", TEXT))[0] for _ in range(3)]
    assert statuses == [500, 500, 200]
    trouble = await sandbox.control("GET", "trouble")
    assert (trouble["whatsapp"]["fail"], trouble["whatsapp"]["fail_next"]) == (None, None)


async def test_marks_of_reading_use_up_no_fault(sandbox: Sandbox) -> None:
    wamid = await sandbox.say()
    await sandbox.trouble(fail="500", fail_next=1)
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    assert (await sandbox.graph("POST", f"{sandbox.config.phone_id}/messages", body))[0] == 200
    assert (await sandbox.send("text", TEXT))[0] == 500


async def test_a_revoked_token_and_an_outage_meet_every_call(sandbox: Sandbox) -> None:
    for fault, status in (("token_revoked", 401), ("down", 503)):
        await sandbox.trouble(fail=fault)
        assert (await sandbox.graph("GET", sandbox.config.phone_id))[0] == status
    await sandbox.trouble(fail="500")
    assert (await sandbox.graph("GET", sandbox.config.phone_id))[0] == 200


async def send_and_lose(sandbox: Sandbox, fault: str) -> None:
    await sandbox.say()
    await sandbox.trouble(fail=fault, fail_next=1)
    short: Any = ClientTimeout(total=0.3)
    body = {"messaging_product": "whatsapp", "to": "+919811112222", "text": TEXT}
    body["biz_opaque_callback_data"] = "msg_1"
    path = f"{sandbox.config.phone_id}/messages"
    with pytest.raises((ClientError, asyncio.TimeoutError)):
        await sandbox.graph("POST", path, body, timeout=short)
    await sandbox.flush()


@pytest.mark.parametrize("fault", ["timeout_after_accept", "reset_after_accept"])
async def test_an_accepted_message_whose_answer_is_lost_proves_itself_by_its_status(
    sandbox: Sandbox, fault: str
) -> None:
    await send_and_lose(sandbox, fault)
    told = [(s["status"], s["biz_opaque_callback_data"]) for s in sandbox.service.statuses]
    assert told == [("sent", "msg_1"), ("delivered", "msg_1")]
    assert len(await sandbox.phone()) == 2


async def test_a_connection_reset_before_accepting_sends_nothing(sandbox: Sandbox) -> None:
    await send_and_lose(sandbox, "reset")
    assert sandbox.service.statuses == []
    assert len(await sandbox.phone()) == 1


WRONG: list[dict[str, Any]] = [
    {"weather": {}},
    {"whatsapp": {"rain": 1}},
    {"whatsapp": {"fail": "sometimes"}},
    {"whatsapp": {"fail": 429}},
    {"whatsapp": {"window_errors": "never"}},
    {"whatsapp": {"unreachable": "+919811112222"}},
    {"whatsapp": {"hold_statuses": 1}},
    {"whatsapp": []},
    {"webhooks": {"batch": 1001}},
    {"webhooks": {"batch": 0}},
    {"webhooks": {"drop_rate": 1.5}},
    {"webhooks": {"duplicate": -1}},
    {"webhooks": {"delay_seconds": "x"}},
    {"webhooks": {"delay_seconds": True}},
    {"paytm": {"refund": "never"}},
]


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_switch_that_cannot_be_is_refused_whole(
    sandbox: Sandbox, wrong: dict[str, Any]
) -> None:
    before = await sandbox.control("GET", "trouble")
    body = {"webhooks": {"delay_seconds": 5}} | wrong
    answer = await sandbox.control("PUT", "trouble", expect=400, **body)
    assert answer["error"]
    assert await sandbox.control("GET", "trouble") == before


async def test_switches_are_merged_and_null_is_off(sandbox: Sandbox) -> None:
    await sandbox.webhooks(duplicate=2)
    await sandbox.webhooks(delay_seconds=1.5)
    board = (await sandbox.control("GET", "trouble"))["webhooks"]
    assert (board["duplicate"], board["delay_seconds"]) == (2, 1.5)
    await sandbox.webhooks(duplicate=None)
    assert (await sandbox.control("GET", "state"))["trouble"]["webhooks"]["duplicate"] == 0
