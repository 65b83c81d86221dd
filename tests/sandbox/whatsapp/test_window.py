"""The 24-hour window: who writes opens it; free-form messages outside it get 131047."""

from datetime import datetime, timedelta

import pytest

from tests.sandbox.conftest import Sandbox

ALMOST_A_DAY = 24 * 3600 - 60


async def test_nobody_may_be_written_to_before_they_write(sandbox: Sandbox) -> None:
    status, answer = await sandbox.send("text", {"body": "x"})
    assert (status, answer["error"]["code"]) == (400, 131047)
    assert (await sandbox.control("GET", "people/asha"))["window_until"] is None
    assert await sandbox.phone() == []


async def test_the_window_closes_24_hours_after_the_last_message(sandbox: Sandbox) -> None:
    await sandbox.say()
    person = await sandbox.control("GET", "people/asha")
    clock = await sandbox.control("GET", "clock")
    left = datetime.fromisoformat(person["window_until"]) - datetime.fromisoformat(clock["now"])
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
    await sandbox.later(advance_seconds=ALMOST_A_DAY)
    await sandbox.text()
    await sandbox.later(advance_seconds=120)
    status, answer = await sandbox.send("text", {"body": "x"})
    assert (status, answer["error"]["code"]) == (400, 131047)
    assert (await sandbox.control("GET", "people/asha"))["window_until"] is None
    await sandbox.say()
    await sandbox.text()


async def test_reading_and_link_taps_do_not_open_the_window(sandbox: Sandbox) -> None:
    await sandbox.say()
    action = {"name": "cta_url", "parameters": {"display_text": "Pay", "url": "https://a.in/1"}}
    content = {"type": "cta_url", "body": {"text": "Pay"}, "action": action}
    _, answer = await sandbox.send("interactive", content)
    wamid = answer["messages"][0]["id"]
    await sandbox.later(advance_seconds=ALMOST_A_DAY + 120)
    await sandbox.control("POST", "people/asha/read")
    await sandbox.control("POST", "people/asha/tap", message=wamid, button="Pay")
    status, _ = await sandbox.send("text", {"body": "x"})
    assert status == 400


async def test_a_closed_window_can_be_told_later(sandbox: Sandbox) -> None:
    await sandbox.trouble(window_errors="async")
    wamid = await sandbox.text("x", biz_opaque_callback_data="msg_1")
    await sandbox.flush()
    (told,) = sandbox.service.statuses
    assert (told["id"], told["status"]) == (wamid, "failed")
    assert told["biz_opaque_callback_data"] == "msg_1"
    assert told["errors"][0]["code"] == 131047
    assert await sandbox.phone() == []


async def test_a_closed_window_can_be_told_both_ways(sandbox: Sandbox) -> None:
    await sandbox.trouble(window_errors="both")
    status, answer = await sandbox.send("text", {"body": "x"}, biz_opaque_callback_data="msg_1")
    assert (status, answer["error"]["code"]) == (400, 131047)
    await sandbox.flush()
    (told,) = sandbox.service.statuses
    assert (told["biz_opaque_callback_data"], told["errors"][0]["code"]) == ("msg_1", 131047)


@pytest.mark.parametrize("way", ["sync", "async"])
async def test_a_clock_moved_back_opens_the_window_again(sandbox: Sandbox, way: str) -> None:
    await sandbox.trouble(window_errors=way)
    await sandbox.say()
    await sandbox.later(advance_seconds=3 * 86_400)
    await sandbox.later(reset=True)
    await sandbox.text()
    assert (await sandbox.phone())[-1]["status"] == "delivered"
