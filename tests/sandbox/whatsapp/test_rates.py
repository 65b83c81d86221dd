"""How fast one may send: a number, a pair, a day, a management hour; on the moved clock."""

import pytest

from tests.sandbox.conftest import Sandbox


async def freeze(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real time stands still, so that only moves of the clock count."""
    now = sandbox.world.clock.now().timestamp()
    monkeypatch.setattr("sandbox.journal.time.time", lambda: now)


async def test_a_pair_gets_45_at_once_and_then_one_in_6_seconds(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await freeze(sandbox, monkeypatch)
    await sandbox.say()
    await sandbox.say(key="suresh")
    await sandbox.trouble(mps=0)
    for _ in range(45):
        await sandbox.text()
    for _ in range(2):
        status, answer = await sandbox.send("text", {"body": "x"})
        assert (status, answer["error"]["code"]) == (400, 131056)
    await sandbox.text(to="+919766011111")  # others go on
    await sandbox.later(advance_seconds=5.9)
    assert (await sandbox.send("text", {"body": "x"}))[0] == 400
    await sandbox.later(advance_seconds=0.1)
    await sandbox.text()
    status, _ = await sandbox.send("text", {"body": "x"})
    assert status == 400
    await sandbox.later(advance_seconds=45 * 6)
    for _ in range(45):
        await sandbox.text()


async def test_a_number_sends_80_in_a_second(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await freeze(sandbox, monkeypatch)
    await sandbox.trouble(pair_rate=False)
    await sandbox.say()  # what comes in counts too
    for _ in range(79):
        await sandbox.text()
    status, answer = await sandbox.send("text", {"body": "x"})
    assert (status, answer["error"]["code"]) == (400, 130429)
    await sandbox.later(advance_seconds=0.1)
    for _ in range(8):
        await sandbox.text()
    status, _ = await sandbox.send("text", {"body": "x"})
    assert status == 400


async def test_the_upgraded_number_says_so(sandbox: Sandbox) -> None:
    wanted = {"params": {"fields": "throughput"}}
    _, answer = await sandbox.graph("GET", sandbox.config.phone_id, **wanted)
    assert answer == {"throughput": {"level": "STANDARD"}, "id": sandbox.config.phone_id}
    await sandbox.trouble(mps=1000)
    _, answer = await sandbox.graph("GET", sandbox.config.phone_id, **wanted)
    assert answer["throughput"] == {"level": "HIGH"}


async def test_a_clock_moved_back_forgets_the_rates(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await freeze(sandbox, monkeypatch)
    await sandbox.later(advance_seconds=3600)
    await sandbox.say()
    for _ in range(45):
        await sandbox.text()
    await sandbox.later(reset=True)
    await sandbox.text()


async def test_templates_reach_only_so_many_strangers_a_day(sandbox: Sandbox) -> None:
    await sandbox.trouble(daily_recipients=1)
    body = {"name": "hello", "language": "en", "category": "utility"}
    body["components"] = [{"type": "body", "text": "Your booking is ready"}]  # type: ignore[assignment]  # a list among texts
    await sandbox.graph("POST", f"{sandbox.config.business_id}/message_templates", body)
    content = {"name": "hello", "language": {"code": "en"}}
    assert (await sandbox.send("template", content))[0] == 200
    assert (await sandbox.send("template", content))[0] == 200
    status, answer = await sandbox.send("template", content, to="+919766011111")
    assert (status, answer["error"]["code"]) == (400, 131048)
    await sandbox.later(advance_seconds=86_400)
    assert (await sandbox.send("template", content, to="+919766011111"))[0] == 200


async def test_management_calls_are_counted_by_the_hour(sandbox: Sandbox) -> None:
    await sandbox.trouble(management_per_hour=2)
    path = f"{sandbox.config.business_id}/message_templates"
    statuses = [(await sandbox.graph("GET", path))[0] for _ in range(3)]
    assert statuses == [200, 200, 400]
    _, answer = await sandbox.graph("GET", path)
    assert answer["error"]["code"] == 80007
    await sandbox.later(advance_seconds=3600)
    assert (await sandbox.graph("GET", path))[0] == 200
