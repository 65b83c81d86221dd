"""What one status says of a message of ours, read from WhatsApp's JSON (facts/whatsapp.md 1.2)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bot import log
from bot.whatsapp.inbound import clean
from db.outbox import Reported
from flows.record import record, replace

UNKNOWN_CODE = 131000
MOST_CODE = 2**31
FAILED = "failed"
RANK = {name: place for place, name in enumerate(("sent", FAILED, "delivered", "read", "played"))}


@record
class Report:
    """What one status says: of our row by its id where that was echoed, else by the wamid."""

    tracker: int | None
    wamid: str
    status: str
    error: int | None
    category: str | None
    type_: str | None

    def row(self) -> Reported:
        """As the outbox takes it."""
        return self.tracker, self.wamid, self.status, self.error, self.category, self.type_

    @property
    def about(self) -> int | str:
        """Which message it is about."""
        return self.wamid if self.tracker is None else self.tracker

    @property
    def only_moves(self) -> bool:
        """Whether it moves a row of ours forward, and nothing else can follow from it."""
        return self.tracker is not None and self.status != FAILED


def read(status: Any) -> Report | None:
    """The report of a status as WhatsApp sends it; None: it says nothing that we keep."""
    name = status.get("status")
    if not isinstance(name, str) or name not in RANK:
        return None
    error = _error(status) if name == FAILED else None
    return Report(_tracker(status), clean(str(status.get("id"))), name, error, *_price(status))


def rounds(reports: Iterable[Report]) -> list[list[Report]]:
    """The first report of each message, then the second of each, and so on."""
    made: list[list[Report]] = []
    seen: Counter[int | str] = Counter()
    for report in reports:
        place = seen[report.about]
        seen[report.about] += 1
        if place == len(made):
            made.append([])
        made[place].append(report)
    return made


def furthest(reports: Sequence[Report]) -> list[Report]:
    """One report of each message, which moves it as far as all of its reports would.

    Only of reports that only move: an error would be lost.
    """
    found: dict[int | str, Report] = {}
    for report in reports:
        known = found.get(report.about)
        found[report.about] = _both(known, report) if known else report
    return list(found.values())


def _both(first: Report, second: Report) -> Report:
    """The earlier wamid, the later price, the higher status: as the statement folds them."""
    return replace(
        first,
        status=max(first.status, second.status, key=RANK.__getitem__),
        category=second.category or first.category,
        type_=second.type_ or first.type_,
    )


def _tracker(status: dict[str, Any]) -> int | None:
    """Our row's id, as it went out in biz_opaque_callback_data."""
    tracker = str(status.get("biz_opaque_callback_data") or "")
    return int(tracker) if tracker.isdecimal() and len(tracker) < 19 else None


def _price(status: dict[str, Any]) -> tuple[str | None, str | None]:
    """The category and the type that Meta charges by, where it says so."""
    price = status.get("pricing")
    if not isinstance(price, dict):
        return None, None
    return _word(price.get("category")), _word(price.get("type"))


def _word(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _error(status: dict[str, Any]) -> int:
    """The code of a failed status; where it cannot be read, "something went wrong"."""
    errors = status.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    code = first.get("code") if isinstance(first, dict) else None
    return code if isinstance(code, int) and 0 < code < MOST_CODE else UNKNOWN_CODE


def tell(rows: Sequence[Any]) -> None:
    """Log what became of messages, each under the id of what caused it: taken, and reported."""
    if taken := [row for row in rows if row["is_taken"]]:
        log.get().info(
            "messages_sent", messages=[row["id"] for row in taken],
            traces=[row["trace"] for row in taken],
        )  # fmt: skip
    if told := [row for row in rows if row["status"]]:
        log.get().info(
            "statuses_folded", messages=[row["id"] for row in told],
            states=[row["wa_status"] for row in told], traces=[row["trace"] for row in told],
        )  # fmt: skip
