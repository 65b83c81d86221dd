"""Result codes and how each family of endpoints words a refusal (facts/paytm.md 3.7, 6, 7)."""

from dataclasses import dataclass
from typing import Any

PAYMENT_TEXTS = {
    "01": "Txn Success",
    "141": "The payer cancelled the payment",
    "227": "The payer's bank declined the payment",
    "235": "The payer's balance is too low",
    "295": "The UPI address is not valid",
    "400": "The bank has not confirmed the payment yet",
    "401": "The payer's bank declined the payment",
    "402": "The bank has not confirmed the payment yet",
    "810": "The payment failed and the order is closed",
}
FAILURE_CODES = frozenset({"141", "227", "235", "295", "401", "810"})
PENDING_CODES = frozenset({"400", "402"})

REFUND_TEXTS = {
    "10": "Refund Successful",
    "600": "The refund is not possible",
    "601": "Refund request was raised for this transaction. But it is pending state",
    "620": "The merchant's balance is too low for this refund",
    "628": "The refund is pending at the bank",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How one family of endpoints words its results, and what it wants in the head."""

    failed: str  # resultStatus of a refusal
    text_key: str  # links say resultMessage, all others resultMsg
    token_type: bool  # whether head.tokenType must be AES
    broken: str  # resultStatus of code 501, the system error

    def info(self, status: str, code: str, text: str) -> dict[str, Any]:
        """The resultInfo object of an answer."""
        return {"resultStatus": status, "resultCode": code, self.text_key: text}


LINKS = Style("FAILED", "resultMessage", token_type=True, broken="FAILED")
PAGE = Style("F", "resultMsg", token_type=False, broken="U")
ORDERS = Style("TXN_FAILURE", "resultMsg", token_type=False, broken="TXN_FAILURE")
REFUNDS = Style("TXN_FAILURE", "resultMsg", token_type=False, broken="PENDING")


class RefusedError(Exception):
    """Paytm says no: a code, its text and, where it is not the family's own, a status."""

    def __init__(self, code: str, text: str, status: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = status

    def info(self, style: Style) -> dict[str, Any]:
        """The resultInfo object of this refusal."""
        return style.info(self.status or style.failed, self.code, self.text)


def invalid(text: str) -> RefusedError:
    """A link request whose fields are not acceptable.

    The public accounts give this code more than one meaning: a client may rely on
    resultStatus alone (facts/paytm.md 3.7).
    """
    return RefusedError("5028", text)


NO_DATA = ("404", "data not found")
