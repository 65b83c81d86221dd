"""What owners hear unasked, at eight in the morning and on Mondays, with the clock moved."""

from tests.journeys.town import Town

BEFORE_EIGHT = "2026-12-25T02:29:00+00:00"  # 7:59 in India, on the day of check-in
AFTER_EIGHT = "2026-12-25T02:31:00+00:00"
MONDAY = "2026-12-21T03:31:00+00:00"  # 9:01 in India
OWNERS = ("suresh", "meera")


async def heard(town: Town) -> dict[str, int]:
    return {who: len(await town.from_bot(who)) for who in OWNERS}


async def test_arrivals_come_at_eight_and_only_where_there_are_any(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock(BEFORE_EIGHT)
    before = await heard(town)
    await town.clock(AFTER_EIGHT)
    await town.sees(
        "suresh", "Arrivals at your place on Fri 25 Dec", f"LC-{booking_id[2:]}", "₹8,400",
        "Today's arrivals",
    )  # fmt: skip
    assert await heard(town) == {"suresh": before["suresh"] + 1, "meera": before["meera"]}
    await town.tap("suresh", "Today's arrivals")
    await town.sees("suresh", "Rahul Deshmukh", "+91 98220 12345", "To collect: ₹8,400")
    await town.clock("+2h")
    assert (await heard(town))["suresh"] == before["suresh"] + 2


async def test_inside_the_window_the_whole_list_comes_at_once(town: Town) -> None:
    await town.to_ticket()
    await town.clock("2026-12-24T14:00:00+00:00")
    await town.say("suresh", "hi")
    await town.clock(AFTER_EIGHT)
    listed = await town.sees("suresh", "Rahul Deshmukh", "collect ₹8,400", "Tomorrow")
    assert listed["type"] == "list"


async def test_the_week_comes_on_monday_and_only_if_there_is_something(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.say("suresh", "pause kamshet")
    await town.tap("suresh", "Until I resume")
    await town.clock("2026-12-20T06:30:00+00:00")
    before = await heard(town)
    await town.clock(MONDAY)
    await town.sees(
        "suresh", "21–28 Dec", f"LC-{booking_id[2:]}", "1 arrival, ₹8,400 to collect",
        "Kamshet Glide Camp", "This week",
    )  # fmt: skip
    assert await heard(town) == {"suresh": before["suresh"] + 1, "meera": before["meera"]}
