"""Comparing Paytm's books with ours: every night, and on command with a table."""

from datetime import date, datetime, timedelta

from bot import log
from bot.service import Service
from db.crash import Moment, crossing
from db.outbox import Claimed
from db.pool import transaction
from db.sql import sql
from flows import format as fmt
from flows.record import record
from payments.client import Ambiguous, NotSent, Refused
from payments.desk import Again
from payments.reconcile import Difference, Report, Side, reconcile, words_of

KEY = "books"
USUAL_DAYS = 4
SHOWN = 5  # differences in the admin's message; the rest is in the table and in the alerts


@record
class Compared:
    """When the books were last compared, how many differences there were, how many are left."""

    at: datetime
    found: int
    left: int


def usual_since(service: Service) -> date:
    """The day from which a comparison looks when nobody says another."""
    today = service.clock.now().astimezone(service.write.rules.zone).date()
    return today - timedelta(days=USUAL_DAYS)


async def nightly(service: Service, row: Claimed) -> Again | None:
    """Compare the last days, mend what can be mended, tell the admin what is new of the rest.

    After a restore the job says from which day on.
    """
    since = row.payload.get("since")
    day = date.fromisoformat(since) if since else usual_since(service)
    report = await reconcile(service.desk, day)
    await _remember(service, report)
    log.get().info("books_compared", rows=report.ours.payments)
    if report.differences:
        log.get().warning("books_differ", rows=len(report.differences))
    await _tell_news(service, report, str(row.id))
    return None


async def command(service: Service, since: date | None) -> int:
    """Print the table of a comparison; 1 where something is left for a human."""
    try:
        report = await reconcile(service.desk, since or usual_since(service))
    except (Ambiguous, NotSent, Refused) as fault:
        print(f"Paytm does not show its books: {type(fault).__name__} {fault}")
        return 1
    await _remember(service, report)
    await _tell_news(service, report, f"command:{service.clock.now().isoformat()}")
    print("\n".join(table(report)))
    return int(bool(report.raised))


async def _remember(service: Service, report: Report) -> None:
    """Keep when the books were compared and what was found, for `check` and /metrics."""
    found = len(report.differences), len(report.raised)
    kept = {"at": service.clock.now().isoformat(), "found": found[0], "left": found[1]}
    with crossing(Moment.BOOKS):
        await service.pool.execute(sql("put_setting"), KEY, kept)


async def last(service: Service) -> Compared | None:
    """What the last comparison found; None: there was none yet."""
    kept = await service.pool.fetchval(sql("setting"), KEY)
    if kept is None:
        return None
    return Compared(datetime.fromisoformat(kept["at"]), kept["found"], kept["left"])


async def _tell_news(service: Service, report: Report, cause: str) -> None:
    if not report.news:
        return
    lines = [words_of(each) for each in report.news[:SHOWN]]
    values = {"n": str(len(report.news)), "list": "\n".join(lines)}
    async with transaction(service.pool, Moment.BOOKS) as connection:
        await service.tell_admin(connection, f"books:{cause}", "admin.books", values)


def table(report: Report) -> list[str]:
    """The comparison as lines: both sums, then one line for each difference."""
    lines = [
        f"Paytm's books and ours, {report.since} to {report.until}",
        f"{'':12} {'payments':>9} {'paid':>14} {'refunds':>9} {'paid back':>14}",
        _sums("Paytm", report.paytm),
        _sums("ours", report.ours),
    ]
    if not report.differences:
        return [*lines, "no difference"]
    head = _line("difference", "booking", "transaction or link", "Paytm", "ours", "done")
    return [*lines, "", head, *(_row(each) for each in report.differences)]


def _sums(name: str, side: Side) -> str:
    paid, back = fmt.rupees(side.paid), fmt.rupees(side.refunded)
    return f"{name:12} {side.payments:>9} {paid:>14} {side.refunds:>9} {back:>14}"


def _row(each: Difference) -> str:
    sides = [fmt.rupees(side) if side is not None else "-" for side in (each.paytm, each.ours)]
    shown = fmt.shown_id(each.booking_id) if each.booking_id else "-"
    return _line(each.what, shown, each.txn_id, sides[0], sides[1], each.done)


def _line(what: str, booking: str, txn: str, paytm: str, ours: str, done: str) -> str:
    return f"{what:12} {booking:11} {txn:36} {paytm:>14} {ours:>14}  {done}"
