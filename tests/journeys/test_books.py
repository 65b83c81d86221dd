"""Paytm's books and ours: what differs is mended or raised, and the table says so."""

from typing import Any

import pytest

from bot.rounds import books
from tests.journeys.test_payment import PAID, balanced
from tests.journeys.town import Town

ORDER = {
    "amount": 50_000, "description": "Something else", "callback_url": "", "note": "other",
    "customer_name": "Asha", "customer_phone": "+919822012345",
}  # fmt: skip


async def compare(town: Town, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and the table of one comparison."""
    capsys.readouterr()
    code = await books.command(town.service, None)
    await town.settle()
    return code, capsys.readouterr().out


async def alerts(town: Town) -> list[str]:
    rows = await town.service.pool.fetch(
        "SELECT subject FROM alert WHERE closed_at IS NULL ORDER BY alert_id"
    )
    return [row["subject"] for row in rows]


async def unheard(town: Town) -> str:
    """A payment of which no callback came and whose looks have all been lost."""
    booking_id = await town.to_review("rahul")
    await town.service.pool.execute("DELETE FROM message WHERE intent = 'check_payment'")
    await town.pay("rahul", "callback_lost")
    assert await town.states(booking_id) == ["PAYMENT_PENDING"]
    return booking_id


async def payment(town: Town) -> dict[str, Any]:
    return dict((await town.api("GET", "paytm/books"))["payments"][-1])


async def test_equal_books_show_no_difference(town: Town, capsys) -> None:
    await town.to_review("rahul")
    await town.pay("rahul", "success_twice")
    for change in ("+16m", "+2m"):
        await town.clock(change)
    code, table = await compare(town, capsys)
    assert code == 0
    assert table.splitlines()[-1] == "no difference"
    assert [line.split()[1:] for line in table.splitlines()[2:4]] == [
        ["2", "₹7,200", "1", "₹3,600"]
    ] * 2


async def test_a_success_that_nobody_heard_of_is_settled(town: Town, capsys) -> None:
    booking_id = await unheard(town)
    code, table = await compare(town, capsys)
    assert code == 0
    line = next(line for line in table.splitlines() if line.startswith("payment"))
    assert f"LC-{booking_id[2:]}" in line
    assert "₹3,600" in line
    assert line.endswith("settled")
    assert await town.states(booking_id) == PAID
    await town.has_seen("suresh", "Confirm booking")
    await balanced(town)


async def test_every_night_the_books_are_compared(town: Town) -> None:
    booking_id = await unheard(town)
    await town.clock("2026-12-02T22:05:00+00:00")  # 03:35 in India
    assert PAID[-1] in await town.states(booking_id)
    await balanced(town)


async def test_a_payment_of_no_link_of_ours_is_raised_once(town: Town, capsys) -> None:
    expires = town.service.clock.now().replace(day=20)
    link = await town.service.desk.paytm.create_link(
        request_id="SHOP-1", expires_at=expires, **ORDER
    )
    await town.api("POST", f"paytm/links/{link.link_id}/pay", outcome="success")
    txn_id = (await payment(town))["txn_id"]
    code, table = await compare(town, capsys)
    assert code == 1
    assert f"{txn_id}" in table
    assert "raised" in table
    assert await alerts(town) == [f"books:{txn_id}"]
    await town.has_seen("admin", f"payment - {txn_id} Paytm ₹500 ours -")
    seen = len(await town.from_bot("admin"))
    await town.service.pool.execute("UPDATE alert SET closed_at = now()")
    await compare(town, capsys)
    assert await alerts(town) == []
    assert len(await town.from_bot("admin")) == seen


@pytest.mark.parametrize(
    ("planted", "what"),
    [
        ("UPDATE payment SET amount = amount + 1", "amount"),
        ("UPDATE payment SET txn_id = 'T9' || txn_id", "missing"),
    ],
)
async def test_a_ledger_that_says_something_else_is_raised(
    town: Town, capsys, planted: str, what: str
) -> None:
    await town.to_paid()
    await town.service.pool.execute(planted)
    code, table = await compare(town, capsys)
    assert code == 1
    assert any(line.startswith(what) and line.endswith("raised") for line in table.splitlines())
    assert any(subject.startswith("books:") for subject in await alerts(town))


async def test_an_alert_about_the_books_closes_when_they_agree_again(town: Town, capsys) -> None:
    await town.to_paid()
    await town.service.pool.execute("UPDATE payment SET amount = amount + 1")
    await compare(town, capsys)
    assert len(await alerts(town)) == 1
    await town.service.pool.execute("UPDATE payment SET amount = amount - 1")
    assert (await compare(town, capsys))[0] == 0
    assert await alerts(town) == []


async def test_a_refund_in_paytms_dashboard_is_raised(town: Town, capsys) -> None:
    await town.to_paid()
    txn_id = (await payment(town))["txn_id"]
    await town.api("POST", f"paytm/payments/{txn_id}/refund", amount_paise=100_000)
    code, table = await compare(town, capsys)
    assert code == 1
    line = next(line for line in table.splitlines() if line.startswith("refund"))
    assert "₹1,000" in line
    assert "₹0" in line
    assert await alerts(town) == [f"books:refund:{txn_id}"]


async def test_money_that_went_back_by_hand_and_by_paytm_is_raised(town: Town, capsys) -> None:
    await town.to_paid()
    await town.trouble(paytm={"refund": "manual"})
    await town.say("admin", "hi")
    await town.tap("suresh", "Cancel booking")
    await town.clock("+31s")
    row = await town.one("SELECT booking_id, ref_id, txn_id FROM refund")
    await town.press("admin", f"r:{row['booking_id']}:hand:{row['ref_id']}")
    await town.say("admin", "UTR 12345")
    await town.api("POST", f"paytm/refunds/{row['ref_id']}", to="done")
    assert (await compare(town, capsys))[0] == 1
    assert await alerts(town) == [f"books:refund:{row['txn_id']}"]


async def test_a_refund_whose_job_was_lost_is_brought_to_its_end(town: Town, capsys) -> None:
    booking_id = await town.to_paid()
    await town.tap("suresh", "Cancel booking")
    await town.clock("+31s")
    await town.service.pool.execute("DELETE FROM message WHERE intent = 'refund'")
    await town.clock("+1h")
    assert (await town.states(booking_id))[-1] == "REFUND_INITIATED"
    code, table = await compare(town, capsys)
    assert code == 0
    assert "no difference" in table
    await town.sees("rahul", "Refund done", "Bank reference")
    await balanced(town)


async def test_links_that_nobody_wants_stand_in_the_table(town: Town, capsys) -> None:
    booking_id = await town.to_review("rahul")
    expires = town.service.clock.now().replace(day=20)
    orphan = await town.service.desk.paytm.create_link(
        request_id=booking_id, expires_at=expires, **ORDER
    )
    code, table = await compare(town, capsys)
    assert code == 0
    line = next(line for line in table.splitlines() if line.startswith("link"))
    assert orphan.link_id in line
    assert line.endswith("ended")


async def test_without_paytm_there_is_no_table_and_the_night_tries_again(
    town: Town, capsys
) -> None:
    booking_id = await unheard(town)
    await town.trouble(paytm={"down": True})
    code, table = await compare(town, capsys)
    assert code == 1
    assert "does not show its books" in table
    await town.clock("2026-12-02T22:05:00+00:00")
    await town.trouble(paytm={"down": False})
    await town.clock("+6m")
    assert PAID[-1] in await town.states(booking_id)
