"""The webhook's signature: HMAC-SHA256 over the raw bytes (facts/whatsapp.md 1.2)."""

import hmac

PREFIX = b"sha256="


def is_genuine(body: bytes, header: str | None, secrets: tuple[str, ...]) -> bool:
    """Whether the header signs exactly these bytes with one of the app secrets.

    Compared as bytes and in constant time; anything but a well-formed header is refused.
    """
    given = (header or "").encode("utf-8", "surrogateescape")
    return any(hmac.compare_digest(given, sign(body, secret)) for secret in secrets)


def sign(body: bytes, secret: str) -> bytes:
    """The header value that WhatsApp sends with these bytes."""
    return PREFIX + hmac.digest(secret.encode(), body, "sha256").hex().encode()
