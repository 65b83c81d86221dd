"""A guest talks to a person through the bot: taken over, answered, closed (facts/ux.md A8)."""

import pytest

from tests.journeys.test_admin_desk import two_admins
from tests.journeys.town import Town

__all__ = ["two_admins"]


async def asks(town: Town) -> None:
    """The admin is at work; a guest with a booking asks for a person."""
    await town.to_ticket()
    await town.say("admin", "hi")
    await town.say("rahul", "is there a generator at the camp at night")
    await town.say("rahul", "human")


async def test_the_card_shows_the_last_words_and_the_number(town: Town) -> None:
    await asks(town)
    await town.sees(
        "admin", "asks for a person", "Rahul Deshmukh, +91 98220 12345", "generator at the camp",
        "https://wa.me/919822012345", "Take over", "Close",
    )  # fmt: skip
    before = len(await town.from_bot("admin"))
    await town.say("rahul", "human")
    assert len(await town.from_bot("admin")) == before, "one card while it is open"


async def test_while_taken_over_the_bot_is_quiet_and_both_sides_hear_each_other(
    town: Town,
) -> None:
    await asks(town)
    await town.tap("admin", "Take over")
    await town.sees("admin", "You are talking with Rahul Deshmukh", "Close")
    await town.sees("rahul", "A person of LoonCamp", "Back to bot")
    await town.say("rahul", "pawna lakeview, is it loud there?")
    await town.sees("admin", "Rahul Deshmukh", "“pawna lakeview, is it loud there?”")
    await town.sees("rahul", "A person of LoonCamp")
    await town.say("admin", "No, it is quiet. block the road? no")
    await town.sees("rahul", "LoonCamp:", "No, it is quiet.", "Back to bot")
    await town.send("rahul", "audio")
    await town.sees("admin", "no text")
    await town.say("admin", "pending")
    await town.sees("admin", "Nothing waits for an owner")
    await town.tap("admin", "Close")
    await town.sees("admin", "the bot answers Rahul Deshmukh again")
    await town.sees("rahul", "is closed")
    await town.say("rahul", "status")
    await town.sees("rahul", "Confirmed. Pay")
    await town.say("admin", "somebody unknown")
    await town.sees("admin", "No booking fits")
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 0


async def test_a_swipe_answers_without_taking_over(town: Town) -> None:
    await asks(town)
    card = await town.sees("admin", "asks for a person")
    await town.say("admin", "Yes, from 7 to 11 pm", reply_to=card["id"])
    await town.sees("admin", "Sent to Rahul Deshmukh")
    await town.sees("rahul", "LoonCamp:", "Yes, from 7 to 11 pm")
    await town.say("rahul", "status")
    await town.sees("rahul", "Confirmed. Pay")


@pytest.mark.parametrize("words", [None, "bot"])
async def test_the_guest_goes_back_to_the_bot(town: Town, words: str | None) -> None:
    await asks(town)
    await town.tap("admin", "Take over")
    await (town.say("rahul", words) if words else town.tap("rahul", "Back to bot"))
    await town.sees("rahul", "The bot is back")
    await town.sees("admin", "gone back to the bot")
    await town.say("admin", "are you there?")
    await town.sees("admin", "is over, so this was not sent")
    await town.never_saw("rahul", "are you there?")


async def test_after_twelve_hours_the_bot_answers_again(town: Town) -> None:
    await asks(town)
    await town.tap("admin", "Take over")
    await town.clock("+12h")
    await town.say("rahul", "status")
    await town.sees("rahul", "Confirmed. Pay")


async def test_buttons_and_notices_reach_the_guest_meanwhile(town: Town) -> None:
    await town.to_paid()
    await town.say("admin", "hi")
    await town.say("rahul", "human")
    await town.tap("admin", "Take over")
    await town.tap("suresh", "Confirm booking")
    await town.sees("rahul", "Open e-ticket")
    await town.tap("rahul", "Status")
    await town.sees("rahul", "Confirmed. Pay")


async def test_the_second_admin_hears_who_took_over(two_admins: Town) -> None:
    town = two_admins
    await asks(town)
    await town.tap("admin", "Take over")
    await town.say("asha", "people")
    message = await town.sees("asha", "1 guest waits for a person")
    await town.choose("asha", message["list"]["sections"][0]["rows"][0]["title"])
    await town.tap("asha", "Take over")
    await town.sees("asha", "Already taken over by LoonCamp desk at 11:30 am")
    await town.say("asha", "hello there from the second desk")
    await town.never_saw("rahul", "second desk")


async def test_what_a_guest_writes_is_in_no_log(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    await asks(town)
    await town.tap("admin", "Take over")
    await town.say("rahul", "my secret wish")
    out = capsys.readouterr()
    assert "secret wish" not in out.out + out.err
    await town.has_seen("admin", "my secret wish")


async def test_a_guest_s_own_buttons_of_the_desk_do_nothing(town: Town) -> None:
    await asks(town)
    person = await town.one("SELECT person_id FROM person WHERE name LIKE 'Rahul%'")
    await town.press("asha", f"a:take:{person['person_id']}")
    assert await town.count("SELECT count(*) FROM chat WHERE state ? 'human'") == 0
