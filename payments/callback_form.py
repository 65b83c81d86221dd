"""Paytm's callback form, read with distrust: what it says is only a reason to ask Paytm."""

import re
from collections.abc import Sequence

from flows.record import record
from payments.protocol import PaytmKey, verify_form

MOST_FIELDS = 100
_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_PLAIN = re.compile(r"[A-Za-z0-9@._-]{0,64}")
_LINK = re.compile(r"LI_([0-9]{1,20})")


class BadCallback(Exception):
    """A callback that is refused; `reason` is a fixed phrase that never quotes the form."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@record
class Hint:
    """What a well-signed callback claims; `txn_id` is empty when the bank was never reached."""

    txn_id: str
    order_id: str
    status: str
    amount: str
    link_id: str | None


def read_callback(key: PaytmKey, pairs: Sequence[tuple[str, str]]) -> Hint:
    """The claim of a form's pairs, in their order of arrival; raises BadCallback.

    Unknown fields are hashed and not read: Paytm's set varies (facts/paytm.md 5.3). Cheap checks
    come before the cipher.
    """
    fields = _plain_fields(pairs)
    _require(fields.get("MID") == key.mid, "another merchant's id")
    hint = _hint(fields)
    _require(bool(hint.order_id and hint.status), "a required field is missing")
    _require("CHECKSUMHASH" in fields, "no checksum")
    _require(verify_form(key, fields), "a wrong checksum")
    return hint


def _plain_fields(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    _require(len(pairs) <= MOST_FIELDS, "too many fields")
    fields = dict(pairs)
    _require(len(fields) == len(pairs), "a repeated field")
    _require(all(map(_NAME.fullmatch, fields)), "a strange field name")
    # Neighbours are joined by "|" before they are signed: one inside a value could move the border.
    _require(not any("|" in value for value in fields.values()), "a pipe in a value")
    return fields


def _hint(fields: dict[str, str]) -> Hint:
    link = _LINK.fullmatch(fields.get("MERC_UNQ_REF", ""))
    return Hint(
        txn_id=_value(fields, "TXNID"),
        order_id=_value(fields, "ORDERID"),
        status=_value(fields, "STATUS"),
        amount=_value(fields, "TXNAMOUNT"),
        link_id=link[1] if link else None,
    )


def _value(fields: dict[str, str], name: str) -> str:
    """A field that is read: plain characters only; Paytm's "null" is the same as empty."""
    text = fields.get(name, "")
    _require(bool(_PLAIN.fullmatch(text)), "strange characters in a field")
    return "" if text.lower() == "null" else text


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise BadCallback(reason)
