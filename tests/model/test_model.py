"""Guests, owners, admins, Paytm and the clock in any order: the database is as the model says.

LOONCAMP_LONG=1 takes about 100,000 steps; LOONCAMP_SEED=n chooses which. The same seed takes the same.
"""

import asyncio
import os
from collections.abc import Awaitable, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.catalogues import load
from db.checkouts import DatesTaken
from db.pool import close_pool, open_pool
from flows.booking import Actor, Event, Status
from flows.notices import Writer
from flows.rules import Rules
from tests.conftest import TEMPLATE
from tests.db import stock
from tests.model.rules import Back, House, Payment, Stay
from tests.model.world import World

NAME = "model"
STEPS = 50
RUNS, LEAST = (2600, 100_000) if os.environ.get("LOONCAMP_LONG") else (20, 500)
SEED = int(os.environ.get("LOONCAMP_SEED", "1"))
FIRST = stock.NOW.date() + timedelta(days=2)
WHICH = st.integers(0, 1000)
DECIDERS = st.sampled_from((Actor.OWNER, Actor.ADMIN))
LOST = st.sampled_from(("", "", "", "before", "after"))


class Machine(RuleBasedStateMachine):
    """Each rule does the same in the database and in the model."""

    runner: asyncio.Runner
    world: World
    steps = 0

    def do(self, work: Awaitable[Any]) -> Any:
        return self.runner.get_loop().run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.house, self.paid = House(), 0
        self.do(self.world.begin())

    def some(self, which: int, *statuses: str) -> Stay:
        """One of the stays; where one stands in such a state, mostly such a one."""
        fit = [stay for stay in self.house.stays if stay.status in statuses]
        stays = fit if fit and which % 4 else self.house.stays
        return stays[which % len(stays)]

    @property
    def now(self) -> Any:
        return self.world.clock.now()

    # ------------------------------------------------------------ guests

    @rule(
        person=st.integers(0, 2), day=st.integers(0, 5), nights=st.integers(1, 3),
        guests=st.integers(1, 12), far=st.sampled_from(("held", "linked", "paid", "paid")),
    )  # fmt: skip
    def book(self, person: int, day: int, nights: int, guests: int, far: str) -> None:
        """A finished form; mostly the link is there and paid before anything else happens."""
        stay = self._book(person, day, nights, guests)
        if stay and far != "held":
            self._link(stay)
        if stay and far == "paid":
            self._pay(stay, stay.advance)
            self._look(stay)

    def _book(self, person: int, day: int, nights: int, guests: int) -> Stay | None:
        house, first = self.house, FIRST + timedelta(days=day)
        old, taken = house.pending_of(person), dict(house.taken)
        if old:
            house.leave(old)
        wanted = Stay("", person, first, nights, -(-guests // 3), 0, self.now, self.now)
        fits = len(house.free(wanted.days)) >= wanted.units
        work = self.world.hold(person, first, nights, guests, old.booking_id if old else None)
        if not fits:
            house.taken = taken
            with pytest.raises(DatesTaken):
                self.do(work)
            return None
        made = self.do(work)
        if old:
            assert house.withdraw(old)
        stay = Stay(
            made.booking_id, person, first, nights, made.units, made.advance, made.checkin,
            self.now,
        )  # fmt: skip
        assert house.take(stay)
        house.stays.append(stay)
        return stay

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH)
    def link(self, which: int) -> None:
        self._link(self.some(which, "PAYMENT_PENDING"))

    def _link(self, stay: Stay) -> None:
        if self.do(self.world.fire(stay.booking_id, "create_link")):
            stay.linked = stay.linked or stay.status == "PAYMENT_PENDING"

    @precondition(lambda self: any(stay.linked for stay in self.house.stays))
    @rule(
        which=WHICH, wrong=st.sampled_from((0, 0, 0, 0, 0, 1, -1)),
        times=st.sampled_from((1, 1, 1, 2)), heard=st.booleans(),
    )  # fmt: skip
    def pay(self, which: int, wrong: int, times: int, heard: bool) -> None:
        """At the bank, in time or late; where the callback is lost, only a later look finds it."""
        linked = [stay for stay in self.house.stays if stay.linked]
        unpaid = [stay for stay in linked if not stay.payments]
        stays = unpaid if unpaid and which % 4 else linked
        stay = stays[which % len(stays)]
        for _ in range(times):
            self._pay(stay, stay.advance + wrong)
        if heard:
            self._look(stay)

    def _pay(self, stay: Stay, amount: int) -> None:
        self.paid += 1
        payment = Payment(f"T{self.paid:06d}", amount)
        stay.payments.append(payment)
        self.world.paytm.pay(stay.booking_id, payment.txn, payment.amount, self.now)

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH)
    def ring(self, which: int) -> None:
        """A callback, perhaps of a payment that is known already."""
        self._look(self.some(which))

    def _look(self, stay: Stay) -> None:
        self.do(self.world.look(stay.booking_id))
        if stay.linked:
            self.house.see(stay, self.now)

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH)
    def withdraw(self, which: int) -> None:
        stay = self.some(which, "PAYMENT_PENDING")
        moved = self.do(self.world.move(stay.booking_id, Event.WITHDRAWN, Actor.GUEST))
        assert moved == self.house.withdraw(stay)

    # ------------------------------------------------------------ decisions

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH, actor=DECIDERS)
    def confirm(self, which: int, actor: Actor) -> None:
        stay = self.some(which, "BOOKING_REQUEST_SENT_TO_OWNER")
        moved = self.do(self.world.move(stay.booking_id, Event.CONFIRMED, actor))
        assert moved == self.house.confirm(stay)

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH, actor=DECIDERS)
    def cancel_for_host(self, which: int, actor: Actor) -> None:
        stay = self.some(which, "BOOKING_REQUEST_SENT_TO_OWNER")
        to = Status.OWNER_CANCELLED
        moved = self.do(self.world.move(stay.booking_id, Event.CANCELLED, actor, to))
        assert moved == self.house.cancel_for_host(stay)

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH, actor=st.sampled_from((Actor.GUEST, Actor.ADMIN)))
    def cancel_for_guest(self, which: int, actor: Actor) -> None:
        stay = self.some(which, "BOOKING_REQUEST_SENT_TO_OWNER", "TICKET_GENERATED")
        to = Status.GUEST_CANCELLED
        moved = self.do(self.world.move(stay.booking_id, Event.CANCELLED, actor, to))
        assert moved == self.house.cancel_for_guest(stay, self.now)

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        stay = self.some(which, "OWNER_CANCELLED")
        moved = self.do(self.world.move(stay.booking_id, Event.UNDONE, Actor.OWNER))
        assert moved == self.house.undo(stay)

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH, actor=DECIDERS)
    def arrive(self, which: int, actor: Actor) -> None:
        stay = self.some(which, "TICKET_GENERATED")
        moved = self.do(self.world.move(stay.booking_id, Event.CHECKED_IN, actor))
        assert moved == self.house.arrive(stay)

    @precondition(lambda self: len(self.house.stays) > 3)
    @rule(day=st.integers(0, 7), nights=st.integers(1, 2))
    def block(self, day: int, nights: int) -> None:
        first = FIRST + timedelta(days=day)
        days = frozenset(first + timedelta(days=each) for each in range(nights))
        blocked = self.do(self.world.block(first, first + timedelta(days=nights)))
        assert blocked == self.house.block(days)

    # ------------------------------------------------------------ time

    @rule(minutes=st.sampled_from((1, 5, 14, 16, 61, 600)))
    def wait(self, minutes: int) -> None:
        self.world.clock.reach(self.now + timedelta(minutes=minutes))

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH)
    def lapse(self, which: int) -> None:
        stay = self.some(which, "PAYMENT_PENDING")
        if self.do(self.world.fire(stay.booking_id, "hold_lapsed")):
            self.house.lapse(stay, self.now)

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH)
    def deadline(self, which: int) -> None:
        stay = self.some(which, "BOOKING_REQUEST_SENT_TO_OWNER")
        if self.do(self.world.fire(stay.booking_id, "deadline_passed")):
            self.house.cancel_for_host(stay)

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH)
    def settle(self, which: int) -> None:
        stay = self.some(which, "OWNER_CANCELLED", "GUEST_CANCELLED")
        if self.do(self.world.fire(stay.booking_id, "settled")):
            self.house.settle_cancellation(stay)

    @precondition(lambda self: self.house.stays)
    @rule(which=WHICH)
    def stay_over(self, which: int) -> None:
        stay = self.some(which, "CHECKED_IN")
        if which % 3 == 0 and self.do(self.world.fire(stay.booking_id, "stay_over")):
            self.house.end(stay)

    # ------------------------------------------------------------ refunds

    def back(self, which: int) -> tuple[Stay, Back]:
        all_backs = [(s, b) for s in self.house.stays for b in s.backs if b.open]
        return all_backs[which % len(all_backs)]

    @precondition(lambda self: any(b.open for s in self.house.stays for b in s.backs))
    @rule(which=WHICH, lost=LOST)
    def refund(self, which: int, lost: str) -> None:
        """One run of the job that gives money back; sometimes no answer of Paytm's arrives."""
        stay, _ = self.back(which)
        with self.world.paytm.losing(lost):
            if self.do(self.world.fire(stay.booking_id, "refund")):
                self.house.refund(stay, self.now, lost=lost)

    @precondition(lambda self: any(b.at_paytm for s in self.house.stays for b in s.backs))
    @rule(which=WHICH, outcome=st.sampled_from(("DONE", "DONE", "FAILED")))
    def bank(self, which: int, outcome: str) -> None:
        """The bank has done or refused what Paytm asked of it."""
        backs = [b for s in self.house.stays for b in s.backs if b.at_paytm == "PENDING" and b.open]
        if backs:
            back = backs[which % len(backs)]
            back.at_paytm = outcome
            for known in self.world.paytm.refunds.values():
                if known["txn_id"] == back.payment.txn and known["state"] == "PENDING":
                    known["state"] = outcome

    @precondition(lambda self: any(b.open for s in self.house.stays for b in s.backs))
    @rule(which=WHICH)
    def pay_by_hand(self, which: int) -> None:
        stay, back = self.back(which)
        if which % 5 == 0:
            assert self.do(self.world.by_hand(stay.booking_id, back.payment.txn))
            self.house.pay_by_hand(stay, back)

    # ------------------------------------------------------------ what must be true

    @invariant()
    def database_is_the_model(self) -> None:
        if self.house.stays:
            assert self.do(self.world.standing()) == self.house.shown()
            assert self.do(self.world.occupied()) == self.house.occupied()
        Machine.steps += 1

    def teardown(self) -> None:
        for stay in self.house.stays:
            self._look(stay)
        self.database_is_the_model()
        assert self.do(self.world.broken()) == []


@pytest.fixture
def machine(server: str) -> Iterator[type[Machine]]:
    """The machine on a database and a loop of its own."""
    url = stock.named(server, NAME)
    with asyncio.Runner() as runner:
        runner.run(_execute(server, f"CREATE DATABASE {NAME} TEMPLATE {TEMPLATE}"))
        pool = runner.run(open_pool(url, size=2))
        Machine.runner, Machine.world = runner, World(pool, Writer(load(), Rules()))
        yield Machine
        runner.run(close_pool(pool))
        runner.run(_execute(server, f"DROP DATABASE {NAME} WITH (FORCE)"))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


@pytest.mark.timeout(3600)
def test_the_database_does_what_the_house_promises(machine: type[Machine]) -> None:
    chosen = settings(
        max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(seed(SEED)(machine), settings=chosen)
    print(f"{Machine.steps} steps without a difference")
    assert Machine.steps >= LEAST
