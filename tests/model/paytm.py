"""Paytm as the model needs it: books that our own payment code asks, and answers that get lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from payments.client import Ambiguous, Link, RefundAnswer
from payments.outcomes import RefundState, Txn, TxnState

ANSWERS = {
    "PENDING": RefundState.PENDING, "DONE": RefundState.DONE, "FAILED": RefundState.FAILED_FINAL,
}  # fmt: skip


@dataclass(slots=True)
class BookOfPaytm:
    """The outside: links by request id, payments by link, refunds by reference id."""

    links: dict[str, str] = field(default_factory=dict)
    payments: dict[str, list[Txn]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    lost: str = ""  # no answer to a refund: lost before or after Paytm acted

    @contextmanager
    def losing(self, lost: str) -> Iterator[None]:
        """While this lasts no answer about refunds arrives."""
        self.lost = lost
        yield
        self.lost = ""

    def pay(self, request_id: str, txn_id: str, amount: int, now: datetime) -> None:
        """A payer's bank says yes."""
        link = self.links[request_id]
        txn = Txn(txn_id, f"O{txn_id}", amount, TxnState.SUCCESS, None, now)
        self.payments[link].append(txn)

    async def create_link(self, *, request_id: str, amount: int, **more: Any) -> Link:
        link = self.links.setdefault(request_id, str(1000 + len(self.links)))
        self.payments.setdefault(link, [])
        return Link(link, f"https://paytm.me/{link}", amount, True, None, request_id)

    async def find_link(self, request_id: str) -> Link | None:
        return None

    async def expire_link(self, link_id: str) -> None:
        return None

    async def link_transactions(self, link_id: str) -> tuple[Txn, ...]:
        return tuple(self.payments[link_id])

    async def apply_refund(self, *, txn_id: str, ref_id: str, amount: int, **more: Any) -> Any:
        if self.lost != "before":
            self.refunds[ref_id] = {"txn_id": txn_id, "amount": amount, "state": "PENDING"}
        return self._answer(ref_id)

    async def refund_status(self, *, ref_id: str, **more: Any) -> RefundAnswer:
        return self._answer(ref_id)

    def _answer(self, ref_id: str) -> RefundAnswer:
        if self.lost:
            raise Ambiguous("no answer")
        known = self.refunds.get(ref_id)
        state = ANSWERS[known["state"]] if known else RefundState.NOT_FOUND
        return RefundAnswer(state, str(state), "", None, f"B{ref_id}")
