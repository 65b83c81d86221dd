"""The sender: takes due messages out of the outbox, one of each recipient at a time."""

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot import log
from bot.queue import statuses
from bot.queue.flight import Flight
from bot.queue.wakeup import Work
from bot.service import Service
from bot.whatsapp import circuit
from bot.whatsapp import form as form_of
from bot.whatsapp.client import CONNECTIONS, Fate, Recipient, Refusal
from bot.whatsapp.form import Form
from db import outbox
from db.crash import Moment, crossing
from db.outbox import Claimed, Lease, Sent
from db.pool import AWAY, transaction
from db.sql import sql
from flows.messages import Message, TemplateCall
from flows.record import record

BATCH = 40
MOST_TRIES = 8
MOST_CLAIMS = 20  # a row that was begun so often without an end may be what ends its process
# A margin at the end of the 24-hour window (facts/whatsapp.md 2.3).
WINDOW = timedelta(hours=24) - timedelta(minutes=3)
BURST = 40  # messages to one person at once; then one every PAIR_SECONDS
SLOWEST = 300.0
FOREVER = timedelta(days=36500)


@record
class Claim:
    """Rows in this process's hands."""

    rows: list[Claimed]
    give_up_at: float  # monotonic: what has not begun by then may be in other hands
    probes: bool = False  # the circuit is open, and this is how it may close


async def run_once(service: Service) -> int:
    """Send what is due now; how many rows were taken."""
    claim = await _claim(service, BATCH)
    await asyncio.gather(*(_send(service, row, claim) for row in claim.rows))
    return len(claim.rows)


@dataclass(slots=True)
class Stream:
    """Sends that go on while the next are claimed: a slow answer holds up only its own lane."""

    flight: Flight = field(default_factory=lambda: Flight(CONNECTIONS))

    async def run_once(self, service: Service) -> int:
        """Begin to send what is due now, as far as there is room; how many rows were taken."""
        room = await self.flight.wait_for(BATCH)
        claim = await _claim(service, min(BATCH, room))
        for row in claim.rows:
            self._begin(service, row, claim)
        return len(claim.rows)

    async def take_over(self, service: Service) -> int:
        """Begin to send what this process has just answered; how many rows were taken."""
        handed = service.handover.take(await self.flight.wait_for(1))
        for row, give_up_at in handed:
            self._begin(service, row, Claim([row], give_up_at))
        return len(handed)

    async def land(self, service: Service, seconds: float) -> None:
        """Begin what was handed over, and wait so long; the rest is left to its lease."""
        service.handover.is_open = False
        for row, give_up_at in service.handover.take(len(service.handover)):
            self._begin(service, row, Claim([row], give_up_at))
        await self.flight.land(seconds)

    def _begin(self, service: Service, row: Claimed, claim: Claim) -> None:
        self.flight.begin(self._one(service, row, claim))

    async def _one(self, service: Service, row: Claimed, claim: Claim) -> None:
        accepted = False
        try:
            accepted = await _send(service, row, claim)
        except AWAY as away:  # the row is left to its lease
            log.get().warning("database_away", why=type(away).__name__)
        except Exception as fault:
            log.get().error("send_broke", message=row.id, exc_info=fault)
        if not accepted:  # else the bell rang if another of its lane waits
            service.wakeup.ring(Work.SENDS)


async def _claim(service: Service, most: int) -> Claim:
    """Take what is due: all that there is room for, a probe, or nothing."""
    until = give_up_at(service)
    allowed = await circuit.allowance(service, most)
    if allowed == 0:
        return Claim([], until)
    lease = lease_of(service)
    rows = await outbox.claim(
        service.pool,
        ["whatsapp"],
        service.clock.now(),
        most=allowed,
        lease=lease.id,
        lease_for=lease.lasts,
        pace_until=lease.pace_until,
    )
    return Claim(rows, until, probes=allowed < most)


def _pace_until(service: Service, now: datetime) -> datetime:
    gap = service.config.pair_seconds
    return now + (timedelta(seconds=gap * (BURST - 1)) if gap else FOREVER)


def lease_of(service: Service) -> Lease:
    """A new lease on rows that this process is about to send."""
    now = service.clock.now()
    return Lease(uuid.uuid4(), service.config.lease, _pace_until(service, now))


def give_up_at(service: Service) -> float:
    """When a lease that begins now is half over, on the monotonic clock."""
    return time.monotonic() + service.config.lease_seconds / 2


async def _send(service: Service, row: Claimed, claim: Claim) -> bool:
    """Send one row and record what became of it; whether it was accepted."""
    if row.attempts > MOST_CLAIMS:
        await _kill(service, row, Refusal(Fate.DEAD, -1, "never proven sent"))
        return False
    heard_at, to = await _recipient(service, row)
    open_until = heard_at + WINDOW if heard_at else None
    is_open = open_until is not None and service.clock.now() < open_until
    form = await form_of.choose(service, row.payload, row.message, is_open=is_open)
    if form is None:
        await _drop(service, row, "window closed and no template")
        return False
    quote = await _quote(service, row)
    if time.monotonic() > claim.give_up_at:
        # Woken too late: the row may be in other hands. If it is still ours, it is not sent yet.
        await _release(service, row, 0, "begun too late", counted=False)
        return False
    try:
        with crossing(Moment.SEND):
            wamid = await service.whatsapp.send(to, str(row.id), form.content, quote)
    except Refusal as refusal:
        service.metrics.sends.labels(str(refusal.fate), str(refusal.code)).inc()
        await _failed(service, row, refusal, form, is_open)
        return False
    service.metrics.sends.labels("accepted", "").inc()
    gap = timedelta(0) if row.is_paced else timedelta(seconds=service.config.pair_seconds)
    await service.outcomes.sent(Sent(row.id, row.lease, wamid, form.name, gap))
    if claim.probes:
        await circuit.close(service)
    return True


async def _recipient(service: Service, row: Claimed) -> tuple[datetime | None, Recipient]:
    """When the recipient last wrote, and the address; an admin's goes to who is admin now."""
    if row.intent.startswith("admin.") and row.phone not in service.config.admin_phones:
        admin = await service.pool.fetchrow(sql("person_by_phone"), service.config.admin_phone)
        return admin["heard_at"], Recipient(admin["phone"], admin["user_id"])
    return row.heard_at, Recipient(row.phone, row.user_id)


async def _quote(service: Service, row: Claimed) -> str | None:
    """The message of the same booking that this one answers, for the admin's thread."""
    intent = row.payload.get("quote")
    if intent is None or intent == row.intent:
        return None
    found: str | None = await service.pool.fetchval(
        sql("quoted_wamid"), row.booking_id, row.person_id, intent
    )
    return found


async def _failed(
    service: Service, row: Claimed, refusal: Refusal, form: Form, is_open: bool
) -> None:
    """Act by the fate of the error; an unknown outcome waits for its proof."""
    log.get().warning(
        "send_failed", trace=row.trace, message=row.id, intent=row.intent,
        fate=str(refusal.fate), code=refusal.code,
    )  # fmt: skip
    match refusal.fate:
        case Fate.UNKNOWN:
            return
        case Fate.CIRCUIT:
            await _release(service, row, 0, str(refusal), counted=False)
            await circuit.trip(service, refusal.code)
        case Fate.WAIT_PAIR:
            await _release(service, row, min(4.0**row.attempts, SLOWEST), str(refusal))
        case Fate.RETRY if row.attempts < MOST_TRIES:
            await _release(service, row, min(2.0**row.attempts, SLOWEST), str(refusal))
        case Fate.WINDOW if "template" in row.payload and form.name == "free":
            await _rearm(service, row, {"as_template": True})
        case Fate.TEMPLATE if is_open:
            await _rearm(service, row, {"as_free": True, "as_template": False})
        case Fate.TEMPLATE if isinstance(form.content, TemplateCall):
            await form_of.note_error(service, form.content, refusal)
            await _rearm(service, row, {})
        case Fate.WINDOW:
            await _drop(service, row, str(refusal))
        case Fate.DEAD if isinstance(form.content, Message) and form.content.form is not None:
            await _rearm(service, row, {"as_question": True})
        case _:
            await _kill(service, row, refusal)


async def _release(
    service: Service, row: Claimed, seconds: float, why: str, *, counted: bool = True
) -> None:
    at = service.clock.now() + timedelta(seconds=seconds)
    with crossing(Moment.SEND_LATER):
        await service.pool.execute(sql("release_message"), row.id, row.lease, at, why, counted)


async def _rearm(service: Service, row: Claimed, change: dict[str, Any]) -> None:
    """Let the message go in another form. It stays due: by a later time it would be overtaken."""
    with crossing(Moment.SEND_OTHERWISE):
        await service.pool.execute(
            sql("rearm_message"), row.id, row.lease, row.run_at, row.payload | change
        )


async def _drop(service: Service, row: Claimed, why: str) -> None:
    """A late answer whose window has closed: the person will write again."""
    with crossing(Moment.SEND_NEVER):
        await service.pool.execute(sql("drop_message"), row.id, row.lease, service.clock.now(), why)


async def _kill(service: Service, row: Claimed, refusal: Refusal) -> None:
    """Will never work: park it and raise it."""
    now = service.clock.now()
    async with transaction(service.pool, Moment.SEND_NEVER) as connection:
        dead = await connection.fetchval(sql("kill_message"), row.id, row.lease, now, str(refusal))
        if dead is not None:
            await statuses.tell_undelivered(
                service, connection, row.booking_id, row.intent, refusal.code
            )
