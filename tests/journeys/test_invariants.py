"""The invariants hold at the end of whole stories, compared with the emulators' own books."""

from datetime import timedelta

import pytest

from bot.rounds.data_check import print_table
from tests.journeys.town import Town, broken


async def test_they_hold_after_a_confirmed_stay_a_refund_and_a_late_payment(town: Town) -> None:
    await town.to_ticket()
    assert await broken(town) == []
    await town.say("rahul", "cancel")
    await town.tap("rahul", "Yes, cancel it")
    await town.to_paid("asha")
    await town.tap("suresh", "Cancel booking")
    await town.to_review("rahul", "Karjat Farm Villa, 4 to 5 dec, 4 people")
    await town.pay("rahul", "success_after_hold")
    for change in ("+14m", "+70s", "+2m", "+15m", "+5m", "+30m"):
        await town.clock(change)
    assert await broken(town) == []
    await town.clock("+400m")
    await town.clock("+2d")
    assert await town.count("SELECT count(*) FROM refund WHERE status = 'refunded'") >= 2
    assert await broken(town) == []


async def vandalise(town: Town, booking_id: str) -> None:
    """Lose a paid booking's dates, as no statement of ours can."""
    await town.service.pool.execute("DELETE FROM occupancy WHERE booking_id = $1", booking_id)


async def test_the_table_names_booking_and_rule(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    booking_id = await town.to_paid()
    assert await print_table(town.service) == 0
    assert "BAD" not in capsys.readouterr().out
    await vandalise(town, booking_id)
    assert await print_table(town.service) == 1
    table = capsys.readouterr().out
    assert table.count("BAD") == 1
    assert (
        "BAD I05" in table and f"{booking_id}  BOOKING_REQUEST_SENT_TO_OWNER holds 0 of 2" in table
    )


async def test_the_night_raises_a_violation_once_and_closes_it_when_mended(town: Town) -> None:
    booking_id = await town.to_ticket()
    await town.clock("+1d")
    await vandalise(town, booking_id)
    for _ in range(2):
        await town.clock("+1d")
    told = [m for m in await town.from_bot("admin") if f"I05 {booking_id}" in str(m)]
    assert len(told) == 1
    (alert,) = await town.service.pool.fetch("SELECT * FROM alert WHERE closed_at IS NULL")
    assert (alert["subject"], alert["booking_id"]) == (f"invariant:I05:{booking_id}", booking_id)
    await town.service.pool.execute(
        "INSERT INTO occupancy (property_id, unit, stay, booking_id) SELECT property_id,"
        " generate_series(1, units), stay, booking_id FROM checkout WHERE booking_id = $1",
        booking_id,
    )
    await town.clock("+1d")
    assert await town.count("SELECT count(*) FROM alert WHERE closed_at IS NULL") == 0


async def test_a_refused_form_and_its_template_are_one_message(town: Town) -> None:
    """The refusal is told by status as well, under a wamid of its own."""
    await town.trouble(whatsapp={"window_errors": "both"})
    await town.to_paid()
    await town.service.pool.execute("UPDATE person SET heard_at = $1", town.service.clock.now())
    await town.clock("+16m")
    await town.api("POST", "people/suresh/read")
    await town.settle()
    assert await broken(town, timedelta(minutes=15)) == []


async def test_what_is_late_is_raised_only_if_it_stays_so(town: Town) -> None:
    booking_id = await town.to_ticket()
    late = "SELECT count(*) FROM alert WHERE subject LIKE 'invariant:I09:%'"
    await town.clock("+1d")
    await town.clock("+1d")
    assert await town.count(late) == 0  # a day's work came due at once, and was done at once
    await town.service.pool.execute(
        "UPDATE message SET state = 'cancelled' WHERE booking_id = $1 AND intent = 'stay_over'",
        booking_id,
    )
    await town.clock("+1d")
    assert await town.count(late) == 0
    await town.clock("+16m")
    assert await town.count(late) == 1
    await town.has_seen("admin", f"I09 {booking_id}: TICKET GENERATED, and no stay over is set")
