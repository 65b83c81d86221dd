"""Money that comes late, by two links, or by a link that nobody wants any more."""

import pytest

from tests.journeys.test_payment import PAID, balanced, settled
from tests.journeys.town import Town

LATE = ["PAYMENT_PENDING", "PAYMENT_EXPIRED"]


async def wait(town: Town, *changes: str) -> None:
    for change in changes:
        await town.clock(change)


async def pend(town: Town, hours: int) -> None:
    """Pay; the bank takes so many hours."""
    link = await town.link(await town.pay_url("rahul"))
    await town.api(
        "POST", f"paytm/links/{link['link_id']}/pay",
        outcome="pending_success", after_seconds=hours * 3600,
    )  # fmt: skip


@pytest.mark.parametrize("lost", [False, True])
async def test_a_payment_that_pends_for_71_hours_is_honoured_while_the_dates_are_free(
    town: Town, lost: bool
) -> None:
    await town.trouble(paytm={"lose_callbacks": lost})
    booking_id = await town.to_review("rahul")
    await pend(town, 71)
    await wait(town, "+31s", "+50m", "+15m")
    assert await town.states(booking_id) == LATE
    await wait(town, "+23h", "+1d", "+1d", "+2h")
    assert await town.states(booking_id) == [*LATE, *PAID[1:]]
    told = [m for m in await town.from_bot("rahul") if "do not pay again" in m["body"].lower()]
    assert len(told) == 1
    await balanced(town)


async def test_a_payment_that_pends_for_71_hours_goes_back_when_the_dates_are_gone(
    town: Town,
) -> None:
    booking_id = await town.to_review("rahul", "Karjat Farm Villa, 25 to 27 dec, 4 people")
    await pend(town, 71)
    await wait(town, "+31s", "+50m", "+15m")
    other = await town.to_paid("asha", "Karjat Farm Villa, 25 to 27 dec, 2 people")
    await town.tap("meera", "Confirm booking")
    await wait(town, "+23h", "+1d", "+1d", "+2h", "+6m")
    assert (await town.states(booking_id))[-1] == "REFUNDED"
    await town.has_seen("rahul", "arrived after the dates were given to others")
    await town.has_seen("admin", "paid after the hold")
    assert (await town.states(other))[-1] == "TICKET_GENERATED"
    await balanced(town)


async def test_while_the_bank_works_the_guest_hears_until_when_and_then_that_it_is_over(
    town: Town,
) -> None:
    await town.to_review("rahul")
    await pend(town, 71)
    await wait(town, "+31s")
    await town.sees("rahul", "do not pay again", "held until 12:3", "Check now")
    await town.tap("rahul", "Check now")
    await town.sees("rahul", "do not pay again", "held until 12:3")
    await wait(town, "+45m", "+15m")
    await town.sees("rahul", "no longer held", "if the dates are still free, else all of it back")
    await town.tap("rahul", "Check now")
    await town.sees("rahul", "no longer held", "else all of it back")


async def test_a_payment_that_fails_after_its_link_has_ended_is_begun_anew(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    link = await town.link(await town.pay_url("rahul"))
    await town.api(
        "POST", f"paytm/links/{link['link_id']}/pay",
        outcome="pending_failed", after_seconds=20 * 60,
    )  # fmt: skip
    await wait(town, "+31s", "+16m")
    assert await town.states(booking_id) == ["PAYMENT_PENDING"]
    await wait(town, "+5m")
    await town.sees("rahul", "did not go through", "Its link has ended", "Hold again")
    assert await town.states(booking_id) == LATE
    await town.tap("rahul", "Hold again")
    await town.pay("rahul")
    await town.sees("rahul", "advance payment is successful")


async def test_a_failed_attempt_is_told_once_and_not_again_when_the_hold_is_over(
    town: Town,
) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "failed")
    await wait(town, "+11m", "+5m", "+15m")
    assert await town.states(booking_id) == LATE
    told = [m for m in await town.from_bot("rahul") if "did not go through" in m["body"]]
    assert len(told) == 1


async def test_holding_again_while_the_bank_works_and_paying_both_is_paying_twice(
    town: Town,
) -> None:
    first = await town.to_review("rahul")
    await pend(town, 2)
    await wait(town, "+31s", "+45m", "+15m")
    await town.say("rahul", "hi")
    await town.tap("rahul", "Hold again")
    await town.pay("rahul")
    await wait(town, "+30m", "+31m", "+2m", "+2m")
    assert await settled(town, first) == ["surplus"]
    assert await town.count("SELECT count(*) FROM booking") == 1
    await balanced(town)


async def test_a_payment_found_failed_after_72_hours_changes_nothing(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "pending_failed")
    await town.trouble(paytm={"lose_callbacks": True})
    await wait(town, "+31s", "+20m", "+1d", "+1d", "+1d", "+2h")
    assert await town.states(booking_id) == LATE
    assert await settled(town, booking_id) == []


async def two_links(town: Town) -> tuple[str, str]:
    """The guest changed the order; the bank still works on the payment of the first link."""
    first = await town.to_review("rahul")
    await pend(town, 1)
    await town.say("rahul", "5 guests")
    await town.sees("rahul", "Guests: 5")
    return first, await town.newest_booking()


async def test_paying_both_links_of_a_changed_order_gives_the_second_back(town: Town) -> None:
    first, second = await two_links(town)
    await town.pay("rahul")
    assert await town.states(second) == PAID
    await wait(town, "+30m", "+31m", "+2m", "+2m")
    assert await settled(town, first) == ["surplus"]
    assert await town.states(first) == LATE
    said = await town.has_seen("rahul", "paid twice")
    assert f"LC-{second[2:]}" in said["body"]
    assert await town.count("SELECT count(*) FROM refund WHERE status = 'refunded'") == 1
    assert await town.count("SELECT count(*) FROM booking") == 1
    await balanced(town)


async def test_the_first_link_alone_is_honoured_and_then_the_second_is_surplus(
    town: Town,
) -> None:
    first, second = await two_links(town)
    link = await town.link(await town.pay_url("rahul"))
    await town.api(
        "POST", f"paytm/links/{link['link_id']}/pay",
        outcome="pending_success", after_seconds=2 * 3600,
    )  # fmt: skip
    await wait(town, "+31s", "+30m", "+31m")
    assert await town.states(first) == [*LATE, *PAID[1:]]
    await wait(town, "+30m", "+31m", "+2m", "+2m")
    assert await settled(town, second) == ["surplus"]
    assert await town.count("SELECT count(*) FROM booking") == 1
    await balanced(town)


async def test_two_wanted_bookings_of_one_guest_are_both_kept(town: Town) -> None:
    """Nothing was withdrawn: the same guest books the same nights twice, for two groups."""
    await town.to_paid("rahul")
    await town.say("rahul", "new booking")
    await town.to_paid("rahul", "Pawna Lakeview, 25 to 27 dec, 3 people")
    assert await town.count("SELECT count(*) FROM booking") == 2
    assert await town.count("SELECT count(*) FROM refund") == 0


async def test_a_payment_for_a_cancelled_booking_goes_back(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    await town.pay("rahul", "success_twice")
    await town.api("POST", "flush")
    await town.tap("suresh", "Cancel booking")
    await wait(town, "+31s", "+16m", "+6m", "+31m", "+6m")
    assert sorted(await settled(town, booking_id)) == ["booking", "surplus"]
    rows = await town.service.pool.fetch("SELECT amount, status FROM refund")
    assert [tuple(row) for row in rows] == [(360_000, "refunded")] * 2
    assert (await town.states(booking_id))[-1] == "REFUNDED"
    await balanced(town)


# --- the link's life -------------------------------------------------------------------------


async def test_a_link_that_never_came_is_told_when_the_hold_is_over(town: Town) -> None:
    await town.trouble(paytm={"down": True})
    await town.say("rahul", "Pawna Lakeview, 25 to 27 dec, 4 people")
    await town.sees("rahul", "link follows in a minute")
    await wait(town, "+8m", "+8m")
    await town.trouble(paytm={"down": False})
    await wait(town, "+6m")
    await town.sees("rahul", "no payment link", "Nothing was charged")
    assert (await town.api("GET", "paytm/books"))["links"] == []


async def test_a_link_whose_answer_was_lost_is_ended_when_nobody_wants_it(town: Town) -> None:
    await town.trouble(paytm={"fail": "reset", "fail_next": 1})
    await town.say("rahul", "Pawna Lakeview, 25 to 27 dec, 4 people")
    await town.trouble(paytm={"fail": "500"})
    await town.say("rahul", "restart")
    (link,) = (await town.api("GET", "paytm/books"))["links"]
    assert link["status"] == "INIT"
    await town.trouble(paytm={"fail": None})
    await wait(town, "+9m")
    (link,) = (await town.api("GET", "paytm/books"))["links"]
    assert link["status"] == "EXPIRED"
    assert (await town.one("SELECT link_id FROM checkout"))["link_id"] == str(link["link_id"])


async def test_orphan_links_are_swept_and_the_wanted_one_stays(town: Town) -> None:
    booking_id = await town.to_review("rahul")
    wanted = await town.link(await town.pay_url("rahul"))
    order = {
        "amount": 360_000, "description": "Advance", "callback_url": "", "customer_name": "Rahul",
        "customer_phone": "+919822012345", "note": booking_id,
        "expires_at": town.service.clock.now().replace(year=2027),
    }  # fmt: skip
    orphan = await town.service.desk.paytm.create_link(request_id=booking_id, **order)
    foreign = await town.service.desk.paytm.create_link(request_id="LCZZZZZZ", **order)
    await wait(town, "+11m")
    links = (await town.api("GET", "paytm/books"))["links"]
    state = {str(each["link_id"]): each["status"] for each in links}
    assert state[orphan.link_id] == "EXPIRED"
    assert state[str(wanted["link_id"])] == "INIT"
    assert state[foreign.link_id] == "INIT"  # another installation's, not ours to end


async def test_a_paid_link_takes_no_second_payment_after_the_sweep(town: Town) -> None:
    await town.api("PUT", "paytm/dialect", honours_limit=False)
    await town.to_paid()
    await wait(town, "+11m")
    (link,) = (await town.api("GET", "paytm/books"))["links"]
    assert link["ended_at"] is not None
