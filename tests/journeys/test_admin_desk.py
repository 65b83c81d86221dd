"""The admin's desk, row by row: search, cards, overrides, messages, blocks (facts/ux.md A1-A5)."""

from collections.abc import AsyncIterator

import pytest

from flows import format as fmt
from tests.journeys.town import Town, founded


@pytest.fixture
async def two_admins(database_url: str) -> AsyncIterator[Town]:
    """Asha of the sandbox is an admin here as well."""
    async with founded(database_url) as town:
        people = (await town.api("GET", "state"))["people"]
        asha = next(each["phone"] for each in people if each["key"] == "asha")
        config = town.service.config
        object.__setattr__(config, "admin_phones", (*config.admin_phones, asha))
        yield town


async def test_hi_shows_what_the_desk_can_do(town: Town) -> None:
    await town.say("admin", "hi")
    await town.sees("admin", "you are an admin of LoonCamp", "Refunds", "Weekend")


async def test_one_booking_is_found_by_everything_that_names_it(town: Town) -> None:
    booking_id = await town.to_paid()
    row = await town.one("SELECT * FROM booking")
    digits = booking_id[2:]
    mistyped = digits.replace("0", "O").replace("1", "I").lower()
    for words in (
        fmt.shown_id(booking_id), booking_id.lower(), f"lc {mistyped}", mistyped,
        row["guest_phone"], row["guest_phone"][3:], row["guest_phone"][-4:], "rahul", "deshmukh",
        "pawna 25 dec", "25 dec", "rahul 26 dec", row["txn_id"],
    ):  # fmt: skip
        await town.say("admin", words)
        await town.sees("admin", fmt.shown_id(booking_id), "waiting for owner", "Rahul Deshmukh")
    for words in ("rahul 3 jan", "karjat", "somebody else", "9999"):
        await town.say("admin", words)
        await town.sees("admin", "No booking fits")


async def test_every_update_of_a_booking_quotes_its_first_card(town: Town) -> None:
    booking_id = await town.to_ticket()
    first = await town.has_seen("admin", "Waiting for owner confirmation")
    decided = await town.sees("admin", "Confirmed by owner")
    await town.say("admin", booking_id)
    shown = await town.sees("admin", "Send ticket again")
    assert decided["reply_to"] == shown["reply_to"] == first["id"]


async def test_a_few_hits_are_a_list_and_many_a_number(town: Town) -> None:
    for who in ("rahul", "asha"):
        await town.to_paid(who, "Pawna Lakeview, 25 to 27 dec, 2 people")
    await town.say("admin", "pawna 25 dec")
    message = await town.sees("admin", "2 bookings fit")
    assert len(message["list"]["sections"][0]["rows"]) == 2
    await town.choose("admin", message["list"]["sections"][0]["rows"][0]["title"])
    await town.sees("admin", "Asha", "Confirm for owner")
    await town.service.pool.execute(
        "INSERT INTO checkout SELECT 'LCZZZZ' || lpad(n::text, 2, '0'), property_id, person_id,"
        " guest_name, guest_phone, checkin, checkout, stay, guests, units, total, advance, '-',"
        " hold_until, 's' || n, NULL, NULL, created_at"
        " FROM (SELECT * FROM checkout LIMIT 1) AS c, generate_series(10, 27) AS n"
    )
    await town.say("admin", "pawna")
    await town.sees("admin", "20 hits. Add a date")


async def test_the_admin_confirms_for_the_owner_and_everybody_hears_who_did(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.say("admin", "pending")
    await town.sees("admin", "1 booking waits")
    await town.choose("admin", fmt.shown_id(booking_id))
    await town.sees("admin", "Owner: asked 11:30 am", "Closes")
    await town.tap("admin", "Confirm for owner")
    await town.sees("suresh", "LoonCamp confirmed", "for you", "cannot host")
    await town.sees("admin", "Confirmed by LoonCamp for the owner")
    await town.sees("rahul", "Open e-ticket")
    await town.say("admin", booking_id)
    await town.tap("admin", "More")
    await town.choose("admin", "History")
    await town.sees("admin", "owner asked", "confirmed · LoonCamp desk", "e-ticket made")


async def test_the_amount_is_shown_before_a_stay_is_cancelled(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.say("admin", booking_id)
    await town.tap("admin", "Cancel + refund")
    await town.sees("admin", "Paid ₹3,600", "Refund ₹3,600", "Go back")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    await town.tap("admin", "Go back")
    await town.tap("admin", "Cancel + refund")
    await town.tap("admin", "Refund ₹3,600")
    await town.has_seen("rahul", "LoonCamp has cancelled")
    await town.sees("suresh", "LoonCamp cancelled", "for you")
    await town.has_seen("admin", "Booking cancelled by LoonCamp")
    await town.clock("+2m")
    assert (await town.states(booking_id))[-1] == "REFUNDED"
    row = await town.one("SELECT sum(amount) AS back FROM refund WHERE status = 'refunded'")
    assert row["back"] == 360_000


async def test_late_the_rules_give_half_and_the_admin_may_give_all(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock("2026-12-20T06:00:00+00:00")
    await town.say("admin", booking_id)
    await town.tap("admin", "Cancel + refund")
    await town.sees("admin", "Refund ₹1,800", "Refund ₹3,600")
    await town.tap("admin", "Refund ₹1,800")
    await town.clock("+2m")
    row = await town.one("SELECT sum(amount) AS back FROM refund WHERE status = 'refunded'")
    assert row["back"] == 180_000


async def test_the_owner_s_old_cancel_button_asks_the_admin_first(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.say("admin", "hi")
    await town.press("admin", f"o:{booking_id}:cancel")
    await town.sees("admin", "Cancel", "Refund ₹3,600", "Go back")
    assert (await town.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"
    await town.press("admin", f"a:cancelled:{booking_id}=1")
    assert (await town.states(booking_id))[-1] == "BOOKING_REQUEST_SENT_TO_OWNER"
    await town.tap("admin", "Refund ₹3,600")
    await town.clock("+2m")
    assert (await town.states(booking_id))[-1] == "REFUNDED"


async def test_confirming_against_the_owner_takes_two_taps_and_only_before_the_refund(
    town: Town,
) -> None:
    booking_id = await town.to_paid()
    await town.tap("suresh", "Cancel booking")
    await town.say("admin", booking_id)
    await town.tap("admin", "Confirm anyway")
    await town.sees("admin", "Confirm it against the owner?")
    assert (await town.states(booking_id))[-1] == "OWNER_CANCELLED"
    await town.tap("admin", "Yes, confirm it")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    await town.sees("suresh", "LoonCamp confirmed")
    await town.clock("+5m")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    other = await town.to_paid("asha", "Pawna Lakeview, 27 to 29 dec, 2 people")
    await town.tap("suresh", "Cancel booking")
    await town.clock("+5m")
    await town.press("admin", f"a:overruled:{other}")
    await town.sees("admin", "can no longer be confirmed")


async def test_an_unpaid_hold_can_be_reminded_of_and_released(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.say("admin", booking_id)
    await town.tap("admin", "Send link again")
    await town.sees("rahul", "Advance now")
    await town.tap("admin", "Release dates")
    await town.sees("rahul", "released the dates")
    assert await town.count("SELECT count(*) FROM occupancy") == 0
    await town.sees("admin", "hold expired")


async def test_the_ticket_goes_out_again(town: Town) -> None:
    booking_id = await town.to_ticket()
    before = len(await town.from_bot("rahul"))
    await town.say("admin", booking_id)
    await town.tap("admin", "Send ticket again")
    await town.sees("admin", "goes to Rahul Deshmukh again")
    await town.sees("rahul", "Open e-ticket")
    assert len(await town.from_bot("rahul")) == before + 1


async def test_words_to_guest_and_owner_go_in_the_name_of_looncamp(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock("+2d")  # both windows are closed: the words go by template
    for row, who, label in (
        ("Message guest", "rahul", "Sent to Rahul"), ("Message owner", "suresh", "Sent to Suresh"),
    ):  # fmt: skip
        await town.say("admin", booking_id)
        await town.tap("admin", "More")
        await town.choose("admin", row)
        await town.sees("admin", "marked as from LoonCamp")
        await town.say("admin", "The road by the dam is closed.")
        await town.sees("admin", label)
        await town.sees(who, "LoonCamp", "The road by the dam is closed.")
    await town.say("rahul", "hi")
    await town.say("admin", booking_id)
    await town.tap("admin", "More")
    await town.choose("admin", "Message guest")
    await town.say("admin", "Take the other road.")
    await town.sees("rahul", "LoonCamp writes about", "“Take the other road.”")


async def test_notes_and_payments_stand_in_the_card(town: Town) -> None:
    booking_id = await town.to_paid()
    await town.say("admin", booking_id)
    await town.tap("admin", "More")
    await town.choose("admin", "Note")
    await town.say("admin", "Comes with a dog")
    await town.press("admin", f"a:history:{booking_id}")
    await town.sees("admin", "“Comes with a dog” · LoonCamp desk")
    await town.press("admin", f"a:money:{booking_id}")
    await town.sees("admin", "₹3,600 paid", "the advance", "No money is owed")
    await town.press("admin", f"a:others:{booking_id}")
    await town.sees("admin", "has no other booking")


async def test_today_weekend_and_refunds(town: Town) -> None:
    await town.to_ticket()
    await town.say("admin", "today")
    await town.sees("admin", "nobody arrives")
    await town.say("admin", "refunds")
    await town.sees("admin", "No money is to go back")
    await town.clock("2026-12-24T06:00:00+00:00")
    for words in ("tomorrow", "weekend"):
        await town.say("admin", words)
        await town.sees("admin", "1 arrival, ₹8,400 to collect")


async def test_the_admin_blocks_dates_at_any_place(town: Town) -> None:
    await town.say("admin", "block mulshi 25 to 27 dec")
    await town.sees("admin", "Mulshi Forest Camp", "25–27 Dec")
    row = await town.one("SELECT made_by FROM block")
    assert row["made_by"] == "admin"
    await town.tap("admin", "Undo")
    assert await town.count("SELECT count(*) FROM occupancy") == 0


async def test_of_two_admins_the_first_wins_and_the_second_is_told(two_admins: Town) -> None:
    town = two_admins
    booking_id = await town.to_paid()
    await town.say("asha", "hi")
    await town.say("admin", "hi")
    await town.press("asha", f"o:{booking_id}:confirm")
    await town.sees("asha", "Confirmed. Pay")
    await town.press("admin", f"o:{booking_id}:confirm")
    await town.sees("admin", "Already confirmed", "by Asha", "at 11:30 am")
    await town.press("admin", f"a:cancelled:{booking_id}=360000")
    await town.press("asha", f"a:cancelled:{booking_id}=360000")
    await town.sees("asha", "Somebody was first: cancelled by LoonCamp desk, 11:30 am")


async def test_a_guest_who_knows_the_buttons_gets_nothing(town: Town) -> None:
    booking_id = await town.to_ticket()
    for verb in ("card", "cancel", "history", "to_guest", "release"):
        await town.press("rahul", f"a:{verb}:{booking_id}")
        await town.press("suresh", f"a:{verb}:{booking_id}")
    await town.press("rahul", f"a:cancelled:{booking_id}=360000")
    assert (await town.states(booking_id))[-1] == "TICKET_GENERATED"
    await town.never_saw("rahul", "Cancel + refund")
    await town.never_saw("suresh", "Cancel + refund")


async def test_alerts_are_closed_from_the_chat(town: Town) -> None:
    await town.service.pool.execute(
        "INSERT INTO alert (subject, detail, created_at) VALUES ('books:x', 'look', now())"
    )
    await town.say("admin", "alerts")
    message = await town.sees("admin", "1 alert is open", "books:x")
    await town.choose("admin", message["list"]["sections"][0]["rows"][0]["title"])
    await town.tap("admin", "Close alert")
    await town.sees("admin", "Closed: books:x")
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 0
