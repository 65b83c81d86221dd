"""What Paytm shows of a link becomes money in our books: once, and only if it can be true."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from db.pool import transaction
from db.sql import sql
from flows.booking import Actor, Event
from payments.checks import look
from payments.client import Ambiguous
from payments.desk import Desk
from tests.db import stock
from tests.payments.odd_paytm import Odd, good, open_odd, result

LINK = "31309"


@pytest.fixture
async def odd() -> AsyncIterator[Odd]:
    async with open_odd() as made:
        yield made


@pytest.fixture
def desk(pool, door, odd) -> Desk:
    return Desk(pool, door, odd.client, lambda: stock.NOW, "http://localhost:8080")


@pytest.fixture
async def booking_id(pool, make_checkout) -> str:
    """A hold over ₹1,800 whose link is out."""
    booking = await make_checkout()
    await pool.fetchval(sql("set_link"), booking.booking_id, LINK, "https://paytm.me/x")
    return str(booking.booking_id)


def paid(**changes: Any) -> dict[str, Any]:
    usual = {"txnId": "T1", "orderId": "O1", "orderStatus": "SUCCESS", "txnAmount": "1800.00"}
    return usual | changes


def orders(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return good(orders=list(rows), **more)


async def state(pool, booking_id: str) -> tuple[str, list[str]]:
    status = await pool.fetchval(
        "SELECT coalesce(b.status, c.status) FROM checkout c LEFT JOIN booking b USING (booking_id)"
        " WHERE c.booking_id = $1",
        booking_id,
    )
    rows = await pool.fetch("SELECT settled_as FROM payment ORDER BY created_at, txn_id")
    return status, [row["settled_as"] for row in rows]


async def alerts(pool) -> list[str]:
    return [row["subject"] for row in await pool.fetch(sql("open_alerts"))]


async def told(pool, intent: str) -> int:
    return await pool.fetchval("SELECT count(*) FROM message WHERE intent = $1", intent)


ASKED = "BOOKING_REQUEST_SENT_TO_OWNER"
FAILED = {"orderStatus": "FAILURE", "txnId": "F1", "orderId": "OF"}
NOTHING = result("FAILED", "404")


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_success_counts_wherever_it_stands_among_failures(
    pool, desk, odd, booking_id, place
):
    rows = [paid(**FAILED), paid(**FAILED | {"txnId": "F2"})]
    rows.insert(place, paid())
    odd.says(orders(*rows))
    await look(desk, booking_id)
    assert await state(pool, booking_id) == (ASKED, ["booking"])


async def test_looks_at_the_same_time_settle_once(pool, desk, odd, booking_id):
    odd.says(orders(paid()))
    await asyncio.gather(*(look(desk, booking_id) for _ in range(4)))
    assert await state(pool, booking_id) == (ASKED, ["booking"])
    assert await told(pool, "guest.paid") == 1
    assert await alerts(pool) == []
    assert await pool.fetchval("SELECT count(*) FROM refund") == 0


async def test_of_two_late_payments_for_the_last_unit_one_is_booked_and_one_goes_back(
    pool, desk, odd, make_property, make_checkout
):
    """Both holds have lapsed, and both payments are found at the same moment."""
    place = await make_property(units=1)
    ids = []
    for number in range(2):
        booking = await make_checkout(place)
        ids.append(booking.booking_id)
        await pool.fetchval(sql("set_link"), booking.booking_id, f"{number}", "https://paytm.me/x")
        async with transaction(pool) as connection:
            await desk.door.move(
                connection, booking.booking_id, Event.HOLD_LAPSED, Actor.CLOCK, stock.NOW
            )
    odd.says(orders(paid()), orders(paid(txnId="T2")))
    await asyncio.gather(*(look(desk, booking_id) for booking_id in ids))
    rows = await pool.fetch("SELECT status FROM booking ORDER BY status")
    assert [row["status"] for row in rows] == [ASKED, "REFUND_REQUIRED"]
    assert await pool.fetchval("SELECT count(*) FROM refund WHERE status = 'due'") == 1


@pytest.mark.parametrize("later", [NOTHING, orders(paid(orderStatus="PENDING")),
                                   orders(paid(**FAILED)), orders(paid(txnAmount="1.00"))],
                         ids=["gone", "pending", "failed", "another amount"])  # fmt: skip
async def test_a_success_is_final_and_what_contradicts_it_is_raised_once(
    pool, desk, odd, booking_id, later
):
    odd.says(orders(paid()))
    await look(desk, booking_id)
    odd.says(later)
    for _ in range(2):
        await look(desk, booking_id)
    assert await state(pool, booking_id) == (ASKED, ["booking"])
    assert await alerts(pool) == ["contradiction:T1"]
    assert await told(pool, "admin.odd.gone") == 1
    assert await told(pool, "guest.payment_failed") == 0
    odd.says(orders(paid()))
    await look(desk, booking_id)
    assert await alerts(pool) == []


@pytest.mark.parametrize("odd_row", [{"txnAmount": "1799.99"}, {"txnAmount": "1800.01"},
                                     {"currency": "USD"}])  # fmt: skip
async def test_another_amount_or_currency_is_kept_and_never_confirms(
    pool, desk, odd, booking_id, odd_row
):
    odd.says(orders(paid(**odd_row)))
    await look(desk, booking_id)
    assert await state(pool, booking_id) == ("PAYMENT_PENDING", ["mismatch"])
    assert await told(pool, "admin.mismatch") == 1
    assert await told(pool, "owner.request") == 0
    odd.says(orders(paid(**odd_row), paid(txnId="T2")))
    await look(desk, booking_id)
    assert await state(pool, booking_id) == (ASKED, ["mismatch", "booking"])


@pytest.mark.parametrize("amount", ["1800", "1800.0", "1800.00", 1800])
async def test_the_same_amount_in_any_writing_is_the_same(pool, desk, odd, booking_id, amount):
    odd.says(orders(paid(txnAmount=amount)))
    await look(desk, booking_id)
    assert await state(pool, booking_id) == (ASKED, ["booking"])


async def test_a_payment_that_names_another_link_is_raised_and_never_confirms(
    pool, desk, odd, booking_id
):
    odd.says(orders(paid(mercUniqRef="LI_99999")))
    for _ in range(2):
        await look(desk, booking_id)
    assert await state(pool, booking_id) == ("PAYMENT_PENDING", [])
    assert await alerts(pool) == ["foreign:T1"]
    assert await told(pool, "admin.odd.link") == 1


@pytest.mark.parametrize("reference", [f"LI_{LINK}", "", None, "INV_7", "anything"])
async def test_its_own_link_and_references_that_name_none_are_believed(
    pool, desk, odd, booking_id, reference
):
    odd.says(orders(paid(mercUniqRef=reference)))
    await look(desk, booking_id)
    assert await state(pool, booking_id) == (ASKED, ["booking"])


async def test_another_merchants_answer_is_raised_and_never_believed(pool, desk, odd, booking_id):
    odd.says(orders(paid(), merchantId="SOMEBODYELSE"))
    for _ in range(2):
        with pytest.raises(Ambiguous):
            await look(desk, booking_id)
    assert await state(pool, booking_id) == ("PAYMENT_PENDING", [])
    assert await alerts(pool) == ["check:mid"]
    assert await told(pool, "admin.odd.merchant") == 1


async def test_a_refused_question_is_raised(pool, desk, odd, booking_id):
    odd.says(result("FAILED", "5028"))
    await look(desk, booking_id)
    assert await alerts(pool) == ["check:5028"]
    assert await told(pool, "admin.odd.refused") == 1
