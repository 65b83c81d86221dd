"""The control API: state, clock, journal and its stream, reset, guard, and the page."""

import asyncio
import json
from typing import Any

import pytest

from sandbox.app import make_app
from sandbox.guard import check_not_production
from tests.sandbox.conftest import Sandbox, Starter, config_for


async def test_the_state_tells_all_that_a_page_needs(sandbox: Sandbox) -> None:
    await sandbox.say()
    state = await sandbox.control("GET", "state")
    assert state["service_url"] == sandbox.config.service_url
    assert state["business_phone"] == "+919800000001"
    assert [p["key"] for p in state["people"]] == ["asha", "kabir", "suresh", "admin"]
    asha = state["people"][0]
    assert (asha["name"], asha["role"], asha["language"]) == ("Asha", "guest", "en")
    assert (asha["hides_phone"], asha["unread"]) == (False, 0)
    assert state["last_event"] == sandbox.world.journal.last
    assert sorted(state["trouble"]) == ["paytm", "webhooks", "whatsapp"]


async def test_the_service_hears_of_the_clock_at_start_and_after_each_move(
    sandbox: Sandbox,
) -> None:
    await asyncio.wait_for(sandbox.service.told.wait(), 5)
    assert sandbox.service.offsets == [0]
    answer = await sandbox.control("POST", "clock", advance_seconds=900)
    assert (answer["offset_seconds"], answer["told"]) == (900, True)
    await sandbox.control("POST", "clock", advance_seconds=100)
    await sandbox.control("POST", "clock", reset=True)
    assert sandbox.service.offsets == [0, 900, 1000, 0]
    there = "2027-01-05T09:00:00+05:30"
    answer = await sandbox.control("POST", "clock", to=there)
    assert answer["now"].startswith("2027-01-05T03:30:0")


async def test_a_service_that_does_not_hear_of_the_clock_is_no_error(start: Starter) -> None:
    lonely = await start(service_url="http://127.0.0.1:9")
    answer = await lonely.control("POST", "clock", advance_seconds=60)
    assert (answer["told"], answer["offset_seconds"]) == (False, 60)
    assert "127.0.0.1:9" in answer["error"]


@pytest.mark.parametrize(
    "wrong", [{}, {"to": "tomorrow"}, {"to": "2027-01-05T09:00:00"}, {"advance_seconds": "x"}]
)
async def test_a_clock_move_that_cannot_be_is_refused(
    sandbox: Sandbox, wrong: dict[str, Any]
) -> None:
    body = wrong or {"backwards": 1}
    assert "error" in await sandbox.control("POST", "clock", expect=400, **body)
    assert (await sandbox.control("GET", "clock"))["offset_seconds"] == 0


async def test_the_journal_tells_calls_messages_statuses_and_webhooks(sandbox: Sandbox) -> None:
    await sandbox.say()
    wamid = await sandbox.text()
    await sandbox.flush()
    entries = (await sandbox.control("GET", "journal?after=0"))["entries"]
    assert [entry["id"] for entry in entries] == list(range(1, len(entries) + 1))
    kinds = [entry["kind"] for entry in entries]
    assert {"message", "status", "request", "webhook"} == set(kinds)
    request = next(entry["data"] for entry in entries if entry["kind"] == "request")
    assert (request["method"], request["status"], request["code"]) == ("POST", 200, None)
    assert request["request"]["text"] == {"body": "Hello"}
    assert request["response"]["messages"] == [{"id": wamid}]
    webhook = next(entry["data"] for entry in entries if entry["kind"] == "webhook")
    assert (webhook["status"], json.loads(webhook["body"])["object"]) == (
        200,
        "whatsapp_business_account",
    )
    last = entries[-2]["id"]
    rest = (await sandbox.control("GET", f"journal?after={last}"))["entries"]
    assert rest == entries[-1:]


async def events(sandbox: Sandbox, count: int, **headers: str) -> list[dict[str, Any]]:
    """So many events of the stream."""
    found: list[dict[str, Any]] = []
    url = f"{sandbox.base}/sandbox/events"
    async with sandbox.session.get(url, headers=headers) as answer:
        assert answer.content_type == "text/event-stream"
        event: dict[str, Any] = {}
        async for line in answer.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name in ("id", "event", "data"):
                event[name] = value
            elif not name and event:
                found.append(event)
                event = {}
            if len(found) == count:
                break
    return found


async def test_the_stream_replays_what_was_missed_and_goes_on(sandbox: Sandbox) -> None:
    wamids = [await sandbox.say("one"), await sandbox.say("two")]
    await sandbox.flush()
    first = await events(sandbox, 1, **{"Last-Event-ID": "0"})
    assert (first[0]["id"], first[0]["event"]) == ("1", "message")
    stream = asyncio.ensure_future(events(sandbox, 4, **{"Last-Event-ID": "1"}))
    wamids.append(await sandbox.say("three"))
    seen = await asyncio.wait_for(stream, 5)
    assert [event["id"] for event in seen] == ["2", "3", "4", "5"]
    entries = (await sandbox.control("GET", "journal?after=0"))["entries"]
    assert [json.loads(event["data"]) for event in seen] == entries[1:5]


async def test_a_new_reader_of_the_stream_gets_only_what_comes(sandbox: Sandbox) -> None:
    await sandbox.say("old")
    await sandbox.flush()
    last = sandbox.world.journal.last
    async with sandbox.session.get(f"{sandbox.base}/sandbox/events") as answer:
        assert await answer.content.readline() == b": here\n"
        await sandbox.say("new")
        await answer.content.readline()
        assert await answer.content.readline() == f"id: {last + 1}\n".encode()


async def test_a_reset_forgets_everything_but_the_seeds_and_templates(sandbox: Sandbox) -> None:
    components = [{"type": "body", "text": "Your booking is ready"}]
    body = {"name": "hello", "language": "en", "category": "utility", "components": components}
    await sandbox.graph("POST", f"{sandbox.config.business_id}/message_templates", body)
    before = await sandbox.control("GET", "people/asha")
    await sandbox.control("POST", "people", name="Mira")
    await sandbox.webhooks(delay_seconds=60)
    await sandbox.say()
    await sandbox.later(advance_seconds=10)
    last = sandbox.world.journal.last
    await sandbox.control("POST", "reset")
    assert await sandbox.flush() == 0
    state = await sandbox.control("GET", "state")
    assert len(state["people"]) == 4
    assert state["people"][0] == before
    assert state["clock"]["offset_seconds"] == 0
    assert state["trouble"]["webhooks"]["delay_seconds"] == 0
    assert await sandbox.phone() == []
    (entry,) = (await sandbox.control("GET", "journal?after=0"))["entries"]
    assert (entry["kind"], entry["id"] > last) == ("reset", True)
    assert (await sandbox.control("GET", "templates/hello/en"))["status"] == "APPROVED"
    assert sandbox.service.offsets[-1] == 0


async def test_a_reset_empties_paytms_books(sandbox: Sandbox) -> None:
    books = await sandbox.control("GET", "paytm/books")
    assert books == {"links": [], "payments": [], "refunds": []}
    await sandbox.control("POST", "reset")
    assert await sandbox.control("GET", "paytm/books") == books


async def test_an_unknown_template_is_named_with_those_that_exist(sandbox: Sandbox) -> None:
    answer = await sandbox.control("GET", "templates/none/en", expect=404)
    assert "none/en" in answer["error"]
    assert await sandbox.control("GET", "templates") == {"templates": []}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "sandbox.example.com"},
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Host": "127.0.0.1.example.com"},
    ],
)
async def test_other_hosts_and_origins_are_turned_away(
    sandbox: Sandbox, headers: dict[str, str]
) -> None:
    for path in ("/sandbox/api/state", "/sandbox", "/sandbox/events"):
        async with sandbox.session.get(sandbox.base + path, headers=headers) as answer:
            assert answer.status == 403


async def test_the_page_is_served_under_a_strict_policy(sandbox: Sandbox) -> None:
    for path, kind in (
        ("/sandbox", "html"),
        ("/sandbox/static/main.js", "javascript"),
        ("/sandbox/static/sandbox.css", "css"),
    ):
        async with sandbox.session.get(sandbox.base + path) as answer:
            assert (answer.status, kind in answer.content_type) == (200, True)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["Cache-Control"] == "no-store"


def test_the_sandbox_takes_no_token_of_metas() -> None:
    addresses = {"own_url": "http://127.0.0.1:1", "service_url": "http://127.0.0.1:2"}
    with pytest.raises(ValueError, match="token"):
        make_app(config_for(**addresses, token="EAA" + "x1" * 40))


@pytest.mark.parametrize("field", ["own_url", "service_url"])
@pytest.mark.parametrize(
    "url", ["https://book.example.in", "http://192.168.1.5:8080", "http://127.0.0.1.example.in"]
)
def test_the_sandbox_starts_only_on_this_machine(field: str, url: str) -> None:
    addresses = {"own_url": "http://127.0.0.1:1", "service_url": "http://localhost:2"} | {
        field: url
    }
    with pytest.raises(ValueError, match=field):
        make_app(config_for(**addresses))


@pytest.mark.parametrize(
    "environ",
    [
        {"WHATSAPP_API_URL": "https://graph.facebook.com"},
        {"PAYTM_API_URL": "https://secure.paytmpayments.com"},
        {"PAYTM_API_URL": "https://securegw.paytm.in"},
        {"WHATSAPP_TOKEN": "EAA" + "x1" * 40},
    ],
)
def test_the_sandbox_refuses_production(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=next(iter(environ))):
        check_not_production(environ)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match="never meets"):
        make_app(config_for(own_url="http://127.0.0.1:1", service_url="http://127.0.0.1:2"))
    check_not_production({"WHATSAPP_API_URL": "http://127.0.0.1:9/graph", "WHATSAPP_TOKEN": "x"})


async def test_an_older_time_never_arrives_after_a_newer_one(sandbox: Sandbox) -> None:
    await asyncio.wait_for(sandbox.service.told.wait(), 5)
    gate = sandbox.service.gate = asyncio.Event()
    first = asyncio.create_task(sandbox.control("POST", "clock", advance_seconds=60))
    await asyncio.wait_for(sandbox.service.waiting.wait(), 5)
    second = asyncio.create_task(sandbox.control("POST", "clock", advance_seconds=60))
    for _ in range(20):  # the second call has been taken by then, and would have told its time
        await sandbox.control("GET", "state")
    gate.set()
    await asyncio.gather(first, second)
    assert sandbox.service.offsets[-1] == 120
