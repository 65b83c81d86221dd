"""What WhatsApp reports back: delivery, failure and price of each message, and the templates."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson

from bot import log
from bot.service import Service
from bot.whatsapp import reports, template_news
from bot.whatsapp.client import Fate, fate_of
from bot.whatsapp.reports import Report
from db import outbox
from db.crash import Moment
from db.pool import AWAY, Connection, transaction
from db.sql import sql

BATCH = 200
RETRY = timedelta(seconds=30)
MOST_TRIES = 6
# A message that failed for these reasons goes once more, in the form that is left.
BY_TEMPLATE = {Fate.WINDOW: "as_template", Fate.TEMPLATE: "by_other_template"}


async def fold_waiting(service: Service, most: int = BATCH) -> int:
    """Fold the oldest waiting statuses into their messages; how many were taken."""
    now = service.clock.now()
    try:
        async with transaction(service.pool, Moment.STATUSES) as connection:
            rows = await connection.fetch(sql("claim_statuses"), now, most)
            if rows:
                told = [each for row in rows if (each := _report(row["body"]))]
                await _fold_all(service, connection, told)
                await connection.execute(sql("finish_events"), [row["id"] for row in rows], now)
    except AWAY:
        raise
    except Exception:
        return await _fold_one(service)  # one that fails must not hold up the others
    return len(rows)


async def _fold_one(service: Service) -> int:
    """Fold the oldest status alone; where that fails, try it later, and park it in the end."""
    now = service.clock.now()
    async with transaction(service.pool, Moment.STATUSES) as connection:
        row = await connection.fetchrow(sql("claim_statuses"), now, 1)
        if row is None:
            return 0
        try:
            async with connection.transaction():
                report = _report(row["body"])
                await _fold_all(service, connection, [report] if report else [])
                await connection.execute(sql("finish_events"), [row["id"]], now)
        except Exception as fault:
            why = type(fault).__name__
            state = await connection.fetchval(
                sql("fail_event"), row["id"], now + RETRY, why, MOST_TRIES
            )
            log.get().error("status_failed", why=why, state=state, exc_info=fault)
            service.metrics.events.labels("failed").inc()
    return 1


def _report(body: bytes) -> Report | None:
    return reports.read(orjson.loads(body)["entry"][0]["changes"][0]["value"]["statuses"][0])


async def _fold_all(service: Service, connection: Connection, told: Sequence[Report]) -> None:
    """Fold in the order of arrival: one statement takes one status of each message."""
    now = service.clock.now()
    ours = [each for each in told if each.tracker is not None]
    unmarked = [each for each in told if each.tracker is None]
    for some in reports.rounds(ours) + reports.rounds(unmarked):
        rows = await outbox.note_outcomes(connection, (), (each.row() for each in some), (), now)
        reports.tell(rows)
        for row in rows:
            if row["error"] is not None and row["wa_status"] == "failed":
                await _undelivered(service, connection, row, row["error"])


async def _undelivered(service: Service, connection: Connection, row: Any, code: int) -> None:
    """Accepted, then failed: the window was closed after all, or the admin must know."""
    now, fate = service.clock.now(), fate_of(code)
    service.metrics.undelivered.labels(str(code)).inc()
    payload = row["payload"]
    mark = _again(payload, fate)
    if mark is not None and not payload.get(mark):
        again = outbox.Row(
            f"{row['id']}:{mark}", f"p:{row['person_id']}", "whatsapp", row["intent"], now,
            row["booking_id"], row["person_id"], payload | {mark: True}, row["trace"],
        )  # fmt: skip
        await outbox.insert(connection, [again], now)
        return
    log.get().warning(
        "message_undelivered",
        trace=row["trace"],
        message=row["id"],
        code=code,
        intent=row["intent"],
    )
    await tell_undelivered(service, connection, row["booking_id"], row["intent"], code)


def _again(payload: dict[str, Any], fate: Fate) -> str | None:
    """The mark under which a failed message goes once more; None: nothing else is left.

    A question that was a form is put as its list, whatever the form failed of, as in `sender`.
    """
    if fate is Fate.DEAD and payload["message"].get("form"):
        return "as_question"
    return BY_TEMPLATE.get(fate) if payload.get("template") else None


async def tell_undelivered(
    service: Service, connection: Connection, booking_id: str | None, intent: str, code: int
) -> None:
    """Raise that a message did not arrive; the admin hears of it once a booking and code."""
    now = service.clock.now()
    subject = f"undelivered:{booking_id}:{code}"
    new = await connection.fetchrow(sql("raise_alert"), subject, booking_id, intent, now)
    if new is None or booking_id is None or intent.startswith("admin."):
        return
    booking = await service.door.facts(connection, booking_id)
    said = service.write.to_admin("admin.undelivered", booking, about=intent, code=str(code))
    await service.desk.tell(connection, f"undelivered:{code}", booking_id, said)


async def note_other(service: Service, connection: Connection, body: bytes) -> None:
    """Other fields of the webhook: what is said of a template is kept, the rest is logged."""
    change = orjson.loads(body)["entry"][0]["changes"][0]
    field = str(change.get("field"))[:60]
    log.get().debug("webhook_other", field=field)
    await template_news.note(service, connection, field, change.get("value"))
