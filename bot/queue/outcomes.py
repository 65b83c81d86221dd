"""What became of messages: that WhatsApp took them, and what it reports of them.

Both are written by one statement, so that a send and its first report cost one commit and one
version of the row where they come close together, and never wait for each other's locks.
"""

from collections.abc import Sequence

import asyncpg

from bot.clock import Clock
from bot.queue.grouped import Full, Grouped
from bot.queue.wakeup import Wakeup, Work
from bot.whatsapp import reports
from bot.whatsapp.client import CONNECTIONS
from bot.whatsapp.reports import Report
from bot.whatsapp.split import Single
from db import outbox
from db.crash import Moment, crossing
from db.outbox import Sent
from db.pool import ACQUIRE_SECONDS

MOST = 200  # in one commit
# Deliveries of statuses that may wait for a commit; what is refused WhatsApp tells again.
WAITING = 256
# Seconds between commits for which no person waits: fewer and larger ones under load.
REST = 0.004

Told = tuple[Single, Report]  # a status that only moves a message, and what it says


class Outcomes:
    """Where the outcome of sends becomes durable, in groups of whatever has arrived."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock, wakeup: Wakeup) -> None:
        self._pool, self._clock, self._wakeup = pool, clock, wakeup
        self._noted = Grouped(self._note, most=MOST, waiting=WAITING + CONNECTIONS, rest=REST)
        self._telling = 0

    async def sent(self, sent: Sent) -> None:
        """Return when it is committed that WhatsApp took this message; raises what AWAY names.

        There is always room: no more than CONNECTIONS can be on their way at once.
        """
        await self._noted.do(sent)

    async def told(self, told: list[Told]) -> None:
        """Return when a delivery's statuses are committed; raises Full at once, or as `sent`."""
        if self._telling >= WAITING:
            raise Full
        self._telling += 1
        try:
            await self._noted.do(told)
        finally:
            self._telling -= 1

    async def _note(self, outcomes: Sequence[Sent | list[Told]]) -> None:
        rung = self._wakeup.rung(Work.SENDS)
        sends = [each for each in outcomes if isinstance(each, Sent)]
        told = [each for some in outcomes if isinstance(some, list) for each in some]
        furthest = reports.furthest([report for _, report in told])
        evidence = [(event.id, event.body) for event, _ in told]
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            with crossing(Moment.OUTCOMES):
                rows = await outbox.note_outcomes(
                    connection, sends, (each.row() for each in furthest), evidence,
                    self._clock.now(),
                )  # fmt: skip
        reports.tell(rows)
        # What was queued meanwhile for the same people found their lanes taken.
        if any(row["is_followed"] for row in rows) or self._wakeup.rung(Work.SENDS) != rung:
            self._wakeup.ring(Work.SENDS)
