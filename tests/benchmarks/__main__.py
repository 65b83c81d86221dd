"""`python -m tests.benchmarks [--quick] [--json FILE]`: one table of ratios.

Whatever is compared runs side by side in this one run, in alternating rounds; a figure is the
median of its rounds, with the lowest and the highest beside it. On a shared machine only the
ratios mean something.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from time import perf_counter, process_time

import uvloop

from db import embedded
from tests.benchmarks import (
    dates,
    growth,
    pgbench,
    processes,
    sends,
    storm,
    subjects,
    tickets,
)
from tests.benchmarks.processes import Running
from tests.benchmarks.table import Line, Table
from tests.benchmarks.world import World, graph, percentile

PEERS = ("stock", "httpx-aiohttp")
OURS = {"ours": 1, "ours twice": 2}  # processes
# At once, where each does best: beyond 64 the README bot falls to a tenth of what it does.
GUESTS, CROWD = 64, 256
MANY_LINES = 480  # just below the connections that our service lets in
LARGE, QUICK_LARGE = 1_000_000, 20_000  # bookings of the grown database
REPLICAS = 8


class Stage:
    """The database, the Graph API and the present world."""

    def __init__(self, server: str) -> None:
        self.server, self.world, self.graph_port = server, World(), 0

    @asynccontextmanager
    async def subject(self, name: str) -> AsyncIterator[tuple[Running, int]]:
        """A fresh process of one subject, with a fresh world before it."""
        self.world = World()
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            if name not in OURS:
                yield await enter(subjects.peer(self.graph_port, name))
                return
            url = await enter(subjects.database(self.server, "bench_chain"))
            yield await enter(subjects.ours(url, self.graph_port, OURS[name]))


async def steps(
    stage: Stage, table: Table, name: str, guests: int, warm: float, seconds: float
) -> None:
    """Dialogue steps a second of one subject under full load, and their processor time."""
    async with stage.subject(name) as (process, port), stage.world.open(port):
        task = asyncio.create_task(stage.world.pressed(guests, warm, seconds))
        await asyncio.sleep(warm)
        cpu, own = process.cpu(), process_time()
        rate = await task
        count = max(1.0, rate * seconds)
        key = f"{name}, {guests}"
        table.add(f"{key}: steps/s", rate)
        table.add(f"{key}: us a step", (process.cpu() - cpu) / count * 1e6)
        table.add(f"{key}: generator us a step", (process_time() - own) / count * 1e6)
        left = await stage.world.answered(10)
        table.add(f"{key}: lost or doubled", left + stage.world.lost + stage.world.again)


async def half_load(stage: Stage, table: Table, seconds: float) -> None:
    """Latencies at half of what was sustained just now."""
    rate = table.median(f"{BEST}: steps/s") / 2
    async with stage.subject("ours") as (_, port), stage.world.open(port):
        await stage.world.at(rate, 2.0)
        stage.world.forget()
        await stage.world.at(rate, seconds)
        await stage.world.answered(5)
        acks, replies = stage.world.webhook_seconds, stage.world.reply_seconds
        table.add("ack median ms", percentile(acks, 0.5) * 1000)
        table.add("ack p99 ms", percentile(acks, 0.99) * 1000)
        table.add("reply p95 ms", percentile(replies, 0.95) * 1000)


async def overload(stage: Stage, table: Table, seconds: float) -> None:
    """Twice what is sustained: acknowledged means answered, the rest is refused."""
    rate = table.median(f"{BEST}: steps/s") * 2
    async with stage.subject("ours") as (_, port), stage.world.open(port, lines=MANY_LINES):
        await stage.world.at(rate, seconds)
        left = await stage.world.answered(seconds * 4)
        world = stage.world
        table.add("acknowledged, unanswered", left + world.lost)
        asked = world.refused + world.acknowledged
        table.add("refused at twice the load, %", 100 * world.refused / max(1, asked))


async def idle(stage: Stage, table: Table) -> None:
    """Start to ready, warm, and the memory of a service with nothing to do."""
    async with subjects.database(stage.server, "bench_idle") as url:
        for _ in range(2):  # the first warms the files
            began = perf_counter()
            async with subjects.ours(url, stage.graph_port) as (process, _):
                started = perf_counter() - began
                await asyncio.sleep(1)
                memory = process.resident()
    table.add("start s", started)
    table.add("idle MB", memory / 1e6)


async def compare_sends(table: Table, rounds: int, seconds: float) -> None:
    """Sends a second of every client against one Graph API of its own process."""
    async with processes.running("-m", "tests.benchmarks.graph") as process:
        url = f"http://127.0.0.1:{process.words[1]}"
        for _ in range(rounds):
            for name in sends.WAYS:
                rate, _ = await sends.rates(name, url, seconds)
                table.add(f"{name} sends/s", rate)


BEST, TWICE = f"ours, {CROWD}", f"ours twice, {CROWD}"
README, FASTER = (f"{name}, {GUESTS}" for name in PEERS)


def lines(table: Table) -> list[Line]:
    """Every goal of the house beside what was measured."""

    def ratio(what: str, one: str, other: str) -> list[float]:
        return table.ratio(f"{one}: {what}", f"{other}: {what}")

    return [
        Line("durable steps/s of `serve --workers 2` to the README bot's",
             ratio("steps/s", TWICE, README), 7),
        Line("the same to it with httpx-aiohttp", ratio("steps/s", TWICE, FASTER), 2.5),
        Line("of one process to the README bot's", ratio("steps/s", BEST, README), 7),
        Line("the same to it with httpx-aiohttp", ratio("steps/s", BEST, FASTER), 2.5),
        Line("of one process, 64 guests at once like the README bot's",
             ratio("steps/s", f"ours, {GUESTS}", README), 7),
        Line("processor a step, README bot's to ours", ratio("us a step", README, BEST), 7),
        Line("sends/s to a bare aiohttp client's",
             table.ratio("ours sends/s", "bare aiohttp sends/s"), 0.85),
        Line("sends/s of stock pywa to the bare client's",
             table.ratio("pywa sends/s", "bare aiohttp sends/s"), 0.04, at_least=False),
        Line("webhook answer, median at half load", table.rounds["ack median ms"], 10,
             at_least=False, unit=" ms"),
        Line("webhook answer, p99 at half load", table.rounds["ack p99 ms"], 50,
             at_least=False, unit=" ms"),
        Line("reply handed over, p95 at half load", table.rounds["reply p95 ms"], 150,
             at_least=False, unit=" ms"),
        Line("acknowledged and never answered at twice the load",
             table.rounds["acknowledged, unanswered"], 0, at_least=False),
        Line("refused with 503 at twice the load, of all",
             table.rounds["refused at twice the load, %"], 0, unit=" %"),
        Line("durable steps/s to pgbench's, same SQL, a step at a time",
             table.ratio(f"{BEST}: steps/s", "pgbench steps/s"), 0.35),
        Line("a step's time with many bookings to it with 1,000",
             table.ratio("large: step us", "small: step us"), 1.2, at_least=False),
        Line("a search's", table.ratio("large: search ms", "small: search ms"), 1.2,
             at_least=False),
        Line("a ticket page's", table.ratio("large: page us", "small: page us"), 1.2,
             at_least=False),
        Line("ticket pages/s to a bare handler's, same bytes",
             table.ratio("ticket pages/s", "bare pages/s"), 0.5),
        Line("ticket page, gzipped", table.rounds["ticket page bytes"], 6 * 1024,
             at_least=False, unit=" B"),
        Line("steps/s of two processes to one's", ratio("steps/s", TWICE, BEST), 1.5),
        Line("claimed/s by 8 workers to 1",
             table.ratio(f"claimed/s by {REPLICAS}", "claimed/s by 1"), 0.9),
        Line("claimed by 8 workers and sent twice", table.rounds[f"sent twice by {REPLICAS}"], 0,
             at_least=False),
        Line("start to ready, warm", table.rounds["start s"], 1.5, at_least=False, unit=" s"),
        Line("idle memory", table.rounds["idle MB"], 120, at_least=False, unit=" MB"),
    ]  # fmt: skip


async def measure(server: str, *, quick: bool) -> Table:
    """Every measurement, the compared ones in alternating rounds."""
    rounds, seconds = (2, 1.5) if quick else (4, 5.0)
    table, stage = Table(), Stage(server)
    async with (
        graph(lambda: stage.world) as stage.graph_port,
        subjects.database(server, "bench_pgbench") as pgbench_url,
    ):
        await pgbench.prepare(pgbench_url)
        for number in range(rounds):
            for name, guests in (*((name, GUESTS) for name in PEERS), ("ours", GUESTS),
                                 ("ours", CROWD), ("ours twice", CROWD)):  # fmt: skip
                told(f"round {number + 1} of {rounds}: {name}, {guests} guests")
                await steps(stage, table, name, guests, 0.7 if quick else 1.5, seconds)
            table.add("pgbench steps/s", await pgbench.rate(pgbench_url, seconds))
        for _ in range(1 if quick else 3):
            await half_load(stage, table, seconds)
        await overload(stage, table, seconds)
        await idle(stage, table)
    await compare_sends(table, rounds if quick else rounds + 1, 0.7)
    await at_scale(server, table, quick=quick)
    return table


async def at_scale(server: str, table: Table, *, quick: bool) -> None:
    """What more copies, more readers and more bookings do."""
    rounds = 1 if quick else 4
    told("ticket pages")
    await tickets.measure(server, table, rounds + 2, 0.5)
    told("claim storm")
    await storm.measure(server, table, REPLICAS, 1500 if quick else 4000, rounds)
    told("growth")
    large, seconds = (QUICK_LARGE, 0.6) if quick else (LARGE, 1.0)
    await growth.measure(server, table, large, rounds + 1, seconds)


def told(what: str) -> None:
    """Say what is being measured now."""
    print(what, file=sys.stderr)


def report(table: Table) -> str:
    """The table, and beneath it every figure that went into it."""
    head = ["| goal | median | spread | wanted | reached |", "|---|---|---|---|---|"]
    rows = [line.row() for line in lines(table)]
    figures = [
        f"{name:36} {statistics.median(values):12.1f}   {min(values):.1f} to {max(values):.1f}"
        for name, values in table.rounds.items()
    ]
    return "\n".join([*head, *rows, "", *figures])


def main() -> None:
    """Measure, print, and write the figures where they are wanted."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--quick", action="store_true", help="under two minutes; else eight")
    parser.add_argument("--json", type=Path, help="write every round of every figure here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="looncamp-bench-") as folder:
        Path(folder).chmod(0o755)  # the server of a root process runs as a user of its own
        server = embedded.start(Path(folder) / "postgres")
        table = uvloop.run(measure(server, quick=options.quick))
    print(report(table), "\n")
    dates.main()
    if options.json:
        options.json.write_text(json.dumps(table.rounds, indent=1))


if __name__ == "__main__":
    main()
