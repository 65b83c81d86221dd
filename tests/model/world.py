"""The real database behind the real door, driven step by step without any process around it."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

import asyncpg

from bot.config import Config
from bot.metrics import Metrics
from bot.queue.jobs import JOBS
from bot.queue.wakeup import Wakeup
from bot.service import Service
from db import blocks, people
from db.door import Door, Moved
from db.invariants import Books, Check, PaytmRefund, violations
from db.outbox import Claimed
from db.pool import transaction
from db.sql import sql
from flows.booking import Actor, Event, Status
from flows.facts import Booking
from flows.notices import Writer
from flows.property import Property
from flows.refund_policy import RefundStep
from payments import checks, refund_desk
from payments.client import Ambiguous, PaytmClient
from payments.desk import Again, Desk
from payments.protocol import PaytmKey
from tests.bot.conftest import PAYTM_KEY, PAYTM_MID, settings
from tests.db import stock
from tests.model.paytm import BookOfPaytm
from tests.model.rules import PER_UNIT, STEPS, UNITS

START = stock.NOW
YEARS = timedelta(days=3650)
STANDING = """
    SELECT c.booking_id, coalesce(b.status, c.status), b.refund_due, t.token IS NOT NULL,
           ARRAY(SELECT format('%s %s %s', txn_id, amount, settled_as) AS each FROM payment p
                  WHERE p.booking_id = c.booking_id ORDER BY 1),
           ARRAY(SELECT format('%s %s %s', txn_id, amount, status) AS each FROM refund r
                  WHERE r.booking_id = c.booking_id ORDER BY 1)
      FROM checkout c LEFT JOIN booking b USING (booking_id) LEFT JOIN ticket t USING (booking_id)"""
OCCUPIED = """
    SELECT unit, day::date, coalesce(booking_id, '') FROM occupancy,
           generate_series(lower(stay), upper(stay) - 1, interval '1 day') AS day"""
WAITING = """
    SELECT id, run_at FROM message
     WHERE booking_id = $1 AND intent = $2 AND state = 'ready' ORDER BY run_at, id LIMIT 1"""
BEGIN = """
    UPDATE message SET state = 'sending', attempts = attempts + 1, lease = $2,
           lease_until = clock_timestamp() + interval '1 minute' WHERE id = $1
    RETURNING id, lane, kind, intent, booking_id, person_id, payload, attempts, run_at, lease"""


@dataclass(slots=True)
class Moment:
    """A clock that stands still until it is moved, and never goes back."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def reach(self, when: datetime) -> None:
        self.at = max(self.at, when)


@dataclass(slots=True)
class World:
    """Service, Paytm and clock of one run."""

    pool: asyncpg.Pool
    write: Writer
    clock: Moment = field(default_factory=Moment)
    paytm: BookOfPaytm = field(default_factory=BookOfPaytm)
    guests: list[int] = field(default_factory=list)
    place: Property = field(init=False)
    service: Service = field(init=False)

    async def begin(self) -> None:
        """An empty database with one place, its owner, an admin and three guests."""
        self.clock, self.paytm = Moment(), BookOfPaytm()
        door = Door(self.write, stock.ADMIN)
        desk = Desk(
            self.pool, door, cast(PaytmClient, self.paytm), self.clock.now, "https://example.in"
        )
        nothing = cast(Any, None)  # nothing is heard and nothing sent here
        self.service = Service(
            config=Config(**settings()), pool=self.pool, clock=cast(Any, self.clock), door=door,
            desk=desk, paytm_key=PaytmKey(PAYTM_MID, PAYTM_KEY), wakeup=Wakeup(), metrics=Metrics(),
            whatsapp=nothing, intake=nothing, outcomes=nothing, counters=nothing, handover=nothing,
        )  # fmt: skip
        await self.pool.execute(sql("empty_everything"))
        await self.pool.execute(sql("empty_settings"))
        async with transaction(self.pool) as connection:
            await people.ensure(connection, [(stock.ADMIN, "Asha")], START)
            await connection.execute(sql("enrol_admin"), stock.ADMIN)
            steps = tuple(RefundStep(*each) for each in STEPS)
            self.place = await stock.add_property(
                connection, property_id="model", units=UNITS, guests_per_unit=PER_UNIT,
                refund_steps=steps,
            )  # fmt: skip
            who = [await stock.add_person(connection, phone=f"+9197000{n:05d}") for n in range(3)]
        self.guests = [each.person_id for each in who]

    async def hold(
        self, person: int, first: date, nights: int, guests: int, replaces: str | None
    ) -> Booking:
        """What the guest's desk does with a finished form; raises DatesTaken."""
        async with transaction(self.pool) as connection:
            if replaces:
                await self._move(connection, replaces, Event.WITHDRAWN, Actor.GUEST)
            return await stock.hold(
                connection, self.service.door, self.place, now=self.clock.now(),
                person_id=self.guests[person], first=first, nights=nights, guests=guests,
            )  # fmt: skip

    async def move(
        self, booking_id: str, event: Event, actor: Actor, to: Status | None = None
    ) -> bool:
        """Somebody decides; whether it moved anything."""
        async with transaction(self.pool) as connection:
            return await self._move(connection, booking_id, event, actor, to)

    async def _move(
        self, connection: Any, booking_id: str, event: Event, actor: Actor,
        to: Status | None = None,
    ) -> bool:  # fmt: skip
        by = {Actor.OWNER: self.place.owner_phone, Actor.ADMIN: stock.ADMIN}.get(actor)
        done = await self.service.door.move(
            connection, booking_id, event, actor, self.clock.now(), to=to, by=by
        )
        return isinstance(done, Moved)

    async def look(self, booking_id: str) -> None:
        """A callback rings: Paytm is asked."""
        await checks.look(self.service.desk, booking_id)

    async def fire(self, booking_id: str, intent: str) -> bool:
        """Do one waiting job as the worker does, when its time has come; whether there was one."""
        row = await self.pool.fetchrow(WAITING, booking_id, intent)
        if row is None:
            return False
        self.clock.reach(row["run_at"])
        lease = uuid.uuid4()
        taken = await self.pool.fetchrow(BEGIN, row["id"], lease)
        await self._finish(Claimed(**dict(taken)))
        return True

    async def _finish(self, job: Claimed) -> None:
        now = self.clock.now()
        try:
            again = await JOBS[job.intent](self.service, job)
        except Ambiguous:
            await self.pool.execute(
                sql("release_message"), job.id, job.lease, now, "no answer", True
            )
            return
        if isinstance(again, Again):
            await self.pool.execute(
                sql("rearm_message"), job.id, job.lease, again.at, again.payload
            )
        else:
            await self.pool.execute(sql("finish_message"), job.id, job.lease, now, None, None)

    async def block(self, first: date, last: date) -> bool:
        """The owner keeps nights for himself; False where a guest is in the way."""
        try:
            async with transaction(self.pool) as connection:
                await blocks.block(
                    connection, self.place, first, last, Actor.OWNER, self.clock.now()
                )
        except blocks.InTheWay:
            return False
        return True

    async def by_hand(self, booking_id: str, txn_id: str) -> bool:
        """The admin has paid a refund back outside Paytm."""
        ref_id = await self.pool.fetchval(
            "SELECT ref_id FROM refund WHERE txn_id = $1 AND status IN ('due', 'initiated')", txn_id
        )
        async with transaction(self.pool) as connection:
            done = await refund_desk.mark_by_hand(
                self.service.desk, connection, booking_id, str(ref_id), "HAND1234", stock.ADMIN
            )
        return done is not None

    async def standing(self) -> dict[str, tuple[Any, ...]]:
        """Each stay as it stands in the database."""
        rows = await self.pool.fetch(STANDING)
        return {row[0]: tuple(row)[1:] for row in rows}

    async def occupied(self) -> dict[tuple[int, date], str]:
        """Whose each unit is on each night."""
        return {(row[0], row[1]): row[2] for row in await self.pool.fetch(OCCUPIED)}

    async def broken(self) -> list[str]:
        """Invariants that do not hold, compared with Paytm's books; nothing was sent meanwhile."""
        took = {t.txn_id: t.amount for each in self.paytm.payments.values() for t in each}
        gave = [
            PaytmRefund(ref, each["txn_id"], each["amount"], each["state"])
            for ref, each in self.paytm.refunds.items()
        ]
        check = Check(self.write, self.clock.now(), YEARS, Books(payments=took, refunds=gave))
        return [f"{v.rule.number} {v.detail}" for v in await violations(self.pool, check)]
