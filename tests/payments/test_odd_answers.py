"""A Paytm that answers badly: nothing unclear is taken for a yes or a no."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from payments.client import Ambiguous
from payments.outcomes import TxnState
from payments.protocol import PaytmKey
from tests.payments.odd_paytm import ATTEMPT, KEY, LINK, ORDER, Odd, good, open_odd, result


@pytest.fixture
async def odd() -> AsyncIterator[Odd]:
    async with open_odd() as server:
        yield server


# --- answers that prove nothing --------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "<html>busy</html>", "[]", "{}", '{"body":{}}', '{"body":{"resultInfo":"S"}}']
)
@pytest.mark.parametrize("status", [200, 403, 404, 429])
async def test_what_is_no_answer_is_ambiguous(odd: Odd, text: str, status: int) -> None:
    odd.says_raw(text, status=status)
    for ask in (odd.client.create_link(**ORDER), odd.client.order_status("O1")):
        with pytest.raises(Ambiguous):
            await ask


async def test_a_redirect_is_not_followed(odd: Odd) -> None:
    odd.says_raw("", status=307, Location="/elsewhere")
    with pytest.raises(Ambiguous):
        await odd.client.ping()
    assert len(odd.requests) == 1


async def test_a_wrongly_signed_answer_is_ambiguous(odd: Odd) -> None:
    odd.says(good(**LINK), key=PaytmKey(KEY.mid, "SomebodyElsesKey"))
    with pytest.raises(Ambiguous, match="signature"):
        await odd.client.create_link(**ORDER)


async def test_a_server_error_is_ambiguous_whatever_it_says(odd: Odd) -> None:
    odd.says(good(**LINK), status=502)
    with pytest.raises(Ambiguous, match="502"):
        await odd.client.create_link(**ORDER)


async def test_404_means_no_data_as_a_code_and_as_an_http_status(odd: Odd) -> None:
    for status in (200, 404):
        odd.says(result("FAILED", "404"), status=status)
        assert await odd.client.link_transactions("31309") == ()
        assert await odd.client.find_link("LC7K2M9X-1") is None


@pytest.mark.parametrize(
    "row",
    [
        {"txnId": None},
        {"txnId": ""},
        {"txnAmount": None},
        {"txnAmount": "five"},
        {"txnAmount": True},
        {"orderId": None},
        {"orderId": {}},
    ],
)
async def test_a_success_that_cannot_be_read_is_never_passed_over(
    odd: Odd, row: dict[str, Any]
) -> None:
    odd.says(good(orders=[ATTEMPT | row]))
    with pytest.raises(Ambiguous):
        await odd.client.link_transactions("31309")


async def test_an_attempt_without_a_transaction_is_no_money_yet(odd: Odd) -> None:
    odd.says(good(orders=[ATTEMPT | {"txnId": None, "orderStatus": "PENDING"}]))
    assert await odd.client.link_transactions("31309") == ()


async def test_an_unknown_status_and_currency_are_kept_as_they_are(odd: Odd) -> None:
    odd.says(good(orders=[ATTEMPT | {"orderStatus": "PAID?", "currency": "USD"}]))
    (txn,) = await odd.client.link_transactions("31309")
    assert (txn.state, txn.currency) == (TxnState.UNKNOWN, "USD")


@pytest.mark.parametrize("orders", [{}, "x", [1], {"0": ATTEMPT}])
async def test_rows_that_are_no_rows_are_ambiguous_or_none(odd: Odd, orders: Any) -> None:
    odd.says(good(orders=orders))
    if not orders:
        assert await odd.client.link_transactions("31309") == ()
        return
    with pytest.raises(Ambiguous):
        await odd.client.link_transactions("31309")


async def test_a_paytm_that_cannot_count_pages_is_read_once(odd: Odd) -> None:
    rows = [ATTEMPT | {"txnId": f"T{number}"} for number in range(50)]
    odd.says(good(orders=rows))
    assert len(await odd.client.link_transactions("31309")) == 50
    assert len(odd.requests) == 2


async def test_pages_shorter_than_asked_are_all_read(odd: Odd) -> None:
    pages = [[ATTEMPT | {"txnId": f"T{p}-{n}"} for n in range(10)] for p in range(3)]
    odd.says(*(good(orders=page) for page in pages), result("FAILED", "404"))
    assert len(await odd.client.link_transactions("31309")) == 30


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (result("TXN_SUCCESS", "01", txnId="T1", orderId="O2", txnAmount="5.00"), "another order"),
        (result("TXN_SUCCESS", "01", txnId="T1", orderId="O1", txnAmount="5", mid="X"), "merchant"),
        (result("TXN_SUCCESS", "01", orderId="O1", txnAmount="5.00"), "txnId"),
        (result("TXN_SUCCESS", "01", txnId="T1", orderId="O1"), "txnAmount"),
        (result("TXN_FAILURE", "501"), "501"),
        (result("U", "900"), "900"),
    ],
)
async def test_a_status_that_is_not_the_order_s_own_is_ambiguous(
    odd: Odd, body: dict[str, Any], why: str
) -> None:
    odd.says(body)
    with pytest.raises(Ambiguous, match=why):
        await odd.client.order_status("O1")


async def test_a_failure_without_an_amount_is_read(odd: Odd) -> None:
    odd.says(result("TXN_FAILURE", "227", orderId="O1"))
    txn = await odd.client.order_status("O1")
    assert (txn.state, txn.txn_id, txn.amount) == (TxnState.FAILED, "", 0)


@pytest.mark.parametrize("change", [{"refId": "R2"}, {"mid": "X"}, {"refundDetailInfoList": [5]}])
async def test_a_refund_that_is_not_the_one_asked_about_is_ambiguous(
    odd: Odd, change: dict[str, Any]
) -> None:
    odd.says(result("TXN_SUCCESS", "10", refId="R1") | change)
    with pytest.raises(Ambiguous):
        await odd.client.refund_status(order_id="O1", ref_id="R1")


async def test_errors_and_logs_never_quote_what_was_sent_or_said(
    odd: Odd, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    odd.says(good(**LINK | {"linkId": {"customerName": "Ramesh"}}))
    with pytest.raises(Ambiguous) as unclear:
        await odd.client.create_link(**ORDER)
    said = f"{unclear.value!r} {unclear.value.__cause__!r} {caplog.text}"
    for private in ("Ramesh", "9800000001", "very-secret", "DemoKey"):
        assert private not in said
