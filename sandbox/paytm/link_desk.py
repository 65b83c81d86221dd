"""The other calls on links: fetch, update, expire, resend, attempts (facts/paytm.md 3.4, 3.5)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sandbox.paytm import money, times
from sandbox.paytm.links import expiry, limit, shown_amount, shown_id, text
from sandbox.paytm.records import Link, Payment, PaymentStatus
from sandbox.paytm.results import LINKS, NO_DATA, RefusedError, invalid
from sandbox.paytm.till import Till
from sandbox.paytm.wire import Call

PAGE_SIZE = 20
_CHANGEABLE = {"expiryDate", "linkNotes", "maxPaymentsAllowed"}
_NAMING = {"mid", "linkId", "merchantRequestId"}
_ASKABLE = {
    "INIT": ("INIT",),
    "PENDING": ("PENDING",),
    "PAID": ("PAID",),
    "EXPIRED": ("EXPIRED",),
}
T = TypeVar("T")


def fetch(till: Till, call: Call) -> dict[str, Any]:
    """The links that fit every given field, newest first; 404 when none does."""
    wanted = _tests(till, call.body)
    found = [li for li in till.books.links.values() if all(test(li) for test in wanted)]
    rows = page(found[::-1], call.body)
    if not rows:
        raise RefusedError(*NO_DATA)
    return {"links": [_row(till, link) for link in rows], "resultInfo": _done("links fetched")}


def update(till: Till, call: Call) -> dict[str, Any]:
    """Change a live link's end, notes or number of payments; its amount never."""
    link = asked(till, call.body)
    if link.expired(till.now()):
        raise invalid("an expired link cannot be changed")
    if set(call.body) - _CHANGEABLE - _NAMING:
        raise invalid("only expiryDate, linkNotes and maxPaymentsAllowed can be changed")
    changed = till.keep(replace(link, **_changes(till, call.body)), "updated")
    return {**_row(till, changed), "resultInfo": _done("Payment link is updated successfully")}


def expire(till: Till, call: Call) -> dict[str, Any]:
    """End a link at once and for good; a repeat is harmless."""
    link = asked(till, call.body)
    if link.ended_at is None:
        link = till.keep(replace(link, ended_at=till.now()), "expired")
    return {
        "linkId": shown_id(till, link),
        "isActive": False,
        "resultInfo": _done("Payment link is expired successfully"),
    }


def resend(till: Till, call: Call) -> dict[str, Any]:
    """Pretend to send the link again by text message or mail."""
    link = asked(till, call.body)
    if not (call.body.get("sendSms") is True or call.body.get("sendEmail") is True):
        raise invalid("sendSms or sendEmail must be true")
    contact = call.body.get("notifyContact")
    if not isinstance(contact, dict) or link.expired(till.now()):
        raise invalid("notifyContact is missing or the link has expired")
    return {"notificationDetails": [_notice(till, contact)], "resultInfo": _done("sent")}


def transactions(till: Till, call: Call) -> dict[str, Any]:
    """Every attempt on a link as a row, newest first; 404 before there is any.

    Without fetchAllTxns only the successful ones are shown.
    """
    link = asked(till, call.body)
    rows = [p for p in till.books.of_link(link.link_id) if _reported(p, call.body)]
    rows = page(_between(rows, call.body)[::-1], call.body)
    if not rows:
        raise RefusedError(*NO_DATA)
    return {
        "orders": [_order(till, link, payment) for payment in rows],
        "merchantId": till.config.paytm_mid,
        "merchantName": "Demo merchant",
        "resultInfo": _done("Payment link transactions fetched successfully"),
    }


def asked(till: Till, body: dict[str, Any]) -> Link:
    """The link whose id (a number or its text) stands in the request. Raises RefusedError."""
    value = body.get("linkId")
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,18}", str(value)):
        raise invalid("linkId is not valid")
    link = till.books.links.get(int(str(value)))
    if link is None:
        raise RefusedError(*NO_DATA)
    return link


def page(rows: Sequence[T], body: dict[str, Any]) -> list[T]:
    """The rows of page `pageNo`, counted from 1. Raises RefusedError."""
    number, size = str(body.get("pageNo", 1)), str(body.get("pageSize", PAGE_SIZE))
    if not (re.fullmatch(r"[1-9]\d{0,5}", number) and re.fullmatch(r"[1-9]\d{0,2}", size)):
        raise invalid("pageNo or pageSize is not valid")
    start = (int(number) - 1) * int(size)
    return list(rows[start : start + int(size)])


def _done(text: str) -> dict[str, Any]:
    return LINKS.info("SUCCESS", "200", text)


def _tests(till: Till, body: dict[str, Any]) -> list[Callable[[Link], bool]]:
    """One test for each field that the request gives."""
    states = _states(body)
    dates = body.get("searchFilterRequestBody") or {}
    kinds = body.get("linkTypeMultiple") or []
    names = {
        "merchantRequestId": "merchant_request_id",
        "customerName": "customer_name",
        "customerPhone": "customer_mobile",
        "customerEmail": "customer_email",
    }
    given = {ours: text(body, theirs) for theirs, ours in names.items()}
    return [
        lambda link: "linkId" not in body or link.link_id == asked(till, body).link_id,
        lambda link: all(not v or getattr(link, name) == v for name, v in given.items()),
        lambda link: not kinds or link.link_type.value in kinds,
        lambda link: not states or till.state_of(link) in states,
        lambda link: _from_to(link.created_at, dates.get("fromDate"), dates.get("toDate")),
        lambda link: dates.get("isActive") in (None, not link.expired(till.now())),
    ]


def _states(body: dict[str, Any]) -> tuple[str, ...]:
    asked_for = text(body, "paymentStatus")
    if asked_for and asked_for not in _ASKABLE:
        raise invalid("paymentStatus is not valid")
    return _ASKABLE.get(asked_for, ())


def _row(till: Till, link: Link) -> dict[str, Any]:
    active = not link.expired(till.now())
    return {
        "linkId": shown_id(till, link),
        "merchantRequestId": link.merchant_request_id or None,
        "linkName": link.name,
        "linkDescription": link.description,
        "linkType": link.link_type.value,
        "amount": shown_amount(link),
        "longUrl": till.long_url(link),
        "shortUrl": till.short_url(link),
        "isActive": active,
        "linkStatus": "ACTIVE" if active else "EXPIRED",
        "paymentStatus": till.state_of(link),
        "createdDate": times.slashed(link.created_at),
        "expiryDate": times.slashed(link.expires_at),
        "linkNotes": link.notes,
    }


def _changes(till: Till, body: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "expiryDate" in body:
        changes["expires_at"] = expiry(till, body["expiryDate"])
    if "linkNotes" in body:
        changes["notes"] = text(body, "linkNotes")
    if "maxPaymentsAllowed" in body:
        changes["most_payments"] = limit(body["maxPaymentsAllowed"])
    return changes


def _notice(till: Till, contact: dict[str, Any]) -> dict[str, Any]:
    return {
        "customerName": text(contact, "customerName"),
        "contact": text(contact, "customerMobile") or text(contact, "customerEmail"),
        "notifyStatus": "SUCCESS",
        "timestamp": times.slashed(till.now()),
    }


def _reported(payment: Payment, body: dict[str, Any]) -> bool:
    if payment.status is PaymentStatus.WAITING:
        return False
    return body.get("fetchAllTxns") in (True, "true") or payment.status is PaymentStatus.SUCCESS


def _between(rows: list[Payment], body: dict[str, Any]) -> list[Payment]:
    first, last = body.get("searchStartDate"), body.get("searchEndDate")
    return [payment for payment in rows if _from_to(payment.started_at, first, last)]


def _from_to(moment: datetime, first: object, last: object) -> bool:
    """Whether a moment lies between two dates as written; a day alone counts whole."""
    try:
        start = _day_start(first) if first is not None else moment
        end = times.read(last) if last is not None else moment
    except ValueError as error:
        raise RefusedError("5021", "Date format is not valid: DD/MM/YYYY HH:MM:SS") from error
    return start <= moment <= end


def _day_start(written: object) -> datetime:
    moment = times.read(written)
    alone = isinstance(written, str) and " " not in written
    return moment.replace(hour=0, minute=0, second=0) if alone else moment


def _order(till: Till, link: Link, payment: Payment) -> dict[str, Any]:
    amount = payment.amount_paise
    prefix = "TXN_" if till.dialect.txn_prefix and not payment.open else ""
    ended = payment.completed_at
    return {
        "txnId": payment.txn_id,
        "orderId": payment.order_id,
        "mercUniqRef": link.reference,
        "orderCreatedTime": times.dashed(payment.started_at),
        "orderCompletedTime": times.dashed(ended) if ended else None,
        "orderType": "TRANSACTION",
        "orderStatus": prefix + payment.status.value,
        "txnAmount": money.number(amount) if till.dialect.amount_as_number else money.text(amount),
        "customerName": link.customer_name,
        "customerPhoneNumber": _masked(link.customer_mobile),
        "customerEmail": link.customer_email,
        "customerComment": None,
        "reconId": payment.bank_reference,
        "paymentFormData": None,
    }


def _masked(mobile: str) -> str:
    return f"{mobile[:2]}****{mobile[-4:]}" if mobile else ""
