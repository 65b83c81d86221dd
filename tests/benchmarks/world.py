"""The outside world of a bot under load: guests who write, and a Graph API that reports back.

Guests are driven in a closed loop (each writes again when the answer is there) or at a fixed rate.
Every step is: a signed webhook in, the bot's send to this Graph API, and the status webhooks of
that send back to the bot.
"""

import asyncio
import hashlib
import hmac
import itertools
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from tests.benchmarks.http import Client, request, serve

SECRET = "app-secret-of-the-benchmark"
BUSINESS, PHONE_ID = "3001", "5001"
PEOPLE = 30_000  # so many that nobody writes too often
LINES = 128
# One conversation; the last words begin it anew.
SAID = ("hi", "Pawna Lakeview Camp", "25 dec to 27 dec", "restart")
_runs = itertools.count(1)


@dataclass(slots=True)
class Guest:
    """Somebody who waits for one answer at a time."""

    number: int
    phone: str
    place: int = 0  # in the conversation
    wrote_at: float | None = None  # until the answer is there
    acknowledged: bool = False


@dataclass(slots=True)
class World:
    """One run against one bot."""

    statuses: tuple[str, ...] = ("delivered",)
    closed: bool = True
    replies: int = 0
    acknowledged: int = 0
    refused: int = 0
    lost: int = 0
    statuses_refused: int = 0
    webhook_seconds: list[float] = field(default_factory=list)
    reply_seconds: list[float] = field(default_factory=list)
    unanswered: int = 0  # acknowledged and not answered yet
    again: int = 0  # answers that nobody waited for: something was sent twice
    run: int = field(default_factory=lambda: next(_runs))
    _guests: dict[str, Guest] = field(default_factory=dict)
    _idle: deque[Guest] = field(default_factory=deque)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _client: Client | None = None

    def __post_init__(self) -> None:
        for number in range(PEOPLE):
            guest = Guest(number, f"9198{self.run % 100:02}{number:06}")
            self._guests[guest.phone] = guest
            self._idle.append(guest)

    # ---------------------------------------------------------------- Graph API

    def take(self, body: bytes) -> bytes:
        """POST /messages: accept, report the statuses, and let the guest read."""
        sent = orjson.loads(body)
        phone = str(sent.get("to") or sent.get("recipient")).lstrip("+IN.")
        wamid = f"wamid.out.{self.run}.{next(self._numbers)}"
        asyncio.get_running_loop().call_soon(self._report, phone, wamid, sent)
        return orjson.dumps(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": phone, "wa_id": phone}],
                "messages": [{"id": wamid}],
            }
        )

    def _report(self, phone: str, wamid: str, sent: dict[str, Any]) -> None:
        for name in self.statuses:
            status = {
                "id": wamid, "status": name, "timestamp": str(int(time.time())),
                "recipient_id": phone,
                "biz_opaque_callback_data": sent.get("biz_opaque_callback_data"),
                "pricing": {"billable": False, "pricing_model": "PMP", "category": "service",
                            "type": "free_customer_service"},
            }  # fmt: skip
            began = time.perf_counter()
            self._post({"statuses": [status]}, phone, partial(self._status_done, began))
        guest = self._guests.get(phone)
        if guest is not None:
            self._read(guest)

    def _read(self, guest: Guest) -> None:
        if guest.wrote_at is None:
            self.again += 1
            return
        self.reply_seconds.append(time.perf_counter() - guest.wrote_at)
        self.replies += 1
        guest.wrote_at = None
        if guest.acknowledged:
            self._answered(guest)

    def _answered(self, guest: Guest) -> None:
        """The answer and the acknowledgement are both there: the guest is free again."""
        self.unanswered -= 1
        guest.acknowledged = False
        if guest.place % len(SAID):
            self._idle.appendleft(guest)  # goes on at once
        else:
            self._idle.append(guest)  # the conversation is over: the next guest's turn
        if self.closed:
            self.write()

    # ---------------------------------------------------------------- guests

    def write(self) -> bool:
        """The guest who has been idle longest writes; False where everybody waits."""
        if not self._idle:
            return False
        guest = self._idle.popleft()
        words = SAID[guest.place % len(SAID)]
        guest.place += 1
        message = {
            "from": guest.phone, "from_user_id": f"IN.{guest.phone}",
            "id": f"wamid.in.{self.run}.{next(self._numbers)}",
            "timestamp": str(int(time.time())), "type": "text", "text": {"body": words},
        }  # fmt: skip
        guest.wrote_at = began = time.perf_counter()

        def done(status: int, _: bytes) -> None:
            self._acknowledge(guest, status, time.perf_counter() - began)

        self._post({"messages": [message]}, guest.phone, done)
        return True

    def _acknowledge(self, guest: Guest, status: int, took: float) -> None:
        if status != 200:
            self.refused += status == 503
            self.lost += status != 503
            guest.wrote_at, guest.place = None, guest.place - 1
            self._idle.append(guest)
            if self.closed:
                asyncio.get_running_loop().call_later(0.05, self.write)
            return
        self.webhook_seconds.append(took)
        self.acknowledged += 1
        self.unanswered += 1
        guest.acknowledged = True
        if guest.wrote_at is None:  # answered before it was acknowledged
            self._answered(guest)

    def _status_done(self, began: float, status: int, _: bytes) -> None:
        self.statuses_refused += status != 200
        if status == 200:
            self.webhook_seconds.append(time.perf_counter() - began)

    def _post(self, value: dict[str, Any], phone: str, done: Callable[[int, bytes], None]) -> None:
        if self._client is None:
            return
        metadata = {"display_phone_number": "919800000001", "phone_number_id": PHONE_ID}
        contact = {"profile": {"name": "Rahul"}, "wa_id": phone, "user_id": f"IN.{phone}"}
        whole = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact]}
        change = {"field": "messages", "value": whole | value}
        body = orjson.dumps(
            {
                "object": "whatsapp_business_account",
                "entry": [{"id": BUSINESS, "changes": [change]}],
            }
        )
        mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        head = {"Content_Type": "application/json", "X_Hub_Signature_256": f"sha256={mac}"}
        self._client.send(request("POST", "/whatsapp/webhook", body, **head), done)

    # ---------------------------------------------------------------- runs

    @asynccontextmanager
    async def open(self, *ports: int, lines: int = LINES) -> AsyncIterator[None]:
        """Connected to the bot; further ports are further copies of it."""
        self._client = Client("127.0.0.1", ports)
        await self._client.open(lines)
        try:
            yield
        finally:
            self._client.close()
            self._client = None

    def forget(self) -> None:
        """Count from here: what came before was the warming up."""
        self.replies = self.acknowledged = self.refused = self.lost = self.again = 0
        self.webhook_seconds.clear()
        self.reply_seconds.clear()

    async def pressed(self, guests: int, warm: float, seconds: float) -> float:
        """So many guests at once, each writing when answered; answers a second."""
        for _ in range(guests):
            self.write()
        await asyncio.sleep(warm)
        self.forget()
        began = time.perf_counter()
        await asyncio.sleep(seconds)
        rate = self.replies / (time.perf_counter() - began)
        self.closed = False
        return rate

    async def at(self, rate: float, seconds: float) -> int:
        """Guests who write at a fixed rate; how many found nobody idle to write."""
        self.closed = False
        began, missed = time.perf_counter(), 0
        for turn in itertools.count():
            due = began + turn / rate
            if due > began + seconds:
                return missed
            wait = due - time.perf_counter()
            if wait > 0.001:
                await asyncio.sleep(wait)
            missed += not self.write()
        return missed

    async def answered(self, seconds: float) -> int:
        """Wait until everything acknowledged is answered; how much was not, after so long."""
        until = time.perf_counter() + seconds
        while self.unanswered > 0 and time.perf_counter() < until:
            await asyncio.sleep(0.05)
        return self.unanswered


@asynccontextmanager
async def graph(world: Callable[[], World | None]) -> AsyncIterator[int]:
    """The Graph API's port; sends go to whichever world is the present one."""

    def take(body: bytes) -> bytes:
        present = world()
        return present.take(body) if present else b'{"messages":[{"id":"wamid.none"}]}'

    async with serve(take) as port:
        yield port


def percentile(values: list[float], share: float) -> float:
    """The value below which so large a share lies; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
