"""Every way a payment can go, seen from the phones, from the rows and from Paytm's own books."""

from typing import Any

import pytest

from tests.journeys.town import Town

PAID = ["PAYMENT_PENDING", "PAYMENT_SUCCESS", "BOOKING_REQUEST_SENT_TO_OWNER"]


async def settled(town: Town, booking_id: str) -> list[str]:
    rows = await town.service.pool.fetch(
        "SELECT settled_as FROM payment WHERE booking_id = $1 ORDER BY created_at, txn_id",
        booking_id,
    )
    return [row["settled_as"] for row in rows]


async def balanced(town: Town) -> None:
    """Every rupee that Paytm took is a booking's, or on its way back."""
    books: dict[str, Any] = await town.api("GET", "paytm/books")
    took = {p["txn_id"]: p["amount_paise"] for p in books["payments"] if p["status"] == "SUCCESS"}
    rows = await town.service.pool.fetch("SELECT txn_id, amount FROM payment")
    assert {row["txn_id"]: row["amount"] for row in rows} == took
    gave = {r["ref_id"]: r["amount_paise"] for r in books["refunds"]}
    rows = await town.service.pool.fetch("SELECT ref_id, amount FROM refund")
    assert {row["ref_id"]: row["amount"] for row in rows} == gave


async def test_success_moves_on(town: Town) -> None:
    booking_id = await town.to_paid()
    assert await town.states(booking_id) == PAID
    await balanced(town)


async def test_a_guest_may_pay_all_at_once(town: Town) -> None:
    await town.to_review("rahul")
    await town.say("rahul", "edit")
    await town.choose("rahul", "Pay more now")
    await town.tap("rahul", "₹12,000")
    await town.sees("rahul", "Advance now ₹12,000", "Due at check-in ₹0", "Pay ₹12,000")
    await town.pay("rahul")
    await town.sees("rahul", "₹12,000 received")
    await town.sees("suresh", "Advance paid: ₹12,000. You collect: ₹0.")
    await balanced(town)


async def test_failure_says_so_and_the_same_link_can_be_paid_again(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "failed")
    await town.sees("rahul", "did not go through", "are held until", "Try again")
    assert await town.states(booking_id) == ["PAYMENT_PENDING"]
    await town.pay("rahul", "success")
    await town.sees("rahul", "advance payment is successful")
    assert await town.states(booking_id) == PAID
    await balanced(town)


async def test_pending_says_do_not_pay_again_and_is_polled_to_success(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "pending_success")
    await town.clock("+20s")
    await town.trouble(paytm={"lose_callbacks": True})
    await town.clock("+15s")
    await town.clock("+1m")
    assert await town.states(booking_id) == PAID
    await balanced(town)


async def test_a_pending_payment_is_told_once_and_holds_the_dates(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    url = await town.pay_url("rahul")
    link = await town.link(url)
    await town.api(
        "POST", f"paytm/links/{link['link_id']}/pay",
        outcome="pending_success", after_seconds=40 * 60,
    )  # fmt: skip
    await town.clock("+31s")
    await town.sees("rahul", "do not pay again", "Check now")
    seen = len(await town.from_bot("rahul"))
    await town.clock("+5m")
    await town.clock("+12m")
    assert await town.states(booking_id) == ["PAYMENT_PENDING"]
    await town.never_saw("rahul", "are still free")
    reminders = [m for m in await town.from_bot("rahul") if "do not pay again" in m["body"].lower()]
    assert len(reminders) == 1
    assert len(await town.from_bot("rahul")) <= seen + 1
    for _ in range(4):
        await town.clock("+10m")
    assert (await town.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"
    await balanced(town)


async def test_pending_then_failed_lets_the_guest_try_again(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "pending_failed")
    await town.clock("+40s")
    await town.has_seen("rahul", "did not go through")
    assert await town.states(booking_id) == ["PAYMENT_PENDING"]


async def test_a_lost_callback_is_found_by_the_poll_alone(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "callback_lost")
    assert await town.states(booking_id) == ["PAYMENT_PENDING"]
    await town.clock("+31s")
    assert await town.states(booking_id) == PAID
    await balanced(town)


async def test_closing_the_page_changes_nothing_and_the_hold_lapses(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "close")
    await town.clock("+11m")
    await town.sees("rahul", "Still there?", "Pay ₹3,600")
    await town.clock("+5m")
    assert await town.states(booking_id) == ["PAYMENT_PENDING", "PAYMENT_EXPIRED"]
    assert await town.count("SELECT count(*) FROM occupancy") == 0
    assert (await town.link(await town.pay_url("rahul")))["status"] == "EXPIRED"
    await town.say("rahul", "hello?")
    await town.sees("rahul", "are still free", "Hold again")
    await town.tap("rahul", "Hold again")
    await town.sees("rahul", "Advance now ₹3,600")
    await town.pay("rahul")
    await town.sees("rahul", "advance payment is successful")


async def test_paying_twice_gives_the_second_payment_back(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "success_twice")
    await town.clock("+16m")
    assert sorted(await settled(town, booking_id)) == ["booking", "surplus"]
    await town.has_seen("rahul", "paid twice")
    await town.has_seen("admin", "paid twice")
    await town.clock("+2m")
    assert (await town.one("SELECT status FROM refund"))["status"] == "refunded"
    assert await town.states(booking_id) == PAID
    await balanced(town)


async def test_a_late_payment_is_honoured_while_the_dates_are_free(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "success_after_hold")
    for change in ("+14m", "+70s", "+2m", "+15m"):
        await town.clock(change)
    assert await town.states(booking_id) == [
        "PAYMENT_PENDING", "PAYMENT_EXPIRED", "PAYMENT_SUCCESS", "BOOKING_REQUEST_SENT_TO_OWNER",
    ]  # fmt: skip
    assert await town.count("SELECT count(*) FROM occupancy") == 2
    await balanced(town)


async def test_a_late_payment_goes_back_when_the_dates_are_gone(town: Town) -> None:
    booking_id = await town.to_review("rahul", "Karjat Farm Villa, 25 to 27 dec, 4 people")
    await town.pay("rahul", "success_after_hold")
    await town.clock("+14m")
    await town.clock("+70s")
    other = await town.to_paid("asha", "Karjat Farm Villa, 25 to 27 dec, 2 people")
    for _ in range(3):
        await town.clock("+15m")
    states = await town.states(booking_id)
    assert states[:3] == ["PAYMENT_PENDING", "PAYMENT_EXPIRED", "REFUND_REQUIRED"]
    assert states[-1] == "REFUNDED"
    await town.has_seen("rahul", "arrived after the dates were given to others")
    row = await town.one("SELECT status FROM booking WHERE booking_id = $1", booking_id)
    assert row["status"] == "REFUNDED"
    assert (await town.states(other))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"
    await balanced(town)


async def test_a_wrong_amount_makes_no_booking_and_goes_back_whole(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "wrong_amount")
    await town.clock("+1m")
    assert await settled(town, booking_id) == ["mismatch"]
    assert await town.count("SELECT count(*) FROM booking") == 0
    await town.has_seen("rahul", "makes no booking")
    await town.has_seen("admin", "No booking")
    await balanced(town)


async def test_a_wrongly_signed_callback_changes_nothing_but_the_poll_finds_the_truth(
    town: Town,
) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "wrong_checksum")
    assert await town.states(booking_id) == ["PAYMENT_PENDING"]
    async with town.http.get(f"{town.base}/metrics") as response:
        assert 'looncamp_paytm_callbacks_total{outcome="a_wrong_checksum"} 1.0' in (
            await response.text()
        )
    await town.clock("+31s")
    assert await town.states(booking_id) == PAID


@pytest.mark.parametrize(
    "as_what", ["relabelled", "again", "stale_pending", "wrong_key", "altered_amount"]
)
async def test_no_callback_is_believed(town: Town, as_what: str) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "failed")
    failed = (await town.api("GET", "paytm/books"))["payments"][0]
    await town.api("POST", f"paytm/payments/{failed['txn_id']}/callback", **{"as": as_what})
    await town.settle()
    assert await town.states(booking_id) == ["PAYMENT_PENDING"]
    assert await town.count("SELECT count(*) FROM payment") == 0


async def test_doubled_callbacks_settle_once(town: Town) -> None:
    await town.trouble(paytm={"duplicate_callbacks": 3})
    booking_id = await town.to_paid()
    assert await town.states(booking_id) == PAID
    assert len([m for m in await town.from_bot("rahul") if "successful" in m["body"]]) == 1
    await balanced(town)


@pytest.mark.parametrize("how", ["500", "html", "reset"])
async def test_while_paytm_is_away_the_link_follows_later(town: Town, how: str) -> None:
    await town.trouble(paytm={"fail": how})
    await town.say("rahul", "Pawna Lakeview, 25 to 27 dec, 4 people")
    await town.sees("rahul", "link follows in a minute")
    await town.trouble(paytm={"fail": None})
    for _ in range(4):
        await town.clock("+10s")
    await town.sees("rahul", "Advance now ₹3,600")
    links = (await town.api("GET", "paytm/books"))["links"]
    assert len([each for each in links if each["status"] == "INIT"]) == 1
    await town.pay("rahul")
    await town.sees("rahul", "advance payment is successful")


async def test_a_payment_screenshot_is_answered_with_paytms_truth(town: Town) -> None:
    await town.to_review("rahul")
    await town.send("rahul", "image")
    await town.sees("rahul", "no payment has arrived yet", "Pay ₹3,600")
    await town.pay("rahul", "callback_lost")
    await town.clock("+20s")
    await town.send("rahul", "image")
    await town.has_seen("rahul", "advance payment is successful")


async def test_a_changed_order_replaces_its_link(town: Town) -> None:
    first = await town.to_review("rahul")
    old = await town.pay_url("rahul")
    await town.say("rahul", "5 guests")
    await town.sees("rahul", "Guests: 5", "Total ₹15,000", "Pay ₹4,500")
    assert await town.states(first) == ["PAYMENT_PENDING", "PAYMENT_EXPIRED"]
    assert (await town.link(old))["status"] == "EXPIRED"
    await town.say("rahul", "name Rahul Patil")
    await town.sees("rahul", "Name: Rahul Patil")
    assert await town.count("SELECT count(*) FROM checkout WHERE status='PAYMENT_PENDING'") == 1
