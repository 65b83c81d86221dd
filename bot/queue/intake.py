"""Where deliveries become durable, in groups of whatever has arrived."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg

from bot import log
from bot.clock import Clock
from bot.queue.grouped import Full, Grouped
from bot.queue.outcomes import Outcomes, Told
from bot.queue.wakeup import Wakeup, Work
from bot.whatsapp import reports
from bot.whatsapp.split import Single
from db import trace
from db.crash import Moment, crossing
from db.pool import ACQUIRE_SECONDS, AWAY, Connection
from db.sql import sql

MOST_STORED = 128  # deliveries in one commit with their answers
# Deliveries that may wait for a commit; more are refused at once. With those in the commit they
# stay below the connections that are let in, so that whoever is refused still hears it.
WAITING = 256


class Intake:
    """Takes deliveries: statuses are folded at once, everything else is for the inbox."""

    def __init__(
        self, pool: asyncpg.Pool, clock: Clock, wakeup: Wakeup, outcomes: Outcomes
    ) -> None:
        self._pool, self._clock, self._wakeup, self._outcomes = pool, clock, wakeup, outcomes
        # Set while this process answers: stores messages and answers them in the same commit.
        self.answer: Callable[[Sequence[Single]], Awaitable[None]] | None = None
        self._stored = Grouped(self._store, most=MOST_STORED, waiting=WAITING)

    async def take(self, events: list[Single]) -> None:
        """Return when the events of a delivery are committed; raises Full, or what AWAY names."""
        told = _that_only_move(events)
        if told is None or not await self._fold_now(told):
            await self._stored.do(events)

    async def _fold_now(self, told: list[Told]) -> bool:
        """Whether they are folded; what cannot be goes through the inbox, which tries again."""
        try:
            await self._outcomes.told(told)
        except (*AWAY, Full):
            raise
        except Exception as fault:
            log.get().warning("status_kept_back", why=type(fault).__name__)
            return False
        return True

    async def _store(self, deliveries: Sequence[list[Single]]) -> None:
        events = [each for delivery in deliveries for each in delivery]
        if await self._answered(events):
            return
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            with crossing(Moment.ARRIVED):
                await self.keep(connection, events)
        self.ring(events)

    async def _answered(self, events: Sequence[Single]) -> bool:
        """Whether this process has stored and answered them; else the inbox tries each alone."""
        if self.answer is None:
            return False
        try:
            await self.answer(events)
        except AWAY:
            raise
        except Exception as fault:
            log.get().warning("answer_failed", why=type(fault).__name__, rows=len(events))
            return False
        return True

    async def keep(self, connection: Connection, events: Sequence[Single]) -> None:
        """Insert events for the inbox to handle; the caller rings once they are committed."""
        columns = zip(*((each.id, each.kind, each.lane, each.body) for each in events), strict=True)
        told = not self._wakeup.is_heard(Work.INBOX)  # a loop of this process needs no notice
        await connection.execute(sql("insert_events"), *map(list, columns), self._clock.now(), told)

    def ring(self, events: Sequence[Single]) -> None:
        """Tell and wake whoever handles what has been kept."""
        _tell(events)
        kinds = {each.kind for each in events}
        self._wakeup.ring(*{Work.STATUSES if kind == "status" else Work.INBOX for kind in kinds})


def _that_only_move(events: list[Single]) -> list[Told] | None:
    """The events with what they say; None where one of them is more than a step forward."""
    told = []
    for event in events:
        report = reports.read(_status_of(event)) if event.kind == "status" else None
        if report is None or not report.only_moves:
            return None
        told.append((event, report))
    return told


def _tell(events: Sequence[Single]) -> None:
    """Log where the id of each event begins; statuses are told when they are folded."""
    traces = [trace.of(each.id) for each in events if each.kind != "status"]
    if traces:
        log.get().info("webhook_stored", traces=traces)


def _status_of(event: Single) -> Any:
    return event.update["entry"][0]["changes"][0]["value"]["statuses"][0]
