"""Ten thousand payments on a moved clock, and whether Paytm's books and ours still agree.

Links, callbacks, looks and refunds go over HTTP between the service's own code and the emulator;
holds and owners' answers go through the door. Nothing sleeps. The seed decides everything.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import asyncpg
from aiohttp.test_utils import TestServer, unused_port

from bot import log
from bot.config import Config
from bot.queue import jobs
from bot.service import Service, running
from bot.web.app import make_app
from db.checkouts import DatesTaken
from db.pool import transaction
from flows.booking import Actor, Event, Status
from flows.property import Property
from payments.reconcile import reconcile
from sandbox.paytm import callbacks
from sandbox.paytm.callbacks import Variant
from sandbox.paytm.payer import Outcome, Wish, pay_link
from sandbox.paytm.records import PaymentStatus, RefundStatus
from tests.bot.conftest import settings
from tests.db import stock
from tests.payments.paytm_desk import Paytm, open_paytm

FULL = 10_000
SMALL = 100
COHORT = 500  # that pay at the same time
PLACES = 60
AT_ONCE = 6
T = TypeVar("T")
# Of a hundred payments so many each; the rest succeeds and is told as it should be.
SHARES = {"lost": 20, "doubled": 20, "late": 10, "twice": 5, "forged": 5, "pending": 5}
LIES = (Variant.RELABELLED, Variant.WRONG_KEY, Variant.ALTERED_AMOUNT, Variant.STALE_PENDING)


async def _together(work: Iterable[Awaitable[T]]) -> list[T]:
    """Everything, a few at a time, in the order given."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(each: Awaitable[T]) -> T:
        async with gate:
            return await each

    return await asyncio.gather(*(one(each) for each in work))


@dataclass(frozen=True, slots=True)
class Result:
    """What both books say at the end, in paise; every number of `differs` should be 0."""

    kinds: dict[str, int]
    states: dict[str, int]
    took: int
    gave: int
    kept: int
    differs: dict[str, int]
    seconds: float

    @property
    def difference(self) -> int:
        """The paise by which the two books differ, all of their differences added."""
        return sum(self.differs.values())


@dataclass(slots=True)
class Run:
    """One run: the service, the emulator, its dice, and what has been paid how."""

    service: Service
    paytm: Paytm
    dice: random.Random
    places: tuple[Property, ...] = ()
    kinds: Counter[str] = field(default_factory=Counter)

    async def work(self) -> None:
        """Deliver and do everything that is due; nobody reads the messages, so they are dropped."""
        while True:
            await self.paytm.world.deliveries.flush()
            done = await jobs.run_once(self.service)
            if done == 0:
                break
        await self.service.pool.execute("DELETE FROM message WHERE kind = 'whatsapp'")

    async def pass_time(self, **spans: float) -> None:
        self.paytm.pass_time(**spans)
        self.service.clock.offset = self.paytm.world.clock.offset
        await self.work()

    async def cohort(self, size: int) -> None:
        """So many guests hold dates, pay in their own way, and hear from the owner."""
        dice = [random.Random(self.dice.random()) for _ in range(size)]
        made = await _together(self._hold(each) for each in dice)
        self.kinds.update(kind for _, kind in made)
        await self.work()
        late = [booking_id for booking_id, kind in made if kind == "late"]
        for booking_id, kind in made:
            if kind != "late":
                await self._pay(booking_id, kind)
        await self.work()
        for spans in ({"seconds": 31}, {"minutes": 5}, {"minutes": 12}):
            await self.pass_time(**spans)
        await self._pay_late(late)
        await self._owners_answer()
        for spans in ({"minutes": 30}, {"hours": 7}, {"hours": 20}, {"hours": 47}):
            await self.pass_time(**spans)

    async def _hold(self, dice: random.Random) -> tuple[str, str]:
        """An unpaid hold somewhere at some time, and how it is going to be paid."""
        kind = dice.choices([*SHARES, "plain"], [*SHARES.values(), 35])[0]
        place = dice.choice(self.places)
        now = self.service.clock.now()
        while True:
            first = now.date() + timedelta(days=dice.randint(20, 200))
            try:
                booking = await stock.hold(
                    self.service.pool, self.service.door, place, now=now, first=first,
                    nights=dice.randint(1, 3), guests=dice.randint(1, 3),
                )  # fmt: skip
            except DatesTaken:
                continue
            return booking.booking_id, kind

    async def _pay(self, booking_id: str, kind: str) -> None:
        """Pay as the kind says, while the dates are held."""
        outcomes = {
            "lost": Outcome.CALLBACK_LOST, "twice": Outcome.SUCCESS_TWICE,
            "forged": Outcome.FAILED, "pending": Outcome.PENDING_SUCCESS,
        }  # fmt: skip
        minutes = self.dice.randint(61, 71 * 60)
        wish = Wish(outcomes.get(kind, Outcome.SUCCESS), after_seconds=minutes * 60)
        (payment, *_) = await self._to_paytm(booking_id, wish)
        again = {"doubled": (Variant.AGAIN,) * 2, "forged": LIES}.get(kind, ())
        for variant in again:
            callbacks.post(self.paytm.till, payment, variant)

    async def _to_paytm(self, booking_id: str, wish: Wish) -> Sequence[Any]:
        link_id = await self.service.pool.fetchval(
            "SELECT link_id FROM checkout WHERE booking_id = $1", booking_id
        )
        return pay_link(self.paytm.till, self.paytm.till.books.links[int(link_id)], wish)

    async def _pay_late(self, late: Sequence[str]) -> None:
        """After the hold; for every second one somebody else has taken the whole house meanwhile."""
        for number, booking_id in enumerate(late):
            if number % 2:
                await self._take_all(booking_id)
            await self._to_paytm(booking_id, Wish(Outcome.SUCCESS_AFTER_HOLD))
        await self.work()

    async def _take_all(self, booking_id: str) -> None:
        await self.service.pool.execute(
            "INSERT INTO occupancy (property_id, unit, stay)"
            " SELECT c.property_id, u.unit, c.stay FROM checkout c JOIN property p"
            " USING (property_id), generate_series(1, p.units) AS u (unit)"
            " WHERE c.booking_id = $1 ON CONFLICT DO NOTHING",
            booking_id,
        )

    async def _owners_answer(self) -> None:
        """Most confirm, some cancel, some are silent until their time is over."""
        rows = await self.service.pool.fetch(
            "SELECT booking_id FROM booking WHERE status = $1 ORDER BY booking_id",
            Status.BOOKING_REQUEST_SENT_TO_OWNER,
        )
        events = self.dice.choices(
            [Event.CONFIRMED, Event.CANCELLED, None], [80, 12, 8], k=len(rows)
        )
        pairs = zip(rows, events, strict=True)
        await _together(self._answer(row["booking_id"], event) for row, event in pairs if event)
        await self.work()

    async def _answer(self, booking_id: str, event: Event) -> None:
        async with transaction(self.service.pool) as connection:
            await self.service.door.move(
                connection, booking_id, event, Actor.OWNER, self.service.clock.now()
            )

    async def rest(self) -> None:
        """Time enough for everything that is under way to come to its end."""
        for spans in ({"hours": 74}, {"hours": 2}, {"hours": 8}, {"days": 1}, {"days": 1}):
            await self.pass_time(**spans)


@asynccontextmanager
async def opened(database_url: str, seed: int) -> AsyncIterator[Run]:
    """A service whose only outside partner is an emulated Paytm, both in this process."""
    log.configure()
    async with open_paytm() as paytm:
        port = unused_port()
        config = Config(
            **settings(
                paytm_api_url=f"{paytm.url}/paytm", public_url=f"http://127.0.0.1:{port}", port=port
            )
        )
        async with running(config, database_url) as service:
            server = TestServer(make_app(service), port=port)
            await server.start_server()
            run = Run(service, paytm, random.Random(seed))
            paytm.world.move_clock(stock.NOW - service.clock.now())
            await run.pass_time(seconds=0)
            run.places = tuple([await stock.add_property(service.pool) for _ in range(PLACES)])
            try:
                yield run
            finally:
                await server.close()


async def play(database_url: str, size: int, seed: int = 1) -> Result:
    """A whole run of `size` payments on an empty database, and the comparison at its end."""
    started = time.monotonic()
    async with opened(database_url, seed) as run:
        for begun in range(0, size, COHORT):
            await run.cohort(min(COHORT, size - begun))
        await run.rest()
        return await compare(run, started)


async def compare(run: Run, started: float) -> Result:
    """Both books, payment by payment and refund by refund."""
    books, pool = run.paytm.till.books, run.service.pool
    took = {
        p.txn_id: p.amount_paise
        for p in books.payments.values()
        if p.status is PaymentStatus.SUCCESS
    }
    gave = {
        r.ref_id: r.amount_paise for r in books.refunds.values() if r.status is RefundStatus.DONE
    }
    ours = await _amounts(pool, "SELECT txn_id, amount FROM payment")
    back = await _amounts(pool, "SELECT ref_id, amount FROM refund WHERE status = 'refunded'")
    report = await reconcile(run.service.desk, stock.NOW.date())
    states = await _amounts(pool, "SELECT status, count(*) FROM booking GROUP BY status")
    kept = await pool.fetchval(
        "SELECT coalesce(sum(advance_paid), 0)::bigint FROM booking WHERE status = ANY ($1)",
        [Status.TICKET_GENERATED, Status.CHECKED_IN, Status.CLOSED,
         Status.BOOKING_REQUEST_SENT_TO_OWNER],
    )  # fmt: skip
    differs = {
        "payments": _apart(took, ours),
        "refunds": _apart(gave, back),
        "kept by bookings": abs(sum(took.values()) - sum(gave.values()) - kept),
        "reconcile": len(report.differences),
        "refunds still open": await pool.fetchval(
            "SELECT count(*) FROM refund WHERE status IN ('due', 'initiated')"
        ),
    }
    return Result(
        dict(run.kinds), states, sum(took.values()), sum(gave.values()), kept, differs,
        time.monotonic() - started,
    )  # fmt: skip


async def _amounts(pool: asyncpg.Pool, statement: str) -> dict[str, int]:
    return {row[0]: row[1] for row in await pool.fetch(statement)}


def _apart(theirs: dict[str, int], ours: dict[str, int]) -> int:
    """The paise in which two books differ, each entry by itself."""
    return sum(abs(theirs.get(key, 0) - ours.get(key, 0)) for key in theirs.keys() | ours.keys())


def table(result: Result) -> str:
    """The run in a few lines."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(result.kinds.items()))
    states = ", ".join(f"{state} {count}" for state, count in sorted(result.states.items()))
    return (
        f"{sum(result.kinds.values())} payments in {result.seconds:.0f} s: {kinds}\n"
        f"bookings: {states}\n"
        f"Paytm took {result.took / 100:,.2f}, gave back {result.gave / 100:,.2f}; "
        f"bookings keep {result.kept / 100:,.2f} rupees\n"
        f"difference {result.difference} paise: {result.differs}"
    )
