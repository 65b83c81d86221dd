"""Money on its way back: by policy, by Paytm's answers, by the admin's hand."""

from tests.journeys.town import Town


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
