"""The owner and his requests: asked, reminded, late, crossed, typed (facts/ux.md 2.1, O1-O7)."""

import pytest

from tests.journeys.town import Town, booking_ids

FIVE = "Kamshet Glide Camp, 5 to 6 dec, 2 people"
VILLA = "Karjat Farm Villa, 25 to 27 dec, 2 people"
NIGHT_IST = "2026-12-02T16:15:00+00:00"  # 21:45 in India


async def moments(town: Town, who: str, fragment: str) -> list[str]:
    """When this phone got each message that says this, as hours and minutes in India."""
    rows = await town.service.pool.fetch(
        """SELECT to_char(m.done_at AT TIME ZONE 'Asia/Kolkata', 'HH24:MI') AS at
             FROM message m JOIN person p USING (person_id)
            WHERE m.state = 'sent' AND m.intent = $1 AND p.phone = $2 ORDER BY m.id""",
        fragment, await phone_of(town, who),
    )  # fmt: skip
    return [row["at"] for row in rows]


async def phone_of(town: Town, who: str) -> str:
    people = (await town.api("GET", "state"))["people"]
    return next(str(each["phone"]) for each in people if each["key"] == who)


async def test_o1_the_request_says_all_that_is_needed_and_no_number_of_the_guest(
    town: Town,
) -> None:
    await town.to_paid()
    await town.sees(
        "suresh", "New booking", "Pawna Lakeview Camp", "Fri 25 Dec 2026, 2 pm",
        "Sun 27 Dec 2026, 11 am", "4", "₹3,600", "₹8,400", "12:30 pm",
        "Confirm booking", "Cancel booking",
    )  # fmt: skip
    await town.never_saw("suresh", "98220")


async def test_o2_confirm_brings_the_number_the_sum_and_what_comes_next(town: Town) -> None:
    await town.to_ticket()
    await town.say("suresh", "hi")
    await town.to_paid("asha", FIVE)
    await town.tap("suresh", "Confirm booking")
    await town.sees(
        "suresh", "Confirmed", "5–6 Dec", "2 guests", "Asha", "at check-in", "scan the QR code",
        "Today's arrivals", "Waiting requests", "Block dates",
    )  # fmt: skip
    await town.tap("suresh", "Waiting requests")
    await town.sees("suresh", "No request is waiting")


async def test_o3_a_reason_that_closes_the_house_blocks_the_nights_in_the_same_move(
    town: Town,
) -> None:
    await town.to_paid("rahul", VILLA)
    await town.tap("meera", "Cancel booking")
    await town.choose("meera", "Own or family use")
    await town.sees(
        "meera", "Reason noted", "closed for other guests on 25–27 Dec", "Open these dates"
    )
    await town.clock("+31s")
    await town.sees("rahul", "Booking cancelled")
    await town.say("asha", VILLA)
    await town.sees("asha", "already taken")
    await town.tap("meera", "Open these dates")
    await town.sees("meera", "Open again")
    await town.to_review("asha", VILLA)


async def test_o3_who_keeps_the_booking_after_all_keeps_no_block(town: Town) -> None:
    booking_id = await town.to_paid("rahul", VILLA)
    await town.tap("meera", "Cancel booking")
    await town.choose("meera", "Already booked")
    await town.tap("meera", "Keep the booking")
    await town.sees("meera", "is open again")
    assert await town.count("SELECT count(*) FROM block") == 0
    await town.tap("meera", "Confirm booking")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    assert await town.count("SELECT count(*) FROM occupancy") == 1


async def test_o3_another_reason_leaves_the_nights_free_and_offers_to_block_them(
    town: Town,
) -> None:
    await town.to_paid("rahul", "Pawna Lakeview, 25 to 27 dec, 4 people")
    await town.tap("suresh", "Cancel booking")
    await town.choose("suresh", "Already booked")
    assert await town.count("SELECT count(*) FROM occupancy WHERE block_id IS NOT NULL") == 8
    await town.choose("suresh", "Weather or road closed")
    await town.clock("+31s")
    assert await town.count("SELECT count(*) FROM occupancy") == 0
    await town.tap("suresh", "Block these dates")
    await town.sees("suresh", "Blocked", "25–27 Dec")
    assert await town.count("SELECT count(*) FROM occupancy WHERE block_id IS NOT NULL") == 10


async def test_o3_another_reason_is_asked_for_in_words_that_only_the_admin_reads(
    town: Town,
) -> None:
    booking_id = await town.to_paid()
    await town.tap("suresh", "Cancel booking")
    await town.choose("suresh", "Other reason")
    await town.sees("suresh", "Reason noted: Other reason", "in your own words")
    await town.say("suresh", "the well is dry since sunday")
    await town.sees("suresh", "LoonCamp has it")
    await town.has_seen("admin", f"LC-{booking_id[2:]}: the well is dry since sunday")
    await town.say("suresh", "and the pump is broken")
    await town.sees("suresh", "Shall I pass this to LoonCamp?")
    await town.clock("+31s")
    await town.never_saw("rahul", "well is dry")


async def test_o4_three_reminders_then_the_admin_then_the_money_back(town: Town) -> None:
    booking_id = await town.to_paid()
    for minutes in (15, 30):
        await town.clock("+15m")
        await town.sees("suresh", "Reminder", "12:30 pm", "Confirm booking", "Cancel booking")
        assert len(await moments(town, "suresh", "owner.reminder")) == minutes // 15
    await town.clock("+15m")
    await town.sees("suresh", "Reminder", "LoonCamp decides", "12:30 pm")
    await town.sees("rahul", "Still waiting", "12:30 pm")
    await town.sees("admin", "no answer from the owner", "Confirm for owner")
    assert len(await moments(town, "admin", "admin.owner_silent")) == 1
    await town.clock("+15m")
    await town.sees("rahul", "Our team is calling", "confirmed or fully refunded by 5:30 pm")
    assert len(await moments(town, "admin", "admin.owner_silent")) == 2
    await town.say("rahul", "status")
    await town.sees("rahul", "5:30 pm")
    await town.clock("2026-12-02T12:00:30+00:00")
    await town.sees("rahul", "Booking cancelled")
    await town.sees("suresh", "was not answered in time")
    await town.clock("+2m")
    await town.sees("rahul", "Refund done")
    assert (await town.states(booking_id))[-1] == "REFUNDED"
    for who in ("rahul", "suresh", "admin"):
        await town.never_saw(who, " soon")


async def test_o4_the_night_is_quiet_and_the_guest_hears_the_true_time(town: Town) -> None:
    await town.clock(NIGHT_IST)
    await town.to_paid()
    await town.sees("rahul", "at the latest by Thu 3 Dec, 7:45 am")
    await town.sees("suresh", "Thu 3 Dec, 7:45 am")
    for _ in range(20):
        await town.clock("+30m")
    assert await moments(town, "suresh", "owner.reminder") == ["07:15"]
    await town.clock("2026-12-03T02:01:00+00:00")
    await town.clock("2026-12-03T02:16:00+00:00")
    assert await moments(town, "suresh", "owner.reminder") == ["07:15"]
    await town.sees("rahul", "Our team is calling", "12:45 pm")
    await town.say("rahul", "status")
    await town.sees("rahul", "12:45 pm")


async def test_o5_repeated_and_crossed_taps_get_who_and_when(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.clock("+2m")
    await town.tap("suresh", "Confirm booking")
    await town.clock("+2m")
    await town.tap("suresh", "Confirm booking")
    await town.sees("suresh", "Already confirmed", "by you at 11:32 am")
    await town.tap("suresh", "Cancel booking")
    await town.sees("suresh", "can no longer be done", "confirmed by you at 11:32 am", "₹8,400")
    await town.say("admin", "hi")
    await town.press("admin", f"o:{booking_id}:confirm")
    await town.sees("admin", "Already confirmed", "by the owner at 11:32 am")


async def test_o5_the_guest_was_faster(town: Town) -> None:
    await town.to_paid()
    await town.clock("+1m")
    await town.say("rahul", "cancel")
    await town.tap("rahul", "Yes, cancel it")
    await town.clock("+1m")
    await town.tap("suresh", "Confirm booking")
    await town.sees("suresh", "The guest cancelled", "11:31 am", "Nothing to do")


async def test_o6_too_late_says_what_became_of_it(town: Town) -> None:
    await town.to_paid()
    await town.clock("2026-12-02T12:00:30+00:00")
    await town.clock("+1d")
    await town.tap("suresh", "Confirm booking")
    await town.sees(
        "suresh", "can no longer be done", "LoonCamp", "Wed 2 Dec, 5:30 pm", "Talk to LoonCamp",
        "Today's arrivals",
    )  # fmt: skip


@pytest.mark.parametrize("word", ["confirm", "हो", "haan", "Yes!", "कन्फर्म"])
async def test_o7_a_typed_yes_answers_the_request_that_was_just_asked(
    town: Town, word: str
) -> None:
    await town.to_paid()
    await town.say("suresh", word)
    await town.sees("rahul", "Booking confirmed")


@pytest.mark.parametrize("word", ["cancel", "नाही", "nako"])
async def test_o7_a_typed_no_cancels_with_the_time_to_undo(town: Town, word: str) -> None:
    booking_id = await town.to_paid()
    await town.say("suresh", word)
    await town.sees("suresh", "Cancelled", "Undo")
    assert (await town.states(booking_id))[-1] == "OWNER_CANCELLED"


@pytest.mark.parametrize("words", ["no problem, I will see", "ha ha", "cancel the gas", "yes sir"])
async def test_o7_a_sentence_that_only_begins_like_an_answer_is_none(
    town: Town, words: str
) -> None:
    booking_id = await town.to_paid()
    await town.say("suresh", words)
    await town.sees("suresh", "Shall I pass this to LoonCamp")
    assert (await town.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"


async def test_o7_something_else_was_said_last_so_the_request_is_shown_again(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.say("suresh", "hi")
    await town.say("suresh", "confirm")
    await town.sees("suresh", "please answer", "Confirm booking")
    assert (await town.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"
    await town.say("suresh", "confirm")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"


async def test_o7_several_wait_and_a_list_asks_which(town: Town) -> None:
    first = await town.to_paid()
    second = await town.to_paid("asha", FIVE)
    await town.say("suresh", "confirm")
    listed = await town.sees("suresh", "2 requests are waiting", "Which one")
    (section,) = listed["list"]["sections"]
    assert all("answer by 12:30 pm" in row["description"] for row in section["rows"])
    assert (await town.states(first))[-1] == (await town.states(second))[-1]
    await town.choose("suresh", "5–6 Dec · 2")
    await town.sees("suresh", "Kamshet Glide Camp", "Confirm booking")
    await town.tap("suresh", "Confirm booking")
    assert (await town.states(second))[-1] == "TICKET_GENERATED"
    assert (await town.states(first))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"


async def test_o7_a_swipe_binds_the_word_to_that_request(town: Town) -> None:
    await town.say("suresh", "hi")
    first = await town.to_paid()
    swiped = await town.sees("suresh", "Pawna Lakeview")
    second = await town.to_paid("asha", FIVE)
    await town.say("suresh", "haan", reply_to=swiped["id"])
    assert (await town.states(first))[-1] == "TICKET_GENERATED"
    assert (await town.states(second))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"
    await town.say("suresh", f"confirm {booking_ids('LC-' + second[2:])[0]}")
    assert (await town.states(second))[-1] == "TICKET_GENERATED"
    await town.say("suresh", "हो", reply_to=swiped["id"])
    await town.sees("suresh", "Already confirmed", "by you")


async def test_a_stranger_who_types_confirm_books_nothing(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.say("meera", f"confirm {booking_id}")
    await town.sees("meera", "not for you")
    assert (await town.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"
