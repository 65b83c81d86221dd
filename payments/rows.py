"""Paytm's rows as our values; every reader raises ValueError for a row it cannot believe."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flows.record import record
from payments.outcomes import (
    NOBODY_TRIED,
    RefundState,
    Txn,
    TxnState,
    attempt_state,
    order_state,
    refund_state,
)
from payments.protocol import paise, parse_ist
from payments.wire import Answer

Row = Mapping[str, Any]
_LINK = re.compile(r"LI_([0-9]{1,20})")


@record
class Link:
    """A payment link as Paytm holds it; `amount` in paise, `url` the short one if there is one."""

    link_id: str
    url: str
    amount: int
    active: bool
    expires_at: datetime | None
    merchant_request_id: str | None
    name: str = ""


@record
class RefundAnswer:
    """Paytm's word on a refund; `bank_reference` is the rrn that the guest's bank can trace."""

    state: RefundState
    code: str
    message: str
    refund_id: str | None
    bank_reference: str | None


def link_of(row: Row) -> Link:
    """A link of /link/create or /link/fetch, whose keys differ by merchant (facts/paytm.md 3.3)."""
    return Link(
        link_id=_text(row, "linkId", "LinkID"),
        url=_text(row, "shortUrl", "longUrl"),
        amount=paise(_first(row, "amount")),
        active=_active(row),
        expires_at=parse_ist(row.get("expiryDate")),
        merchant_request_id=_text(row, "merchantRequestId", default="") or None,
        name=_text(row, "linkName", default=""),
    )


def attempt_of(row: Row) -> Txn | None:
    """An attempt of /link/fetchTransaction; None while it has no transaction id and no money."""
    state = attempt_state(row.get("orderStatus"))
    if state is not TxnState.SUCCESS and not row.get("txnId"):
        return None
    return _txn(row, state, None, _text(row, "orderId"), row.get("orderCompletedTime"))


def order_of(answer: Answer, order_id: str) -> Txn:
    """The order of /v3/order/status, which must be the one that was asked for."""
    state = order_state(answer.code, answer.status)
    row = answer.body
    if _text(row, "orderId", default=order_id) != order_id:
        raise ValueError("an answer about another order")
    if answer.code in NOBODY_TRIED or (state is not TxnState.SUCCESS and "txnAmount" not in row):
        return Txn(_text(row, "txnId", default=""), order_id, 0, state, answer.code, None)
    return _txn(row, state, answer.code, order_id, row.get("txnDate"))


def passbook_of(row: Row) -> Txn:
    """A row of the merchant's passbook."""
    order_id = _text(row, "merchantOrderId", "orderId")
    state = attempt_state(row.get("orderSearchStatus"))
    return _txn(
        row, state, None, order_id, row.get("orderCompletedTime") or row.get("orderCreatedTime")
    )


def refund_of(answer: Answer, ref_id: str) -> RefundAnswer:
    """The refund that an apply or a status call speaks of, which must be `ref_id`."""
    row = answer.body
    if _text(row, "refId", default=ref_id) != ref_id:
        raise ValueError("an answer about another refund")
    details = row.get("refundDetailInfoList") or [{}]
    return RefundAnswer(
        state=refund_state(answer.code, answer.status),
        code=answer.code,
        message=answer.message,
        refund_id=_text(row, "refundId", default="") or None,
        bank_reference=_text(details[0], "rrn", default="") or None,
    )


def _txn(row: Row, state: TxnState, code: str | None, order_id: str, when: object) -> Txn:
    return Txn(
        txn_id=_text(row, "txnId", default=None if state is TxnState.SUCCESS else ""),
        order_id=order_id,
        amount=paise(_first(row, "txnAmount", "amount")),
        state=state,
        bank_code=code,
        completed_at=parse_ist(when),
        currency=_text(row, "currency", "txnCurrency", default="INR"),
        link_id=_named_link(row),
        refunded=None if row.get("refundAmt") in (None, "") else paise(row["refundAmt"]),
    )


def _named_link(row: Row) -> str | None:
    """The link of a reference like LI_31309; other references name no link (facts/paytm.md 3.6)."""
    found = _LINK.fullmatch(str(row.get("mercUniqRef") or ""))
    return found[1] if found else None


def _active(row: Row) -> bool:
    flag = row.get("isActive", row.get("linkStatus", row.get("status")))
    return flag is True or str(flag).upper() in ("TRUE", "ACTIVE")


def _first(row: Row, *names: str) -> Any:
    for name in names:
        if row.get(name) not in (None, ""):
            return row[name]
    raise ValueError(f"no {names[0]}")


def _text(row: Row, *names: str, default: str | None = None) -> str:
    """The first of the named values as text; a number's digits are text too."""
    if default is not None and all(row.get(name) in (None, "", "null") for name in names):
        return default
    value = _first(row, *names)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{names[0]} is no text")
    return str(value)
