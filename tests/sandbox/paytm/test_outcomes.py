"""What each outcome of the demo leaves in the books, in fetchTransaction and at the merchant."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from .conftest import Merchant, Service, honest


def seen(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["orderStatus"], row["txnAmount"]) for row in rows]


async def test_before_any_attempt_there_is_no_data(merchant: Merchant) -> None:
    link = await merchant.link()
    answer = await merchant.call("/link/fetchTransaction", linkId=link["linkId"], fetchAllTxns=True)
    assert (answer.status, answer.code) == ("FAILED", "404")
    assert answer.body["resultInfo"]["resultMessage"] == "data not found"


async def test_success_is_a_row_and_an_honest_callback(
    merchant: Merchant, service: Service
) -> None:
    link = await merchant.link()
    [payment] = await merchant.pay(link, "success")
    [row] = await merchant.rows(link)
    assert row["txnId"] == payment["txn_id"] == service.forms[0]["TXNID"]
    assert row["orderId"] == payment["order_id"] == service.forms[0]["ORDERID"]
    assert row["mercUniqRef"] == f"LI_{link['linkId']}" == service.forms[0]["MERC_UNQ_REF"]
    assert seen([row]) == [("SUCCESS", "500.00")]
    assert honest(service.forms[0])


async def test_failure_is_shown_only_when_all_are_asked_for(
    merchant: Merchant, service: Service
) -> None:
    link = await merchant.link()
    await merchant.pay(link, "failed")
    assert seen(await merchant.rows(link)) == [("FAILURE", "500.00")]
    assert await merchant.rows(link, fetchAllTxns=False) == []
    assert [(f["STATUS"], f["RESPCODE"]) for f in service.forms] == [("TXN_FAILURE", "227")]
    assert honest(service.forms[0])


async def test_every_attempt_is_a_row_of_its_own(merchant: Merchant) -> None:
    link = await merchant.link()
    for outcome in ("failed", "failed", "success"):
        await merchant.pay(link, outcome)
    rows = await merchant.rows(link)
    assert [row["orderStatus"] for row in rows] == ["SUCCESS", "FAILURE", "FAILURE"]
    assert len({row["orderId"] for row in rows}) == len({row["txnId"] for row in rows}) == 3
    assert [row["txnId"] for row in await merchant.rows(link, pageNo=2, pageSize=2)] == [
        rows[2]["txnId"]
    ]


@pytest.mark.parametrize(
    ("outcome", "status", "told"),
    [("pending_success", "SUCCESS", "TXN_SUCCESS"), ("pending_failed", "FAILURE", "TXN_FAILURE")],
)
async def test_pending_ends_after_30_seconds_and_is_told_only_then(
    merchant: Merchant, service: Service, outcome: str, status: str, told: str
) -> None:
    link = await merchant.link()
    await merchant.pay(link, outcome)
    await merchant.later(seconds=28)
    assert seen(await merchant.rows(link)) == [("PENDING", "500.00")]
    assert service.forms == []
    await merchant.later(seconds=2)
    assert seen(await merchant.rows(link)) == [(status, "500.00")]
    assert [form["STATUS"] for form in service.forms] == [told]


@pytest.mark.parametrize("end", ["success", "failed"])
async def test_pending_ends_by_hand(merchant: Merchant, service: Service, end: str) -> None:
    link = await merchant.link()
    [payment] = await merchant.pay(link, "pending_failed")
    path = f"/payments/{payment['txn_id']}/resolve"
    assert (await merchant.control("POST", path, to=end))[0] == 200
    await merchant.world.deliveries.flush()
    assert (await merchant.control("POST", path, to="failed"))[0] == 409
    assert len(service.forms) == 1
    assert (await merchant.rows(link))[0]["orderStatus"] == (
        "SUCCESS" if end == "success" else "FAILURE"
    )


@pytest.mark.parametrize(
    ("hours", "outcome", "status"),
    [
        (6, "pending_success", "SUCCESS"),
        (71, "pending_success", "SUCCESS"),
        (72, "pending_failed", "FAILURE"),
    ],
)
async def test_a_bank_may_take_hours(
    merchant: Merchant, hours: int, outcome: str, status: str
) -> None:
    link = await merchant.link()
    await merchant.pay(link, outcome, after_seconds=hours * 3600)
    await merchant.later(hours=hours, seconds=-5)
    assert (await merchant.rows(link))[0]["orderStatus"] == "PENDING"
    await merchant.later(seconds=5)
    assert (await merchant.rows(link))[0]["orderStatus"] == status


async def test_what_is_due_happens_without_anyone_asking(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.pay(link, "pending_success")
    await merchant.later(seconds=29.9)
    seen_so_far = merchant.world.journal.entries[-1].id

    async def ended() -> bool:
        async for entry in merchant.world.journal.follow(seen_so_far):
            if entry.kind == "paytm.payment":
                return bool(entry.data["status"] == "SUCCESS")
        return False

    assert await asyncio.wait_for(ended(), 5)


async def test_closing_the_page_leaves_nothing(merchant: Merchant, service: Service) -> None:
    link = await merchant.link()
    assert await merchant.pay(link, "close") == []
    assert await merchant.rows(link) == []
    assert service.forms == []


async def test_success_twice_is_two_payments(merchant: Merchant, service: Service) -> None:
    link = await merchant.link()
    await merchant.pay(link, "success_twice")
    assert seen(await merchant.rows(link)) == [("SUCCESS", "500.00")] * 2
    assert len({form["TXNID"] for form in service.forms}) == 2


async def test_success_after_the_hold_is_unseen_until_the_link_is_over(
    merchant: Merchant, service: Service
) -> None:
    link = await merchant.link()
    await merchant.pay(link, "success_after_hold")
    await merchant.later(minutes=15)
    assert await merchant.rows(link) == []
    await merchant.later(minutes=1)
    assert seen(await merchant.rows(link)) == [("SUCCESS", "500.00")]
    assert service.forms[0]["STATUS"] == "TXN_SUCCESS"


async def test_a_payer_at_the_upi_screen_also_outlives_an_expire_call(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.pay(link, "success_after_hold")
    await merchant.call("/link/expire", linkId=link["linkId"])
    await merchant.later(minutes=1)
    assert seen(await merchant.rows(link)) == [("SUCCESS", "500.00")]


async def test_an_expired_link_still_takes_success_after_the_hold(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.later(minutes=20)
    [payment] = await merchant.pay(link, "success_after_hold")
    assert payment["status"] == "SUCCESS"


async def test_a_lost_callback_leaves_the_books_right(merchant: Merchant, service: Service) -> None:
    link = await merchant.link()
    await merchant.pay(link, "callback_lost")
    assert seen(await merchant.rows(link)) == [("SUCCESS", "500.00")]
    assert service.forms == []


async def test_a_wrong_amount_is_wrong_in_books_and_callback(
    merchant: Merchant, service: Service
) -> None:
    link = await merchant.link()
    [payment] = await merchant.pay(link, "wrong_amount")
    assert payment["amount_paise"] == 25000
    assert seen(await merchant.rows(link)) == [("SUCCESS", "250.00")]
    assert service.forms[0]["TXNAMOUNT"] == "250.00"
    assert honest(service.forms[0])


async def test_a_wrong_checksum_leaves_the_books_right(
    merchant: Merchant, service: Service
) -> None:
    link = await merchant.link()
    await merchant.pay(link, "wrong_checksum")
    assert seen(await merchant.rows(link)) == [("SUCCESS", "500.00")]
    assert service.forms[0]["STATUS"] == "TXN_SUCCESS"
    assert not honest(service.forms[0])


async def test_rows_can_be_asked_for_by_date(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.pay(link, "success")
    today, tomorrow = merchant.ist(timedelta())[:10], merchant.ist(timedelta(days=1))[:10]
    assert len(await merchant.rows(link, searchStartDate=today, searchEndDate=today)) == 1
    assert await merchant.rows(link, searchStartDate=tomorrow, searchEndDate=tomorrow) == []
    wrong = await merchant.call(
        "/link/fetchTransaction", linkId=link["linkId"], searchStartDate="2026-01-01"
    )
    assert wrong.code == "5021"


async def test_the_link_id_may_be_a_number_or_a_text(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.pay(link, "success")
    assert await merchant.rows(link) == await merchant.rows(link, linkId=str(link["linkId"]))


async def test_other_accounts_spell_their_answers_otherwise(merchant: Merchant) -> None:
    await merchant.dialect(
        amount_as_number=True, link_id_as_text=True, txn_prefix=True, own_order_id=True
    )
    link = await merchant.link(linkOrderId="LC7K2M9X-1")
    assert link["linkId"].isdecimal()
    await merchant.pay(link, "success")
    [row] = await merchant.rows(link)
    assert (row["txnAmount"], row["orderStatus"]) == (500.0, "TXN_SUCCESS")
    assert row["orderId"] == "LC7K2M9X-1"


async def test_an_account_may_ignore_the_limit_of_one_payment(merchant: Merchant) -> None:
    await merchant.dialect(honours_limit=False)
    link = await merchant.link()
    await merchant.pay(link, "success")
    await merchant.pay(link, "success")
    assert len(await merchant.rows(link)) == 2


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/links/7/pay", {"outcome": "success"}, 404),
        ("/links/x/pay", {"outcome": "success"}, 404),
        ("/links/{link}/pay", {"outcome": "steal"}, 400),
        ("/links/{link}/pay", {}, 400),
        ("/links/{link}/pay", {"outcome": "failed", "code": "999"}, 400),
        ("/links/{link}/pay", {"outcome": "pending_success", "after_seconds": "9"}, 400),
        ("/payments/7/resolve", {"to": "success"}, 404),
        ("/payments/7/callback", {"as": "again"}, 404),
        ("/payments/{txn}/resolve", {"to": "done"}, 400),
        ("/payments/{txn}/resolve", {"to": "success"}, 409),
        ("/payments/{txn}/callback", {"as": "nonsense"}, 400),
        ("/refunds/7", {"to": "done"}, 404),
    ],
)
async def test_a_control_call_that_cannot_be_done_says_why(
    merchant: Merchant, path: str, fields: dict[str, Any], status: int
) -> None:
    link = await merchant.link()
    [payment] = await merchant.pay(link, "failed")
    where = path.format(link=link["linkId"], txn=payment["txn_id"])
    got, answer = await merchant.control("POST", where, **fields)
    assert (got, list(answer)) == (status, ["error"])


async def test_a_dialect_that_nobody_speaks_is_refused(merchant: Merchant) -> None:
    for switches in ({"unknown": True}, {"sign_create": 1}, {"repeated_request": "third"}):
        assert (await merchant.control("PUT", "/dialect", **switches))[0] == 400
