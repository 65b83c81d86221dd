"""The way of a webhook: signature, batches, copies, wrong order, loss, delay, retries."""

import json
from typing import Any

import pytest

from sandbox.whatsapp import hooks
from tests.sandbox.conftest import Sandbox


def texts(sandbox: Sandbox) -> list[str]:
    return [message["text"]["body"] for message in sandbox.service.messages]


async def say_all(sandbox: Sandbox, *said: str) -> None:
    for text in said:
        await sandbox.say(text)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No silence is so long that a batch goes out incomplete, however busy the machine is."""
    monkeypatch.setattr(hooks, "BATCH_LINGER", 3600.0)


async def test_webhooks_keep_their_order(sandbox: Sandbox) -> None:
    said = [str(number) for number in range(20)]
    await say_all(sandbox, *said)
    assert await sandbox.flush() == 0
    assert texts(sandbox) == said


@pytest.mark.usefixtures("patient")
async def test_a_thousand_events_fit_in_one_signed_webhook(sandbox: Sandbox) -> None:
    await sandbox.webhooks(batch=1000)
    for number in range(1000):
        await sandbox.say(str(number), key=("asha", "kabir")[number % 2])
    await sandbox.flush()
    ((body, signature),) = sandbox.service.webhooks
    assert sandbox.service.honest(body, signature)
    assert texts(sandbox) == [str(number) for number in range(1000)]
    entries = json.loads(body)["entry"]
    changes = [change for entry in entries for change in entry["changes"]]
    assert len(entries) > 1
    assert len(changes) > len(entries)
    assert max(len(change["value"]["messages"]) for change in changes) > 1
    for change in changes:
        known = {contact["user_id"] for contact in change["value"]["contacts"]}
        assert {message["from_user_id"] for message in change["value"]["messages"]} == known


@pytest.mark.usefixtures("patient")
async def test_statuses_of_one_message_share_a_batch(sandbox: Sandbox) -> None:
    await sandbox.webhooks(batch=10)
    await sandbox.say()
    wamid = await sandbox.text()
    await sandbox.flush()
    ((body, _),) = sandbox.service.webhooks
    kinds = [min(value) for value in sandbox.service.values]
    assert len(kinds) == 2
    assert body.count(wamid.encode()) == 2
    assert [status["status"] for status in sandbox.service.statuses] == ["sent", "delivered"]


async def test_an_incomplete_batch_goes_out_by_itself(sandbox: Sandbox) -> None:
    await sandbox.webhooks(batch=10)
    await sandbox.say("alone")
    await sandbox.session.get(f"{sandbox.base}/sandbox/api/state")
    while not sandbox.service.webhooks:
        await sandbox.world.journal.news().wait()
    assert texts(sandbox) == ["alone"]


async def test_copies_are_the_same_bytes(sandbox: Sandbox) -> None:
    await sandbox.webhooks(duplicate=2)
    await sandbox.say()
    await sandbox.flush()
    assert len(sandbox.service.webhooks) == 3
    assert len(set(sandbox.service.webhooks)) == 1


async def test_the_newest_comes_first_where_the_order_is_wrong(sandbox: Sandbox) -> None:
    await sandbox.webhooks(reorder=True)
    await sandbox.webhooks(delay_seconds=60)
    await say_all(sandbox, "one", "two", "three")
    await sandbox.later(advance_seconds=61)
    await sandbox.flush()
    assert texts(sandbox) == ["three", "two", "one"]


async def test_so_many_webhooks_are_lost_for_good(sandbox: Sandbox) -> None:
    await sandbox.webhooks(drop_next=2)
    await say_all(sandbox, "one", "two", "three")
    assert await sandbox.flush() == 0
    assert texts(sandbox) == ["three"]
    lost = [e for e in sandbox.world.journal.entries if e.kind == "webhook" and e.data.get("lost")]
    assert len(lost) == 2
    assert sandbox.world.trouble["webhooks"]["drop_next"] == 0


async def test_a_share_of_webhooks_is_lost(sandbox: Sandbox) -> None:
    await sandbox.webhooks(drop_rate=0.5)
    await say_all(sandbox, *(str(number) for number in range(60)))
    await sandbox.flush()
    assert 10 < len(sandbox.service.webhooks) < 50


async def test_a_delayed_webhook_waits_until_the_clock_has_moved(sandbox: Sandbox) -> None:
    await sandbox.webhooks(delay_seconds=60)
    await say_all(sandbox, "one", "two")
    assert await sandbox.flush() == 2
    assert sandbox.service.webhooks == []
    await sandbox.later(advance_seconds=61)
    assert await sandbox.flush() == 0
    assert texts(sandbox) == ["one", "two"]


@pytest.mark.parametrize("status", [500, 401, 204, 302])
async def test_anything_but_200_is_tried_again(sandbox: Sandbox, status: int) -> None:
    sandbox.service.answers = [status, status]
    await sandbox.say("one")
    assert await sandbox.flush() == 1
    await sandbox.later(advance_seconds=0.2)
    assert await sandbox.flush() == 1
    await sandbox.later(advance_seconds=1)
    assert await sandbox.flush() == 0
    assert len(sandbox.service.webhooks) == 3
    assert len(set(sandbox.service.webhooks)) == 1
    tries = [e.data["status"] for e in sandbox.world.journal.entries if e.kind == "webhook"]
    assert tries == [status, status, 200]


async def test_a_failing_webhook_holds_up_no_other(sandbox: Sandbox) -> None:
    sandbox.service.answers = [500]
    await say_all(sandbox, "one", "two")
    assert await sandbox.flush() == 1
    assert texts(sandbox) == ["one", "two"]


async def test_after_the_last_retry_a_webhook_is_given_up(sandbox: Sandbox) -> None:
    sandbox.service.answers = [500] * 9
    await sandbox.say()
    for seconds in (0, 1, 2, 6, 21, 3600):
        await sandbox.later(advance_seconds=seconds)
        pending = await sandbox.flush()
    assert pending == 0
    assert len(sandbox.service.webhooks) == 5


async def test_a_service_that_is_not_there_is_tried_again(sandbox: Sandbox) -> None:
    lost = sandbox.config.service_url.replace("127.0.0.1", "localhost").rsplit(":", 1)[0] + ":9"
    sandbox.world.deliveries.post(
        f"{lost}/x", b"{}", {}, area="webhooks", retry=True, note={"ids": []}
    )
    assert await sandbox.flush() == 1
    (entry,) = [e for e in sandbox.world.journal.entries if e.kind == "webhook"]
    assert entry.data["status"] is None
    assert entry.data["error"]


async def post(sandbox: Sandbox, **fields: Any) -> tuple[bytes, str | None]:
    await sandbox.control("POST", "webhooks", **fields)
    await sandbox.flush()
    return sandbox.service.webhooks[-1]


async def test_any_webhook_can_be_sent_signed_rightly_wrongly_or_not_at_all(
    sandbox: Sandbox,
) -> None:
    body, signed = await post(sandbox, body="{nonsense")
    assert body == b"{nonsense"
    assert sandbox.service.honest(body, signed)
    body, signed = await post(sandbox, value={"x": 1}, field="account_update", signature="wrong")
    assert json.loads(body)["entry"][0]["changes"] == [
        {"field": "account_update", "value": {"x": 1}}
    ]
    assert json.loads(body)["entry"][0]["time"]
    assert signed
    assert not sandbox.service.honest(body, signed)
    assert (await post(sandbox, body="{}", signature="missing"))[1] is None
    body, _ = await post(sandbox, value={}, pad=3 * 1024 * 1024)
    assert len(body) > 3 * 1024 * 1024
    await sandbox.control("POST", "webhooks", expect=400, signature="wrong")
    await sandbox.control("POST", "webhooks", expect=400, body="{}", signature="odd")
