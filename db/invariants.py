"""The fourteen invariants: run all of them on one snapshot, answer whatever breaks them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, field
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from db.pool import ACQUIRE_SECONDS, Connection
from db.sql import statements
from flows.booking import HOLDING
from flows.notices import Writer
from flows.promises import columns, promises
from flows.record import record

FILE = "invariants.sql"
AT_REST = timedelta(minutes=15)  # what may be on its way while the service works


@record
class PaytmRefund:
    """A refund as Paytm has it; the state is DONE, FAILED or anything else for open."""

    ref_id: str
    txn_id: str
    amount: int
    state: str


@record
class Books:
    """What the outside has on record; None: not asked, then our own evidence must do."""

    payments: Mapping[str, int] | None = None  # successful transactions and their paise
    refunds: Sequence[PaytmRefund] | None = None
    # (our row, wamid) of what did not fail, in the order of acceptance
    accepted: Sequence[tuple[int, str]] | None = None
    delivered: Sequence[str] | None = None  # ids of genuine webhook items
    delivered_kinds: tuple[str, ...] = ("message",)  # what `delivered` is complete for


@record
class Rule:
    """One invariant: its number, its statement's name, what it says."""

    number: str
    statement: str
    says: str
    takes: tuple[str, ...] = ()


@record
class Violation:
    """One row that breaks a rule; the subject is a booking's id where there is one."""

    rule: Rule
    subject: str
    detail: str

    @property
    def alert(self) -> str:
        """The subject of its alert."""
        return f"{ALERTS}{self.rule.number}:{self.subject}"


@record
class Check:
    """What a run needs to know beside the database."""

    write: Writer
    now: datetime
    tolerance: timedelta = AT_REST
    books: Books = field(default_factory=Books)

    def values(self) -> dict[str, Sequence[Any]]:
        """The parameters by the names under which the rules take them."""
        books = self.books
        return {
            "payments": _columns(None if books.payments is None else books.payments.items(), 2),
            "refunds": _columns(None if books.refunds is None else map(astuple, books.refunds), 4),
            "accepted": _columns(books.accepted, 2),
            "order": _columns(books.accepted, 2)[:1],
            "delivered": (None, None) if books.delivered is None else (
                list(books.delivered), list(books.delivered_kinds)),
            "holding": [sorted(HOLDING)],
            "promises": columns(promises(self.write)),
            "now": [self.now],
            "tolerance": [self.tolerance],
            "auto": [self.write.rules.refunds_auto],
        }  # fmt: skip


def _columns(rows: Iterable[Sequence[Any]] | None, width: int) -> list[list[Any] | None]:
    """Rows turned into one list a column; None for each where nobody was asked."""
    if rows is None:
        return [None] * width
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


RULES = (
    Rule("I01", "i01_one_settlement", "every payment has exactly one place"),
    Rule("I02", "i02_paytms_money", "Paytm's successful payments are ours", ("payments",)),
    Rule("I03", "i03_money_kept", "the money kept is what the state says"),
    Rule("I04", "i04_refunds", "never more back than came, no refund twice", ("refunds",)),
    Rule("I05", "i05_never_twice", "no unit is given twice", ("holding",)),
    Rule("I06", "i06_last_event", "the state is what the last event says"),
    Rule("I07", "i07_promised", "each event has exactly its messages", ("promises",)),
    Rule("I08", "i08_accepted", "accepted by WhatsApp and sent are the same", ("accepted",)),
    Rule("I09", "i09_nothing_overdue", "nothing is overdue", ("now", "tolerance", "auto")),
    Rule("I10", "i10_in_order", "each recipient's order is kept", ("order", "tolerance")),
    Rule("I11", "i11_heard", "what was delivered is in the inbox", ("delivered",)),
    Rule("I12", "i12_right_to_decide", "whoever decided had the right", ("tolerance",)),
    Rule("I13", "i13_one_ticket", "confirmed and one ticket go together"),
    Rule("I14", "i14_raised", "what only a human can mend is raised"),
)
ALERTS = "invariant:"


async def violations(pool: asyncpg.Pool, check: Check) -> list[Violation]:
    """Everything that breaks a rule, in the order of the rules; all on one snapshot."""
    async with (
        pool.acquire(timeout=ACQUIRE_SECONDS) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        return await run(connection, check)


async def run(connection: Connection, check: Check) -> list[Violation]:
    """Everything that breaks a rule, as the caller's transaction sees it."""
    values, found = check.values(), []
    for rule in RULES:
        parameters = [each for name in rule.takes for each in values[name]]
        rows = await connection.fetch(statements(FILE)[rule.statement], *parameters)
        found += [Violation(rule, row["subject"], row["detail"]) for row in rows]
    return found
