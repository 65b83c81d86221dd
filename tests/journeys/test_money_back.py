"""Money on its way back: by policy, by Paytm's answers, by the admin's hand."""

from tests.journeys.town import Town, founded


async def test_a_late_cancellation_gives_half_back_as_it_was_shown(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock("2026-12-20T06:00:00+00:00")
    await town.say("rahul", "cancel")
    await town.sees("rahul", "Today you get back ₹1,800 of ₹3,600", "(From 23 Dec: nothing.)")
    await town.tap("rahul", "Yes, cancel it")
    await town.has_seen("rahul", "₹1,800 goes back")
    for _ in range(2):
        await town.clock("+2m")
    await town.sees("rahul", "Refund done", "₹1,800", "Bank reference")
    (refund,) = (await town.api("GET", "paytm/books"))["refunds"]
    assert (refund["amount_paise"], refund["status"]) == (180_000, "DONE")
    assert (await town.states(booking_id))[-1] == "REFUNDED"


async def test_an_amount_that_has_changed_since_it_was_shown_is_asked_again(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock("2026-12-17T18:00:00+00:00")
    await town.say("rahul", "cancel")
    await town.sees("rahul", "get back ₹3,600 of ₹3,600")
    await town.clock("+1h")  # past midnight in India: the 18th
    await town.tap("rahul", "Yes, cancel it")
    await town.sees("rahul", "Today you get back ₹1,800 of ₹3,600")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"


async def test_a_cancellation_right_before_the_stay_gives_nothing_and_says_so(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock("2026-12-24T06:00:00+00:00")
    await town.say("rahul", "cancel")
    await town.sees("rahul", "Today you get back ₹0 of ₹3,600")
    await town.tap("rahul", "Yes, cancel it")
    await town.has_seen("rahul", "nothing of the advance of ₹3,600 goes back")
    assert (await town.states(booking_id))[-2:] == ["GUEST_CANCELLED", "CLOSED"]
    assert await town.count("SELECT count(*) FROM refund") == 0


async def test_the_owners_cancel_gives_everything_back_even_after_the_guests_last_day(
    town: Town,
) -> None:
    booking_id = await town.to_review("rahul", "Pawna Lakeview, 4 to 5 dec, 4 people")
    await town.pay("rahul")
    await town.tap("suresh", "Cancel booking")
    for _ in range(3):
        await town.clock("+2m")
    row = await town.one("SELECT amount, status FROM refund WHERE booking_id = $1", booking_id)
    paid = await town.one("SELECT advance_paid FROM booking WHERE booking_id = $1", booking_id)
    assert (row["amount"], row["status"]) == (paid["advance_paid"], "refunded")


async def test_before_the_host_has_confirmed_the_guest_gets_everything_back(town: Town) -> None:
    await town.to_review("rahul", "Pawna Lakeview, 4 to 5 dec, 4 people")
    await town.pay("rahul")
    await town.say("rahul", "cancel")
    await town.sees("rahul", "Today you get back ₹1,800 of ₹1,800")


async def cancelled_by_owner(town: Town, **paytm: str) -> str:
    """A paid booking that the owner has cancelled, while Paytm treats refunds in this way."""
    booking_id = await town.to_paid()
    await town.trouble(paytm=paytm)
    await town.say("admin", "hi")  # opens the window, as a tap on a phone would
    await town.tap("suresh", "Cancel booking")
    await town.clock("+31s")
    return booking_id


async def test_a_stuck_refund_is_marked_by_hand_with_its_reference(town: Town) -> None:
    booking_id = await cancelled_by_owner(town, refund="low_balance")
    await town.clock("+2m")
    await town.sees("admin", "Paytm has too little", "Check refund", "Mark refunded")
    await town.tap("admin", "Mark refunded")
    await town.sees("admin", "Write the reference number", "₹3,600", "Rahul Deshmukh")
    await town.say("admin", "UPI 634512345678")
    await town.sees("admin", "Noted", "paid back, reference UPI 634512345678")
    await town.sees("rahul", "Refund done", "₹3,600", "Reference UPI 634512345678")
    assert (await town.states(booking_id))[-1] == "REFUNDED"
    row = await town.one("SELECT event, actor FROM booking_event ORDER BY at DESC, seq DESC")
    assert tuple(row) == ("refunded_by_hand", "admin")
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 0
    before = (await town.api("GET", "paytm/books"))["refunds"]
    await town.clock("+1d")
    assert (await town.api("GET", "paytm/books"))["refunds"] == before


async def test_a_refund_is_marked_once_and_never_beyond_what_is_owed(town: Town) -> None:
    await cancelled_by_owner(town, refund="manual")
    ref_id = (await town.one("SELECT ref_id FROM refund"))["ref_id"]
    booking_id = await town.newest_booking()
    for number in ("UTR 1111", "UTR 2222"):
        await town.press("admin", f"r:{booking_id}:hand:{ref_id}")
        await town.say("admin", number)
    row = await town.one("SELECT sum(amount) AS gone, max(bank_reference) AS ref FROM refund")
    assert (int(row["gone"]), row["ref"]) == (360_000, "UTR 1111")
    assert len([m for m in await town.from_bot("rahul") if "Refund done" in m["body"]]) == 1
    await town.press("admin", f"r:{booking_id}:hand:{ref_id}")
    await town.sees("admin", "not owed any more")


async def test_while_paytm_has_the_refund_under_way_the_admin_is_warned(town: Town) -> None:
    await cancelled_by_owner(town, refund="manual")
    booking_id = await town.newest_booking()
    ref_id = (await town.one("SELECT ref_id FROM refund"))["ref_id"]
    await town.press("admin", f"r:{booking_id}:hand:{ref_id}")
    await town.sees("admin", "Careful", "the guest gets the money twice")
    await town.say("admin", "not now")
    await town.sees("admin", "nothing was marked")
    assert (await town.one("SELECT status FROM refund"))["status"] == "initiated"


async def test_the_admin_asks_paytm_at_once(town: Town) -> None:
    booking_id = await cancelled_by_owner(town, refund="manual")
    await town.press("admin", f"r:{booking_id}:check")
    await town.sees("admin", "under way at Paytm. Last word: 601", "Mark refunded")
    (refund,) = (await town.api("GET", "paytm/books"))["refunds"]
    await town.api("POST", f"paytm/refunds/{refund['ref_id']}", to="done")
    await town.tap("admin", "Check refund")
    await town.sees("admin", "paid back, reference " + refund["bank_reference"])
    await town.sees("rahul", "Refund done", refund["bank_reference"])
    await town.trouble(paytm={"down": True})
    await town.press("admin", f"r:{booking_id}:check")
    await town.sees("admin", "paid back, reference")


async def test_while_paytm_is_away_the_admin_hears_what_is_known(town: Town) -> None:
    booking_id = await cancelled_by_owner(town, refund="manual")
    await town.trouble(paytm={"down": True})
    await town.press("admin", f"r:{booking_id}:check")
    await town.sees("admin", "Paytm does not answer just now", "under way at Paytm")


async def test_nobody_but_the_admin_touches_refunds(town: Town) -> None:
    booking_id = await cancelled_by_owner(town, refund="manual")
    ref_id = (await town.one("SELECT ref_id FROM refund"))["ref_id"]
    for who in ("suresh", "rahul"):
        for verb in ("check", f"hand:{ref_id}"):
            await town.press(who, f"r:{booking_id}:{verb}")
            await town.sees(who, "not for you")
        await town.say(who, "UTR 1111")
    assert (await town.one("SELECT status FROM refund"))["status"] == "initiated"


async def test_a_surplus_is_marked_by_hand_as_well_and_leaves_the_booking_alone(
    town: Town,
) -> None:
    await town.trouble(paytm={"refund": "low_balance"})
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "success_twice")
    await town.clock("+16m")
    await town.clock("+2m")
    await town.tap("admin", "Mark refunded")
    await town.say("admin", "NEFT N123456")
    await town.sees("rahul", "Refund done", "paid back to you directly", "NEFT N123456")
    row = await town.one("SELECT status, by_hand FROM refund")
    assert tuple(row) == ("refunded", True)
    assert (await town.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"


async def test_a_refund_that_the_admin_starts_is_told_with_amount_and_days(
    database_url: str,
) -> None:
    async with founded(database_url, refunds="manual") as town:
        await town.to_paid()
        await town.tap("suresh", "Cancel booking")
        await town.clock("+31s")
        await town.tap("admin", "Refund now")
        await town.has_seen("rahul", "₹3,600")
        said = await town.has_seen("rahul", "has been requested at Paytm")
        assert "5–7 working days" in said["body"]
        await town.clock("+2m")
        await town.sees("rahul", "Refund done", "Bank reference")


async def test_a_cancellation_while_another_refund_is_running_brings_both_to_their_end(
    town: Town,
) -> None:
    booking_id = await town.to_review("rahul")
    await town.trouble(paytm={"refund": "manual"})
    await town.pay("rahul", "success_twice")
    await town.clock("+16m")
    await town.say("rahul", "cancel")
    await town.tap("rahul", "Yes, cancel it")
    await town.clock("+2m")
    refunds = (await town.api("GET", "paytm/books"))["refunds"]
    assert [refund["status"] for refund in refunds] == ["PENDING", "PENDING"]
    for refund in refunds:
        await town.api("POST", f"paytm/refunds/{refund['ref_id']}", to="done")
    await town.clock("+31m")
    assert await town.count("SELECT count(*) FROM refund WHERE status = 'refunded'") == 2
    assert (await town.states(booking_id))[-1] == "REFUNDED"


async def test_where_refunds_are_by_hand_one_may_be_marked_that_paytm_never_saw(
    database_url: str,
) -> None:
    async with founded(database_url, refunds="manual") as town:
        booking_id = await town.to_paid()
        await town.say("admin", "hi")
        await town.tap("suresh", "Cancel booking")
        await town.clock("+31s")
        row = await town.one("SELECT ref_id, status FROM refund")
        assert row["status"] == "due"
        await town.press("admin", f"r:{booking_id}:hand:{row['ref_id']}")
        await town.say("admin", "UPI 634512345678")
        await town.sees("rahul", "paid back to you directly")
        assert (await town.states(booking_id))[-1] == "REFUNDED"
        assert (await town.api("GET", "paytm/books"))["refunds"] == []


async def test_checking_a_refund_gives_a_lost_job_back(town: Town) -> None:
    booking_id = await cancelled_by_owner(town, refund="manual")
    await town.service.pool.execute("DELETE FROM message WHERE intent = 'refund'")
    await town.press("admin", f"r:{booking_id}:check")
    (refund,) = (await town.api("GET", "paytm/books"))["refunds"]
    await town.api("POST", f"paytm/refunds/{refund['ref_id']}", to="done")
    await town.clock("+6m")
    await town.sees("rahul", "Refund done")


async def test_checking_tries_at_once_what_waited_for_the_next_day(town: Town) -> None:
    await cancelled_by_owner(town, refund="failed")
    await town.clock("+61s")
    await town.trouble(paytm={"refund": "auto"})
    await town.tap("admin", "Check refund")
    await town.sees("admin", "under way at Paytm. Last word: 601")
    await town.clock("+2m")
    await town.sees("rahul", "Refund done")
