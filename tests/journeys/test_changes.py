"""Changing one's mind, going astray, and being somebody unusual."""

import pytest

from tests.journeys.town import Town


async def test_everything_on_the_review_can_be_changed_there(town: Town) -> None:
    await town.to_review("rahul")
    await town.say("rahul", "edit")
    await town.sees("rahul", "What should I change", "Check-in", "Mobile", "Nothing, go back")
    await town.choose("rahul", "Name")
    await town.say("rahul", "Asha Kulkarni")
    await town.sees("rahul", "Name: Asha Kulkarni", "Advance now")
    await town.say("rahul", "edit")
    await town.choose("rahul", "Mobile")
    await town.say("rahul", "98765 43210")
    await town.sees("rahul", "Mobile: +91 98765 43210")
    await town.say("rahul", "25 dec 4pm")
    await town.say("rahul", "2 nights") if "How long" in await town.last("rahul") else None
    await town.sees("rahul", "In: Fri 25 Dec 2026, 4 pm".replace("In: ", ""))
    await town.say("rahul", "edit")
    await town.choose("rahul", "Guests")
    await town.say("rahul", "7")
    await town.sees("rahul", "Guests: 7")
    await town.say("rahul", "edit")
    await town.choose("rahul", "Place")
    await town.choose("rahul", "Mulshi Forest Camp")
    await town.sees("rahul", "Mulshi Forest Camp", "Guests: 7", "25 Dec")
    await town.pay("rahul")
    row = await town.one("SELECT * FROM booking")
    assert (row["guest_name"], row["guest_phone"]) == ("Asha Kulkarni", "+919876543210")
    assert (row["guests"], row["property_id"]) == (7, "mulshi-forest")


async def test_fourteen_places_are_paged(town: Town) -> None:
    await town.say("rahul", "hi")
    seen = set()
    for _ in range(3):
        message = (await town.from_bot("rahul"))[-1]
        rows = [row["title"] for row in message["list"]["sections"][0]["rows"]]
        assert len(rows) <= 10
        seen |= set(rows)
        if "More places" not in rows:
            break
        await town.choose("rahul", "More places")
    assert len(seen - {"More places", "Earlier places"}) == 14
    await town.choose("rahul", "Earlier places")
    await town.sees("rahul", "Pawna Lakeview Camp")


async def test_a_guest_without_a_number_is_asked_for_one(town: Town) -> None:
    await town.say("priya", "Pawna Lakeview, 25 to 27 dec, 2 people")
    await town.sees("priya", "mobile number")
    await town.say("priya", "12345 678 9012")
    await town.sees("priya", "not an Indian mobile number")
    message = (await town.from_bot("priya"))[-1]
    await town.api("POST", "people/priya/tap", message=message["id"], button="Share contact info")
    await town.settle()
    await town.sees("priya", "Advance now", "Mobile: +91")
    await town.pay("priya")
    await town.sees("priya", "advance payment is successful")


async def test_nobody_else_s_contact_card_is_taken_unasked(town: Town) -> None:
    await town.to_review("rahul")
    await town.send("rahul", "contacts", phone="+919000000000")
    await town.sees("rahul", "Thanks for the contact")
    assert await town.count("SELECT count(*) FROM checkout WHERE guest_phone='+919000000000'") == 0


@pytest.mark.parametrize("kind", ["audio", "sticker", "location", "unsupported", "contacts"])
async def test_what_is_no_text_is_answered_once_and_the_question_repeated(
    town: Town, kind: str
) -> None:
    await town.say("rahul", "pawna lakeview")
    before = len(await town.from_bot("rahul"))
    await town.send("rahul", kind)
    await town.sees("rahul", "Which dates")
    assert len(await town.from_bot("rahul")) == before + 1


async def test_a_reaction_is_not_answered(town: Town) -> None:
    await town.say("rahul", "hi")
    before = len(await town.from_bot("rahul"))
    message = (await town.from_bot("rahul"))[-1]
    await town.send("rahul", "reaction", message=message["id"], emoji="👍")
    assert len(await town.from_bot("rahul")) == before


async def test_nonsense_gets_three_different_answers_and_then_a_person(town: Town) -> None:
    await town.say("rahul", "pawna lakeview")
    answers = []
    for text in ("soonish", "jaldi se", "kuch bhi"):
        await town.say("rahul", text)
        answers.append(await town.last("rahul"))
    assert len(set(answers)) == 3
    await town.sees("rahul", "Talk to a person")
    await town.tap("rahul", "Talk to a person")
    await town.sees("rahul", "A person will answer you")
    await town.sees("admin", "asks for a person", "Rahul Deshmukh")


async def test_an_old_button_is_told_so_and_the_question_repeated(town: Town) -> None:
    await town.say("rahul", "hi")
    await town.choose("rahul", "Pawna Lakeview Camp")
    await town.say("rahul", "25 to 27 dec")
    await town.tap("rahul", "Other dates")
    await town.sees("rahul", "earlier message", "How many guests")


async def test_taken_dates_come_with_the_nearest_free_ones(town: Town) -> None:
    await town.to_paid("asha", "Karjat Farm Villa, 25 to 27 dec, 2 people")
    await town.say("rahul", "Karjat Farm Villa, 25 to 27 dec, 4 people")
    await town.sees(
        "rahul", "already taken", "Nearest free", "Free on 25–27 Dec", "Lonavala Pool Villa",
        "Other places", "Or write other dates",
    )  # fmt: skip
    await town.tap("rahul", "Other places")
    message = (await town.from_bot("rahul"))[-1]
    rows = [row["title"] for row in message["list"]["sections"][0]["rows"]]
    assert "Karjat Farm Villa" not in rows
    await town.choose("rahul", rows[0])
    await town.sees("rahul", "25 Dec", "Guests: 4", "Advance now")


async def test_a_guest_cancels_with_the_amount_shown_first(town: Town) -> None:
    booking_id = await town.to_ticket()
    url = await town.ticket_url("rahul")
    await town.say("rahul", "cancel")
    await town.sees(
        "rahul", "Today you get back ₹3,600 of ₹3,600", "(From 18 Dec: half. From 23 Dec: nothing.)"
    )
    await town.tap("rahul", "Keep booking")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    await town.say("rahul", "cancel")
    await town.tap("rahul", "Yes, cancel it")
    await town.has_seen("rahul", "is cancelled")
    await town.sees("suresh", "guest cancelled")
    await town.clock("+2m")
    assert (await town.states(booking_id))[-1] == "REFUNDED"
    assert await town.count("SELECT count(*) FROM occupancy") == 0
    async with town.http.get(url) as response:
        assert response.status == 410


async def test_silence_of_the_owner_ends_in_a_refund(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.clock("+16m")
    await town.sees("suresh", "Reminder")
    await town.clock("+45m")
    await town.has_seen("rahul", "has not answered yet")
    await town.has_seen("admin", "no answer from the owner")
    await town.clock("+5h")
    await town.has_seen("rahul", "Booking cancelled")
    await town.clock("+2m")
    assert (await town.states(booking_id))[-3:] == [
        "REFUND_REQUIRED", "REFUND_INITIATED", "REFUNDED",
    ]  # fmt: skip


async def test_two_quick_messages_are_answered_one_after_the_other(town: Town) -> None:
    for text in ("pawna lakeview", "25 to 27 dec"):
        await town.api("POST", "people/rahul/say", text=text)
    await town.settle()
    assert len(await town.from_bot("rahul")) == 2
    await town.sees("rahul", "How many guests")


async def test_after_stop_nobody_is_reminded_until_start(town: Town) -> None:
    await town.say("rahul", "stop")
    await town.to_review("rahul")
    await town.clock("+11m")
    await town.never_saw("rahul", "Still there")
    await town.say("rahul", "start")
    await town.say("rahul", "5 guests")
    await town.clock("+11m")
    await town.sees("rahul", "Still there")


async def test_a_festival_is_a_date(town: Town) -> None:
    await town.say("rahul", "Pawna Lakeview for diwali, 2 people")
    await town.sees("rahul", "Advance now", "28 Oct 2027", "31 Oct 2027")


async def test_the_same_webhook_twice_is_answered_once(town: Town) -> None:
    await town.trouble(webhooks={"duplicate": 2})
    await town.say("rahul", "hi")
    assert len(await town.from_bot("rahul")) == 1


async def test_a_new_number_takes_the_rights_of_an_owner_away(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.api("POST", "people/suresh/change-number", phone="+919766099999")
    await town.settle()
    await town.press("suresh", f"o:{booking_id}:confirm")
    assert (await town.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"


async def test_the_next_booking_starts_with_whatever_is_written_first(town: Town) -> None:
    await town.to_ticket()
    await town.say("rahul", "Malvan Reef Tent, 9 jan to 10 jan, 2 people")
    await town.sees("rahul", "Malvan Reef Tent", "Advance now")


async def test_two_guests_share_a_camp_of_ten_tents(town: Town) -> None:
    await town.to_paid("asha", "Pawna Lakeview, 27 to 29 dec, 4 people")
    await town.to_paid("rahul", "Pawna Lakeview, 27 to 29 dec, 4 people")
    assert await town.count("SELECT count(*) FROM occupancy") == 4


async def test_a_reset_begins_anew_on_both_sides(town: Town) -> None:
    await town.to_ticket()
    await town.clock("+45m")
    await town.api("POST", "reset")
    assert await town.count("SELECT count(*) FROM checkout") == 0
    await town.to_ticket()
    await town.sees("rahul", "Booking confirmed")


async def test_a_clock_that_goes_back_keeps_nobody_waiting(town: Town) -> None:
    await town.to_paid()
    await town.clock("+45m")
    await town.clock("reset")
    await town.tap("suresh", "Confirm booking")
    await town.has_seen("suresh", "Collect")
