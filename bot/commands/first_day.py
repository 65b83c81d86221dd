"""A first day, played on local parts: from the questions of `setup` to a booked stay.

What the commands print is what they print to anybody; here it is caught, with what differs from
day to day (ids, ports, sizes) put into one form, so that docs/first-day.md can be compared with it.
"""

import asyncio
import io
import logging
import re
import tempfile
from argparse import Namespace
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from dotenv import dotenv_values

from bot import log, queues
from bot.commands import doctor, interview, property_desk, sandbox_process, setup
from bot.commands.rehearsal import (
    STEP_SECONDS,
    NotAsItShouldBe,
    Stage,
    free_port,
    pay,
    shown,
    wait_for,
)
from bot.config import Config
from bot.desks import costs
from bot.places import property_files
from bot.queue.worker import working
from bot.service import Service, running
from bot.web.app import make_app
from bot.web.listening import listening
from db import embedded

BEGINS = datetime.fromisoformat("2026-12-02T06:00:05+00:00")  # a Wednesday, 11:30 in India
EXAMPLE = sandbox_process.ROOT / "docs" / "operating" / "properties.csv"
ADDRESS = "http://localhost:8080"
ANSWERS = {
    "PUBLIC_URL": ADDRESS,
    "WHATSAPP_TOKEN": "token-of-a-system-user",
    "WHATSAPP_PHONE_ID": "106540352242922",
    "WHATSAPP_BUSINESS_ID": "102290129340398",
    "WHATSAPP_APP_SECRET": "secret-of-the-app",
    "PAYTM_MID": "FIRSTDAY0001",
    "PAYTM_MERCHANT_KEY": "FirstDayKey#16by",
    "ADMIN_PHONES": "+919800000009",
    "HOST_PHONE": "+919800000000",
}
HIDDEN = "*" * 8
MANY = (
    "ok  template en    owner_request        APPROVED\n... and so each template, in en, hi and mr\n"
)
# What is different each time, and how it is written down.
UNSTEADY = (
    (r"LC-?[0-9A-HJKMNP-TV-Z]{6}", "LC-7K2M9X"),
    (r"\d+ MB", "11 MB"),
    (r"\d[\d,]*\.\d GB free", "40.0 GB free"),
    (r"\d+ s from", "0 s from"),
    (r"last webhook 02 Dec \d\d:\d\d", "last webhook 02 Dec 06:00"),
    (r"oldest \d+ s", "oldest 0 s"),
    (r"\d+ approved,", "69 approved,"),
    (r"20261202\d{20,}", "202612020116400008611100000000001"),
    (r"(eticket/LC-7K2M9X-)[\w-]{22,}", r"\1qN5mV0s8yT2cJ7rKe1xLwA"),
    (r"(ok  template \w+    .*\n){3,}", MANY),
    (r"(looncamp_stay_\w\w_)[0-9a-f]{8}", r"\g<1>362eeb35"),
)

Do = Callable[[], Awaitable[int]]


class Pages:
    """The document, as it is written."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def say(self, words: str) -> None:
        """A paragraph."""
        self._parts.append(words)

    async def run(self, command: str, do: Do, wanted: int = 0) -> None:
        """A command and what it prints; raises NotAsItShouldBe where it ends otherwise."""
        with redirect_stdout(io.StringIO()) as printed:
            code = await do()
        self.show(f"$ python run.py {command}\n{printed.getvalue()}")
        if code != wanted:
            raise NotAsItShouldBe(f"{command} ends with {code}:\n{printed.getvalue()}")

    def show(self, text: str) -> None:
        """Something printed, as it stands."""
        lines = [line.rstrip() for line in text.strip("\n").splitlines()]
        self._parts.append("\n".join(["```", *lines, "```"]))

    def text(self, base: str) -> str:
        """The whole, with what is different each time put into one form."""
        whole = "\n\n".join(self._parts).replace(base, ADDRESS) + "\n"
        for pattern, form in UNSTEADY:
            whole = re.sub(pattern, form, whole)
        return whole


async def play(database_url: str, folder: Path) -> str:
    """The document of a first day on an empty database; raises NotAsItShouldBe."""
    port, sandbox_port = free_port(), free_port()
    base, own = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}"
    pages = Pages()
    await asyncio.to_thread(_ask, pages, folder / ".env", base)
    config = _config(folder / ".env", port, own)
    entries = property_files.read(EXAMPLE)
    values = sandbox_process.settings(own, base, entries, None) | {
        "token": config.whatsapp_token, "app_secret": config.whatsapp_app_secret,
        "verify_token": config.whatsapp_verify_token, "paytm_mid": config.paytm_mid,
        "paytm_key": config.paytm_merchant_key, "phone_id": config.whatsapp_phone_id,
        "business_id": config.whatsapp_business_id,
    }  # fmt: skip
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(sandbox_process.running(values))
        service = await stack.enter_async_context(running(config, database_url))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        stage = Stage(http, base, own)
        moved = await stage.call("POST", "clock", to=BEGINS.isoformat())
        await service.clock.move(service.pool, float(moved["offset_seconds"]))
        await _open(pages, service)
        await stack.enter_async_context(listening(make_app(service), config.host, port))
        await stack.enter_async_context(working(service, database_url))
        await _go_live(pages, service, stage)
        await _first_booking(pages, service, stage)
    return pages.text(base)


def _config(file: Path, port: int, sandbox: str) -> Config:
    """What `.env` says, and where the local WhatsApp and Paytm are."""
    settings: dict[str, Any] = {name.lower(): each for name, each in dotenv_values(file).items()}
    settings |= {"whatsapp_api_url": f"{sandbox}/graph", "paytm_api_url": f"{sandbox}/paytm"}
    return Config(**settings | {"port": port, "_env_file": None})


def _ask(pages: Pages, file: Path, base: str) -> None:
    pages.say(
        "# A first day\n\n"
        "Written by `python run.py rehearse --first-day`, on the local WhatsApp and Paytm; a test "
        f"compares it with what the commands print. Where it says {ADDRESS}, your https address "
        "stands. How to come by each answer: [Going live](../README.md#going-live)."
    )
    pages.say(
        "## Settings\n\n"
        "Each answer is checked and written to `.env` at once. Ctrl-C after the last: nothing "
        "answers under the address yet, and the rest of `setup` needs that."
    )
    asked: list[str] = []

    def answer(question: str, secret: bool) -> str:
        name = question.rpartition("\n")[2].removesuffix(": ")
        given = (ANSWERS | {"PUBLIC_URL": base}).get(name, "")
        asked.append(question + (HIDDEN if secret and given else given))
        return given

    with redirect_stdout(io.StringIO()) as printed:
        setup.questions(answer, yes=False, dry_run=False, file=file, environment={})
    if len(asked) != len(interview.QUESTIONS):
        raise NotAsItShouldBe("setup should ask each question once")
    pages.show("\n".join(["$ python run.py setup", *asked, printed.getvalue()]))


async def _open(pages: Pages, service: Service) -> None:
    pages.say("## Properties\n\nFrom a file as [operating/properties.md](operating/properties.md) "
              "describes it.")  # fmt: skip
    bring = Namespace(file=EXAMPLE)
    await pages.run(
        "properties import docs/operating/properties.csv",
        lambda: property_desk.bring(service, bring),
    )


async def _go_live(pages: Pages, service: Service, stage: Stage) -> None:
    pages.say(
        "## Live\n\n"
        "`python run.py serve` runs from here on. The second `setup` finds every answer and tells "
        "WhatsApp all that it must know. A real account reviews the templates for minutes to a "
        "day; nothing waits for that."
    )
    await pages.run("setup --yes", lambda: setup.run(service, dry_run=False))
    pages.say("One look at everything. It names the owners who have not written yet: ask them to.")
    await _at_rest(service, stage)
    await pages.run("check", lambda: doctor.check(service))


async def _at_rest(service: Service, stage: Stage) -> None:
    """Wait until WhatsApp has told all and nothing is left to do."""

    async def quiet() -> bool | None:
        await stage.call("POST", "flush")
        found = await queues.look(service.pool, service.clock.now())
        return not any(each.due or each.sending for each in found.values()) or None

    for _ in range(2):  # what is sent meanwhile is told of once more
        await wait_for(quiet, "the house should come to rest", STEP_SECONDS)


async def _first_booking(pages: Pages, service: Service, stage: Stage) -> None:
    pages.say(
        "## The first booking\n\n"
        "The owner says hi once; then a guest books, pays, and is confirmed. How each message "
        "begins, and what can be tapped:"
    )
    await stage.say("suresh", "hi")
    await stage.sees("suresh", "LoonCamp|Suresh")
    await stage.say("rahul", "Pawna Lakeview, 25 to 27 dec, 4 people")
    review = await stage.sees("rahul", "Advance now")
    await pay(stage, review["url"]["url"])
    await stage.sees("rahul", "advance payment is successful")
    await stage.tap("suresh", await stage.sees("suresh", "please answer"), "Confirm booking")
    await stage.sees("rahul", "Booking confirmed")
    await stage.sees("suresh", "Collect")
    await stage.sees("admin", "Confirmed by owner")
    await _at_rest(service, stage)
    for who in ("rahul", "suresh", "admin"):
        pages.show("\n".join([f"===== {who}'s phone", *map(_short, await stage.phone(who))]))
    pages.say("## In the evening\n\nHow it stands, and what the day's messages cost.")
    listed = Namespace(links=None)
    await pages.run("properties list", lambda: property_desk.show(service, listed))
    await pages.run("check", lambda: doctor.check(service))
    await pages.run("cost", lambda: costs.command(service, None))
    pages.say(
        "From here on the [operating guide](operating.md) helps, and "
        "[what only a live account can answer](operating/open-questions.md) is worth an hour of "
        "the first day."
    )


def _short(message: dict[str, Any]) -> str:
    """How a message begins, and what can be tapped; `rehearse` shows each as a whole."""
    first, *lines = (shown(message) or str(message["type"])).splitlines()
    taps = [line for line in lines if line.startswith("[")]
    return " ".join([" " if message["from"] == "bot" else ">", first.strip(), *taps])


async def main() -> int:
    """Print the document; 1 naming the first thing that is not as it should be."""
    log.configure(level=logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="looncamp-") as name:
        folder = Path(name)
        await asyncio.to_thread(folder.chmod, 0o755)  # the database has a user of its own
        url = await asyncio.to_thread(embedded.start, folder / "postgres")
        try:
            print(await play(url, folder), end="")
        except NotAsItShouldBe as fault:
            print(f"NOT as it should be: {fault}")
            return 1
    return 0
