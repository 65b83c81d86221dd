"""Paytm's books and ours, compared: what can be mended is mended, every other difference raised."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

from db.crash import Moment
from db.pool import transaction
from db.sql import sql
from flows import format as fmt
from flows.record import record
from payments import links
from payments.checks import look
from payments.client import Ambiguous, NotSent, Refused
from payments.desk import Desk
from payments.outcomes import Txn
from payments.refunds import advance

# A payment is settled at most three days after it began (facts/paytm.md 5.6), plus the link's life.
LATEST = timedelta(days=4)
MOST_LOOKS = 500  # at the links of one run: a payment that no link shows is not searched for ever
AT_ONCE = 4


@record
class Difference:
    """One place where the books differ, in paise, and what was done about it."""

    what: str  # payment, amount, missing, refund, link
    done: str  # settled, ended or raised
    subject: str  # of its alert
    booking_id: str | None = None
    txn_id: str = "-"
    paytm: int | None = None
    ours: int | None = None


@record
class Side:
    """How many payments and refunds, and how much, one of the books has."""

    payments: int = 0
    paid: int = 0
    refunds: int = 0
    refunded: int = 0


@record
class Report:
    """What a comparison found; `news` are the differences that were not raised before."""

    since: date
    until: date
    paytm: Side
    ours: Side
    differences: tuple[Difference, ...]
    news: tuple[Difference, ...]

    @property
    def raised(self) -> tuple[Difference, ...]:
        """The differences that a human must look at."""
        return tuple(each for each in self.differences if each.done == "raised")


async def reconcile(desk: Desk, since: date) -> Report:
    """Compare everything from the beginning of a day of the house's zone on.

    Raises Ambiguous, NotSent or Refused where Paytm does not show its books.
    """
    zone = desk.write.rules.zone
    until = desk.now().astimezone(zone).date()
    start = datetime.combine(since, time(), zone)
    before = await desk.pool.fetch(sql("payments_since"), start)
    theirs = {txn.txn_id: txn for txn in await desk.paytm.passbook(since - LATEST, until)}
    found = [
        *await _payments(desk, theirs),
        *_missing(before, theirs),
        *await _amounts(desk, theirs),
    ]
    refunds, sides = await _refunds(desk, start)
    found += refunds
    found += [
        Difference("link", "ended", f"books:link:{link_id}", txn_id=link_id)
        for link_id in await links.sweep(desk)
    ]
    news = await _raise(desk, found, theirs)
    ours = await desk.pool.fetch(sql("payments_since"), start)
    counted = {row["txn_id"] for row in ours} | {each.txn_id for each in found}
    paid = [txn.amount for txn in theirs.values() if txn.txn_id in counted]
    return Report(
        since,
        until,
        Side(len(paid), sum(paid), *sides[0]),
        Side(len(ours), sum(row["amount"] for row in ours), *sides[1]),
        tuple(found),
        news,
    )


async def _payments(desk: Desk, theirs: dict[str, Txn]) -> list[Difference]:
    """Payments that we never heard of: each is looked for at the links that may have brought it."""
    unknown = await _unknown(desk, theirs)
    if not unknown:
        return []
    times = [txn.completed_at for txn in unknown.values() if txn.completed_at]
    first, last = min(times, default=desk.now()), max(times, default=desk.now())
    amounts = [txn.amount for txn in unknown.values()]
    rows = await desk.pool.fetch(sql("links_of_time"), first - LATEST, last, amounts, MOST_LOOKS)
    left = unknown
    for row in rows:
        await look(desk, row["booking_id"])
        left = await _unknown(desk, left)
        if not left:
            break
    homes = await _homes(desk, unknown)
    return [
        Difference(
            "payment", "raised" if txn_id in left else "settled", f"books:{txn_id}",
            homes.get(txn_id), txn_id, txn.amount, None,
        )
        for txn_id, txn in unknown.items()
    ]  # fmt: skip


async def _unknown(desk: Desk, txns: dict[str, Txn]) -> dict[str, Txn]:
    known = await _homes(desk, txns)
    return {txn_id: txn for txn_id, txn in txns.items() if txn_id not in known}


async def _homes(desk: Desk, txn_ids: Iterable[str]) -> dict[str, str]:
    """The booking of each transaction that is in our books."""
    rows = await desk.pool.fetch(sql("payments_by_id"), list(txn_ids))
    return {row["txn_id"]: row["booking_id"] for row in rows}


def _missing(before: Sequence[Any], theirs: dict[str, Txn]) -> list[Difference]:
    """Payments that were in our books before Paytm was asked, and are not in Paytm's."""
    return [
        Difference(
            "missing", "raised", f"books:{row['txn_id']}", row["booking_id"], row["txn_id"],
            None, row["amount"],
        )
        for row in before
        if row["txn_id"] not in theirs
    ]  # fmt: skip


async def _amounts(desk: Desk, theirs: dict[str, Txn]) -> list[Difference]:
    rows = await desk.pool.fetch(sql("payments_by_id"), list(theirs))
    return [
        Difference(
            "amount", "raised", f"books:{row['txn_id']}", row["booking_id"], row["txn_id"],
            theirs[row["txn_id"]].amount, row["amount"],
        )
        for row in rows
        if theirs[row["txn_id"]].amount != row["amount"]
    ]  # fmt: skip


async def _refunds(
    desk: Desk, start: datetime
) -> tuple[list[Difference], tuple[tuple[int, int], tuple[int, int]]]:
    """Bring open refunds on, then hold what was given back of each payment against Paytm's word.

    A refund made in Paytm's dashboard shows here, and one that was also made by hand. Where a
    refund is under way, or Paytm does not tell, there is nothing to compare yet.
    """
    for row in await desk.pool.fetch(sql("refunds_under_way")):
        with suppress(Ambiguous, NotSent):  # its own job asks again
            await advance(desk, row)
    gate = asyncio.Semaphore(AT_ONCE)
    rows = await desk.pool.fetch(sql("given_back_since"), start)
    told = await asyncio.gather(*(_given_back(desk, gate, row["order_id"]) for row in rows))
    found, theirs, ours = [], [], []
    for row, paytm in zip(rows, told, strict=True):
        if paytm is None:
            continue
        theirs += [paytm] if paytm else []
        ours += [row["refunded"]] if row["refunded"] else []
        if paytm != row["refunded"]:
            found.append(
                Difference(
                    "refund", "raised", f"books:refund:{row['txn_id']}", row["booking_id"],
                    row["txn_id"], paytm, row["refunded"],
                )
            )  # fmt: skip
    return found, ((len(theirs), sum(theirs)), (len(ours), sum(ours)))


async def _given_back(desk: Desk, gate: asyncio.Semaphore, order_id: str) -> int | None:
    """What Paytm has given back of an order in all; None where it does not tell."""
    async with gate:
        try:
            return (await desk.paytm.order_status(order_id)).refunded
        except (Ambiguous, NotSent, Refused):
            return None


async def _raise(
    desk: Desk, found: Sequence[Difference], theirs: dict[str, Txn]
) -> tuple[Difference, ...]:
    """Open an alert for each difference, close those of what is equal again; what is new.

    A payment that is none of ours is raised once: the merchant may sell other things as well.
    """
    raised = [each for each in found if each.done == "raised"]
    subjects = [each.subject for each in raised]
    async with transaction(desk.pool, Moment.BOOKS) as connection:
        seen = {row["subject"] for row in await connection.fetch(sql("alerts_seen"), subjects)}
        news = [
            each
            for each in raised
            if not (each.what == "payment" and each.subject in seen)
            and await desk.alert(connection, each.subject, each.booking_id, words_of(each))
        ]
        await connection.execute(sql("close_book_alerts"), list(theirs), subjects, desk.now())
    return tuple(news)


def words_of(each: Difference) -> str:
    """A difference in one line, without anybody's name or number."""
    sides = (fmt.rupees(side) if side is not None else "-" for side in (each.paytm, each.ours))
    shown = fmt.shown_id(each.booking_id) if each.booking_id else "-"
    return " ".join((each.what, shown, each.txn_id, "Paytm", next(sides), "ours", next(sides)))
