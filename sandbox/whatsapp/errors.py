"""Every error that this Cloud API gives: its code, HTTP status and words (facts/whatsapp.md 6)."""

import secrets
from typing import Any

# code: (HTTP status, title). The title is what statuses and `message` carry.
CODES: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    3: (500, "API Method"),
    4: (400, "API Too Many Calls"),
    10: (403, "Permission Denied"),
    15: (400, "This method must be called with an app access token"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    101: (400, "Error validating application"),
    190: (401, "Access token has expired"),
    200: (403, "API Permission"),
    368: (403, "Temporarily blocked for policies violations"),
    2200: (400, "Callback verification failed"),
    80007: (400, "Rate limit issues"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131037: (400, "Display name is not approved"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "Message withheld to maintain a healthy ecosystem"),
    131050: (400, "User stopped marketing messages"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (400, "Business account, consumer account pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131062: (400, "Business-scoped user id cannot be used for this message"),
    131063: (400, "Marketing templates are disabled on Cloud API"),
    131064: (400, "Template messages are limited"),
    132000: (400, "Template parameter count mismatch"),
    132001: (404, "Template does not exist"),
    132005: (400, "Template hydrated text too long"),
    132007: (400, "Template format character policy violated"),
    132008: (400, "Template parameter count mismatch"),
    132012: (400, "Template parameter format mismatch"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132018: (400, "Template parameters are invalid"),
    132068: (400, "Flow is blocked"),
    132069: (400, "Flow is throttled"),
    133000: (500, "Incomplete deregistration"),
    133004: (503, "Server temporarily unavailable"),
    133005: (400, "Two-step verification PIN mismatch"),
    133010: (400, "Phone number not registered"),
    133016: (400, "Account registration or deregistration limit hit"),
    134011: (400, "WhatsApp Payments terms of service not accepted"),
    135000: (400, "Generic user error"),
    137000: (400, "Recipient identity key hash mismatch"),
}


class RefusedError(Exception):
    """A request that WhatsApp refuses: its code and the details that name the field."""

    def __init__(self, code: int, details: str) -> None:
        super().__init__(details)
        self.code = code
        self.details = details

    @property
    def http(self) -> int:
        """The HTTP status of the answer."""
        return CODES[self.code][0]

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        return {
            "error": {
                "message": f"(#{self.code}) {CODES[self.code][1]}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.details},
                "fbtrace_id": "A" + secrets.token_hex(8),
            }
        }

    def in_status(self) -> dict[str, Any]:
        """The same error as a webhook tells it (facts/whatsapp.md 1.4)."""
        title = CODES[self.code][1]
        return {
            "code": self.code,
            "title": title,
            "message": title,
            "error_data": {"details": self.details},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }


def missing(field: str) -> RefusedError:
    """131008 for a required field that is not there."""
    return RefusedError(131008, f"{field} is required")


def invalid(field: str, why: str) -> RefusedError:
    """131009 for a field whose value cannot be."""
    return RefusedError(131009, f"{field} {why}")
