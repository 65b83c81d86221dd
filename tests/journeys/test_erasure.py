"""People are forgotten by age and on request: nothing of them stays, and the accounts do."""

import pytest

from bot.rounds.erasure import forget
from db.invariants import Books, Check, violations
from tests.db.haystack import hits
from tests.journeys.town import Town

TEXT = "peanut allergy"


async def needles(town: Town) -> list[str]:
    """Whatever is Rahul's: names, number in both writings, user id, words."""
    people = (await town.api("GET", "state"))["people"]
    rahul = next(each for each in people if each["key"] == "rahul")
    digits = rahul["phone"].removeprefix("+")
    return [rahul["name"], digits, f"{digits[2:7]} {digits[7:]}", rahul["user_id"], TEXT]


async def phone_of(town: Town, who: str) -> str:
    people = (await town.api("GET", "state"))["people"]
    return str(next(each["phone"] for each in people if each["key"] == who))


async def accounts(town: Town) -> list[tuple[object, ...]]:
    """What the books are made of."""
    rows = await town.service.pool.fetch(
        "SELECT c.booking_id, c.total, c.advance, b.advance_paid, b.status, b.txn_id, p.amount,"
        "       r.ref_id, r.amount AS back, r.bank_reference, count(m.id) AS messages"
        "  FROM checkout c LEFT JOIN booking b USING (booking_id)"
        "  LEFT JOIN payment p USING (booking_id) LEFT JOIN refund r USING (booking_id)"
        "  LEFT JOIN message m USING (booking_id)"
        " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ORDER BY 1"
    )
    return [tuple(row) for row in rows]


async def a_life(town: Town) -> None:
    """A stay with all that a guest can leave behind, and one that was given back."""
    await town.to_paid("rahul", "Karjat Farm Villa, 4 to 5 dec, 4 people")
    await town.say("rahul", "cancel")
    await town.tap("rahul", "Yes, cancel it")
    for _ in range(3):
        await town.clock("+2m")
    await town.to_ticket()
    await town.say("rahul", TEXT)
    await town.say("rahul", "human")
    for _ in range(3):
        await town.press("rahul", f"o:{await town.newest_booking()}:confirm")
    await town.has_seen("admin", "pressing buttons")
    assert set(await hits(town.service.pool, await needles(town))) > {
        "person.name", "checkout.guest_phone", "booking.guest_name", "inbox.body", "message.payload",
    }  # fmt: skip


async def intact(town: Town) -> list[str]:
    check = Check(town.service.write, town.service.clock.now(), books=Books())
    return [each.detail for each in await violations(town.service.pool, check)]


async def test_a_year_after_the_stay_nothing_of_a_guest_is_left(town: Town) -> None:
    await a_life(town)
    await town.clock("2027-12-26T06:00:00+00:00")
    assert "checkout.guest_name" in await hits(town.service.pool, await needles(town))
    before = await accounts(town)
    await town.clock("2027-12-29T06:00:00+00:00")
    assert await hits(town.service.pool, await needles(town)) == {}
    assert await accounts(town) == before
    assert await intact(town) == []


async def test_on_request_nothing_is_left_once_the_money_is_settled(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_life(town)
    number = await phone_of(town, "rahul")
    assert await forget(town.service, number) == 1
    said = capsys.readouterr().out
    assert "the stay until 2026-12-27 is not over" in said
    assert "checkout.guest_name" in await hits(town.service.pool, await needles(town))
    await town.clock("2026-12-29T06:00:00+00:00")
    before = await accounts(town)
    assert await forget(town.service, number.replace("+91", "+91 ")) == 0
    said = capsys.readouterr().out
    assert "Erased:" in said and "bookings     2" in said and number not in said
    assert await hits(town.service.pool, await needles(town)) == {}
    assert await accounts(town) == before
    assert await intact(town) == []
    assert await forget(town.service, number) == 0
    assert "Nobody is known" in capsys.readouterr().out


async def test_whoever_writes_again_is_a_new_person(town: Town) -> None:
    await town.say("rahul", "hi")
    mine = "SELECT person_id FROM person WHERE phone = $1"
    number = await phone_of(town, "rahul")
    before = await town.count(mine, number)
    assert await forget(town.service, number) == 0
    await town.say("rahul", "my bookings")
    await town.sees("rahul", "no booking")
    assert await town.count(mine, number) != before
    assert await intact(town) == []


async def test_an_open_refund_and_an_unpaid_link_are_in_the_way(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    await town.trouble(paytm={"refund": "manual"})
    await town.to_paid()
    await town.tap("suresh", "Cancel booking")
    await town.clock("+1m")
    assert await forget(town.service, await phone_of(town, "rahul")) == 1
    assert "money is on its way back" in capsys.readouterr().out
    await town.to_review("asha")
    await town.clock("+20m")
    assert await forget(town.service, await phone_of(town, "asha")) == 1
    assert "Paytm may still report a payment" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("who", "why"), [("suresh", "a property has this owner"), ("admin", "ADMIN_PHONES")]
)
async def test_whoever_is_needed_is_not_forgotten(
    town: Town, who: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await forget(town.service, await phone_of(town, who)) == 1
    assert why in capsys.readouterr().out
    assert await forget(town.service, "98220") == 1


async def test_a_former_owner_is_forgotten_where_he_decided(town: Town) -> None:
    await town.to_ticket()
    number = await phone_of(town, "suresh")
    await town.service.pool.execute(
        "UPDATE property SET owner_phone = '+919700000001' WHERE owner_phone = $1", number
    )
    await town.service.pool.execute(
        "UPDATE enrolment SET since = clock_timestamp() WHERE phone = '+919700000001'"
    )
    assert await forget(town.service, number) == 0
    left = await hits(town.service.pool, [number.removeprefix("+")])
    assert left == {}
    assert await intact(town) == []
