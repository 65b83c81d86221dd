"""The hosted page, the status of an order, and the statement."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import paytmchecksum
import pytest

from sandbox.paytm.times import IST

from .conftest import KEY, MID, Answer, Merchant, honest


async def initiate(merchant: Merchant, path: str = "", query: str = "", **changes: Any) -> Answer:
    body = {
        "requestType": "Payment",
        "websiteName": "WEBSTAGING",
        "orderId": "BK1042-1",
        "txnAmount": {"value": "500.00", "currency": "INR"},
        "userInfo": {"custId": "C1"},
        "callbackUrl": f"{merchant.callback_base}/paytm/callback/secret-1",
    } | changes
    where = path or "/theia/api/v1/initiateTransaction"
    asked = query or f"mid={MID}&orderId={body['orderId']}"
    return await merchant.call(f"{where}?{asked}", {"tokenType": None}, **body)


async def hosted(merchant: Merchant, path: str, token: str, **form: str) -> tuple[int, str]:
    url = f"{merchant.base}/paytm/theia/api/v1/{path}?mid={MID}&orderId=BK1042-1"
    fields = {"mid": MID, "orderId": "BK1042-1", "txnToken": token} | form
    async with merchant.session.post(url, data=fields) as response:
        return response.status, await response.text()


async def status(merchant: Merchant, order_id: str = "BK1042-1") -> Answer:
    return await merchant.call("/v3/order/status", {"tokenType": None}, orderId=order_id)


def way_back(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in fields}


@pytest.mark.parametrize("path", ["/theia/api/v1/initiateTransaction", "/order/initiate"])
async def test_an_order_gets_a_signed_token(merchant: Merchant, path: str) -> None:
    answer = await initiate(merchant, path)
    assert (answer.status, answer.code) == ("S", "0000")
    assert answer.body["txnToken"]
    assert paytmchecksum.verifySignature(answer.body_text, KEY, answer.head["signature"])


async def test_a_repeat_answers_the_same_token_and_a_change_is_refused(merchant: Merchant) -> None:
    first, again = await initiate(merchant), await initiate(merchant)
    assert (again.code, again.body["txnToken"]) == ("0002", first.body["txnToken"])
    changed = await initiate(merchant, txnAmount={"value": "501.00", "currency": "INR"})
    assert (changed.status, changed.code) == ("F", "2023")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"query": "mid=OTHER&orderId=BK1042-1"}, "2013"),
        ({"query": f"mid={MID}&orderId=BK1042-2"}, "2014"),
        ({"requestType": "Refund"}, "1007"),
        ({"websiteName": ""}, "1007"),
        ({"userInfo": {}}, "1007"),
        ({"userInfo": {"custId": "a|b"}}, "1008"),
        ({"orderId": "x" * 51}, "1007"),
        ({"orderId": "a/b"}, "1007"),
        ({"txnAmount": {"value": "500", "currency": "INR"}}, "2007"),
        ({"txnAmount": {"value": 500.0, "currency": "INR"}}, "2007"),
        ({"txnAmount": {"value": "500.00", "currency": "USD"}}, "2007"),
        ({"txnAmount": {"value": "0.00", "currency": "INR"}}, "2007"),
        ({"txnAmount": {"value": "9999999.00", "currency": "INR"}}, "196"),
    ],
    ids=str,
)
async def test_an_order_outside_the_rules_has_its_code(
    merchant: Merchant, change: dict[str, Any], code: str
) -> None:
    answer = await initiate(merchant, **change)
    assert (answer.http, answer.status, answer.code) == (200, "F", code)


async def test_an_unknown_order_and_one_without_attempts_are_told_apart(
    merchant: Merchant,
) -> None:
    unknown = await status(merchant)
    await initiate(merchant)
    untouched = await status(merchant)
    assert (unknown.status, unknown.code) == ("TXN_FAILURE", "334")
    assert (untouched.status, untouched.code) == ("NO_RECORD_FOUND", "331")


async def test_the_page_pays_and_posts_back_an_honest_form(merchant: Merchant) -> None:
    token = (await initiate(merchant)).body["txnToken"]
    shown, page = await hosted(merchant, "showPaymentPage", token)
    assert (shown, "₹500" in page, "BK1042-1" in page) == (200, True, True)
    paid, page = await hosted(merchant, "pay", token, outcome="success")
    form = way_back(page)
    assert (paid, form["STATUS"], form["ORDERID"]) == (200, "TXN_SUCCESS", "BK1042-1")
    assert honest(form)
    answer = await status(merchant)
    assert (answer.status, answer.code, answer.body["txnAmount"]) == ("TXN_SUCCESS", "01", "500.00")
    assert paytmchecksum.verifySignature(answer.body_text, KEY, answer.head["signature"])
    assert (await hosted(merchant, "pay", token, outcome="success"))[0] == 409
    assert (await initiate(merchant)).code == "325"


@pytest.mark.parametrize(
    ("outcome", "code", "verifies"),
    [
        ("failed", "227", True),
        ("close", "141", True),
        ("pending_success", "402", True),
        ("wrong_checksum", "01", False),
    ],
)
async def test_the_page_has_other_endings(
    merchant: Merchant, outcome: str, code: str, verifies: bool
) -> None:
    token = (await initiate(merchant)).body["txnToken"]
    _, page = await hosted(merchant, "pay", token, outcome=outcome)
    form = way_back(page)
    assert (form["RESPCODE"], honest(form)) == (code, verifies)
    assert (await status(merchant)).code == code


async def test_a_lost_callback_has_no_way_back(merchant: Merchant) -> None:
    token = (await initiate(merchant)).body["txnToken"]
    _, page = await hosted(merchant, "pay", token, outcome="callback_lost")
    assert way_back(page) == {}
    assert (await status(merchant)).code == "01"


@pytest.mark.parametrize("path", ["showPaymentPage", "pay"])
async def test_a_token_lives_15_minutes(merchant: Merchant, path: str) -> None:
    token = (await initiate(merchant)).body["txnToken"]
    await merchant.later(minutes=15)
    shown, page = await hosted(merchant, path, token, outcome="success")
    assert (shown, "Session expired" in page) == (400, True)
    assert (await status(merchant)).code == "331"


async def test_a_wrong_token_opens_nothing(merchant: Merchant) -> None:
    await initiate(merchant)
    assert (await hosted(merchant, "showPaymentPage", "0" * 48))[0] == 400


@pytest.mark.parametrize(
    ("outcome", "asked", "state", "code"),
    [
        ("failed", "", "TXN_FAILURE", "227"),
        *[("failed", c, "TXN_FAILURE", c) for c in ("141", "235", "295", "401", "810")],
        ("pending_success", "", "PENDING", "402"),
        ("pending_failed", "400", "PENDING", "400"),
        ("success", "", "TXN_SUCCESS", "01"),
    ],
)
async def test_the_status_of_a_links_order_has_its_code(
    merchant: Merchant, outcome: str, asked: str, state: str, code: str
) -> None:
    [payment] = await merchant.pay(await merchant.link(), outcome, code=asked)
    answer = await status(merchant, payment["order_id"])
    assert (answer.status, answer.code) == (state, code)
    assert answer.body["txnId"] == payment["txn_id"]


async def test_the_statement_lists_by_state_and_day(merchant: Merchant) -> None:
    paid, link = await merchant.paid(), await merchant.link()
    await merchant.pay(link, "failed")

    async def listed(**changes: Any) -> Answer:
        now = merchant.now().astimezone(IST)
        asked = {
            "fromDate": (now - timedelta(days=1)).isoformat(),
            "toDate": (now + timedelta(days=1)).isoformat(),
            "orderSearchType": "TRANSACTION",
            "orderSearchStatus": "SUCCESS",
            "pageNumber": 1,
            "pageSize": 50,
        } | changes
        return await merchant.call("/merchant-passbook/search/list/order/v2", **asked)

    [row] = (await listed()).body["orders"]
    assert (row["txnId"], row["amount"], row["rrn"]) == (
        paid["txn_id"],
        "500.00",
        paid["bank_reference"],
    )
    assert len((await listed(orderSearchStatus="FAILURE")).body["orders"]) == 1
    assert (await listed(orderSearchStatus="PENDING")).body["orders"] == []
    long_ago = (merchant.now() - timedelta(days=40)).isoformat()
    for wrong in (
        {"orderSearchStatus": "ALL"},
        {"pageSize": 51},
        {"fromDate": long_ago},
        {"fromDate": "yesterday"},
        {"fromDate": "2026-01-01T00:00:00"},
    ):
        assert (await listed(**wrong)).status == "TXN_FAILURE", wrong
