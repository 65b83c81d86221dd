"""`run.py load`: many guests write to a running sandbox; how fast they are answered, and whether.

The guests' phones are the sandbox's own. Each guest says the next thing when the answer to the
last is there, and books nothing: a load may be repeated as often as one likes.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from bot.commands.crowd_plot import percentile, svg
from bot.rounds import data_check
from bot.service import Service

SAID = ("hi", "Pawna Lakeview Camp", "25 dec to 27 dec")
LOOK = 0.25
BAR = 24
DONE, LEFT = "#", "."
FIX = "start it in another terminal with `make run`, or name its page's address with --url"


@dataclass(slots=True)
class Load:
    """One run: who waits for an answer, and how long the answers took."""

    guests: int
    patience: float  # seconds for one answer; then it is lost
    began: float = field(default_factory=time.monotonic)
    answers: list[tuple[float, float]] = field(default_factory=list)  # since the start; took
    lost: int = 0
    refused: int = 0
    over: int = 0  # guests who have heard everything, or gave up
    waiting: dict[str, asyncio.Future[None]] = field(default_factory=dict)

    def line(self) -> str:
        """How far it is, as one line."""
        full = BAR * self.over // self.guests
        took = [each for _, each in self.answers]
        rate = len(took) / max(0.001, time.monotonic() - self.began)
        marks = "  ".join(f"p{p} {percentile(took, p / 100) * 1000:.0f} ms" for p in (50, 95, 99))
        return (
            f"[{DONE * full}{LEFT * (BAR - full)}] {self.over}/{self.guests} guests  "
            f"{len(took)} answers  {rate:.1f}/s  {marks}  lost {self.lost}"
        )


async def run(service: Service, options: argparse.Namespace) -> int:
    """Let the guests write, print the figures, then the invariants; 1 where anything is wrong."""
    url = (options.url or f"http://127.0.0.1:{service.config.port + 1}").rstrip("/")
    load = Load(options.guests, options.patience)
    try:
        async with aiohttp.ClientSession(base_url=url) as http, _heard(http, load):
            showing = asyncio.create_task(_show(load))
            await _everybody(http, load, options.rate)
            showing.cancel()
    except (aiohttp.ClientConnectionError, aiohttp.ClientResponseError) as fault:
        print(f"no sandbox answers at {url} ({type(fault).__name__}): {FIX}", file=sys.stderr)
        return 1
    print(f"\r{load.line()}", flush=True)
    if load.refused:
        print(f"refused by the sandbox: {load.refused}")
    if options.plot:
        options.plot.write_text(svg(load.answers), encoding="utf-8")
        print(f"plot: {options.plot}")
    broken = await data_check.print_table(service)
    return int(bool(load.lost or load.refused or broken))


async def _everybody(http: aiohttp.ClientSession, load: Load, rate: float) -> None:
    """Guests begin at the rate; returns when the last one is through."""
    async with asyncio.TaskGroup() as group:
        for number in range(load.guests):
            await asyncio.sleep(max(0.0, load.began + number / rate - time.monotonic()))
            group.create_task(_guest(http, load))


async def _guest(http: aiohttp.ClientSession, load: Load) -> None:
    status, person = await _call(http, "people", name="Load Guest", phone="new")
    if status >= 400:
        load.refused += 1
    else:
        for words in SAID:
            if not await _says(http, load, person["key"], words):
                break
    load.over += 1


async def _says(http: aiohttp.ClientSession, load: Load, who: str, words: str) -> bool:
    """Whether the words were answered."""
    answered = load.waiting[who] = asyncio.get_running_loop().create_future()
    began = time.monotonic()
    status, _ = await _call(http, f"people/{who}/say", text=words)
    if status >= 400:
        load.refused += 1
        return False
    try:
        await asyncio.wait_for(answered, load.patience)
    except TimeoutError:
        load.lost += 1
        return False
    now = time.monotonic()
    load.answers.append((now - load.began, now - began))
    return True


async def _call(http: aiohttp.ClientSession, path: str, **body: Any) -> tuple[int, Any]:
    async with http.post(f"/sandbox/api/{path}", json=body) as response:
        return response.status, await response.json()


@asynccontextmanager
async def _heard(http: aiohttp.ClientSession, load: Load) -> AsyncIterator[None]:
    """Follow what the phones receive; who waits hears of it. Raises what aiohttp raises."""
    forever = aiohttp.ClientTimeout(total=None)
    async with http.get("/sandbox/events", timeout=forever, raise_for_status=True) as stream:
        listening = asyncio.create_task(_listen(stream, load))
        try:
            yield
        finally:
            listening.cancel()


async def _listen(stream: aiohttp.ClientResponse, load: Load) -> None:
    rest = b""
    async for part in stream.content.iter_any():
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            if line.startswith(b"data: "):
                _note(load, orjson.loads(line[6:]))


def _note(load: Load, entry: dict[str, Any]) -> None:
    if entry["kind"] == "message" and entry["data"]["from"] == "bot":
        answered = load.waiting.pop(entry["data"]["person"], None)
        if answered is not None and not answered.done():
            answered.set_result(None)


async def _show(load: Load) -> None:
    """The line again and again, where somebody looks at it."""
    while sys.stdout.isatty():
        print(f"\r{load.line()}", end="", flush=True)
        await asyncio.sleep(LOOK)
