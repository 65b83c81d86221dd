"""A claim storm: many workers on one outbox. Nothing is sent twice, and little time is lost.

The Graph API is a process of its own; what each worker sends carries the row's id, so a row that
went out twice is seen there.
"""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack

import asyncpg
import orjson

from flows.messages import Kind, Message
from tests.benchmarks import subjects
from tests.benchmarks.http import serve
from tests.benchmarks.processes import running
from tests.benchmarks.table import Table

REPLICAS = 8
PATIENCE = 60.0
WAITING = """
INSERT INTO person (phone, name, heard_at, created_at)
SELECT '+91' || 7000000000 + n, 'Rahul', clock_timestamp(), clock_timestamp()
  FROM generate_series(1, {count}) AS n
ON CONFLICT DO NOTHING;
UPDATE person SET next_send_at = NULL;
INSERT INTO message (dedupe_key, lane, kind, intent, person_id, payload, run_at, created_at)
SELECT 'storm:' || {round} || ':' || person_id, 'p:' || person_id, 'whatsapp', 'answer', person_id,
       '{payload}', clock_timestamp(), clock_timestamp() FROM person WHERE phone LIKE '+917%';
ANALYZE person, message;
NOTIFY looncamp, 'sends';
"""


class Journal:
    """A Graph API that accepts everything and counts the rows."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.whole = asyncio.Event()
        self.wanted = 0

    def take(self, body: bytes) -> bytes:
        """One send."""
        sent = orjson.loads(body)
        self.rows[str(sent["biz_opaque_callback_data"])] += 1
        if len(self.rows) >= self.wanted:
            self.whole.set()
        number = self.rows.total()
        return b'{"messaging_product":"whatsapp","messages":[{"id":"wamid.storm.%d"}]}' % number

    def expect(self, count: int) -> None:
        """Forget what was, and wait for so many rows."""
        self.rows.clear()
        self.whole.clear()
        self.wanted = count


async def _drained(url: str, journal: Journal, round_: int, count: int, payload: str) -> float:
    """Sends a second until everything has gone out."""
    connection = await asyncpg.connect(url)
    journal.expect(count)
    text = WAITING.format(count=count, round=round_, payload=payload)
    async with connection.transaction():
        await connection.execute(text)
        began = time.perf_counter()
    await asyncio.wait_for(journal.whole.wait(), PATIENCE)
    took = time.perf_counter() - began
    await asyncio.sleep(0.5)
    left = "SELECT count(*) FROM message WHERE state <> 'sent' AND intent = 'answer'"
    for _ in range(40):
        if not await connection.fetchval(left):
            break
        await asyncio.sleep(0.1)
    else:
        raise RuntimeError("sent and never recorded")
    await connection.close()
    return count / took


async def measure(server: str, table: Table, count: int, rounds: int) -> None:
    """One worker on its outbox and many on theirs, in turns; the others wait meanwhile."""
    journal = Journal()
    body = Message(Kind.TEXT, "When do you want to come? For example: 25 to 27 Dec.").to_json()
    payload = orjson.dumps({"message": body}).decode()
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(serve(journal.take))
        urls = {}
        for workers in (1, REPLICAS):
            url = await stack.enter_async_context(
                subjects.database(server, f"bench_storm_{workers}")
            )
            settings = subjects.environ(url, port, subjects.free_port())
            for _ in range(workers):
                await stack.enter_async_context(
                    running("run.py", "worker", ready="LoonCamp", **settings)
                )
            urls[workers] = url
        for number in range(rounds):
            for workers in (1, REPLICAS) if number % 2 else (REPLICAS, 1):
                rate = await _drained(urls[workers], journal, number, count, payload)
                table.add(f"claimed/s by {workers}", rate)
                doubled = journal.rows.total() - len(journal.rows)
                table.add(f"sent twice by {workers}", doubled)
