"""Every answer that Paytm has for a refund (facts/paytm.md 7), from the phones and Paytm's books."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.scenarios import words_of
from tests.journeys.town import Town

INDIA = ZoneInfo("Asia/Kolkata")
ADVANCE = 360_000


async def owed(town: Town, **paytm: Any) -> None:
    """A booking that the owner has cancelled; Paytm has been asked for the refund once."""
    await town.to_paid()
    await town.clock("+40s")  # the first look at the payment is over
    await town.tap("suresh", "Cancel booking")
    await town.trouble(paytm=paytm)
    await town.clock("+31s")


async def refunds(town: Town) -> list[dict[str, Any]]:
    return list((await town.api("GET", "paytm/books"))["refunds"])


async def given_back_once(town: Town) -> None:
    """The guest has the advance, once, and knows it; nothing is left to do."""
    done = [r["amount_paise"] for r in await refunds(town) if r["status"] == "DONE"]
    assert done == [ADVANCE]
    told = [m for m in await town.from_bot("rahul") if "handed to your bank" in words_of(m)]
    assert len(told) == 1
    assert "₹3,600" in words_of(told[0])
    (state,) = await town.service.pool.fetch("SELECT status FROM booking")
    assert state["status"] == "REFUNDED"
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 0


async def ids(town: Town) -> list[str]:
    rows = await town.service.pool.fetch("SELECT ref_id FROM refund ORDER BY created_at")
    return [row["ref_id"] for row in rows]


async def to_next_settlement(town: Town) -> None:
    """Past eleven o'clock of the next day in India."""
    now = town.service.clock.now().astimezone(INDIA)
    tomorrow = datetime.combine(now.date(), datetime.min.time(), INDIA).timestamp() + 86_400
    await town.clock(datetime.fromtimestamp(tomorrow + 11 * 3600 + 60, INDIA).isoformat())


async def test_601_is_registered_and_10_is_done(town: Town) -> None:
    await owed(town)
    assert (await town.one("SELECT last_code FROM refund"))["last_code"] == "601"
    await town.never_saw("rahul", "handed to your bank")
    said = await town.has_seen("rahul", "Booking cancelled")
    assert "₹3,600" in said["body"]
    assert "5–7 working days" in said["body"]
    await town.clock("+61s")
    await given_back_once(town)
    (refund,) = await refunds(town)
    await town.sees("rahul", f"Bank reference {refund['bank_reference']}")


@pytest.mark.parametrize("code", ["617", "629"])
async def test_a_repeat_is_our_own_first_attempt_and_its_status_is_asked(
    town: Town, code: str
) -> None:
    await owed(town, refund=code)
    assert (await town.one("SELECT last_code FROM refund"))["last_code"] == code
    await town.never_saw("rahul", "handed to your bank")
    await town.clock("+61s")
    await given_back_once(town)
    assert len(await ids(town)) == 1


@pytest.mark.parametrize("code", ["600", "607", "619", "627"])
async def test_a_refusal_is_raised_with_buttons_and_tried_again_under_the_same_id(
    town: Town, code: str
) -> None:
    await owed(town, refund=code)
    await town.clock("+61s")
    card = await town.has_seen("admin", f"Paytm says: {code}")
    assert {each["title"] for each in card["buttons"]} == {"Check refund", "Mark refunded"}
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 1
    await town.never_saw("rahul", "handed to your bank")
    await town.trouble(paytm={"refund": "auto"})
    await town.clock("+1d")
    await town.clock("+6m")
    await given_back_once(town)
    assert len(await ids(town)) == 1
    assert len([m for m in await town.from_bot("admin") if "Paytm says" in m["body"]]) == 1


async def test_626_waits_for_the_other_refund_and_keeps_its_id(town: Town) -> None:
    await owed(town, refund="626")
    await town.trouble(paytm={"refund": "auto"})
    await town.clock("+5m")
    assert await refunds(town) == []
    await town.clock("+26m")
    await town.clock("+6m")
    await given_back_once(town)
    assert len(await ids(town)) == 1


async def test_620_is_told_and_tried_with_a_new_id_on_the_next_settlement_day(town: Town) -> None:
    await owed(town, refund="low_balance")
    await town.clock("+61s")
    await town.has_seen("admin", "Paytm has too little of your money")
    assert len(await ids(town)) == 1
    await town.trouble(paytm={"refund": "auto"})
    await to_next_settlement(town)
    await town.clock("+2m")
    await given_back_once(town)
    assert [r["status"] for r in await refunds(town)] == ["FAILED", "DONE"]
    assert len(await ids(town)) == 2


async def test_628_is_still_open_and_after_days_a_human_is_asked(town: Town) -> None:
    await owed(town, refund="manual")
    (refund,) = await refunds(town)
    await town.api("POST", f"paytm/refunds/{refund['ref_id']}", to="slow")
    for change in ("+2m", "+1h", "+1d", "+1d", "+1d", "+7h"):
        await town.clock(change)
    assert (await town.one("SELECT status, last_code FROM refund"))["last_code"] == "628"
    await town.has_seen("admin", "has been pending at Paytm for days: 628")
    await town.api("POST", f"paytm/refunds/{refund['ref_id']}", to="done")
    await town.clock("+7h")
    await given_back_once(town)


async def test_600_of_the_status_is_final_and_a_new_id_follows_next_day(town: Town) -> None:
    await owed(town, refund="failed")
    await town.clock("+61s")
    card = await town.has_seen("admin", "failed at Paytm")
    assert {each["title"] for each in card["buttons"]} == {"Check refund", "Mark refunded"}
    await town.trouble(paytm={"refund": "auto"})
    await to_next_settlement(town)
    await town.clock("+2m")
    await given_back_once(town)
    assert len(await ids(town)) == 2


@pytest.mark.parametrize("fault", ["501", "500", "html"])
async def test_631_after_a_broken_call_asks_again_under_the_same_id(town: Town, fault: str) -> None:
    await owed(town, fail=fault, fail_next=1)
    assert await refunds(town) == []
    assert (await town.one("SELECT status FROM refund"))["status"] == "initiated"
    for _ in range(3):
        await town.clock("+6m")
    await given_back_once(town)
    assert len(await ids(town)) == 1


async def test_a_refund_whose_answer_is_lost_is_made_once(town: Town) -> None:
    await owed(town, fail="reset", fail_next=1)
    for _ in range(3):
        await town.clock("+65s")
    await given_back_once(town)
    assert len(await refunds(town)) == 1


async def test_a_refund_that_was_made_in_the_dashboard_is_not_made_again(town: Town) -> None:
    await town.to_paid()
    (payment,) = (await town.api("GET", "paytm/books"))["payments"]
    await town.api("POST", f"paytm/payments/{payment['txn_id']}/refund")
    await town.tap("suresh", "Cancel booking")
    await town.clock("+31s")
    await town.clock("+61s")
    await town.has_seen("admin", "Paytm says: 619")
    assert [r["amount_paise"] for r in await refunds(town)] == [ADVANCE]
