"""`make profile`: where the processor time of a dialogue step goes, as a table in docs/profile.md.

py-spy looks at the service under full load 250 times a second; a sample belongs to the first part
that matches a file of its stack, from the innermost call outwards.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

import uvloop

from tests.benchmarks import subjects
from tests.benchmarks.processes import Running
from tests.benchmarks.stage import CROWD, Stage
from tests.benchmarks.world import graph

PAGE = Path("docs/profile.md")
SECONDS = 10.0
PARTS = (
    ("reading and deciding (flows)", ("flows/",)),
    ("PostgreSQL's client (asyncpg)", ("asyncpg/",)),
    ("the send: pywa and our connections", ("pywa", "bot/whatsapp/graph", "bot/whatsapp/client",
                                            "bot/whatsapp/wire")),
    ("HTTP in", ("aiohttp/", "bot/web/", "bot/whatsapp/split", "bot/whatsapp/signature")),
    ("inbox, outbox and answers", ("bot/", "db/")),
    ("the rest of ours", ("run.py",)),
)  # fmt: skip
LOOP = "the event loop and its system calls"


def part_of(stack: str) -> str:
    """The part that a stack of py-spy's raw form belongs to."""
    frames = stack.split(";")
    if "Runner.run" in frames[-1] or "uvloop" in frames[-1]:
        return LOOP
    for frame in reversed(frames):
        for name, files in PARTS:
            if any(f"({each}" in frame for each in files):
                return name
    return LOOP


def shares(raw: str) -> dict[str, float]:
    """The share of each part in the samples, the largest first."""
    counts: Counter[str] = Counter()
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        counts[part_of(stack)] += int(count)
    total = counts.total() or 1
    return {name: count / total for name, count in counts.most_common()}


async def sample(server: str, postgres: Running, raw: Path) -> float:
    """Look at the service under load; its processor time a step, in microseconds."""
    stage = Stage(server, postgres)
    async with (
        graph(lambda: stage.world) as stage.graph_port,
        stage.subject("ours") as (process, port),
        stage.world.open(port, lines=CROWD),
    ):
        task = asyncio.create_task(stage.world.pressed(CROWD, 2.0, SECONDS))
        await asyncio.sleep(2.0)
        cpu = process.cpu()
        spy = await asyncio.create_subprocess_exec(
            "py-spy", "record", "-p", str(process.pid), "-d", str(int(SECONDS) - 1),
            "-r", "250", "-f", "raw", "-o", str(raw), stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        rate = await task
        used = process.cpu() - cpu
        await spy.wait()
        await stage.world.answered(5)
    return used / max(1.0, rate * SECONDS) * 1e6


def page(step: float, parts: dict[str, float]) -> str:
    """The page: one row for each part."""
    rows = [f"| {name} | {share:.0%} | {share * step:.0f} |" for name, share in parts.items()]
    return "\n".join(
        [
            "# Where the processor time of a step goes",
            "",
            "Written by `make profile`: the service under full load, one status a message. The "
            "shares hold on any machine, the microseconds on the one that wrote them.",
            "",
            f"A step takes {step:.0f} µs of the service's processor time.",
            "",
            "| part | share | µs a step |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Sample, and write the page."""
    with subjects.postgres() as (server, process), tempfile.NamedTemporaryFile() as stacks:
        step = uvloop.run(sample(server, process, Path(stacks.name)))
        PAGE.write_text(page(step, shares(Path(stacks.name).read_text())))
    print(f"written: {PAGE}", file=sys.stderr)


if __name__ == "__main__":
    main()
