"""Everything that we ask of Paytm: links, attempts, orders, refunds and the passbook."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import aiohttp

from payments.link_fields import link_fields, link_name
from payments.outcomes import NOBODY_TRIED, OUR_MISTAKE, OUT_OF_ORDER, RefundState, Txn
from payments.protocol import PaytmKey, rupees_text
from payments.rows import (
    Link,
    RefundAnswer,
    Row,
    attempt_of,
    link_of,
    order_of,
    passbook_of,
    refund_of,
)
from payments.wire import Ambiguous, NotSent, OtherMerchant, Refused, Wire, accepted

__all__ = [
    "Ambiguous",
    "Link",
    "NotSent",
    "OtherMerchant",
    "PaytmClient",
    "RefundAnswer",
    "Refused",
]

NO_DATA = "404"
PAGE = 50
# Paytm may cut pages shorter than asked; none shorter than this has been seen (facts/paytm.md 3.5).
SHORTEST_FULL_PAGE = 10
MOST_PAGES = 400
PASSBOOK_DAYS = 1  # 30 are allowed, but a day's pages stay few however much is sold
T = TypeVar("T")


class PaytmClient:
    """One merchant's Paytm; every call raises Ambiguous, NotSent or Refused (payments/wire.py)."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        key: PaytmKey,
        now: Callable[[], datetime],
        timeout: float,
    ) -> None:
        self._wire = Wire(session, base_url, key, now, timeout)

    async def create_link(
        self,
        *,
        request_id: str,
        amount: int,
        description: str,
        expires_at: datetime,
        callback_url: str,
        customer_name: str,
        customer_phone: str,
        note: str,
    ) -> Link:
        """A new link for one payment of `amount` paise; ValueError for a field of ours.

        Not safe to repeat: after Ambiguous ask `find_link` first (facts/paytm.md 3.2).
        """
        fields = link_fields(
            request_id=request_id,
            amount=amount,
            description=description,
            expires_at=expires_at,
            callback_url=callback_url,
            customer_name=customer_name,
            customer_phone=customer_phone,
            note=note,
        )
        answer = accepted(await self._wire.ask_link("/link/create", **fields))
        return _as_ordered(answer.body, request_id, amount)

    async def find_link(self, request_id: str) -> Link | None:
        """The link that `request_id` made, an active one before others; None if there is none."""
        rows = await self._rows("/link/fetch", "links", merchantRequestId=request_id)
        links = [_read(link_of, row) for row in rows if _made_by(row, request_id)]
        return max(links, key=lambda link: link.active, default=None)

    async def expire_link(self, link_id: str) -> None:
        """End a link for new payers; a payer at the bank's page may still finish."""
        accepted(await self._wire.ask_link("/link/expire", linkId=_number(link_id)))

    async def active_links(self) -> tuple[Link, ...]:
        """Every link for one payment that a payer could still open."""

        async def page(number: int) -> list[Row]:
            return await self._rows(
                "/link/fetch",
                "links",
                searchFilterRequestBody={"isActive": True},
                linkTypeMultiple=["FIXED"],
                pageNo=number,
                pageSize=PAGE,
            )

        links = await _all_pages(page, link_of, lambda link: link.link_id)
        return tuple(link for link in links if link.active)

    async def link_transactions(self, link_id: str) -> tuple[Txn, ...]:
        """Every attempt on a link, failed and pending ones too; the truth about its money."""

        async def page(number: int) -> list[Row]:
            return await self._rows(
                "/link/fetchTransaction",
                "orders",
                linkId=_number(link_id),
                fetchAllTxns=True,
                pageNo=number,
                pageSize=PAGE,
            )

        return await _all_pages(page, attempt_of, _txn_id)

    async def order_status(self, order_id: str) -> Txn:
        """How an order stands (facts/paytm.md 6); compare its amount and currency before use."""
        answer = await self._wire.ask("/v3/order/status", orderId=order_id)
        if answer.code in OUR_MISTAKE:
            raise Refused(answer.code, answer.message)
        if answer.code in OUT_OF_ORDER:
            raise Ambiguous(f"/v3/order/status: {answer.code}")
        return _read(lambda found: order_of(found, order_id), answer)

    async def apply_refund(
        self, *, order_id: str, txn_id: str, ref_id: str, amount: int
    ) -> RefundAnswer:
        """Ask for `amount` paise back under `ref_id`, which must be stored before.

        Only `refund_status` may say that a refund is over: here DONE reads as PENDING, and a final
        no as NEEDS_HUMAN (facts/paytm.md 7).
        """
        answer = await self._wire.ask(
            "/refund/apply",
            txnType="REFUND",
            orderId=order_id,
            txnId=txn_id,
            refId=ref_id,
            refundAmount=rupees_text(amount),
        )
        return _not_final(_read(lambda found: refund_of(found, ref_id), answer))

    async def refund_status(self, *, order_id: str, ref_id: str) -> RefundAnswer:
        """How the refund `ref_id` stands."""
        answer = await self._wire.ask("/v2/refund/status", orderId=order_id, refId=ref_id)
        return _read(lambda found: refund_of(found, ref_id), answer)

    async def passbook(self, first: date, last: date) -> tuple[Txn, ...]:
        """Every payment that succeeded on India's days `first` to `last`, both included."""
        found: dict[str, Txn] = {}
        while first <= last:
            until = min(last, first + timedelta(days=PASSBOOK_DAYS - 1))
            found |= {txn.txn_id: txn for txn in await self._passbook(first, until)}
            first = until + timedelta(days=1)
        return tuple(found.values())

    async def _passbook(self, first: date, last: date) -> tuple[Txn, ...]:
        async def page(number: int) -> list[Row]:
            return await self._rows(
                "/merchant-passbook/search/list/order/v2",
                "orderList",
                fromDate=f"{first.isoformat()}T00:00:00+05:30",
                toDate=f"{last.isoformat()}T23:59:59+05:30",
                orderSearchType="TRANSACTION",
                orderSearchStatus="SUCCESS",
                pageNumber=number,
                pageSize=PAGE,
                isSort=True,
            )

        return await _all_pages(page, passbook_of, _txn_id)

    async def ping(self) -> None:
        """Prove address, merchant id and key by asking for an order that never was."""
        order = await self.order_status("LOONCAMP-PING")
        if order.bank_code not in NOBODY_TRIED:
            raise Ambiguous(f"/v3/order/status: an unexpected {order.bank_code}")

    async def _rows(self, path: str, name: str, **fields: Any) -> list[Row]:
        """The rows of one page; Paytm calls an empty one 404 (facts/paytm.md 3.5)."""
        answer = await self._wire.ask_link(path, **fields)
        if answer.code == NO_DATA:
            return []
        body = accepted(answer).body
        rows = body.get(name) or body.get("orders") or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Ambiguous(f"{path}: no rows")
        return rows


async def _all_pages(
    page: Callable[[int], Awaitable[list[Row]]],
    read: Callable[[Row], T | None],
    key: Callable[[T], str],
) -> tuple[T, ...]:
    """What is in all pages, once each, until one is short or brings nothing new."""
    found: dict[str, T] = {}
    for number in range(1, MOST_PAGES + 1):
        rows = await page(number)
        things = {key(thing): thing for row in rows if (thing := _read(read, row)) is not None}
        news = things.keys() - found.keys()
        found |= things
        if len(rows) < SHORTEST_FULL_PAGE or not news:
            return tuple(found.values())
    raise Ambiguous("more pages than can be true")


def _txn_id(txn: Txn) -> str:
    return txn.txn_id


def _read(read: Callable[[Any], T], row: Any) -> T:
    try:
        return read(row)
    except (ValueError, TypeError, AttributeError, ArithmeticError, LookupError) as error:
        raise Ambiguous(f"an unreadable answer: {error}") from error


def _as_ordered(row: Row, request_id: str, amount: int) -> Link:
    """The link of an answer that repeats what was asked for; else it must not reach a guest."""
    if row.get("linkType") != "FIXED":
        raise Refused("linkType", "Paytm made a link of another type")
    link = _read(link_of, row)
    if link.amount != amount or link.merchant_request_id not in (None, request_id):
        raise Refused("amount", "Paytm made a link for something else")
    return link


def _made_by(row: Row, request_id: str) -> bool:
    """Whether a row is this request's; by its name where Paytm leaves the request id out."""
    theirs = row.get("merchantRequestId")
    ours = theirs == request_id if theirs else row.get("linkName") == link_name(request_id)
    return ours and row.get("linkType") == "FIXED"


def _number(link_id: str) -> int | str:
    """Paytm's documents want a number here (facts/paytm.md 3.5)."""
    return int(link_id) if link_id.isdecimal() else link_id


def _not_final(answer: RefundAnswer) -> RefundAnswer:
    softer = {
        RefundState.DONE: RefundState.PENDING,
        RefundState.FAILED_FINAL: RefundState.NEEDS_HUMAN,
    }
    state = softer.get(answer.state, answer.state)
    return RefundAnswer(state, answer.code, answer.message, answer.refund_id, answer.bank_reference)
