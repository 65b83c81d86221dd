"""The world outside a bot, as one process: a fake Graph API and the people who write to it.

Reads one JSON command a line from standard input and answers one JSON line:
{"do": "closed", "people": n, "seconds": s}   each person writes again when the answer is there
{"do": "open", "people": n, "rate": r, "seconds": s, "drain": s}   at a rate, whatever comes back
"""

import asyncio
import itertools
import resource
import sys
import time
from collections import Counter, deque
from typing import Any

import orjson
import uvloop

from tests.benchmarks.people import Person, script, signature, status_webhook, text_webhook
from tests.benchmarks.wire import Client, serve

WARM_SECONDS = 1.0
FLUSH_SECONDS = 0.001
RETRY_SECONDS = 0.05


class World:
    """The people, what they have sent and what came back."""

    def __init__(self, bot_port: int, path: str, statuses: tuple[str, ...]) -> None:
        self.path, self.statuses = path, statuses
        self.hooks = Client(bot_port, 512)
        self.status_hooks = Client(bot_port, 32)
        self.people: dict[str, Person] = {}
        self.script = script()
        self.wamids = itertools.count(1)
        self.born = time.time_ns()
        self.again = False
        self.open_statuses = 0
        self.lates: deque[Person] = deque()
        self.forget()

    def forget(self) -> None:
        """Start counting afresh."""
        self.acks: list[float] = []
        self.replies: list[float] = []
        self.answers: Counter[int] = Counter()
        self.sent = self.surplus = 0

    def person(self, number: int) -> Person:
        """The person of this number, known by phone and by user id."""
        made = Person(number)
        found = self.people.setdefault(made.phone, made)
        self.people.setdefault(made.user_id, found)
        return found

    def say(self, person: Person, at: float) -> None:
        """Send the next line of the script, due at a moment of the monotonic clock."""
        body = text_webhook(person, self.script[person.said % len(self.script)])
        person.said += 1
        person.asked_at, person.waiting = at, True
        self.sent += 1

        def acked(status: int, _: bytes) -> None:
            self.answers[status] += 1
            self.acks.append(time.monotonic() - at)
            if status != 200:  # the script stays in step with what the bot has heard
                person.waiting = False
                person.said -= 1
                self.lates.append(person)
                if self.again:
                    loop = asyncio.get_running_loop()
                    loop.call_later(RETRY_SECONDS, self.next)

        self.hooks.post(self.path, body, signature(body), acked)

    def graph(self, line: str, body: bytes) -> bytes:
        """POST /{version}/{phone id}/messages."""
        message = orjson.loads(body)
        key = str(message.get("to") or message.get("recipient")).removeprefix("+")
        person = self.people[key]
        wamid = f"wamid.out.{self.born}.{next(self.wamids)}"
        if person.waiting:
            person.waiting = False
            self.replies.append(time.monotonic() - person.asked_at)
            self.lates.append(person)
        else:
            self.surplus += 1
        tracker = message.get("biz_opaque_callback_data")
        asyncio.get_running_loop().call_soon(self._report, person, wamid, tracker, 0)
        contact = {"input": key, "wa_id": person.phone}
        return orjson.dumps(
            {
                "messaging_product": "whatsapp",
                "contacts": [contact],
                "messages": [{"id": wamid}],
            }
        )

    def next(self) -> None:
        """Let the one who has waited longest write again."""
        if self.again and self.lates:
            self.say(self.lates.popleft(), time.monotonic())

    def _report(self, person: Person, wamid: str, tracker: str | None, place: int) -> None:
        """Tell the statuses of a message, one after the other."""
        if place == len(self.statuses):
            self.next()
            return
        body = status_webhook(person, wamid, tracker, self.statuses[place])
        self.open_statuses += 1

        def told(status: int, _: bytes) -> None:
            self.open_statuses -= 1
            self._report(person, wamid, tracker, place + 1)

        self.status_hooks.post(self.path, body, signature(body), told)

    async def closed(self, people: int, seconds: float) -> dict[str, Any]:
        """Steps a second with so many people who each wait for their answer."""
        self.lates.clear()
        self.again = True
        for number in range(people):
            self.say(self.person(number), time.monotonic())
        await asyncio.sleep(WARM_SECONDS)
        self.forget()
        started, cpu = time.monotonic(), _cpu()
        await asyncio.sleep(seconds)
        took = time.monotonic() - started
        found = self.report() | {"seconds": took, "world_cpu": _cpu() - cpu}
        self.again = False
        await self.quiet(10)
        return found

    async def open(self, people: int, rate: float, seconds: float, drain: float) -> dict[str, Any]:
        """Write at a rate for some time, then wait for what was acknowledged."""
        self.lates = deque(self.person(number) for number in range(people))
        self.forget()
        started = time.monotonic()
        skipped = due = 0
        while (now := time.monotonic()) < started + seconds:
            wanted = int((now - started) * rate)
            for place in range(due, wanted):
                if self.lates:
                    self.say(self.lates.popleft(), started + place / rate)
                else:
                    skipped += 1
            due = wanted
            await asyncio.sleep(FLUSH_SECONDS)
        took = time.monotonic() - started
        await self.quiet(drain)
        return self.report() | {"seconds": took, "skipped": skipped, "drained": self.drained()}

    async def quiet(self, most: float) -> None:
        """Until nobody waits and every status is told."""
        until = time.monotonic() + most
        while time.monotonic() < until and not self.drained():
            await asyncio.sleep(0.05)

    def drained(self) -> bool:
        """Whether every answer has come and every status is told."""
        waiting = any(person.waiting for person in self.people.values())
        return not waiting and self.open_statuses == 0

    def report(self) -> dict[str, Any]:
        """What has happened since the last `forget`."""
        return {
            "sent": self.sent,
            "replies": len(self.replies),
            "surplus": self.surplus,
            "answers": {str(key): count for key, count in self.answers.items()},
            "ack_ms": _percentiles(self.acks),
            "reply_ms": _percentiles(self.replies),
        }


def _percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds) or [0.0]
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return {name: 1000 * ordered[int(share * (len(ordered) - 1))] for name, share in shares.items()}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def main(graph_port: int, bot_port: int, path: str, statuses: str) -> None:
    """Serve the Graph API and obey commands until standard input ends."""
    world = World(bot_port, path, tuple(each for each in statuses.split(",") if each))
    server = await serve(graph_port, world.graph)
    print(orjson.dumps({"ready": True}).decode(), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = orjson.loads(line)
        done = await getattr(world, command.pop("do"))(**command)
        print(orjson.dumps(done).decode(), flush=True)
    server.close()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
