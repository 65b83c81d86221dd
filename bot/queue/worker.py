"""The loops that do the work behind the answers: inbox, sender, jobs, sweeping."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from bot import log
from bot.queue import at_once, inbox, jobs, recurring, sender, statuses
from bot.queue.wakeup import Work, listen, wait
from bot.service import Service
from db.crash import Moment, crossing
from db.pool import AWAY
from db.sql import sql

POLL_SECONDS = 0.5
SWEEP_SECONDS = 2.0
# A pause in listening that is none: a process that died is started again, or another goes on.
PAUSE = timedelta(seconds=3 * SWEEP_SECONDS)
RECURRING_SECONDS = 2.0
BACKOFF_SECONDS = 0.5
STOP_SECONDS = 8.0

Step = Callable[[Service], Awaitable[int]]


async def sweep(service: Service, *, all_heard: bool = False) -> int:
    """Free the rows of processes that died, and tell that one listens now.

    What may have been sent waits until somebody has listened for a whole grace, whichever process,
    as WhatsApp tells again what nobody heard; with `all_heard` it does not.
    """
    with crossing(Moment.SWEPT):
        rows = await service.pool.fetch(
            sql("sweep_messages"), service.clock.now(), service.config.grace, PAUSE, all_heard
        )
    if rows:
        log.get().warning("rows_swept", rows=len(rows))
        service.wakeup.ring()
    return len(rows)


STEPS: tuple[Step, ...] = (inbox.run_once, jobs.run_once, sender.run_once)
BY_BELL: tuple[tuple[Work, Step], ...] = (
    (Work.STATUSES, statuses.fold_waiting),
    (Work.INBOX, inbox.handle_waiting),
)


async def go_round(service: Service) -> int:
    """Every step once; how much was done. For tests."""
    return sum([await step(service) for step in (recurring.run_once, *STEPS)])


async def settle_down(service: Service, rounds: int = 500) -> int:
    """Do everything that is due, until nothing is; how much was done. For tests.

    Raises RuntimeError where the work never ends.
    """
    total = 0
    for _ in range(rounds):
        done = await go_round(service)
        total += done
        if done == 0:
            return total
    raise RuntimeError("the work does not come to an end")


async def _loop(
    service: Service, step: Step, seconds: float, bell: asyncio.Event, stop: asyncio.Event
) -> None:
    """One loop, until told to stop: work while there is some, then wait for bell or time."""
    while not stop.is_set():
        try:
            if await step(service) > 0:
                continue
            await wait(bell, seconds)
        except AWAY as away:
            log.get().warning("database_away", why=type(away).__name__)
            await asyncio.sleep(BACKOFF_SECONDS)
        except Exception as fault:
            log.get().error("loop_failed", loop=step.__module__, exc_info=fault)
            await asyncio.sleep(BACKOFF_SECONDS)


@asynccontextmanager
async def working(service: Service, database_url: str) -> AsyncIterator[None]:
    """Run every loop until the block ends.

    What is in flight then may end within a few seconds; what does not is left to its lease.
    """

    def heard(what: str) -> None:
        if what in ("clock", "connected"):
            clock_moved.set()
        service.wakeup.ring()

    clock_moved, stop = asyncio.Event(), asyncio.Event()
    stream, calls = sender.Stream(), jobs.Stream()
    by_bell = (*BY_BELL, (Work.JOBS, calls.run_once), (Work.SENDS, stream.run_once),
               (Work.HANDED, stream.take_over))  # fmt: skip
    loops = [
        asyncio.create_task(_loop(service, step, POLL_SECONDS, service.wakeup.bell(work), stop))
        for work, step in by_bell
    ]
    service.handover.is_open = True
    service.intake.answer = partial(at_once.answer, service)
    by_time = ((sweep, SWEEP_SECONDS), (recurring.run_once, RECURRING_SECONDS))
    tasks = [
        asyncio.create_task(_loop(service, step, seconds, asyncio.Event(), stop))
        for step, seconds in by_time
    ]
    tasks.append(asyncio.create_task(listen(database_url, heard), name="listen"))
    tasks.append(asyncio.create_task(_follow_clock(service, clock_moved), name="clock"))
    try:
        yield
    finally:
        stop.set()
        service.intake.answer = None
        service.wakeup.ring()
        until = time.monotonic() + STOP_SECONDS
        await asyncio.wait(loops, timeout=STOP_SECONDS)
        await stream.land(service, max(0.0, until - time.monotonic()))
        await calls.flight.land(max(0.0, until - time.monotonic()))
        for task in (*tasks, *loops):
            task.cancel()
        await asyncio.gather(*tasks, *loops, return_exceptions=True)


async def _follow_clock(service: Service, moved: asyncio.Event) -> None:
    """Take over the clock that another process has moved; only the sandbox moves it."""
    while True:
        await moved.wait()
        moved.clear()
        try:
            await service.clock.load(service.pool)
        except AWAY:
            await asyncio.sleep(BACKOFF_SECONDS)
            moved.set()
        service.wakeup.ring()
