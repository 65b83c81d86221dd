"""Refunds: asking for one, its final state, and every reason to be refused (facts/paytm.md 7)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.paytm import money, times
from sandbox.paytm.records import Payment, PaymentStatus, Refund, RefundStatus
from sandbox.paytm.results import REFUND_TEXTS, REFUNDS, RefusedError
from sandbox.paytm.settle import end_refund, settle_refund
from sandbox.paytm.till import Till
from sandbox.paytm.wire import Call

REPEAT_WINDOW = timedelta(minutes=10)
OLDEST = timedelta(days=365)
SMALLEST_PART = 100  # paise
CREDIT_TAKES = timedelta(days=7)
# Codes that the switch can make /refund/apply answer: without registering, or after it.
REFUSALS = {
    "600": "Invalid refund request or restricted by the bank",
    "607": "Refund can not be initiated for a cancelled transaction",
    "619": "Invalid refund amount",
    "626": "Another refund on the same order is already in progress",
    "627": "Order details do not match",
}
REPEATS = {"617": "Refund is already raised", "629": "Refund is already successful"}
MODES = ("auto", "manual", "failed", "low_balance")
_STATUS = {"10": "TXN_SUCCESS", "601": "PENDING"}  # 628 says TXN_FAILURE and is still open


def apply(till: Till, call: Call) -> dict[str, Any]:
    """Register a refund; the answer 601 says no more than that."""
    mode = till.trouble("refund")
    if mode in REFUSALS:
        raise RefusedError(mode, REFUSALS[mode])
    refund = _register(till, call.body)
    if mode in REPEATS:
        raise RefusedError(mode, REPEATS[mode])
    return _brief(till, refund)


def by_dashboard(till: Till, payment: Payment, amount_paise: int) -> Refund:
    """A refund that the merchant's people make in Paytm's dashboard: done, under an own id."""
    amount = {"refundAmount": money.text(amount_paise)}
    ref_id = f"DASH{till.books.number()}"
    order = {"txnType": "REFUND", "orderId": payment.order_id, "txnId": payment.txn_id}
    refund = _register(till, {"refId": ref_id, **order, **amount})
    return end_refund(till, refund, RefundStatus.DONE, "10")


def apply_now(till: Till, call: Call) -> dict[str, Any]:
    """Register a refund and answer its final state at once, where the switch allows one."""
    refund = settle_refund(till, _register(till, call.body))
    return _full(till, refund)


def status(till: Till, call: Call) -> dict[str, Any]:
    """The state of a refund; the second look finds the bank done (the clock may be sooner)."""
    refund = till.books.refunds.get(_text(call.body, "refId"))
    if refund is None or refund.order_id != call.body.get("orderId"):
        raise RefusedError("631", "Refund is not found")
    looked = replace(refund, looks=refund.looks + 1)
    till.books.keep(looked)
    if looked.status is RefundStatus.PENDING and looked.looks >= 2:
        looked = settle_refund(till, looked)
    return _full(till, looked)


def _register(till: Till, body: dict[str, Any]) -> Refund:
    ref_id = _text(body, "refId")
    _refuse_known(till, ref_id)
    payment = _payment(till, body)
    amount = _amount(till, body, payment)
    if any(refund.open for refund in till.books.refunds_of(payment.txn_id)):
        raise RefusedError("626", "Another refund on the same order is already in progress")
    mode = till.trouble("refund")
    refund = Refund(
        ref_id=ref_id,
        refund_id=f"{times.day(till.now())}1301{till.books.number()}",
        txn_id=payment.txn_id,
        order_id=payment.order_id,
        amount_paise=amount,
        status=RefundStatus.PENDING,
        code="601",
        mode=mode if mode in MODES else "auto",
        bank_reference=till.books.bank_reference(),
        asked_at=till.now(),
    )
    return till.keep(refund, "asked")


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 50:
        raise RefusedError("600", f"Invalid refund request: {name}")
    return value


def _refuse_known(till: Till, ref_id: str) -> None:
    """A known refId is never a second refund: 617 within ten minutes, 629 after a success."""
    known = till.books.refunds.get(ref_id)
    if known is None:
        return
    early = till.now() - known.asked_at < REPEAT_WINDOW
    if known.status is RefundStatus.DONE and not early:
        raise RefusedError("629", "Refund is already successful")
    raise RefusedError("617", "Refund is already raised")


def _payment(till: Till, body: dict[str, Any]) -> Payment:
    if body.get("txnType") != "REFUND":
        raise RefusedError("600", "Invalid refund request: txnType")
    payment = till.books.payments.get(_text(body, "txnId"))
    if payment is None or payment.order_id != _text(body, "orderId"):
        raise RefusedError("627", "Order details do not match")
    if payment.status is not PaymentStatus.SUCCESS:
        raise RefusedError("600", "Only a successful transaction can be refunded")
    if till.now() - payment.started_at > OLDEST:
        raise RefusedError("600", "The order is older than a year")
    return payment


def _amount(till: Till, body: dict[str, Any], payment: Payment) -> int:
    """The refund's paise, within what is left of the payment. Raises RefusedError 619 or 635."""
    try:
        amount = money.exact_paise(body.get("refundAmount"))
    except ValueError as error:
        raise RefusedError("619", "Invalid refund amount") from error
    taken = sum(refund.amount_paise for refund in till.books.refunds_of(payment.txn_id))
    if not 0 < amount <= payment.amount_paise - taken:
        raise RefusedError("619", "Invalid refund amount")
    if amount < SMALLEST_PART and amount != payment.amount_paise:
        raise RefusedError("635", "Partial refund under a rupee is not allowed")
    return amount


def _info(refund: Refund) -> dict[str, Any]:
    status = _STATUS.get(refund.code, REFUNDS.failed)
    return REFUNDS.info(status, refund.code, REFUND_TEXTS[refund.code])


def _brief(till: Till, refund: Refund) -> dict[str, Any]:
    return {
        "resultInfo": _info(refund),
        "txnId": refund.txn_id,
        "orderId": refund.order_id,
        "mid": till.config.paytm_mid,
        "refId": refund.ref_id,
        "refundId": refund.refund_id,
        "refundAmount": money.text(refund.amount_paise),
        "txnTimestamp": times.dashed(refund.asked_at) + ".0",
    }


def _full(till: Till, refund: Refund) -> dict[str, Any]:
    done = refund.status is RefundStatus.DONE
    payment = till.books.payments[refund.txn_id]
    credited = times.dashed(refund.settled_at) + ".0" if done and refund.settled_at else None
    return _brief(till, refund) | {
        "txnAmount": money.text(payment.amount_paise),
        "totalRefundAmount": money.text(_total(till, refund.txn_id)),
        "acceptRefundStatus": "FAILED" if refund.code == "620" else "SUCCESS",
        "acceptRefundTimestamp": times.dashed(refund.asked_at) + ".0",
        "userCreditInitiateStatus": "SUCCESS" if done else "PENDING",
        "userCreditInitiateTimestamp": credited,
        "merchantRefundRequestTimestamp": times.dashed(refund.asked_at) + ".0",
        "refundReason": None,
        "refundDetailInfoList": [_detail(refund)] if done else [],
    }


def _total(till: Till, txn_id: str) -> int:
    done = (r for r in till.books.refunds_of(txn_id) if r.status is RefundStatus.DONE)
    return sum(refund.amount_paise for refund in done)


def _detail(refund: Refund) -> dict[str, Any]:
    """Where the money went, with the bank's reference by which the payer can ask for it."""
    expected = (refund.settled_at or refund.asked_at) + CREDIT_TAKES
    return {
        "refundType": "TO_SOURCE",
        "payMethod": "UPI",
        "refundAmount": money.text(refund.amount_paise),
        "userCreditExpectedDate": times.dashed(expected)[:10],
        "rrn": refund.bank_reference,
        "maskedVpa": "xx****@demo",
    }
