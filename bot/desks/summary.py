"""The admin's summary at eight and at nine in the evening, and the house's health on demand."""

from datetime import timedelta

from bot import queues
from bot.service import Service
from bot.whatsapp import circuit
from db import outbox
from db.crash import Moment
from db.outbox import Claimed
from db.pool import Connection, transaction
from db.rows import to_person
from db.sql import sql
from flows.admin.digest import Health, News, summary
from flows.booking import WAITING_FOR_MONEY_BACK
from flows.messages import Outgoing
from payments.desk import Again

DAY = timedelta(days=1)
HOURS = {"digest_morning": 11, "digest_evening": 13}  # back to the summary before
LATE = timedelta(minutes=1)  # a row that waits longer is worth a word


async def digest(service: Service, row: Claimed) -> Again | None:
    """Send the summary, if there is something to say."""
    now = service.clock.now()
    async with transaction(service.pool, Moment.DIGEST) as connection:
        said = await made(service, connection, evening=row.intent == "digest_evening")
        if said is not None:
            one = outbox.message_row(said, f"{row.intent}:{row.id}", now, None)
            await outbox.insert(connection, [one], now)
    return None


async def made(service: Service, connection: Connection, *, evening: bool) -> Outgoing | None:
    """The summary as it would go out now: the morning speaks of today, the evening of tomorrow."""
    now = service.clock.now()
    today = now.astimezone(service.write.rules.zone).date()
    arrivals_on = today + DAY * evening
    hours = HOURS["digest_evening" if evening else "digest_morning"]
    states = sorted(WAITING_FOR_MONEY_BACK)
    row = await connection.fetchrow(
        sql("digest"), now - timedelta(hours=hours), now, arrivals_on, arrivals_on + DAY, states
    )
    values = dict(row) | {"urgent": tuple(row["urgent"] or ())}
    admin = await connection.fetchrow(sql("person_by_phone"), service.config.admin_phone)
    return summary(News(**values), today, arrivals_on, service.write, to_person(admin))


async def health(service: Service, connection: Connection) -> Health:
    """How the house stands now."""
    now = service.clock.now()
    found = await queues.look(connection, now)
    outgoing, inbox = queues.together(found, queues.OUTBOX), queues.together(found, queues.INBOX)
    return Health(
        ready=outgoing.due,
        late=int(outgoing.waits.total_seconds() // 60) if outgoing.waits > LATE else 0,
        dead=outgoing.dead,
        inbox=inbox.due,
        parked=inbox.dead,
        webhook=await connection.fetchval(sql("last_webhook")),
        callback=await connection.fetchval(sql("last_callback")),
        closed=bool(await connection.fetchval(sql("setting"), circuit.KEY)),
        templates=[row["name"] for row in await connection.fetch(sql("templates_lost"))],
        alerts=len(await connection.fetch(sql("open_alerts"))),
    )
