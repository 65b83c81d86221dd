"""What a Paytm remembers: links, hosted orders, payments and refunds, amounts in paise."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_type_hints

REFUND_TAKES = timedelta(minutes=1)
UPI_SCREEN = timedelta(minutes=1)


class LinkKind(StrEnum):
    """FIXED: the amount is set; GENERIC: the payer types it; INVOICE: one invoice's link."""

    FIXED = "FIXED"
    GENERIC = "GENERIC"
    INVOICE = "INVOICE"


class PaymentStatus(StrEnum):
    """WAITING is a payer who still looks at the UPI screen: Paytm reports nothing yet."""

    WAITING = "WAITING"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


class RefundStatus(StrEnum):
    """SLOW stays open at the bank until the desk decides; the client sees code 628."""

    PENDING = "PENDING"
    SLOW = "SLOW"
    DONE = "DONE"
    FAILED = "FAILED"


class Told(StrEnum):
    """How the merchant hears of a payment's end."""

    HONESTLY = "honestly"
    NOT_AT_ALL = "not_at_all"
    UNDER_A_WRONG_KEY = "under_a_wrong_key"


@dataclass(frozen=True, slots=True)
class Link:
    """A payment link; `single` and `most_payments` limit its successful payments."""

    link_id: int
    code: str  # of the short address
    name: str
    description: str
    link_type: LinkKind
    amount_paise: int | None  # None: the payer types it
    created_at: datetime
    expires_at: datetime
    single: bool = False
    most_payments: int | None = None
    merchant_request_id: str = ""
    link_order_id: str = ""
    invoice_id: str = ""
    notes: str = ""
    callback_url: str = ""
    customer_id: str = ""
    customer_name: str = ""
    customer_mobile: str = ""
    customer_email: str = ""
    ended_at: datetime | None = None  # by /link/expire

    def expired(self, now: datetime) -> bool:
        """Whether the link takes no new payer any more."""
        return self.ended_at is not None or now >= self.expires_at

    @property
    def last_moment(self) -> datetime:
        """When the link ended or will end."""
        return min(self.ended_at or self.expires_at, self.expires_at)

    @property
    def limit(self) -> int | None:
        """How many payments may succeed; None: any number (facts/paytm.md 3.2, linkType)."""
        return 1 if self.single or self.link_type is LinkKind.INVOICE else self.most_payments

    @property
    def reference(self) -> str:
        """MERC_UNQ_REF of its payments (facts/paytm.md 3.6)."""
        return f"INV_{self.invoice_id}" if self.invoice_id else f"LI_{self.link_id}"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the hosted page with its token."""

    order_id: str
    amount_paise: int
    token: str
    token_at: datetime
    details: str  # the request's body text: a repeat must be the same
    callback_url: str = ""
    customer_id: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt to pay; `code` is the result code that describes its status."""

    txn_id: str
    order_id: str
    link_id: int | None  # None: through the hosted page
    amount_paise: int
    status: PaymentStatus
    code: str
    bank_reference: str
    started_at: datetime
    told: Told = Told.HONESTLY
    becomes: PaymentStatus | None = None
    due_at: datetime | None = None
    completed_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the payment has no final state yet."""
        return self.status in (PaymentStatus.WAITING, PaymentStatus.PENDING)


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund; `mode` is the trouble switch at the time of asking."""

    ref_id: str
    refund_id: str
    txn_id: str
    order_id: str
    amount_paise: int
    status: RefundStatus
    code: str
    mode: str  # auto, manual, failed or low_balance
    bank_reference: str
    asked_at: datetime
    looks: int = 0  # status calls so far
    settled_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the refund has no final state yet."""
        return self.status in (RefundStatus.PENDING, RefundStatus.SLOW)

    @property
    def due_at(self) -> datetime | None:
        """When it settles by itself; None: only by the desk, or settled already."""
        by_itself = self.status is RefundStatus.PENDING and self.mode != "manual"
        return self.asked_at + REFUND_TAKES if by_itself else None


Record = Link | Order | Payment | Refund
R = TypeVar("R", Link, Order, Payment, Refund)


def plain(record: Record) -> dict[str, Any]:
    """A record as JSON-able fields; moments in ISO form."""
    values = ((field.name, getattr(record, field.name)) for field in fields(record))
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values}


def restored(kind: type[R], row: dict[str, Any]) -> R:
    """The record that `plain` took apart."""
    hints = get_type_hints(kind)
    return kind(**{name: _typed(hints[name], value) for name, value in row.items()})


def _typed(hint: Any, value: Any) -> Any:
    kinds = [k for k in (hint, *get_args(hint)) if isinstance(k, type)]
    if value is None:
        return None
    if datetime in kinds:
        return datetime.fromisoformat(value)
    words = [k for k in kinds if issubclass(k, StrEnum)]
    return words[0](value) if words else value
