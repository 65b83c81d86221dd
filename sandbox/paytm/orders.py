"""Orders of the hosted page, the status of any order, the statement (facts/paytm.md 4, 6)."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sandbox.paytm import money, times
from sandbox.paytm.callbacks import TXN_STATUS
from sandbox.paytm.records import Order, Payment, PaymentStatus
from sandbox.paytm.results import ORDERS, PAGE, PAYMENT_TEXTS, RefusedError
from sandbox.paytm.till import Till
from sandbox.paytm.wire import Call

TOKEN_LIVES = timedelta(minutes=15)
MOST_PAISE = 1_000_000 * 100
STATEMENT_DAYS = timedelta(days=30)
_ORDER_ID = re.compile(r"[A-Za-z0-9@\-_.]{1,50}")
_SEARCHABLE = ("SUCCESS", "FAILURE", "PENDING")
_MISSING = "A mandatory field is missing: "


def initiate(till: Till, call: Call) -> dict[str, Any]:
    """A token for the hosted page; the same request again answers the same one."""
    order_id = _order_id(call)
    known = till.books.orders.get(order_id)
    if known is None:
        return _token_answer(till.keep(_order(till, call, order_id), "created"), "0000")
    if known.details != call.body_text:
        raise RefusedError("2023", "Repeat request with changed details")
    if any(p.status is PaymentStatus.SUCCESS for p in till.books.of_order(order_id)):
        raise RefusedError("325", "Duplicate order id")
    return _token_answer(known, "0002")


def fresh(till: Till, order: Order) -> bool:
    """Whether the order's token still opens the page."""
    return till.now() < order.token_at + TOKEN_LIVES


def status(till: Till, call: Call) -> dict[str, Any]:
    """/v3/order/status: the order's success if it has one, else its last attempt."""
    order_id = call.body.get("orderId")
    attempts = till.books.of_order(order_id) if isinstance(order_id, str) else []
    if attempts:
        paid = [p for p in attempts if p.status is PaymentStatus.SUCCESS]
        return _status_of(till, (paid or attempts)[-1])
    if order_id in till.books.orders:
        raise RefusedError("331", "No Record Found", "NO_RECORD_FOUND")
    raise RefusedError("334", "Invalid Order ID")


def statement(till: Till, call: Call) -> dict[str, Any]:
    """The merchant's transactions of up to 30 days, page by page (facts/paytm.md 6)."""
    test = _statement_test(call.body)
    size, number = _count(call.body, "pageSize", 20, 50), _count(call.body, "pageNumber", 1, 9999)
    rows = [p for p in till.books.payments.values() if test(p)]
    shown = rows[(number - 1) * size : number * size]
    return {
        "orders": [_statement_row(payment) for payment in shown],
        "pageNumber": number,
        "pageSize": size,
        "totalCount": len(rows),
        "resultInfo": ORDERS.info("SUCCESS", "200", "Success"),
    }


def _order_id(call: Call) -> str:
    """The request's order id, equal in address and body. Raises RefusedError."""
    order_id = call.body.get("orderId")
    if not isinstance(order_id, str) or not _ORDER_ID.fullmatch(order_id):
        raise RefusedError("1007", _MISSING + "orderId")
    if call.query.get("mid") != call.body["mid"]:
        raise RefusedError("2013", "Mid in the address differs from the body's")
    if call.query.get("orderId") != order_id:
        raise RefusedError("2014", "Order id in the address differs from the body's")
    return order_id


def _order(till: Till, call: Call, order_id: str) -> Order:
    body = call.body
    _demand(body)
    return Order(
        order_id=order_id,
        amount_paise=_order_amount(body["txnAmount"]),
        token=secrets.token_hex(24),
        token_at=till.now(),
        details=call.body_text,
        callback_url=str(body.get("callbackUrl") or ""),
        customer_id=body["userInfo"]["custId"],
    )


def _demand(body: dict[str, Any]) -> None:
    if body.get("requestType") != "Payment" or not body.get("websiteName"):
        raise RefusedError("1007", _MISSING + "requestType or websiteName")
    customer = body.get("userInfo")
    if not isinstance(customer, dict) or not isinstance(customer.get("custId"), str):
        raise RefusedError("1007", _MISSING + "userInfo.custId")
    if "|" in customer["custId"]:
        raise RefusedError("1008", "Pipe character is not allowed")


def _order_amount(amount: object) -> int:
    if not isinstance(amount, dict) or amount.get("currency") != "INR":
        raise RefusedError("2007", "Txn amount is invalid")
    try:
        value = money.exact_paise(amount.get("value"))
    except ValueError as error:
        raise RefusedError("2007", "Txn amount is invalid") from error
    if value <= 0:
        raise RefusedError("2007", "Txn amount is invalid")
    if value > MOST_PAISE:
        raise RefusedError("196", "Amount is over the limit")
    return value


def _token_answer(order: Order, code: str) -> dict[str, Any]:
    return {
        "resultInfo": PAGE.info("S", code, "Success"),
        "txnToken": order.token,
        "isPromoCodeValid": False,
        "authenticated": False,
    }


def _status_of(till: Till, payment: Payment) -> dict[str, Any]:
    text = PAYMENT_TEXTS.get(payment.code, "")
    paid = payment.status is PaymentStatus.SUCCESS
    refunds = [r.amount_paise for r in till.books.refunds_of(payment.txn_id) if not r.open]
    return {
        "resultInfo": ORDERS.info(TXN_STATUS[payment.status], payment.code, text),
        "txnId": payment.txn_id,
        "bankTxnId": payment.bank_reference if paid else "",
        "orderId": payment.order_id,
        "txnAmount": money.text(payment.amount_paise),
        "txnType": "SALE",
        "gatewayName": "DEMO",
        "bankName": "",
        "mid": till.config.paytm_mid,
        "paymentMode": "UPI",
        "refundAmt": money.text(sum(refunds)),
        "txnDate": times.dashed(payment.started_at) + ".0",
    }


def _statement_test(body: dict[str, Any]) -> Callable[[Payment], bool]:
    start, end = _moment(body, "fromDate"), _moment(body, "toDate")
    wanted = body.get("orderSearchStatus")
    if body.get("orderSearchType") != "TRANSACTION" or wanted not in _SEARCHABLE:
        raise RefusedError("400", "orderSearchType or orderSearchStatus is not valid")
    if not timedelta() <= end - start <= STATEMENT_DAYS:
        raise RefusedError("400", "the range is longer than 30 days or backwards")
    return lambda p: p.status.value == wanted and start <= p.started_at <= end


def _moment(body: dict[str, Any], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(body.get(name)))
    except ValueError as error:
        raise RefusedError("400", f"{name} is not valid") from error
    if moment.tzinfo is None:
        raise RefusedError("400", f"{name} has no time zone")
    return moment


def _count(body: dict[str, Any], name: str, usual: int, most: int) -> int:
    value = str(body.get(name, usual))
    if not re.fullmatch(r"[1-9]\d{0,3}", value) or int(value) > most:
        raise RefusedError("400", f"{name} is not valid")
    return int(value)


def _statement_row(payment: Payment) -> dict[str, Any]:
    return {
        "merchantOrderId": payment.order_id,
        "txnId": payment.txn_id,
        "amount": money.text(payment.amount_paise),
        "payMode": "UPI",
        "rrn": payment.bank_reference if payment.status is PaymentStatus.SUCCESS else "",
        "orderSearchStatus": payment.status.value,
        "orderCreatedTime": payment.started_at.astimezone(times.IST).isoformat(),
    }
