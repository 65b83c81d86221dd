"""A rehearsal: one confirmed and one cancelled booking, played over HTTP on local parts.

Everything is started as a newcomer would start it, on free ports and an empty database; guest,
owner and admin act through the sandbox as people would; what the database says is looked at last.
"""

import asyncio
import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from bot.commands.sandbox_process import ROOT
from db import embedded
from db.sql import sql

READY_SECONDS, STEP_SECONDS = 30.0, 20.0
CONFIRMED = [
    "PAYMENT_PENDING", "PAYMENT_SUCCESS", "BOOKING_REQUEST_SENT_TO_OWNER", "OWNER_CONFIRMED",
    "TICKET_GENERATED",
]  # fmt: skip
CANCELLED = [
    "PAYMENT_PENDING", "PAYMENT_SUCCESS", "BOOKING_REQUEST_SENT_TO_OWNER", "OWNER_CANCELLED",
    "REFUND_REQUIRED", "REFUND_INITIATED", "REFUNDED",
]  # fmt: skip
UNDO_OVER = 31.0
REFUND_TIME, REFUND_LOOKS = 90.0, 8


class NotAsItShouldBe(Exception):
    """The first thing that went wrong, in words."""


@dataclass(slots=True)
class Stage:
    """The running service and sandbox, and the people who act."""

    http: aiohttp.ClientSession
    service: str
    sandbox: str
    seen: dict[str, int] = field(default_factory=dict)

    async def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """One call of the sandbox's control API; raises NotAsItShouldBe."""
        url = f"{self.sandbox}/sandbox/api/{path}"
        async with self.http.request(method, url, json=body or None) as response:
            answer: dict[str, Any] = await response.json()
        if response.status >= 400:
            raise NotAsItShouldBe(f"{path}: {answer.get('error', answer)}")
        return answer

    async def phone(self, who: str) -> list[dict[str, Any]]:
        """What a person's phone shows, oldest first."""
        messages: list[dict[str, Any]] = (await self.call("GET", f"people/{who}/messages"))[
            "messages"
        ]
        return messages

    async def sees(self, who: str, words: str, seconds: float = STEP_SECONDS) -> dict[str, Any]:
        """Wait until a new message of the bot says something; raises NotAsItShouldBe."""

        async def found() -> dict[str, Any] | None:
            messages = await self.phone(who)
            for place, message in enumerate(messages[self.seen.get(who, 0) :]):
                if message["from"] == "bot" and re.search(
                    words, shown(message), re.IGNORECASE | re.DOTALL
                ):
                    self.seen[who] = self.seen.get(who, 0) + place + 1
                    return message
            return None

        fault = f"{who}'s phone should show {words!r}"
        message: dict[str, Any] = await wait_for(found, fault, seconds)
        return message

    async def say(self, who: str, text: str) -> None:
        """A person types."""
        await self.call("POST", f"people/{who}/say", text=text)

    async def tap(self, who: str, message: dict[str, Any], button: str) -> None:
        """A person taps a button of a message."""
        await self.call("POST", f"people/{who}/tap", message=message["id"], button=button)


def shown(message: dict[str, Any]) -> str:
    """A message as one reads it on the phone."""
    parts = [message.get("header"), message.get("body"), message.get("footer")]
    parts += [f"[{each['title']}]" for each in message.get("buttons") or []]
    link, menu = message.get("url"), message.get("list")
    parts += [f"[{link['text']}]"] if link else []
    parts += [f"[= {menu['button']}]"] if menu else []
    return "\n".join(str(part) for part in parts if part)


async def wait_for(look: Callable[[], Any], what: str, seconds: float) -> Any:
    """Ask until there is an answer; raises NotAsItShouldBe after so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (answer := await look()) is not None:
            return answer
        await asyncio.sleep(0.05)
    raise NotAsItShouldBe(what)


async def book(stage: Stage, guest: str, place: str, ahead: int) -> str:
    """A guest books and pays; the booking's id."""
    first = datetime.now(UTC).date() + timedelta(days=ahead)
    last = first + timedelta(days=2)
    await stage.say(guest, "hi")
    menu = await stage.sees(guest, "Choose a place")
    await stage.call("POST", f"people/{guest}/choose", message=menu["id"], row=place)
    await stage.sees(guest, "Which dates")
    await stage.say(guest, f"{first:%d %b} to {last:%d %b}")
    await stage.tap(guest, await stage.sees(guest, "How many guests"), "4 guests")
    review = await stage.sees(guest, "Advance now")
    await pay(stage, review["url"]["url"])
    paid = await stage.sees(guest, "advance payment is successful")
    found = re.search(r"LC-([0-9A-Z]{6})", shown(paid))
    if found is None:
        raise NotAsItShouldBe("the message after the payment names no booking")
    return f"LC{found[1]}"


async def pay(stage: Stage, url: str, outcome: str = "success") -> None:
    """Pay the link of a review on the demo Paytm."""
    books = await stage.call("GET", "paytm/books")
    link = next(
        (each for each in books["links"] if url in (each["short_url"], each["long_url"])), None
    )
    if link is None:
        raise NotAsItShouldBe(f"Paytm knows no link {url}")
    await stage.call("POST", f"paytm/links/{link['link_id']}/pay", outcome=outcome)


async def play_confirmed(stage: Stage) -> tuple[str, str]:
    """A booking that the owner confirms; (booking id, address of the ticket)."""
    booking_id = await book(stage, "rahul", "Pawna Lakeview Camp", 30)
    await stage.sees("admin", "Waiting for owner confirmation")
    await stage.tap("suresh", await stage.sees("suresh", "please answer"), "Confirm booking")
    ticket = await stage.sees("rahul", "Booking confirmed")
    await stage.sees("suresh", "Collect")
    await stage.sees("admin", "Confirmed by owner")
    url = str(ticket["url"]["url"])
    async with stage.http.get(url) as response:
        page = await response.text()
    if response.status != 200 or "Pawna Lakeview Camp" not in page:
        raise NotAsItShouldBe(f"the ticket page answers {response.status}")
    return booking_id, url


async def play_cancelled(stage: Stage) -> str:
    """A booking that the owner cancels; ends when the money is back."""
    booking_id = await book(stage, "asha", "Karjat Farm Villa", 40)
    await stage.tap("meera", await stage.sees("meera", "please answer"), "Cancel booking")
    reasons = await stage.sees("meera", "choose the reason")
    await stage.call("POST", "people/meera/choose", message=reasons["id"], row="Repair or no staff")
    await stage.sees("meera", "Reason noted")
    await stage.call("POST", "clock", advance_seconds=UNDO_OVER)
    await stage.sees("asha", "Booking cancelled.*cannot open")
    await stage.sees("admin", "Booking cancelled by owner")
    await money_is_back(stage)
    return booking_id


async def money_is_back(stage: Stage) -> None:
    """Let time pass until the bank has the refund; each look of ours needs some."""
    for _ in range(REFUND_LOOKS):
        await stage.call("POST", "clock", advance_seconds=REFUND_TIME)
        with suppress(NotAsItShouldBe):
            await stage.sees("asha", "Refund done", seconds=2.0)
            return
    raise NotAsItShouldBe("asha's phone should show the refund")


async def states(url: str, booking_id: str) -> list[str]:
    """The states a booking went through, from the database."""
    connection = await asyncpg.connect(url)
    try:
        return [row["to_status"] for row in await connection.fetch(sql("events"), booking_id)]
    finally:
        await connection.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def stage_in(folder: Path) -> AsyncIterator[Stage]:
    """Service and sandbox, started by the command that everybody uses."""
    port, sandbox_port = free_port(), free_port()
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    environment = kept | {"PORT": str(port), "DATA_DIR": str(folder)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "run.py"), "serve", "--sandbox-port", str(sandbox_port),
        cwd=folder, env=environment, stdout=asyncio.subprocess.DEVNULL,
        stderr=(folder / "service.log").open("wb"),
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as http:
            stage = Stage(http, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}")
            await _ready(stage, process, folder)
            yield stage
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _ready(stage: Stage, process: asyncio.subprocess.Process, folder: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.returncode is None:
        with suppress(aiohttp.ClientError):
            async with stage.http.get(f"{stage.service}/readyz") as response:
                if response.status == 200:
                    return
        await asyncio.sleep(0.05)
    words = await asyncio.to_thread((folder / "service.log").read_text)
    raise NotAsItShouldBe(f"the service did not start: {words}")


async def play(say: Callable[[str], None]) -> None:
    """The whole rehearsal; raises NotAsItShouldBe."""
    with tempfile.TemporaryDirectory(prefix="looncamp-") as name:
        folder = Path(name)
        await asyncio.to_thread(folder.chmod, 0o755)  # the database has a user of its own
        async with stage_in(folder) as stage:
            confirmed, ticket = await play_confirmed(stage)
            cancelled = await play_cancelled(stage)
            url = embedded.address(folder / "postgres")
            for booking_id, wanted in ((confirmed, CONFIRMED), (cancelled, CANCELLED)):
                went = await states(url, booking_id)
                say(f"{booking_id}  {' > '.join(went)}")
                if went != wanted:
                    raise NotAsItShouldBe(f"{booking_id} should go {' > '.join(wanted)}")
            for who in ("rahul", "suresh", "asha", "meera", "admin"):
                await transcript(stage, who, say)
            say(f"\ne-ticket  {ticket}")


async def transcript(stage: Stage, who: str, say: Callable[[str], None]) -> None:
    """What one phone shows, as text."""
    say(f"\n===== {who}'s phone")
    for message in await stage.phone(who):
        mark = "  " if message["from"] == "bot" else "> "
        text = shown(message) or message["type"]
        say("\n".join(mark + line for line in text.splitlines()) + "\n")


async def main(*, quiet: bool) -> int:
    """Play it and print it; 1 naming the first thing that is not as it should be."""
    lines: list[str] = []
    say = lines.append if quiet else print
    try:
        await play(say)
    except NotAsItShouldBe as fault:
        print(f"NOT as it should be: {fault}", file=sys.stderr)
        return 1
    print("\nAll is as it should be: one booking confirmed, one cancelled and refunded.")
    return 0
