"""What time does to money: pending payments end, refunds reach the bank."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sandbox.paytm import callbacks
from sandbox.paytm.records import (
    UPI_SCREEN,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from sandbox.paytm.till import Till

_FINAL_CODES = {PaymentStatus.SUCCESS: "01", PaymentStatus.FAILURE: "227"}
_REFUND_ENDS = {
    "auto": (RefundStatus.DONE, "10"),
    "manual": (RefundStatus.PENDING, "601"),
    "failed": (RefundStatus.FAILED, "600"),
    "low_balance": (RefundStatus.FAILED, "620"),
}


def catch_up(till: Till) -> None:
    """Settle everything whose time has come, and set the alarm for what comes next."""
    now = till.now()
    for payment in till.books.open_payments():
        due = _due(till, payment)
        if due is not None and due <= now:
            finish(till, payment, payment.becomes or PaymentStatus.FAILURE)
    for refund in till.books.open_refunds():
        if refund.due_at is not None and refund.due_at <= now:
            settle_refund(till, refund)
    _set_alarm(till, now)


def finish(till: Till, payment: Payment, status: PaymentStatus) -> Payment:
    """Bring a payment to its final state and tell the merchant as it was planned."""
    final = replace(
        payment, status=status, code=_FINAL_CODES[status], becomes=None, completed_at=till.now()
    )
    till.keep(final, status.value.lower())
    callbacks.told(till, final)
    return final


def settle_refund(till: Till, refund: Refund) -> Refund:
    """End a refund as the switch said when it was asked for; manual ones stay open."""
    status, code = _REFUND_ENDS[refund.mode]
    return end_refund(till, refund, status, code)


def end_refund(till: Till, refund: Refund, status: RefundStatus, code: str) -> Refund:
    """Move a refund to `status` under the result code that the client will see."""
    final = status in (RefundStatus.DONE, RefundStatus.FAILED)
    ended = replace(refund, status=status, code=code, settled_at=till.now() if final else None)
    return till.keep(ended, status.value.lower()) if ended != refund else refund


def _due(till: Till, payment: Payment) -> datetime | None:
    """When a payment ends by itself; one at the UPI screen ends after its link."""
    if payment.status is not PaymentStatus.WAITING:
        return payment.due_at
    link = till.books.links.get(payment.link_id or 0)
    return link.last_moment + UPI_SCREEN if link else payment.due_at


def _all_due(till: Till) -> Iterator[datetime]:
    dues = [_due(till, payment) for payment in till.books.open_payments()]
    dues += [refund.due_at for refund in till.books.open_refunds()]
    return (due for due in dues if due is not None)


def _set_alarm(till: Till, now: datetime) -> None:
    till.silence()
    due = min(_all_due(till), default=None)
    if due is None:
        return
    # A little late, never early: an alarm before its time would ring in a tight loop.
    wait = max((due - now).total_seconds(), 0) + 0.01
    till.alarm = asyncio.get_running_loop().call_later(wait, catch_up, till)
