"""The storm itself: the plan is carried out, then everything is calmed and comes to rest."""

import asyncio
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from bot.commands.rehearsal import NotAsItShouldBe
from bot.commands.serving import SAMPLE
from bot.places.property_files import read
from bot.queue import recurring
from db.pool import AWAY
from sandbox.trouble import quiet
from tests.chaos.people import Crowd
from tests.chaos.plan import Fault, Plan
from tests.chaos.stage import LEASE, Stage, crash

AT_ONCE = 12
FROZEN = LEASE + 1.5
SETTLE = 120.0
SILENCE = 30.0
SENT_SO_FAR = "SELECT count(*) FROM message WHERE state = 'sent'"
# After the storm the clock goes on until every hold, deadline, refund and ladder has ended.
HOURS = (0.02, 0.02, 0.05, 0.1, 0.2, 0.3, 1, 3, 6, 12, 12, 24, 24)
DUE = """
SELECT (SELECT count(*) FROM inbox WHERE state = 'ready')
     + (SELECT count(*) FROM message WHERE state = 'sending'
                                        OR state = 'ready' AND run_at <= $1)
"""


@dataclass(slots=True)
class Storm:
    """One run: what was done is counted as it is done."""

    stage: Stage
    plan: Plan
    crowd: Crowd
    lost: set[str] = field(default_factory=set)  # ids of items that WhatsApp lost for good
    heard_until: int = 0
    done: Counter[str] = field(default_factory=Counter)
    silence: list[float] = field(default_factory=list)  # seconds from a death to the next message
    aside: asyncio.TaskGroup | None = None  # stories, and faults that last
    busy: dict[int, asyncio.Lock] = field(  # replicas that are being killed or frozen
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    async def rage(self) -> None:
        """Every booking and every fault of the plan, in its order."""
        async with asyncio.TaskGroup() as forever:
            thumbs = [
                forever.create_task(self.crowd.own(each)) for each in await self.keys("owner")
            ]
            thumbs += [
                forever.create_task(self.crowd.administer(each))
                for each in await self.keys("admin")
            ]
            async with asyncio.TaskGroup() as self.aside:
                await self._tell_all()
            await self.calm()
            for thumb in thumbs:
                thumb.cancel()

    async def _tell_all(self) -> None:
        """Begin every story, with the faults that come before it."""
        assert self.aside
        slots, faults, began = asyncio.Semaphore(AT_ONCE), list(self.plan.faults), time.monotonic()

        async def tell(story: Any) -> None:
            async with slots:
                await self.crowd.book(story)

        for story in self.plan.stories:
            while faults and faults[0].before <= story.number:
                await self.do(faults.pop(0))
            async with slots:
                pass
            self.aside.create_task(tell(story))
            if story.number % 25 == 0:
                share = f"{story.number} of {len(self.plan.stories)} bookings"
                spent = time.monotonic() - began
                print(f"{share}, {sum(self.done.values())} faults, {spent:.0f} s", flush=True)

    async def keys(self, role: str) -> list[str]:
        """The keys of the phones of owners or admins."""
        people = (await self.stage.sandbox.call("GET", "state"))["people"]
        return [each["key"] for each in people if each["role"] == role]

    async def do(self, fault: Fault) -> None:
        """One fault; what lasts goes on beside the others."""
        match fault.kind:
            case "kill -9":
                self._beside(self._kill(fault.value))
                await asyncio.sleep(0.3)
            case "SIGSTOP":
                self._beside(self._freeze(fault.value))
            case "database crash":
                await crash(self.stage, fault.value)
            case "stranger":
                self._beside(self.crowd.oddity(fault.value))
            case "wrong verify token":
                await self.stage.sandbox.call("POST", "verify-webhook", verify_token=fault.value)
            case "forged webhook":
                body = {"value": {"messages": []}, "signature": fault.value}
                await self.stage.sandbox.call("POST", "webhooks", **body)
            case "clock":
                await self.move(fault.value)
            case _:
                await self._switch(fault)
        named = "" if fault.kind in ("kill -9", "SIGSTOP") else fault.value
        self.done[fault.kind if isinstance(named, dict) else f"{fault.kind} {named}".strip()] += 1

    def _beside(self, work: Any) -> None:
        assert self.aside
        self.aside.create_task(work)

    async def _kill(self, which: int) -> None:
        async with self.busy[which]:
            self._beside(self._next_message(time.monotonic()))
            await self.stage.replicas.kill(which)

    async def _freeze(self, which: int) -> None:
        async with self.busy[which]:
            await self.stage.replicas.freeze(which, FROZEN)

    async def _next_message(self, since: float) -> None:
        """How long after a death WhatsApp takes the next message of anybody's."""
        before = await self._sent()
        while time.monotonic() < since + SILENCE:
            if await self._sent() > before:
                self.silence.append(time.monotonic() - since)
                return
            await asyncio.sleep(0.05)

    async def _sent(self) -> int:
        try:
            return int(await self.stage.service.pool.fetchval(SENT_SO_FAR))
        except AWAY:
            return 0

    async def _switch(self, fault: Fault) -> None:
        trouble = f"{self.stage.sandbox.sandbox}/sandbox/api/trouble"
        async with self.stage.sandbox.http.put(trouble, json=fault.value) as answer:
            assert answer.status == 200, await answer.text()
        await asyncio.sleep(fault.hold)
        await self.still()

    async def still(self) -> None:
        """Every switch off, but for WhatsApp's pace: the run is not about patience."""
        board = quiet()
        board["whatsapp"] |= {"pair_rate": False, "mps": 0}
        trouble = f"{self.stage.sandbox.sandbox}/sandbox/api/trouble"
        async with self.stage.sandbox.http.put(trouble, json=board) as answer:
            assert answer.status == 200, await answer.text()
        await self.listen()

    async def listen(self) -> None:
        """Note which genuine items WhatsApp lost for good, before the journal forgets."""
        url = f"{self.stage.sandbox.sandbox}/sandbox/api/journal?after={self.heard_until}"
        async with self.stage.sandbox.http.get(url) as answer:
            entries = (await answer.json())["entries"]
        for entry in entries:
            self.heard_until = entry["id"]
            if entry["kind"] == "webhook" and entry["data"].get("lost"):
                self.lost.update(entry["data"].get("ids") or ())

    async def move(self, seconds: float) -> None:
        """The clock, told to the service again until a replica has heard of it."""
        answer = await self.stage.sandbox.call("POST", "clock", advance_seconds=seconds)
        while not answer["told"]:
            await asyncio.sleep(0.2)
            answer = await self.stage.sandbox.call("POST", "clock", advance_seconds=0)

    async def calm(self) -> None:
        """No more trouble; then time passes until nothing is left to do."""
        await self.still()
        for hours in HOURS:
            await self.rest()
            await self.move(hours * 3600)
        await self.rest()

    async def rest(self) -> None:
        """Until nothing is due; what was perhaps sent waits for its proof in real time."""
        until, quiet_looks = time.monotonic() + SETTLE, 0
        while quiet_looks < 2:
            if time.monotonic() > until:
                raise NotAsItShouldBe("the work does not come to rest")
            await self.stage.sandbox.call("POST", "flush")
            quiet_looks = quiet_looks + 1 if await self._due() == 0 else 0
            await asyncio.sleep(0.15)
        await self.listen()

    async def _due(self) -> int:
        try:
            await self.stage.service.clock.load(self.stage.service.pool)
            # The replicas look for recurring work every two seconds only, longer than two looks here.
            queued = await recurring.run_once(self.stage.service)
            now = self.stage.service.clock.now()
            return queued + int(await self.stage.service.pool.fetchval(DUE, now))
        except AWAY:
            return 1


def crowd_of(stage: Stage, plan: Plan) -> Crowd:
    """Guests for every place that sleeps two in its smallest order."""
    return Crowd(stage.sandbox, plan.seed, tuple(entry.name for entry in read(SAMPLE)))
