"""Creating a link: every field of the request is checked as Paytm does (facts/paytm.md 3.2)."""

import re
from datetime import datetime, timedelta
from typing import Any

from sandbox.paytm import money, times
from sandbox.paytm.records import Link, LinkKind
from sandbox.paytm.results import LINKS, RefusedError, invalid
from sandbox.paytm.till import Till
from sandbox.paytm.wire import Call

_NAME = re.compile(r"[A-Za-z0-9]{3,64}")
_DESCRIPTION = re.compile(r"[A-Za-z0-9 ]{3,30}")
_MOBILE = re.compile(r"\d{10}")
_HALVES = re.compile("[\ud800-\udfff]")  # of a character; they fit into no form post
_ADDRESS = re.compile(r"https?://[^\s|]+")
LONGEST = timedelta(days=366)
USUAL = timedelta(days=365)


def create(till: Till, call: Call) -> dict[str, Any]:
    """Make a link, or refuse it by the first rule it breaks."""
    wanted = _read(till, call.body)
    known = _same_request(till, wanted.merchant_request_id)
    if known and till.dialect.repeated_request == "refused":
        raise invalid("merchantRequestId was used before")
    if known and till.dialect.repeated_request == "replayed":
        return created(till, known)
    return created(till, till.keep(wanted, "created"))


def created(till: Till, link: Link) -> dict[str, Any]:
    """The answer to a created link (facts/paytm.md 3.3)."""
    return {
        "merchantRequestId": link.merchant_request_id or None,
        "linkId": shown_id(till, link),
        "linkType": link.link_type.value,
        "longUrl": till.long_url(link),
        "shortUrl": till.short_url(link),
        "amount": shown_amount(link),
        "expiryDate": times.slashed(link.expires_at),
        "isActive": True,
        "createdDate": times.slashed(link.created_at),
        "merchantHtml": "",
        "notificationDetails": [],
        "resultInfo": LINKS.info("SUCCESS", "200", "Payment link is created successfully"),
    }


def shown_id(till: Till, link: Link) -> int | str:
    """The linkId as this Paytm spells it: a number, or a text on some merchants' accounts."""
    return str(link.link_id) if till.dialect.link_id_as_text else link.link_id


def shown_amount(link: Link) -> float | None:
    """The link's amount in rupees; None when the payer types it."""
    return None if link.amount_paise is None else money.number(link.amount_paise)


def expiry(till: Till, written: object) -> datetime:
    """A link's end in the future, at most a year away. Raises RefusedError 5021."""
    try:
        moment = times.read(written)
    except ValueError as error:
        raise RefusedError("5021", "Date format is not valid: DD/MM/YYYY HH:MM:SS") from error
    if moment <= till.now():
        raise RefusedError("5021", "Expiry date must be in the future")
    if moment > till.now() + LONGEST:
        raise RefusedError("5021", "Expiry date is more than a year away")
    return moment


def limit(value: object) -> int | None:
    """maxPaymentsAllowed: a number from 1 or its text; None when absent. Raises RefusedError."""
    if value is None:
        return None
    if isinstance(value, bool) or not re.fullmatch(r"[1-9]\d{0,5}", str(value)):
        raise invalid("maxPaymentsAllowed is not valid")
    return int(str(value))


def text(body: dict[str, Any], name: str, longest: int = 255) -> str:
    """An optional text field, "" when absent. Raises RefusedError."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or _HALVES.search(value):
        raise invalid(f"{name} is not valid")
    return value


def _read(till: Till, body: dict[str, Any]) -> Link:
    now = till.now()
    kind = _kind(body)
    written = body.get("expiryDate")
    return Link(
        link_id=till.books.number(),
        code=till.books.code(),
        name=_name(body),
        description=_description(body),
        link_type=kind,
        amount_paise=_amount(body, kind),
        created_at=now,
        expires_at=now + USUAL if written is None else expiry(till, written),
        single=_flag(body, "singleTransactionOnly"),
        most_payments=limit(body.get("maxPaymentsAllowed")),
        **_references(body),
        **_contact(body),
    )


def _references(body: dict[str, Any]) -> dict[str, Any]:
    _refuse_unsupported(body)
    return {
        "merchant_request_id": text(body, "merchantRequestId", 64),
        "link_order_id": text(body, "linkOrderId", 50),
        "invoice_id": text(body, "invoiceId", 50),
        "notes": text(body, "linkNotes"),
        "callback_url": _address(body),
    }


def _refuse_unsupported(body: dict[str, Any]) -> None:
    if _flag(body, "partialPayment"):
        raise invalid("partialPayment is not switched on for this merchant")
    for name in ("sendSms", "sendEmail", "bindLinkIdMobile"):
        if not isinstance(body.get(name, False), bool):
            raise invalid(f"{name} is not valid")


def _name(body: dict[str, Any]) -> str:
    name = body.get("linkName")
    if not isinstance(name, str) or not 3 <= len(name) <= 64:
        raise invalid("linkName must have 3 to 64 characters")
    if not _NAME.fullmatch(name):
        raise RefusedError("5007", "Link name contains special character")
    return name


def _description(body: dict[str, Any]) -> str:
    description = body.get("linkDescription")
    if not isinstance(description, str) or not _DESCRIPTION.fullmatch(description):
        raise invalid("linkDescription must be 3 to 30 letters, digits and spaces")
    return description


def _kind(body: dict[str, Any]) -> LinkKind:
    try:
        kind = LinkKind(body.get("linkType", ""))
    except ValueError as error:
        raise invalid("linkType is not valid") from error
    if kind is LinkKind.INVOICE and not text(body, "invoiceId"):
        raise invalid("invoiceId is missing")
    return kind


def _amount(body: dict[str, Any], kind: LinkKind) -> int | None:
    if kind is LinkKind.GENERIC:
        return None
    try:
        amount = money.paise(body.get("amount"))
    except ValueError as error:
        raise invalid("amount is not valid") from error
    if amount <= 0:
        raise invalid("amount must be above zero")
    return amount


def _flag(body: dict[str, Any], name: str) -> bool:
    """A switch that travels as the text true or false (facts/paytm.md 3.2)."""
    value: object = body.get(name, "false")
    if value not in ("true", "false"):
        raise invalid(f"{name} must be the text true or false")
    return value == "true"


def _address(body: dict[str, Any]) -> str:
    address = text(body, "statusCallbackUrl", 2000)
    if address and not _ADDRESS.fullmatch(address):
        raise invalid("statusCallbackUrl is not valid")
    return address


def _contact(body: dict[str, Any]) -> dict[str, Any]:
    """The nested customerContact; the same fields at the top level are silently ignored."""
    contact = body.get("customerContact") or {}
    if not isinstance(contact, dict):
        raise invalid("customerContact is not valid")
    mobile = text(contact, "customerMobile", 10)
    if mobile and not _MOBILE.fullmatch(mobile):
        raise invalid("customerMobile must have 10 digits")
    return {
        "customer_id": text(contact, "customerId", 64) or text(body, "customerId", 64),
        "customer_name": text(contact, "customerName", 64),
        "customer_mobile": mobile,
        "customer_email": text(contact, "customerEmail", 100),
    }


def _same_request(till: Till, request_id: str) -> Link | None:
    links = (link for link in till.books.links.values() if request_id)
    return next((link for link in links if link.merchant_request_id == request_id), None)
