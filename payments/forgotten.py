"""Refunds that a restored database has forgotten: made after the backup, under ids it never had."""

from typing import Any

from db.sql import sql
from payments.client import Ambiguous, Refused
from payments.desk import Desk


async def forgotten(desk: Desk, row: Any) -> int:
    """Paise that Paytm has given back of a refund's payment and our books do not know.

    Where the database was never restored nothing is asked, and the answer is 0. Raises Ambiguous
    or NotSent where Paytm does not tell.
    """
    ours: int | None = await desk.pool.fetchval(sql("given_back"), row["txn_id"])
    if ours is None:
        return 0
    try:
        order = await desk.paytm.order_status(row["order_id"])
    except Refused as refusal:
        raise Ambiguous(f"/v3/order/status: {refusal.code}") from refusal
    if order.refunded is None:
        raise Ambiguous("/v3/order/status: nothing about refunds")
    return max(0, order.refunded - ours)
