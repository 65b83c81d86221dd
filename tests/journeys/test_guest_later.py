"""The guest after the booking: reminded the day before, thanked after the stay."""

from tests.journeys.town import Town


async def test_the_day_before_at_ten_the_guest_is_reminded(town: Town) -> None:
    await town.to_ticket()
    await town.clock("2026-12-24T04:29:00+00:00")
    await town.never_saw("rahul", "begins tomorrow")
    await town.clock("+1m")
    await town.sees("rahul", "begins tomorrow", "Pawna Lakeview Camp", "2 pm", "maps", "₹8,400")
    await town.sees("rahul", "LoonCamp.shop", "+91 98000 00000")


async def test_in_the_open_window_the_reminder_quotes_the_confirmation(town: Town) -> None:
    await town.to_ticket()
    confirmed = await town.has_seen("rahul", "Open e-ticket")
    await town.clock("2026-12-24T04:00:00+00:00")
    await town.say("rahul", "status")
    await town.clock("+30m")
    reminder = await town.sees("rahul", "Tomorrow", "Pay at check-in: ₹8,400", "Open map")
    assert reminder["reply_to"] == confirmed["id"]


async def test_after_the_stay_the_guest_is_thanked_in_the_morning(town: Town) -> None:
    await town.to_ticket()
    await town.clock("2026-12-27T20:00:00+00:00")  # after midnight: the stay is over
    await town.never_saw("rahul", "Thank you for coming")
    await town.clock("2026-12-28T04:30:00+00:00")
    await town.sees("rahul", "is over", "Thank you for coming")


async def test_nobody_is_reminded_or_thanked_who_cancelled_or_said_stop(town: Town) -> None:
    await town.to_ticket()
    await town.say("rahul", "stop")
    await town.to_ticket("asha")
    await town.say("asha", "cancel")
    await town.tap("asha", "Yes, cancel it")
    for moment in ("2026-12-24T05:00:00+00:00", "2026-12-27T20:00:00+00:00", "+12h"):
        await town.clock(moment)
        for who in ("rahul", "asha"):
            await town.never_saw(who, "tomorrow")
            await town.never_saw(who, "Thank you for coming")
