"""What Paytm's result codes mean: two literal tables and the values they decide."""

from datetime import datetime
from enum import StrEnum

from flows.record import record


class TxnState(StrEnum):
    """How an attempt to pay stands; UNKNOWN proves nothing: leave things as they are, ask again."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    PENDING = "PENDING"
    UNKNOWN = "UNKNOWN"


@record
class Txn:
    """One attempt to pay, in Paytm's own words.

    `amount` is in paise, `bank_code` Paytm's result code where the answer has one. An order that
    nobody tried yet has an empty `txn_id`, the amount 0 and the state UNKNOWN.
    """

    txn_id: str
    order_id: str
    amount: int
    state: TxnState
    bank_code: str | None
    completed_at: datetime | None
    currency: str = "INR"
    link_id: str | None = None  # the link that Paytm itself names, where it names one
    refunded: int | None = None  # paise given back of it so far, where the answer says so


class RefundState(StrEnum):
    """What to do about a refund now.

    NOT_FOUND: apply again, same id. RETRY_LATER: the same, after a while; when the status call
    still says 620 then, the old id is dead. FAILED_FINAL: only now may a new id be made.
    """

    DONE = "DONE"
    PENDING = "PENDING"
    NOT_FOUND = "NOT_FOUND"
    RETRY_LATER = "RETRY_LATER"
    FAILED_FINAL = "FAILED_FINAL"
    NEEDS_HUMAN = "NEEDS_HUMAN"


# The bare words SUCCESS, FAILURE are what links say, the longer ones what orders say.
_WORDS = {
    "SUCCESS": TxnState.SUCCESS,
    "TXN_SUCCESS": TxnState.SUCCESS,
    "FAILURE": TxnState.FAILED,
    "TXN_FAILURE": TxnState.FAILED,
    "PENDING": TxnState.PENDING,
}

# facts/paytm.md 6; all but 01 come from transcriptions of the documents.
_ORDER_CODES = {
    "01": TxnState.SUCCESS,
    "141": TxnState.FAILED,  # cancelled by the payer; the least certain row
    "227": TxnState.FAILED,
    "235": TxnState.FAILED,
    "295": TxnState.FAILED,
    "401": TxnState.FAILED,
    "810": TxnState.FAILED,
    "400": TxnState.PENDING,
    "402": TxnState.PENDING,
}
NOBODY_TRIED = frozenset({"331", "334"})  # not paid, not failed
OUR_MISTAKE = frozenset({"330", "335"})  # checksum, merchant id: says nothing of the money
OUT_OF_ORDER = frozenset({"501", "900"})  # Paytm's own trouble: ask again

# facts/paytm.md 7. Codes decide: 628 and 617 come with TXN_FAILURE although money is on its way.
_REFUND_CODES = {
    "10": RefundState.DONE,
    "629": RefundState.DONE,
    "601": RefundState.PENDING,
    "628": RefundState.PENDING,
    "501": RefundState.PENDING,  # perhaps registered: ask, never take a new id
    "617": RefundState.PENDING,  # our own first attempt
    "631": RefundState.NOT_FOUND,
    "620": RefundState.RETRY_LATER,  # balance: the next settlement day
    "626": RefundState.RETRY_LATER,  # another refund of this order is running
    "600": RefundState.FAILED_FINAL,
    "607": RefundState.NEEDS_HUMAN,
    "619": RefundState.NEEDS_HUMAN,
    "627": RefundState.NEEDS_HUMAN,
    "635": RefundState.NEEDS_HUMAN,
    "330": RefundState.NEEDS_HUMAN,
    "335": RefundState.NEEDS_HUMAN,
}


def order_state(code: str | None, status: str | None) -> TxnState:
    """The state that code and status agree on; UNKNOWN when they differ or the code is new.

    TXN_FAILURE alone proves no failure: 330, 334, 335 and 501 carry it too (facts/paytm.md 6).
    """
    state = _ORDER_CODES.get(code or "", TxnState.UNKNOWN)
    return state if state is attempt_state(status) else TxnState.UNKNOWN


def attempt_state(status: str | None) -> TxnState:
    """The state of a link's attempt, which carries a word and no code (facts/paytm.md 3.5)."""
    return _WORDS.get(status or "", TxnState.UNKNOWN)


def refund_state(code: str | None, status: str | None) -> RefundState:
    """The state a refund's code stands for; an unknown code waits only if it says PENDING."""
    state = _REFUND_CODES.get(code or "")
    if state is None:
        return RefundState.PENDING if status == "PENDING" else RefundState.NEEDS_HUMAN
    if code == "10" and attempt_state(status) is not TxnState.SUCCESS:
        return RefundState.NEEDS_HUMAN  # "refunded" and "failed" in one answer
    return state
