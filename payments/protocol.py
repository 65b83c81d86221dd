"""Paytm's wire format without any I/O: checksums, envelopes, rupees and Indian times."""

import json
import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, NoReturn

from paytmchecksum import PaytmChecksum

from flows.record import record

IST = timezone(timedelta(hours=5, minutes=30), "IST")
_CENT = Decimal("0.01")
_TOO_MUCH = Decimal(10) ** 12  # rupees; more is no amount but an attack on the number parser
_DECIMAL_TEXT = re.compile(r"[0-9]+(\.[0-9]+)?")
# 80 bytes in base64: 106 free characters, one with two unused bits, one "=" (facts/paytm.md 2.1).
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{106}[AEIMQUYcgkosw048]=")
_BLANK = re.compile(r"[ \t\r\n]*")
_TIME_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%d/%m/%Y %H:%M:%S")


class BadSignature(Exception):
    """An answer that carries a signature which is not Paytm's."""


class NotJson(Exception):
    """An answer that is not one JSON object with a body object in it."""


@record
class PaytmKey:
    """A merchant id with its key of 16 characters, which no repr ever shows.

    `old` is the key before it while the key is being changed: believed, and never signed with.
    """

    mid: str
    secret: str = field(repr=False)
    old: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        # The library takes 24 and 32 bytes too and then signs what nobody can verify.
        for secret in (self.secret, self.old or self.secret):
            if len(secret) != 16 or not secret.isascii():
                raise ValueError("PAYTM_MERCHANT_KEY must be exactly 16 ASCII characters")
        if not 0 < len(self.mid) <= 20:
            raise ValueError("PAYTM_MID must have 1 to 20 characters")


def sign_body(key: PaytmKey, body_text: str) -> str:
    """The signature (108 characters) of a body's exact text (facts/paytm.md 2.1)."""
    return str(PaytmChecksum.generateSignatureByString(body_text, key.secret))


def envelope(key: PaytmKey, body: dict[str, Any], *, timestamp: datetime, link_call: bool) -> bytes:
    """The request's bytes: the body written once, that text signed and spliced in.

    Link calls demand tokenType, timestamp and channelId in the head; all others get the signature
    alone (facts/paytm.md 3.1, 6, 7).
    """
    text = json_text(body)
    head = {"signature": sign_body(key, text)}
    if link_call:
        seconds = str(int(timestamp.timestamp()))
        head |= {"tokenType": "AES", "timestamp": seconds, "channelId": "WEB"}
    return f'{{"head":{json_text(head)},"body":{text}}}'.encode("ascii")


def json_text(value: Any) -> str:
    """Compact ASCII JSON; Decimals keep their decimals, floats raise TypeError."""
    match value:
        case dict():
            members = (f"{json_text(str(name))}:{json_text(item)}" for name, item in value.items())
            return "{" + ",".join(members) + "}"
        case list() | tuple():
            return "[" + ",".join(map(json_text, value)) + "]"
        case Decimal() if value.is_finite():
            return f"{value:f}"
        case None | bool() | int() | str():
            return json.dumps(value)
    raise TypeError(f"{type(value).__name__} has no place in a signed body")


def open_answer(key: PaytmKey, raw: bytes) -> dict[str, Any]:
    """An answer's body, numbers with a point as Decimal; raises BadSignature, NotJson.

    A signature is verified over the body's own text whenever the head has one; Paytm leaves it
    out of some honest answers (facts/paytm.md 2.2, 3.3).
    """
    members = _members(raw)
    head, _ = members.get("head", (None, ""))
    body, body_text = members.get("body", (None, ""))
    if not isinstance(body, dict) or not isinstance(head, dict | None):
        raise NotJson("no body object")
    signature = head.get("signature") if head else None
    if signature not in (None, "") and not _signed(key, body_text, signature):
        raise BadSignature("the answer's signature does not fit its body")
    return body


def verify_form(key: PaytmKey, fields: Mapping[str, str]) -> bool:
    """Whether CHECKSUMHASH fits all the other values; anything malformed is False, nothing raises.

    Only values are signed, not names: never decide by a form alone (facts/paytm.md 2.3).
    """
    values = {name: value for name, value in fields.items() if name != "CHECKSUMHASH"}
    if not all(isinstance(text, str) for text in (*values.keys(), *values.values())):
        return False
    text = PaytmChecksum.getStringByParams(values)
    return _signed(key, text, fields.get("CHECKSUMHASH"))


def paise(value: str | int | float | Decimal) -> int:
    """Integer paise of an amount in rupees; ValueError below zero or for a part of a paisa."""
    if isinstance(value, bool) or (isinstance(value, str) and not _DECIMAL_TEXT.fullmatch(value)):
        raise ValueError("not an amount in rupees")
    amount = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not (amount.is_finite() and 0 <= amount < _TOO_MUCH):
        raise ValueError("not an amount in rupees")
    exact = amount.quantize(_CENT)
    if exact != amount:
        raise ValueError("an amount has at most two decimals")
    return int(exact.scaleb(2))


def rupees_text(paise: int) -> str:
    """`3600.00`: the form of every amount that Paytm wants as text."""
    if paise < 0:
        raise ValueError("an amount is never below zero")
    return f"{paise // 100}.{paise % 100:02}"


def rupees_json(paise: int) -> Decimal:
    """The link's amount as a number that `json_text` writes as 3600.00."""
    return Decimal(rupees_text(paise))


def ist_text(when: datetime) -> str:
    """`DD/MM/YYYY HH:MM:SS` on India's clock (facts/paytm.md 3.2); ValueError if it is naive."""
    if when.tzinfo is None:
        raise ValueError("a time without a zone")
    return when.astimezone(IST).strftime("%d/%m/%Y %H:%M:%S")


def parse_ist(text: object) -> datetime | None:
    """The aware moment of any of Paytm's three forms of time, None for all else."""
    if not isinstance(text, str):
        return None
    for form in _TIME_FORMS:
        try:
            when = datetime.strptime(text, form).replace(tzinfo=IST)
        except ValueError:
            continue
        return when if when.year >= 2000 else None
    return None


def _signed(key: PaytmKey, text: str, signature: object) -> bool:
    if not (isinstance(signature, str) and _SIGNATURE.fullmatch(signature)):
        return False
    return any(_fits(secret, text, signature) for secret in (key.secret, key.old) if secret)


def _fits(secret: str, text: str, signature: str) -> bool:
    try:
        return bool(PaytmChecksum.verifySignatureByString(text, secret, signature))
    except Exception:  # the library raises seven kinds of error for what is only a wrong signature
        return False


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


def _members(raw: bytes) -> dict[str, tuple[Any, str]]:
    """Each top-level member's value and the exact text that it stood in."""
    try:
        return _scan(raw.decode("utf-8"))
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise NotJson(f"not a JSON object: {type(error).__name__}") from None


def _scan(text: str) -> dict[str, tuple[Any, str]]:
    members: dict[str, tuple[Any, str]] = {}
    at = _past(text, 0, "{")
    while True:
        name, at = _DECODER.raw_decode(text, _past(text, at, ""))
        start = _past(text, _past(text, at, ":"), "")
        value, at = _DECODER.raw_decode(text, start)
        if not isinstance(name, str) or name in members:
            raise ValueError("a member without a name of its own")
        members[name] = value, text[start:at]
        at = _past(text, at, "")
        if text[at : at + 1] != ",":
            break
        at += 1
    if _past(text, _past(text, at, "}"), "") != len(text):
        raise ValueError("text after the object")
    return members


def _past(text: str, at: int, mark: str) -> int:
    """The place after blanks and then `mark`."""
    blank = _BLANK.match(text, at)
    at = blank.end() if blank else at
    if not text.startswith(mark, at):
        raise ValueError(f"no {mark} where one belongs")
    return at + len(mark)
