"""The emulators' own books, in the form in which the invariants compare them with ours."""

from collections.abc import Iterable, Mapping
from typing import Any

from db.invariants import Books, PaytmRefund


def books(
    paytm: Mapping[str, Iterable[Mapping[str, Any]]],
    phones: Iterable[Mapping[str, Any]],
) -> Books:
    """The answer of `paytm/books`, and the messages of every phone: ours and the people's own.

    A phone's rows carry `id` (wamid), `from`, `tracker`, `status` and `at`, oldest first on each
    phone; what failed does not count as accepted, since a refusal may be told by status too.
    """
    rows = sorted(phones, key=lambda row: str(row["at"]))
    return Books(
        payments={
            row["txn_id"]: row["amount_paise"]
            for row in paytm["payments"]
            if row["status"] == "SUCCESS"
        },
        refunds=[
            PaytmRefund(row["ref_id"], row["txn_id"], row["amount_paise"], row["status"])
            for row in paytm["refunds"]
        ],
        accepted=[
            (int(row["tracker"]), row["id"])
            for row in rows
            if str(row["tracker"]).isdecimal() and row["status"] != "failed"
        ],
        delivered=[row["id"] for row in rows if row["from"] == "person"],
    )
