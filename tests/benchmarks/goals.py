"""The goals of the house beside what was measured, as one table."""

import statistics

from tests.benchmarks.stage import BEST, FASTER, FEW, README, TWICE
from tests.benchmarks.storm import REPLICAS
from tests.benchmarks.table import Line, Table


def lines(table: Table) -> list[Line]:
    """Every goal of the house beside what was measured."""

    def ratio(what: str, one: str, other: str) -> list[float]:
        return table.ratio(f"{one}: {what}", f"{other}: {what}")

    return [
        Line("durable steps/s of `serve --workers 2` to the README bot's",
             ratio("steps/s", TWICE, README), 7),
        Line("the same to it with httpx-aiohttp", ratio("steps/s", TWICE, FASTER), 2.5),
        Line("the most that all cores give at what each of its steps takes, to the README bot's",
             table.ratio(f"{TWICE}: most steps/s", f"{README}: steps/s"), 7),
        Line("the same if the load came from elsewhere",
             table.ratio(f"{TWICE}: most steps/s, load elsewhere", f"{README}: steps/s"), 7),
        Line("of one process to the README bot's", ratio("steps/s", BEST, README), 7),
        Line("the same to it with httpx-aiohttp", ratio("steps/s", BEST, FASTER), 2.5),
        Line("of one process, 64 guests at once like the README bot's",
             ratio("steps/s", FEW, README), 7),
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


def report(table: Table) -> str:
    """The table, and beneath it every figure that went into it."""
    head = ["| goal | median | spread | wanted | reached |", "|---|---|---|---|---|"]
    rows = [line.row() for line in lines(table)]
    figures = [
        f"{name:36} {statistics.median(values):12.1f}   {min(values):.1f} to {max(values):.1f}"
        for name, values in table.rounds.items()
    ]
    return "\n".join([*head, *rows, "", *figures])
