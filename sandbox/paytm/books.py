"""Paytm's own books: every link, order, payment and refund, and the ids it gives them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.paytm import times
from sandbox.paytm.records import (
    Link,
    Order,
    Payment,
    PaymentStatus,
    Record,
    Refund,
    RefundStatus,
    plain,
    restored,
)

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"


def _first_number() -> int:
    """Milliseconds of real time: ids stay unique when the service outlives the emulator's books."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Books:
    """The tables, each by its own id and in the order of arrival."""

    links: dict[int, Link] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    last_number: int = field(default_factory=_first_number)
    # Where to look: every question of a client would else walk through all that ever happened.
    _of_link: dict[int, list[str]] = field(default_factory=dict)
    _of_order: dict[str, list[str]] = field(default_factory=dict)
    _of_txn: dict[str, list[str]] = field(default_factory=dict)
    _by_code: dict[str, int] = field(default_factory=dict)
    _open: dict[str, None] = field(default_factory=dict)  # payments and refunds that may move

    def number(self) -> int:
        """A number of 13 digits that was never given before."""
        self.last_number += 1
        return self.last_number

    def txn_id(self, now: datetime) -> str:
        """A transaction id in Paytm's shape: the day, a fixed middle, a running number."""
        return f"{times.day(now)}0116400008611{self.number()}"

    def order_id(self, now: datetime) -> str:
        """An order id of Paytm's own, as link payments get it (facts/paytm.md 3.6)."""
        return f"{times.day(now)}{self.number()}"

    def bank_reference(self) -> str:
        """A retrieval reference number (rrn): 12 digits."""
        return str(self.number())[-12:]

    def code(self) -> str:
        """The end of a short address, like `ab-CdE1x`."""
        number, letters = self.number(), ""
        while number:
            number, digit = divmod(number, len(_LETTERS))
            letters += _LETTERS[digit]
        return f"{letters[:2]}-{letters[2:]}"

    def keep(self, record: Record) -> None:
        """Write a record over the one with the same id."""
        match record:
            case Link():
                self.links[record.link_id] = record
                self._by_code[record.code] = record.link_id
            case Order():
                self.orders[record.order_id] = record
            case Payment():
                if record.txn_id not in self.payments:
                    self._of_link.setdefault(record.link_id or 0, []).append(record.txn_id)
                    self._of_order.setdefault(record.order_id, []).append(record.txn_id)
                self.payments[record.txn_id] = record
                self._note(record.txn_id, movable=record.open)
            case Refund():
                if record.ref_id not in self.refunds:
                    self._of_txn.setdefault(record.txn_id, []).append(record.ref_id)
                self.refunds[record.ref_id] = record
                self._note(record.ref_id, movable=record.open)

    def _note(self, key: str, *, movable: bool) -> None:
        if movable:
            self._open[key] = None
        else:
            self._open.pop(key, None)

    def open_payments(self) -> list[Payment]:
        """The payments that have not ended."""
        return [self.payments[key] for key in self._open if key in self.payments]

    def open_refunds(self) -> list[Refund]:
        """The refunds that have not ended."""
        return [self.refunds[key] for key in self._open if key in self.refunds]

    def link_by_code(self, code: str) -> Link | None:
        """The link behind a short address."""
        return self.links.get(self._by_code.get(code, 0))

    def of_link(self, link_id: int) -> Iterator[Payment]:
        """Every attempt on a link, oldest first."""
        return (self.payments[txn_id] for txn_id in self._of_link.get(link_id, ()))

    def of_order(self, order_id: str) -> list[Payment]:
        """The attempts of an order that Paytm reports, oldest first."""
        attempts = (self.payments[txn_id] for txn_id in self._of_order.get(order_id, ()))
        return [p for p in attempts if p.status is not PaymentStatus.WAITING]

    def paid_times(self, link_id: int) -> int:
        """How many payments of a link succeeded."""
        return sum(p.status is PaymentStatus.SUCCESS for p in self.of_link(link_id))

    def refunds_of(self, txn_id: str) -> list[Refund]:
        """The refunds of a transaction that are done or may still be."""
        rows = (self.refunds[ref_id] for ref_id in self._of_txn.get(txn_id, ()))
        return [r for r in rows if r.status is not RefundStatus.FAILED]

    def dump(self) -> dict[str, Any]:
        """Everything, as JSON-able rows."""
        tables = (self.links, self.orders, self.payments, self.refunds)
        rows = [[plain(record) for record in table.values()] for table in tables]
        names = ("links", "orders", "payments", "refunds")
        return {**dict(zip(names, rows, strict=True)), "last_number": self.last_number}

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Books":
        """The books that `dump` wrote."""
        books = cls(last_number=max(stored["last_number"], _first_number()))
        kinds = {"links": Link, "orders": Order, "payments": Payment, "refunds": Refund}
        for name, kind in kinds.items():
            for row in stored[name]:
                books.keep(restored(kind, row))
        return books
