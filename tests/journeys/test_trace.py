"""One id leads from what WhatsApp or Paytm delivered to all that it caused."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import log
from db import trace
from tests.journeys.town import Town

Line = dict[str, Any]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    log.configure(to=(lines := io.StringIO()))
    yield lines
    structlog.reset_defaults()


def about(logged: io.StringIO, id_: str) -> list[Line]:
    """The lines that a search for the id finds, in their order."""
    return [json.loads(line) for line in logged.getvalue().splitlines() if id_ in line]


def events(lines: list[Line]) -> list[str]:
    return [line["event"] for line in lines]


def of_the_id(line: Line, id_: str, name: str) -> list[Any]:
    """What a line that tells of many says of the id alone."""
    return [each for each, own in zip(line[name], line["traces"], strict=True) if own == id_]


async def test_a_tap_is_followed_from_the_webhook_to_every_status(
    town: Town, logged: io.StringIO
) -> None:
    booking_id = await town.to_paid()
    wamid = await town.tap("suresh", "Confirm booking")
    id_ = trace.of(wamid)
    lines = about(logged, id_)
    assert events(lines[:4]) == ["webhook_stored", "moved", "moved", "event_handled"]
    assert [(line["move"], line["actor"], line["state"]) for line in lines[1:3]] == [
        ("confirmed", "owner", "OWNER_CONFIRMED"),
        ("ticket_issued", "clock", "TICKET_GENERATED"),
    ]
    assert {line["booking"] for line in lines[1:3]} == {booking_id}
    sent = [each for line in lines if line["event"] == "messages_sent"
            for each in of_the_id(line, id_, "messages")]  # fmt: skip
    rows = await town.service.pool.fetch(
        "SELECT id, intent FROM message WHERE trace = $1 AND kind = 'whatsapp' ORDER BY id", id_
    )
    assert sorted(sent) == [row["id"] for row in rows]
    assert {row["intent"] for row in rows} == {
        "guest.confirmed",
        "owner.confirmed",
        "admin.confirmed",
    }
    folded = {
        (message, state)
        for line in lines if line["event"] == "statuses_folded"
        for message, state, own in zip(line["messages"], line["states"], line["traces"], strict=True)
        if own == id_
    }  # fmt: skip
    assert folded >= {(message, "delivered") for message in sent}


async def test_talk_keeps_its_id_up_to_the_answers_status(town: Town, logged: io.StringIO) -> None:
    for who in ("rahul", "asha"):
        await town.api("POST", f"people/{who}/say", text="hi")
    await town.settle()
    row = await town.one("SELECT id, trace, dedupe_key FROM message ORDER BY id LIMIT 1")
    assert row["trace"] == trace.of(row["dedupe_key"].rpartition(":")[0])
    found = events(about(logged, row["trace"]))
    assert found[:2] == ["webhook_stored", "events_answered"]
    assert set(found[2:]) == {"messages_sent", "statuses_folded"}


async def test_what_comes_later_belongs_to_the_tap_that_began_it(
    town: Town, logged: io.StringIO
) -> None:
    """The undo time, Paytm's refund and the words to the guest all begin with the owner's tap."""
    booking_id = await town.to_paid()
    id_ = trace.of(await town.tap("suresh", "Cancel booking"))
    await town.clock("+31s")
    await town.clock("+1h")
    await town.clock("+1d")
    jobs = [line["intent"] for line in about(logged, id_) if line["event"] == "job_done"]
    assert jobs[:2] == ["settled", "refund"]
    moves = [line["move"] for line in about(logged, id_) if line["event"] == "moved"]
    assert moves == ["cancelled", "settled", "refund_requested", "refund_succeeded"]
    kept = await town.service.pool.fetch(
        "SELECT event FROM booking_event WHERE booking_id = $1 AND trace = $2 ORDER BY seq",
        booking_id, id_,
    )  # fmt: skip
    assert [row["event"] for row in kept] == moves


async def test_a_callback_is_followed_into_the_booking(town: Town, logged: io.StringIO) -> None:
    await town.to_paid()
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    (accepted,) = [line for line in lines if line["event"] == "callback_accepted"]
    found = about(logged, accepted["trace"])
    assert events(found)[:4] == ["callback_accepted", "moved", "moved", "job_done"]
    assert [line["move"] for line in found[1:3]] == ["payment_succeeded", "request_queued"]
    assert "messages_sent" in events(found) and "statuses_folded" in events(found)


async def test_a_fault_names_the_id(town: Town, logged: io.StringIO) -> None:
    await town.trouble(whatsapp={"fail": "131026"})
    await town.say("rahul", "hi")
    id_ = await town.one("SELECT trace FROM message WHERE state = 'dead'")
    assert "send_failed" in events(about(logged, id_["trace"]))


async def test_what_failed_and_was_undone_is_not_told_as_a_move(
    town: Town, logged: io.StringIO
) -> None:
    await town.to_paid()
    await town.service.pool.execute("ALTER TABLE ticket RENAME TO away")
    wamid = await town.tap("suresh", "Confirm booking")
    await town.service.pool.execute("ALTER TABLE away RENAME TO ticket")
    found = events(about(logged, trace.of(wamid)))
    assert "event_failed" in found and "moved" not in found
    await town.clock("+10m")
    assert "moved" in events(about(logged, trace.of(wamid)))
