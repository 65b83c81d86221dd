"""`python -m tests.benchmarks [--quick] [--json FILE]`: one table of ratios.

Whatever is compared runs side by side in this one run, in alternating rounds; a figure is the
median of its rounds, with the lowest and the highest beside it. On a shared machine only the
ratios mean something.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from time import perf_counter

import uvloop

from tests.benchmarks import (
    dates,
    goals,
    growth,
    pgbench,
    processes,
    sends,
    storm,
    subjects,
    tickets,
)
from tests.benchmarks.processes import Running
from tests.benchmarks.stage import RIVALS, Stage, half_load, overload, steps
from tests.benchmarks.table import Table
from tests.benchmarks.world import graph

LARGE, QUICK_LARGE = 1_000_000, 20_000  # bookings of the grown database


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


async def measure(server: str, postgres: Running, *, quick: bool) -> Table:
    """Every measurement, the compared ones in alternating rounds."""
    rounds, seconds = (2, 1.5) if quick else (4, 5.0)
    table, stage = Table(), Stage(server, postgres)
    async with (
        graph(lambda: stage.world) as stage.graph_port,
        subjects.database(server, "bench_pgbench") as pgbench_url,
    ):
        await pgbench.prepare(pgbench_url)
        for number in range(rounds):
            for name, guests in RIVALS:
                told(f"round {number + 1} of {rounds}: {name}, {guests} guests")
                await steps(stage, table, name, guests, 0.7 if quick else 2.0, seconds)
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
    await storm.measure(server, table, 1500 if quick else 4000, max(3, rounds))
    told("growth")
    large, seconds = (QUICK_LARGE, 0.6) if quick else (LARGE, 1.0)
    await growth.measure(server, table, large, rounds + 1, seconds)


def told(what: str) -> None:
    """Say what is being measured now."""
    print(what, file=sys.stderr)


def main() -> None:
    """Measure, print, and write the figures where they are wanted."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--quick", action="store_true", help="under two minutes; else eight")
    parser.add_argument("--json", type=Path, help="write every round of every figure here")
    options = parser.parse_args()
    with subjects.postgres() as (server, process):
        table = uvloop.run(measure(server, process, quick=options.quick))
    print(goals.report(table), "\n")
    dates.main()
    if options.json:
        options.json.write_text(json.dumps(table.rounds, indent=1))


if __name__ == "__main__":
    main()
