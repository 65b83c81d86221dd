"""The body of /link/create, in the narrow alphabet that Paytm takes (facts/paytm.md 3.2)."""

import re
from datetime import datetime
from typing import Any

from payments.protocol import ist_text, rupees_json

_REQUEST_ID = re.compile(r"[A-Za-z0-9@_.-]{1,50}")
_INDIAN_MOBILE = re.compile(r"\+91([6-9][0-9]{9})")


def link_fields(
    *,
    request_id: str,
    amount: int,
    description: str,
    expires_at: datetime,
    callback_url: str,
    customer_name: str,
    customer_phone: str,
    note: str,
) -> dict[str, Any]:
    """The fields of a link for one payment of `amount` paise; ValueError for what is ours to fix.

    FIXED alone would take any number of payments. Its limits are texts because Paytm's own client
    sends texts.
    """
    if not _REQUEST_ID.fullmatch(request_id):
        raise ValueError("a link's request id has 1 to 50 of A-Z a-z 0-9 @ _ . -")
    if amount <= 0:
        raise ValueError("a link's amount is above zero")
    return {
        "merchantRequestId": request_id,
        "linkOrderId": request_id,
        "linkName": link_name(request_id),
        "linkDescription": words(description, 30) or "Booking advance",
        "linkType": "FIXED",
        "amount": rupees_json(amount),
        "maxPaymentsAllowed": "1",
        "singleTransactionOnly": "true",
        "partialPayment": "false",
        "expiryDate": ist_text(expires_at),
        "sendSms": False,
        "sendEmail": False,
        "customerContact": _contact(customer_name, customer_phone),
        "linkNotes": words(note, 64),
        "statusCallbackUrl": callback_url,
    }


def link_name(request_id: str) -> str:
    """The link's name, letters and digits only, by which a found link is known again."""
    return "Booking" + re.sub(r"[^A-Za-z0-9]", "", request_id)


def words(text: str, limit: int) -> str:
    """The ASCII letters and digits of a text, single-spaced, cut; empty if fewer than 3 remain."""
    kept = " ".join(re.sub(r"[^A-Za-z0-9]+", " ", text).split())[:limit].strip()
    return kept if len(kept) >= 3 else ""


def _contact(name: str, phone: str) -> dict[str, str]:
    """The nested contact; Paytm takes ten-digit Indian mobiles, so a foreign number stays out."""
    contact = {"customerName": words(name, 64) or "Guest"}
    mobile = _INDIAN_MOBILE.fullmatch(phone)
    return contact | ({"customerMobile": mobile[1]} if mobile else {})
