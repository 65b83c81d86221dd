"""`run.py chaos --sweep`: die at every crash point in turn, and look whether anything is missing."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from difflib import get_close_matches

from bot import log
from bot.commands.rehearsal import NotAsItShouldBe
from db.crash import POINTS, Moment
from db.invariants import Check, violations
from tests.chaos.lane import Lane
from tests.chaos.scenes import SCENES
from tests.chaos.stage import stage
from tests.chaos.verdict import SENT, UNSENT
from tests.db.outside import books

LANES = 3
LEASE, PROOF = 1, 3  # seconds


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one point."""

    point: str
    hit: bool
    recovery: float  # seconds from the death to the next thing that somebody saw
    lost: int
    doubled: int
    wrong: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether it was died at, and nothing came of it."""
        return self.hit and not (self.lost or self.doubled or self.wrong)

    def line(self) -> str:
        """A line of the table."""
        told = "" if self.well else "  NOT as it should be: " + "; ".join(self.wrong)
        hit = "yes" if self.hit else "no"
        return f"{self.point:48} {hit:4} {self.recovery:6.1f} {self.lost:5} {self.doubled:8}{told}"


HEAD = f"{'point':48} {'hit':4} {'s':>6} {'lost':>5} {'doubled':>8}"


async def die_at(lane: Lane, point: str) -> Result:
    """Play the scene that comes by the point, with a replica that dies there."""
    wrong: list[str] = []
    await lane.trouble()
    await lane.begin(point)
    guard = asyncio.create_task(lane.watch())
    moment = Moment(point.partition(":")[0].partition(" ")[2])
    try:
        await SCENES[moment](lane)
        await lane.until(lambda: _hit(lane, point), "the replica should come by the point")
        await lane.rest()
    except NotAsItShouldBe as fault:
        wrong.append(str(fault))
    guard.cancel()
    for fault in await asyncio.gather(guard, return_exceptions=True):
        if isinstance(fault, Exception):
            raise fault
    return await judged(lane, point, wrong)


async def _hit(lane: Lane, point: str) -> bool | None:
    return await lane.hit(point) or None


async def judged(lane: Lane, point: str, wrong: list[str]) -> Result:
    """The invariants against the emulators' books, and every message against their journal."""
    service, sandbox = lane.made.service, lane.sandbox
    await service.clock.load(service.pool)
    people = (await sandbox.call("GET", "state"))["people"]
    phones = [row for each in people for row in await sandbox.phone(each["key"])]
    known = books(await sandbox.call("GET", "paytm/books"), phones)
    found = await violations(service.pool, Check(service.write, service.clock.now(), books=known))
    wrong += [f"{each.rule.number} {each.subject} {each.detail}" for each in found]
    copies = Counter(key for key, _ in known.accepted or ())
    lost = [row["id"] for row in await service.pool.fetch(SENT) if row["id"] not in copies]
    lost += [row["id"] for row in await service.pool.fetch(UNSENT)]
    doubled = [key for key, count in copies.items() if count > 1]
    hit = await lane.hit(point)
    wrong += [] if hit else ["never came by"]
    return Result(point, hit, lane.recovery, len(lost), len(doubled), tuple(wrong))


@asynccontextmanager
async def lane(**changes: int) -> AsyncIterator[Lane]:
    """A stage of its own, with one replica."""
    settings = {"lease_seconds": LEASE, "send_proof_seconds": PROOF} | changes
    async with stage(replicas=1, **settings) as made:
        yield Lane(made)


async def sweep(points: Sequence[str], lanes: int = LANES) -> list[Result]:
    """Every point, shared out among lanes; each result is printed as it comes."""
    left, results, opening = list(points), [], asyncio.Lock()

    async def walk() -> None:
        async with AsyncExitStack() as stack:
            async with opening:  # databases are made one after the other
                own = await stack.enter_async_context(lane())
            while left:
                results.append(await die_at(own, left.pop(0)))
                print(f"{len(results):3}/{len(points)} {results[-1].line()}", flush=True)

    await asyncio.gather(*(walk() for _ in range(min(lanes, len(points)))))
    return results


def run(wanted: Sequence[str] = ()) -> int:
    """Sweep all points, or those named; print the table; 1 where one is not as it should be."""
    unknown = [each for each in wanted if each.partition(":")[0] not in POINTS]
    if unknown:
        near = get_close_matches(unknown[0], POINTS, n=3, cutoff=0.3)
        print(f"no crash point {unknown[0]!r}; near: {', '.join(near) or POINTS[0]}")
        return 1
    log.configure(level=logging.CRITICAL)
    began = time.monotonic()
    print(" " * 8 + HEAD)
    results = asyncio.run(sweep(wanted or POINTS))
    bad = [each for each in results if not each.well]
    print(f"{len(results)} points, {len(results) - len(bad)} as they should be, "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip
    print(*(each.line() for each in bad), sep="\n")
    return int(bool(bad))
