"""Refunds: the states, the refusals, the limits, and the desk."""

from typing import Any

import paytmchecksum
import pytest

from .conftest import KEY, Answer, Merchant


async def desk(merchant: Merchant, ref_id: str, to: str) -> int:
    return (await merchant.control("POST", f"/refunds/{ref_id}", to=to))[0]


def result(answer: Answer) -> tuple[str, str]:
    return answer.status, answer.code


async def test_asking_only_registers(merchant: Merchant) -> None:
    payment = await merchant.paid()
    answer = await merchant.refund(payment, "RF1", "500.00")
    assert result(answer) == ("PENDING", "601")
    assert (answer.body["refId"], answer.body["refundAmount"]) == ("RF1", "500.00")
    assert answer.body["refundId"]
    assert paytmchecksum.verifySignature(answer.body_text, KEY, answer.head["signature"])


async def test_the_second_look_finds_it_done_with_the_banks_reference(merchant: Merchant) -> None:
    payment = await merchant.paid()
    await merchant.refund(payment, "RF1", "200.00")
    assert result(await merchant.refund_status(payment, "RF1")) == ("PENDING", "601")
    done = await merchant.refund_status(payment, "RF1")
    assert result(done) == ("TXN_SUCCESS", "10")
    [detail] = done.body["refundDetailInfoList"]
    assert detail["rrn"].isdecimal()
    assert (detail["refundAmount"], done.body["totalRefundAmount"]) == ("200.00", "200.00")
    assert done.body["txnAmount"] == "500.00"


async def test_a_minute_of_the_sandboxs_clock_finishes_it(merchant: Merchant) -> None:
    payment = await merchant.paid()
    await merchant.refund(payment, "RF1", "500.00")
    await merchant.later(minutes=1)
    assert result(await merchant.refund_status(payment, "RF1")) == ("TXN_SUCCESS", "10")


@pytest.mark.parametrize(("mode", "code"), [("failed", "600"), ("low_balance", "620")])
async def test_a_refund_may_be_registered_and_then_refused(
    merchant: Merchant, mode: str, code: str
) -> None:
    merchant.trouble(refund=mode)
    payment = await merchant.paid()
    assert (await merchant.refund(payment, "RF1", "500.00")).code == "601"
    await merchant.later(minutes=1)
    assert result(await merchant.refund_status(payment, "RF1")) == ("TXN_FAILURE", code)
    merchant.trouble(refund="auto")
    assert (await merchant.refund(payment, "RF2", "500.00")).code == "601"


async def test_a_manual_refund_waits_for_the_desk(merchant: Merchant) -> None:
    merchant.trouble(refund="manual")
    payment = await merchant.paid()
    await merchant.refund(payment, "RF1", "500.00")
    await merchant.later(days=3)
    for _ in range(3):
        assert (await merchant.refund_status(payment, "RF1")).code == "601"
    assert await desk(merchant, "RF1", "slow") == 200
    assert result(await merchant.refund_status(payment, "RF1")) == ("TXN_FAILURE", "628")
    assert await desk(merchant, "RF1", "done") == 200
    assert result(await merchant.refund_status(payment, "RF1")) == ("TXN_SUCCESS", "10")
    assert await desk(merchant, "RF1", "failed") == 409


async def test_a_slow_refund_is_not_finished_by_looking_or_waiting(merchant: Merchant) -> None:
    payment = await merchant.paid()
    await merchant.refund(payment, "RF1", "500.00")
    await desk(merchant, "RF1", "slow")
    await merchant.later(days=2)
    for _ in range(3):
        assert (await merchant.refund_status(payment, "RF1")).code == "628"
    assert await desk(merchant, "RF1", "failed") == 200
    assert (await merchant.refund_status(payment, "RF1")).code == "600"


async def test_a_repeat_is_617_within_ten_minutes_and_629_after_success(
    merchant: Merchant,
) -> None:
    payment = await merchant.paid()
    await merchant.refund(payment, "RF1", "500.00")
    await merchant.later(minutes=9)
    assert result(await merchant.refund(payment, "RF1", "500.00")) == ("TXN_FAILURE", "617")
    await merchant.later(minutes=2)
    assert result(await merchant.refund(payment, "RF1", "500.00")) == ("TXN_FAILURE", "629")
    assert len((await merchant.control("GET", "/books"))[1]["refunds"]) == 1


async def test_one_refund_at_a_time(merchant: Merchant) -> None:
    payment = await merchant.paid()
    await merchant.refund(payment, "RF1", "200.00")
    assert result(await merchant.refund(payment, "RF2", "200.00")) == ("TXN_FAILURE", "626")
    await merchant.later(minutes=1)
    assert (await merchant.refund(payment, "RF2", "200.00")).code == "601"


async def test_refunds_never_exceed_the_payment(merchant: Merchant) -> None:
    payment = await merchant.paid()
    await merchant.refund(payment, "RF1", "300.00")
    await merchant.later(minutes=1)
    assert result(await merchant.refund(payment, "RF2", "200.01")) == ("TXN_FAILURE", "619")
    assert (await merchant.refund(payment, "RF2", "200.00")).code == "601"
    await merchant.later(minutes=1)
    assert (await merchant.refund_status(payment, "RF2")).body["totalRefundAmount"] == "500.00"
    answer = await merchant.call("/v3/order/status", orderId=payment["order_id"])
    assert answer.body["refundAmt"] == "500.00"


@pytest.mark.parametrize("amount", ["500", "500.0", "5e2", "-1.00", "0.00", "500.01", "", 500.0])
async def test_another_amount_is_619(merchant: Merchant, amount: Any) -> None:
    assert (await merchant.refund(await merchant.paid(), "RF1", amount)).code == "619"


async def test_a_part_under_a_rupee_is_635(merchant: Merchant) -> None:
    assert (await merchant.refund(await merchant.paid(), "RF1", "0.99")).code == "635"


async def test_order_and_transaction_must_belong_together(merchant: Merchant) -> None:
    one, two = await merchant.paid(), await merchant.paid()
    mixed = {"order_id": one["order_id"], "txn_id": two["txn_id"]}
    assert (await merchant.refund(mixed, "RF1", "500.00")).code == "627"
    unknown = {"order_id": one["order_id"], "txn_id": "7"}
    assert (await merchant.refund(unknown, "RF1", "500.00")).code == "627"


@pytest.mark.parametrize("outcome", ["failed", "pending_success"])
async def test_only_a_success_can_be_refunded(merchant: Merchant, outcome: str) -> None:
    [payment] = await merchant.pay(await merchant.link(), outcome)
    assert (await merchant.refund(payment, "RF1", "500.00")).code == "600"


async def test_an_order_older_than_a_year_cannot_be_refunded(merchant: Merchant) -> None:
    payment = await merchant.paid()
    await merchant.later(days=366)
    assert (await merchant.refund(payment, "RF1", "500.00")).code == "600"


@pytest.mark.parametrize(
    "change", [{"refId": ""}, {"refId": "x" * 51}, {"refId": 7}, {"txnType": "SALE"}]
)
async def test_a_refund_outside_the_rules_is_600(
    merchant: Merchant, change: dict[str, Any]
) -> None:
    payment = await merchant.paid()
    body = {
        "txnType": "REFUND",
        "orderId": payment["order_id"],
        "txnId": payment["txn_id"],
        "refId": "RF1",
        "refundAmount": "500.00",
    } | change
    assert (await merchant.call("/refund/apply", **body)).code == "600"


async def test_an_unknown_refund_is_631(merchant: Merchant) -> None:
    one, two = await merchant.paid(), await merchant.paid()
    assert result(await merchant.refund_status(one, "RF1")) == ("TXN_FAILURE", "631")
    await merchant.refund(one, "RF1", "500.00")
    assert (await merchant.refund_status(two, "RF1")).code == "631"


async def test_each_of_two_payments_of_a_link_is_refunded_by_itself(merchant: Merchant) -> None:
    link = await merchant.link()
    one, two = await merchant.pay(link, "success_twice")
    assert (await merchant.refund(one, "RF1", "500.00")).code == "601"
    assert (await merchant.refund(two, "RF2", "500.00")).code == "601"


@pytest.mark.parametrize(
    ("mode", "code"),
    [("auto", "10"), ("manual", "601"), ("failed", "600"), ("low_balance", "620")],
)
async def test_the_synchronous_call_answers_the_end(
    merchant: Merchant, mode: str, code: str
) -> None:
    merchant.trouble(refund=mode)
    payment = await merchant.paid()
    answer = await merchant.call(
        "/refund/api/v1/refund/apply/sync",
        txnType="REFUND",
        orderId=payment["order_id"],
        txnId=payment["txn_id"],
        refId="RF1",
        refundAmount="500.00",
    )
    assert answer.code == code
    assert (await merchant.refund_status(payment, "RF1")).code == code


@pytest.mark.parametrize("code", ["600", "607", "619", "626", "627"])
async def test_the_switch_refuses_with_a_code_and_registers_nothing(
    merchant: Merchant, code: str
) -> None:
    merchant.trouble(refund=code)
    payment = await merchant.paid()
    assert result(await merchant.refund(payment, "RF1", "500.00")) == ("TXN_FAILURE", code)
    assert (await merchant.refund_status(payment, "RF1")).code == "631"


@pytest.mark.parametrize("code", ["617", "629"])
async def test_the_switch_answers_a_repeat_of_what_it_has_registered(
    merchant: Merchant, code: str
) -> None:
    merchant.trouble(refund=code)
    payment = await merchant.paid()
    assert result(await merchant.refund(payment, "RF1", "500.00")) == ("TXN_FAILURE", code)
    await merchant.later(minutes=1)
    assert result(await merchant.refund_status(payment, "RF1")) == ("TXN_SUCCESS", "10")


async def test_the_dashboard_pays_back_past_the_program(merchant: Merchant) -> None:
    payment = await merchant.paid()
    path = f"/payments/{payment['txn_id']}/refund"
    status, made = await merchant.control("POST", path, amount_paise=20_000)
    assert (status, made["status"], made["amount_paise"]) == (200, "DONE", 20_000)
    assert (await merchant.refund(payment, "RF1", "300.01")).code == "619"
    assert (await merchant.control("POST", path, amount_paise=30_001))[0] == 409
    assert (await merchant.control("POST", "/payments/7/refund"))[0] == 404
