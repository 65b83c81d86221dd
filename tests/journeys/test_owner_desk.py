"""The owner's commands: blocks, arrivals, pause, check-in, home (facts/ux.md 2.1, O8-O12)."""

import pytest

from tests.journeys.town import Town

VILLA = "Karjat Farm Villa, 25 to 27 dec, 2 people"  # one unit, of Meera's
AT_THE_GATE = "2026-12-25T09:00:00+00:00"  # half past two in India, on the day of check-in


# ------------------------------------------------------------------ O8: blocked dates


async def test_o8_blocked_dates_are_offered_to_nobody_until_they_are_opened(town: Town) -> None:
    await town.say("meera", "block karjat 25-27 dec")
    await town.sees("meera", "Blocked", "Karjat Farm Villa", "25–27 Dec (2 nights)", "Sun 27 Dec")
    await town.say("rahul", VILLA)
    await town.sees("rahul", "already taken")
    await town.say("meera", "blocked")
    await town.sees("meera", "1 stretch of nights is blocked", "25–27 Dec")
    await town.choose("meera", "1. 25–27 Dec")
    await town.sees("meera", "Open again", "25–27 Dec")
    await town.say("asha", VILLA)
    await town.sees("asha", "Advance now")


async def test_o8_undo_and_block_again(town: Town) -> None:
    await town.say("meera", "ब्लॉक karjat 25-27 dec")
    await town.tap("meera", "Undo")
    await town.sees("meera", "Open again")
    assert await town.count("SELECT count(*) FROM occupancy") == 0
    await town.tap("meera", "Undo")
    await town.sees("meera", "not there any more")
    await town.say("meera", "unblock karjat 25-27 dec")
    await town.sees("meera", "nothing was blocked")


async def test_o8_it_asks_for_the_place_and_then_for_the_nights(town: Town) -> None:
    await town.say("meera", "block")
    await town.choose("meera", "Karjat Farm Villa")
    await town.sees("meera", "Which nights", "Karjat Farm Villa", "Sat 5 – Sun 6 Dec")
    await town.say("meera", "today")
    await town.sees("meera", "Blocked", "2–3 Dec (1 night)")
    await town.tap("meera", "Block more")
    await town.choose("meera", "Lonavala Pool Villa")
    await town.tap("meera", "Sat 5 – Sun 6 Dec")
    await town.sees("meera", "Blocked", "Lonavala Pool Villa", "5–6 Dec")


async def test_o8_over_a_booking_it_refuses_names_it_and_offers_the_free_part(town: Town) -> None:
    booking_id = await town.to_paid("rahul", VILLA)
    await town.tap("meera", "Confirm booking")
    await town.say("meera", "block karjat 24-30 dec")
    await town.sees(
        "meera", "have not blocked", f"LC-{booking_id[2:]}", "Rahul Deshmukh", "25–27 Dec",
        "Block the free part",
    )  # fmt: skip
    assert await town.count("SELECT count(*) FROM block") == 0
    await town.tap("meera", "Block the free part")
    await town.sees("meera", "Blocked", "24–30 Dec", "Still booked there", f"LC-{booking_id[2:]}")
    nights = await town.service.pool.fetch(
        "SELECT lower(stay)::text AS first FROM occupancy WHERE block_id IS NOT NULL ORDER BY 1"
    )
    assert [row["first"] for row in nights] == ["2026-12-24", "2026-12-27"]
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    await town.say("meera", "block karjat 25-27 dec")
    await town.sees("meera", "have not blocked", "Nothing else is free")


async def test_o8_part_of_a_block_is_opened_and_the_rest_stays(town: Town) -> None:
    await town.say("suresh", "block kamshet 20-30 dec")
    await town.say("suresh", "unblock kamshet 24-26 dec")
    await town.say("suresh", "blocked")
    listed = await town.sees("suresh", "2 stretches of nights")
    titles = [row["title"] for row in listed["list"]["sections"][0]["rows"]]
    assert titles == ["1. 20–24 Dec", "2. 26–30 Dec"]
    await town.to_review("rahul", "Kamshet Glide Camp, 24 to 26 dec, 4 people")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("block karjat 20 nov", "Tap a weekend or write them"),
        ("block karjat 31 feb", "no such day"),
        ("block karjat 27 to 25 dec", "after"),
        ("block the gate please", "Shall I pass this to LoonCamp"),
    ],
)
async def test_o8_dates_that_cannot_be_are_told(town: Town, said: str, answer: str) -> None:
    await town.say("meera", said)
    await town.sees("meera", answer)
    assert await town.count("SELECT count(*) FROM block") == 0


async def test_o8_somebody_elses_place_is_not_blocked(town: Town) -> None:
    await town.say("meera", "hi")
    await town.press("meera", "h:block:pawna-lakeview:2026-12-25..2026-12-27")
    assert await town.count("SELECT count(*) FROM block") == 0
    await town.say("rahul", "block pawna 25-27 dec")
    assert await town.count("SELECT count(*) FROM block") == 0


# ------------------------------------------------------------------ O9: arrivals


async def test_o9_arrivals_with_what_to_collect_and_the_total(town: Town) -> None:
    await town.to_ticket()
    await town.to_review("asha", "Kamshet Glide Camp, 25 to 26 dec, 2 people")
    await town.pay("asha")
    await town.tap("suresh", "Confirm booking")
    await town.say("suresh", "today")
    await town.sees("suresh", "Nobody arrives")
    await town.clock("2026-12-24T06:00:00+00:00")
    await town.say("suresh", "उद्या")
    await town.sees(
        "suresh", "Arrivals, Fri 25 Dec", "Pawna Lakeview Camp", "2 pm", "Rahul Deshmukh",
        "4 guests", "collect ₹8,400", "+91 98220 12345", "Kamshet Glide Camp", "from 2 bookings",
    )  # fmt: skip
    await town.choose("suresh", "This week")
    await town.sees("suresh", "Fri 25 Dec", "Rahul Deshmukh", "To collect")
    await town.clock(AT_THE_GATE)
    await town.say("suresh", "aaj")
    await town.choose("suresh", f"LC-{(await town.newest_booking())[2:]} arrived?")
    await town.tap("suresh", "Arrived, paid")
    await town.say("suresh", "today")
    await town.sees("suresh", "arrived", "paid", "To collect: ₹8,400", "from 1 booking")


# ------------------------------------------------------------------ O10: pause


async def test_o10_a_paused_place_is_offered_to_nobody_and_confirmed_bookings_stay(
    town: Town,
) -> None:
    await town.to_ticket()
    await town.say("suresh", "pause pawna")
    await town.tap("suresh", "7 days")
    await town.sees(
        "suresh", "Paused", "Pawna Lakeview Camp", "Wed 9 Dec, 7 am", "1 confirmed booking stays",
    )  # fmt: skip
    await town.say("asha", "start over")
    offered = (await town.from_bot("asha"))[-1]["list"]["sections"][0]["rows"]
    assert "Pawna Lakeview Camp" not in [row["title"] for row in offered]
    await town.say("suresh", "resume")
    await town.sees("suresh", "takes bookings again")
    await town.to_review("asha")


@pytest.mark.parametrize(
    ("span", "before", "after"),
    [
        ("Tonight only", "2026-12-03T01:29:00+00:00", "2026-12-03T01:31:00+00:00"),
        ("7 days", "2026-12-09T01:29:00+00:00", "2026-12-09T01:31:00+00:00"),
    ],
)
async def test_o10_a_pause_ends_by_itself(town: Town, span: str, before: str, after: str) -> None:
    await town.say("suresh", "थांबवा")
    await town.choose("suresh", "Pawna Lakeview Camp")
    await town.tap("suresh", span)
    await town.clock(before)
    assert await town.count("SELECT count(*) FROM property WHERE paused") == 1
    await town.clock(after)
    assert await town.count("SELECT count(*) FROM property WHERE paused") == 0


async def test_o10_a_pause_without_end_outlives_one_that_had_an_end(town: Town) -> None:
    await town.say("suresh", "pause pawna")
    await town.tap("suresh", "Tonight only")
    await town.say("suresh", "pause pawna")
    await town.tap("suresh", "Until I resume")
    await town.clock("+10d")
    assert await town.count("SELECT count(*) FROM property WHERE paused") == 1
    await town.say("suresh", "pause")
    await town.sees("suresh", "Pawna Lakeview Camp")
    await town.choose("suresh", "Pawna Lakeview Camp")
    await town.sees("suresh", "takes bookings again")


# ------------------------------------------------------------------ O11: check-in by QR code


async def scan(town: Town, who: str) -> None:
    """The text that the ticket's code puts into the scanner's chat."""
    await town.say(who, f"CHECKIN {await town.newest_booking()}")


async def test_o11_a_valid_ticket_shows_who_and_what_to_collect(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock(AT_THE_GATE)
    await scan(town, "suresh")
    await town.sees(
        "suresh", "Valid", "Rahul Deshmukh", "4 guests", "Sun 27 Dec 2026, 11 am",
        "Collect ₹8,400", "Arrived, paid", "Arrived, not paid", "Problem",
    )  # fmt: skip
    await town.clock("+5m")
    await scan(town, "suresh")
    await town.sees("suresh", "scanned before", "2:30 pm")
    await town.tap("suresh", "Arrived, not paid")
    await town.sees("suresh", "Checked in", "₹8,400 is still to be collected")
    await town.clock("+5m")
    await scan(town, "suresh")
    await town.sees("suresh", "Already arrived", "by you at 2:35 pm", "still to be collected")
    assert (await town.states(booking_id))[-1] == "CHECKED_IN"
    await scan(town, "admin")
    await town.sees("admin", "Already arrived", "the owner")


async def test_o11_the_admin_may_scan_as_well(town: Town) -> None:
    await town.to_ticket()
    await town.clock(AT_THE_GATE)
    await scan(town, "admin")
    await town.tap("admin", "Arrived, paid")
    await town.sees("admin", "Checked in", "Nothing is open")


async def test_o11_wrong_days_and_states_are_told(town: Town) -> None:
    booking_id = await town.to_paid()
    await scan(town, "suresh")
    await town.sees("suresh", "Not valid", "waiting")
    await town.tap("suresh", "Confirm booking")
    await scan(town, "suresh")
    await town.sees("suresh", "Not valid today", "25–27 Dec")
    await town.press("suresh", f"o:{booking_id}:arrived")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    await town.clock("2026-12-29T06:00:00+00:00")
    await scan(town, "suresh")
    await town.sees("suresh", "Not valid today", "is over")


async def test_o11_others_learn_nothing(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock(AT_THE_GATE)
    await scan(town, "rahul")
    await town.sees("rahul", "show this code to the host", "Confirmed")
    for who in ("asha", "meera"):
        await scan(town, who)
        said = await town.last(who)
        assert "show this code to the host" in said
        assert "rahul" not in said
        await town.press(who, f"o:{booking_id}:arrived")
        await town.sees(who, "show this code to the host")
    await town.say("suresh", "CHECKIN LC000000")
    await town.sees("suresh", "I know no booking")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"


async def test_o11_a_problem_at_the_gate_reaches_the_admin_once(town: Town) -> None:
    await town.to_ticket()
    await town.clock(AT_THE_GATE)
    await town.say("admin", "hi")
    await scan(town, "suresh")
    await town.tap("suresh", "Problem")
    await town.sees("suresh", "has been told")
    await town.sees("admin", "problem at check-in", "Rahul Deshmukh", "Suresh Patil")
    before = len(await town.from_bot("admin"))
    await town.tap("suresh", "Problem")
    assert len(await town.from_bot("admin")) == before
    assert await town.count("SELECT count(*) FROM alert WHERE subject LIKE 'checkin:%'") == 1


async def test_o11_misread_letters_are_forgiven(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock(AT_THE_GATE)
    misread = booking_id[2:].replace("0", "O").replace("1", "l")
    await town.say("suresh", f"check in lc-{misread}")
    await town.sees("suresh", "Valid", "Rahul Deshmukh")


# ------------------------------------------------------------------ O12 and wrong input


async def test_o12_home_is_one_list_of_all_the_desk_can_do(town: Town) -> None:
    await town.to_paid()
    await town.say("suresh", "नमस्कार")
    home = await town.sees("suresh", "1 request is waiting")
    titles = [row["title"] for row in home["list"]["sections"][0]["rows"]]
    assert titles == [
        "Waiting requests", "Today's arrivals", "This week", "Block dates", "Open blocked dates",
        "Pause or resume", "Prices", "Language", "Talk to LoonCamp", "Book a stay myself",
    ]  # fmt: skip
    await town.choose("suresh", "Waiting requests")
    await town.sees("suresh", "please answer", "Confirm booking")


async def test_o12_language_is_changed_and_kept(town: Town) -> None:
    await town.say("suresh", "language")
    await town.sees("suresh", "English", "हिंदी", "मराठी")
    await town.tap("suresh", "मराठी")
    language = "SELECT language FROM person WHERE phone = '+919766011111'"
    assert await town.service.pool.fetchval(language) == "mr"
    await town.sees("suresh", "आता मी मराठीत लिहीन", "बाकी विनंत्या", "आज येणारे")
    await town.to_paid()
    await town.say("suresh", "हो")
    await town.sees("suresh", "कन्फर्म झाले", "₹8,400 घ्या")
    await town.say("suresh", "उद्या")
    await town.sees("suresh", "कोणी येणार नाही")
    await town.say("suresh", "english")
    assert await town.service.pool.fetchval(language) == "en"


async def test_o12_an_owner_books_like_a_guest_and_comes_back(town: Town) -> None:
    await town.say("suresh", "hi")
    await town.choose("suresh", "Book a stay myself")
    await town.sees("suresh", "Choose a place")
    await town.to_review("suresh", "Karjat Farm Villa, 25 to 27 dec, 2 people")
    await town.say("suresh", "desk")
    await town.say("suresh", "hi")
    await town.sees("suresh", "Waiting requests")


async def test_free_text_is_passed_on_only_on_a_yes(town: Town) -> None:
    await town.to_ticket()
    await town.say("admin", "hi")
    await town.say("suresh", "gas is finished, bring two cylinders")
    await town.sees("suresh", "Shall I pass this to LoonCamp", "two cylinders")
    await town.tap("suresh", "No")
    for who in ("admin", "rahul"):
        await town.never_saw(who, "cylinders")
    await town.say("suresh", "gas is finished, bring two cylinders")
    await town.say("suresh", "haan")
    await town.sees("suresh", "LoonCamp has it")
    await town.sees("admin", "Suresh Patil", "two cylinders")
    await town.never_saw("rahul", "cylinders")


async def test_a_yes_means_the_newest_question_not_the_one_before(town: Town) -> None:
    await town.say("suresh", "the gas is finished")
    booking_id = await town.to_paid()
    await town.say("suresh", "haan")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    await town.never_saw("admin", "gas")


async def test_a_swiped_yes_answers_what_was_swiped(town: Town) -> None:
    await town.say("suresh", "hi")
    booking_id = await town.to_paid()
    request = await town.sees("suresh", "please answer")
    await town.say("suresh", "the gas is finished")
    await town.say("suresh", "haan", reply_to=request["id"])
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    await town.never_saw("admin", "gas")


async def test_talk_to_looncamp_reaches_the_admin(town: Town) -> None:
    await town.say("admin", "hi")
    await town.say("suresh", "talk to LoonCamp")
    await town.sees("suresh", "has been told")
    await town.sees("admin", "wants to talk", "+919766011111")


@pytest.mark.parametrize("kind", ["audio", "image", "sticker"])
async def test_a_voice_note_gets_the_buttons_again_and_the_admin_is_told(
    town: Town, kind: str
) -> None:
    await town.say("admin", "hi")
    await town.to_paid()
    await town.send("suresh", kind)
    await town.sees("suresh", "Please tap", "Confirm booking", "Cancel booking")
    await town.sees("admin", "voice note", "Suresh Patil")


async def test_a_voice_note_without_a_request_gets_the_home_list(town: Town) -> None:
    await town.send("suresh", "audio")
    await town.sees("suresh", "Please tap", "No request is waiting", "Today's arrivals")
    await town.never_saw("admin", "voice note")
