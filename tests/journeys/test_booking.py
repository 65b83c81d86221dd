"""The whole story, step by step, as guest, owner and admin live it."""

import re

from db.sql import sql
from tests.journeys.town import Town, founded


async def test_a_guest_books_in_four_messages_and_gets_a_ticket(town: Town) -> None:
    await town.say("rahul", "hi")
    await town.sees("rahul", "Hi Rahul", "Choose a place")
    await town.choose("rahul", "Pawna Lakeview Camp")
    await town.sees("rahul", "Which dates", "₹1,500 per person")
    await town.say("rahul", "25 to 27 dec")
    await town.sees("rahul", "25–27 Dec is free", "How many guests")
    await town.tap("rahul", "4 guests")
    review = await town.sees(
        "rahul", "Pawna Lakeview Camp", "Fri 25 Dec 2026, 2 pm", "Sun 27 Dec 2026, 11 am",
        "Guests: 4", "Rahul Deshmukh", "+91 98220 12345", "Total ₹12,000", "Advance now ₹3,600",
        "Due at check-in ₹8,400", "Pay ₹3,600",
    )  # fmt: skip
    assert review["type"] == "cta_url"
    booking_id = await town.newest_booking()
    assert await town.states(booking_id) == ["PAYMENT_PENDING"]
    assert await town.count("SELECT count(*) FROM booking") == 0

    await town.pay("rahul")
    await town.sees(
        "rahul", "Your advance payment is successful", "processing your booking now",
        "e-ticket within 60 minutes", "Paytm reference",
    )  # fmt: skip
    row = await town.one("SELECT * FROM booking WHERE booking_id = $1", booking_id)
    assert (row["advance_paid"], row["total"], row["due"]) == (360000, 1200000, 840000)
    assert (row["guest_phone"], row["owner_phone"]) == ("+919822012345", "+919766011111")
    assert row["admin_phone"] == "+919800000009"
    assert row["status"] == "BOOKING_REQUEST_SENT_TO_OWNER"

    request = await town.sees("suresh", "New booking", "Rahul Deshmukh", "₹3,600", "Pawna")
    assert request["type"] == "template"
    assert [each["title"] for each in request["buttons"]] == ["Confirm booking", "Cancel booking"]
    await town.sees(
        "admin", "waiting for owner confirmation", "Suresh Patil", "+91 97660 11111",
        "Rahul Deshmukh", "+91 98220 12345",
    )  # fmt: skip

    await town.tap("suresh", "Confirm booking")
    await town.sees("rahul", "Booking confirmed", "Pay at check-in: ₹8,400", "Open e-ticket")
    await town.sees("suresh", "Confirmed", "+91 98220 12345", "Collect ₹8,400")
    await town.sees("admin", "Confirmed by owner")
    assert await town.states(booking_id) == [
        "PAYMENT_PENDING", "PAYMENT_SUCCESS", "BOOKING_REQUEST_SENT_TO_OWNER", "OWNER_CONFIRMED",
        "TICKET_GENERATED",
    ]  # fmt: skip
    async with town.http.get(await town.ticket_url("rahul")) as response:
        page = await response.text()
    assert response.status == 200
    for words in ("Pawna Lakeview Camp", "Rahul Deshmukh", "₹8,400", "₹3,600", "LoonCamp.shop"):
        assert words in page


async def test_an_ordinary_booking_costs_two_messages_for_each_after_the_pay_link(
    town: Town,
) -> None:
    await town.to_review("rahul")
    before = {who: len(await town.from_bot(who)) for who in ("rahul", "suresh", "admin")}
    await town.pay("rahul")
    await town.tap("suresh", "Confirm booking")
    sent = {who: len(await town.from_bot(who)) - count for who, count in before.items()}
    assert sent == {"rahul": 2, "suresh": 2, "admin": 2}


async def test_one_sentence_is_enough(town: Town) -> None:
    await town.say("rahul", "Pawna Lakeview, 25 to 27 dec, 4 people")
    await town.sees("rahul", "Advance now ₹3,600")
    assert len(await town.from_bot("rahul")) == 1


async def test_the_owner_cancels_and_the_advance_comes_back(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.tap("suresh", "Cancel booking")
    await town.sees("suresh", "Cancelled", "choose the reason", "Undo")
    await town.never_saw("rahul", "Booking cancelled")
    await town.choose("suresh", "Weather or road closed")
    await town.clock("+31s")
    await town.sees(
        "rahul", "Booking cancelled", "not safe to reach", "Advance payment will be refunded"
    )
    await town.sees("admin", "Booking cancelled by owner", "Contact customer for refund assistance")
    await town.clock("+2m")
    await town.sees("rahul", "Refund done", "₹3,600", "Bank reference")
    assert await town.states(booking_id) == [
        "PAYMENT_PENDING", "PAYMENT_SUCCESS", "BOOKING_REQUEST_SENT_TO_OWNER", "OWNER_CANCELLED",
        "REFUND_REQUIRED", "REFUND_INITIATED", "REFUNDED",
    ]  # fmt: skip
    assert await town.count("SELECT count(*) FROM ticket") == 0
    assert await town.count("SELECT count(*) FROM occupancy") == 0


async def test_undo_takes_the_cancellation_back(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.tap("suresh", "Cancel booking")
    await town.choose("suresh", "Undo, keep the booking")
    await town.sees("suresh", "is open again")
    await town.clock("+1m")
    await town.never_saw("rahul", "Booking cancelled")
    await town.tap("suresh", "Confirm booking")
    await town.sees("rahul", "Booking confirmed")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"


async def test_with_manual_refunds_the_money_waits_for_the_admin(
    database_url: str,
) -> None:
    async with founded(database_url, refunds="manual") as town:
        booking_id = await town.to_paid()
        await town.tap("suresh", "Cancel booking")
        await town.clock("+31s")
        await town.clock("+1d")
        assert (await town.states(booking_id))[-1] == "REFUND_REQUIRED"
        assert (await town.api("GET", "paytm/books"))["refunds"] == []
        await town.tap("admin", "Refund now")
        await town.sees("admin", "under way")
        await town.clock("+2m")
        await town.sees("rahul", "handed to your bank")
        events = await town.service.pool.fetch(sql("events"), booking_id)
        assert [(e["event"], e["actor"]) for e in events][-2:] == [
            ("refund_requested", "admin"), ("refund_succeeded", "paytm"),
        ]  # fmt: skip


async def test_every_second_tap_is_answered_with_what_is_true(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.tap("suresh", "Confirm booking")
    before = len(await town.from_bot("rahul"))
    await town.tap("suresh", "Confirm booking")
    await town.sees("suresh", "Already confirmed", "by you")
    await town.tap("suresh", "Cancel booking")
    await town.sees("suresh", "can no longer be done", "Confirmed")
    assert len(await town.from_bot("rahul")) == before
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"


async def test_only_the_owner_or_an_admin_may_answer(town: Town) -> None:
    booking_id = await town.to_paid()
    payload = f"o:{booking_id}:confirm"
    for who in ("rahul", "meera", "asha", "admin"):
        await town.say(who, "hello")
    for who in ("rahul", "meera", "asha"):
        await town.press(who, payload)
        await town.sees(who, "not for you")
    assert (await town.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"
    for _ in range(3):
        await town.press("asha", payload)
    await town.has_seen("admin", "keeps pressing buttons")
    await town.press("admin", payload)
    await town.sees("rahul", "Booking confirmed")


async def test_a_free_form_tap_counts_like_a_templates_tap(town: Town) -> None:
    await town.say("suresh", "hello")
    await town.sees("suresh", "No request is waiting")
    await town.to_paid()
    request = await town.sees("suresh", "please answer")
    assert request["type"] == "buttons"
    await town.tap("suresh", "Confirm booking")
    await town.sees("rahul", "Booking confirmed")


async def test_the_ticket_dies_after_the_check_out_day(town: Town) -> None:
    await town.to_ticket()
    url = await town.ticket_url("rahul")
    await town.clock("2026-12-27T18:29:00+00:00")
    async with town.http.get(url) as response:
        assert response.status == 200
    await town.clock("2026-12-27T18:31:00+00:00")
    async with town.http.get(url) as response:
        page = await response.text()
    assert response.status == 410
    assert "Rahul" not in page
    assert not re.search(r"\+?91\s?98", page.replace("wa.me/919800000001", ""))
    async with town.http.get(url[:-2] + "xx") as response:
        assert response.status == 404


async def test_whoever_has_a_booking_on_these_days_is_told_with_the_link(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.to_review("rahul", "Mulshi, 26 to 28 dec, 2 people")
    await town.sees("rahul", f"You also have LC-{booking_id[2:]} on these days.", "Mulshi Forest")
    await town.to_review("rahul", "27 to 28 dec")  # arrives on the day the other one ends
    assert "You also have" not in await town.last("rahul")
    await town.to_review("asha", "Mulshi, 26 to 28 dec, 2 people")
    assert "You also have" not in await town.last("asha")


async def test_places_that_are_free_on_the_next_weekend_come_first(town: Town) -> None:
    await town.say("rahul", "hi")
    first = (await town.from_bot("rahul"))[-1]["list"]["sections"][0]["rows"][0]
    assert first["description"].endswith("free 5–6 Dec")
    await town.service.pool.execute(
        "INSERT INTO occupancy (property_id, unit, stay) SELECT property_id, unit,"
        " '[2026-12-05,2026-12-06)' FROM property, generate_series(1, units) unit WHERE name = $1",
        first["title"],
    )
    await town.say("rahul", "start over")
    rows = (await town.from_bot("rahul"))[-1]["list"]["sections"][0]["rows"]
    assert first["title"] not in [row["title"] for row in rows]
    assert rows[0]["description"].endswith("free 5–6 Dec")
