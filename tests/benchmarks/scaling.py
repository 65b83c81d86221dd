"""`python -m tests.benchmarks.scaling 2>/dev/null`: `serve --workers 2` against one process, on this machine.

The load, the Graph API and PostgreSQL take their share of the same cores, so beside the ratio of
answers stands how much processor everybody had: it says what ended the growth.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil
import uvloop

from db import embedded
from tests.benchmarks.processes import running
from tests.benchmarks.subjects import database, environ, free_port
from tests.benchmarks.world import World, graph

GUESTS, WARM, SECONDS, ROUNDS = 64, 2.0, 6.0, 2
COPIES = (1, 2)


async def answers(server: str, copies: int, seconds: float = SECONDS) -> tuple[float, float]:
    """Answers a second of so many processes, and the cores that they took themselves."""
    world, port = World(), free_port()
    async with graph(lambda: world) as graph_port, database(server, f"scaling_{copies}") as url:
        settings = environ(url, graph_port, port)
        command = ("run.py", "serve", "--workers", str(copies))
        async with running(*command, ready="LoonCamp", **settings) as parent:
            await _listening(parent.pid, port, copies)
            async with world.open(port):
                before = _used(parent.pid)
                rate = await world.pressed(GUESTS, WARM, seconds)
                cores = (_used(parent.pid) - before) / (WARM + seconds)
                await world.answered(5)
    return rate, cores


async def _listening(parent: int, port: int, copies: int) -> None:
    """Until every process has the port; one alone is its own parent."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        family = _family(parent)
        have = sum(
            any(c.laddr.port == port for c in each.net_connections("tcp")) for each in family
        )
        if have >= copies:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("not every process listens")


def _family(parent: int) -> list[psutil.Process]:
    head = psutil.Process(parent)
    return [head, *head.children()]


def _used(parent: int) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in _family(parent))


async def main() -> int:
    """Alternate the two, and print one line of JSON with the medians and their ratio."""
    with tempfile.TemporaryDirectory(prefix="looncamp-scaling-") as name:
        folder = Path(name)
        await asyncio.to_thread(folder.chmod, 0o755)
        server = await asyncio.to_thread(embedded.start, folder / "postgres")
        rounds = [[await answers(server, copies) for copies in COPIES] for _ in range(ROUNDS)]
    told = {"cores_of_this_machine": os.cpu_count(), "guests_at_once": GUESTS}
    for place, copies in enumerate(COPIES):
        told[f"answers_a_second_{copies}"] = round(statistics.median(r[place][0] for r in rounds))
        cores = statistics.median(r[place][1] for r in rounds)
        told[f"cores_taken_{copies}"] = round(cores, 2)
    ratios = [two[0] / one[0] for one, two in rounds]
    told |= {"ratio": round(statistics.median(ratios), 2), "rounds": [round(r, 2) for r in ratios]}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
