"""Paytm's checksum, written from its description alone (facts/paytm.md 2.1).

The service signs with Paytm's own library; making it here a second time, independently,
keeps a fault of that library from hiding in both partners at once.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from Crypto.Cipher import AES

IV = b"@@@@&&&&####$$$$"
LENGTH = 108
_SALT = 4
_BLOCK = 16
_FIELD = "CHECKSUMHASH"


def joined(fields: Mapping[str, str | None]) -> str:
    """The text that stands for a form: values in the order of their names, None and null empty."""
    values = (fields[name] for name in sorted(fields) if name != _FIELD)
    return "|".join("" if value is None or value.lower() == "null" else value for value in values)


def sign(text: str, key: str, salt: str) -> str:
    """The 108 characters that vouch for `text` under a 16-character key and a 4-character salt."""
    plain = (_digest(text, salt) + salt).encode()
    pad = _BLOCK - len(plain) % _BLOCK
    padded = plain + bytes([pad]) * pad
    return base64.b64encode(_cipher(key).encrypt(padded)).decode()


def verify(text: str, signature: object, key: str) -> bool:
    """Whether `signature` vouches for `text`; anything that is no signature is simply wrong."""
    plain = _opened(signature, key)
    return plain is not None and hmac.compare_digest(plain[:-_SALT], _sealed(text, plain))


def _opened(signature: object, key: str) -> bytes | None:
    """The digest and salt inside a signature, or None when it was not made with this key."""
    if not isinstance(signature, str) or len(signature) != LENGTH:
        return None
    try:
        padded = _cipher(key).decrypt(base64.b64decode(signature, validate=True))
    except (binascii.Error, ValueError):
        return None
    plain, pad = padded[: -padded[-1]], padded[-padded[-1] :]
    return plain if len(plain) == 64 + _SALT and set(pad) == {len(pad)} else None


def _sealed(text: str, plain: bytes) -> bytes:
    return _digest(text, plain[-_SALT:].decode("latin-1")).encode()


def _digest(text: str, salt: str) -> str:
    return hashlib.sha256(f"{text}|{salt}".encode()).hexdigest()


def _cipher(key: str) -> Any:
    return AES.new(key.encode(), AES.MODE_CBC, IV)
