"""What is true in the end: the invariants against the emulators' books, the table, the logs."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from db.invariants import RULES, Books, Check, violations
from tests.chaos.people import NAMED
from tests.chaos.storm import Storm
from tests.db.outside import books

UNSENT = """
SELECT id FROM message WHERE kind = 'whatsapp' AND state NOT IN ('sent', 'cancelled', 'dead')
"""
SENT = """
SELECT id FROM message WHERE kind = 'whatsapp' AND state = 'sent'
   AND wa_status IS DISTINCT FROM 'failed'
"""
ENDS = "SELECT status, count(*) FROM booking GROUP BY status ORDER BY status"
OPEN = (
    "SELECT status, count(*) FROM checkout c WHERE NOT EXISTS (SELECT 1 FROM booking b"
    " WHERE b.booking_id = c.booking_id) GROUP BY status ORDER BY status"
)
STORY = """
SELECT id, lane, intent, state, attempts, created_at, done_at, form, wa_status, last_error
  FROM message WHERE (booking_id = $1 OR lane = $1) AND kind = 'whatsapp' ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The table's numbers and everything that is wrong, in words."""

    ends: dict[str, int]
    messages: int
    lost: list[int]
    doubled: list[int]
    wrong: list[str]
    rules: int  # how many invariants were asked
    stories: list[str]  # of each subject that breaks one: its messages and when they went out


async def judge(storm: Storm) -> Verdict:
    """Look at everything; nothing may move meanwhile."""
    stage, pool = storm.stage, storm.stage.service.pool
    phones = await _phones(storm)
    known = await _outside(storm, phones)
    assert known.accepted is not None and known.delivered is not None
    check = Check(stage.service.write, stage.service.clock.now(), books=known)
    found = await violations(pool, check)
    wrong = [f"{each.rule.number} {each.subject} {each.detail}" for each in found]
    copies = Counter(key for key, _ in known.accepted)
    doubled = [key for key, count in copies.items() if count > 1]
    lost = [row["id"] for row in await pool.fetch(SENT) if row["id"] not in copies]
    lost += [row["id"] for row in await pool.fetch(UNSENT)]
    wrong += [f"lost message {key}" for key in lost] + [f"doubled message {k}" for k in doubled]
    wrong += storm.crowd.unlucky + personal(storm)
    rows = [*await pool.fetch(ENDS), *await pool.fetch(OPEN)]
    ends = {row["status"]: row["count"] for row in rows}
    subjects = dict.fromkeys(each.subject for each in found)
    stories = [line for each in subjects for line in await _story(storm, each, phones)]
    return Verdict(ends, len(known.accepted), lost, doubled, wrong, len(RULES), stories)


async def _phones(storm: Storm) -> list[dict[str, Any]]:
    """Every message on every phone."""
    people = (await storm.stage.sandbox.call("GET", "state"))["people"]
    return [row for each in people for row in await storm.stage.sandbox.phone(each["key"])]


async def _story(storm: Storm, subject: str, phones: list[dict[str, Any]]) -> list[str]:
    """The messages of a booking or a lane, and when WhatsApp took each, the refused ones too."""
    told = []
    for row in await storm.stage.service.pool.fetch(STORY, subject):
        copies = [f"{p['at']} {p['status']}" for p in phones if p["tracker"] == str(row["id"])]
        told.append(" ".join([*map(str, row.values()), "| WhatsApp:", *copies]))
    return [f"{subject}:", *told] if told else []


async def _outside(storm: Storm, phones: list[dict[str, Any]]) -> Books:
    """The emulators' books, without what WhatsApp itself lost for good on its way to us."""
    known = books(await storm.stage.sandbox.call("GET", "paytm/books"), phones)
    heard = [each for each in known.delivered or () if each not in storm.lost]
    return replace(known, delivered=heard)


def personal(storm: Storm) -> list[str]:
    """Lines of the processes' logs that hold a name, a number or typed words."""
    words = {each.casefold() for each in storm.crowd.typed} | {NAMED.casefold()}
    number = re.compile(r"(?<![\d.:a-z-])\+?91\d{10}(?![\d.])")
    lines = storm.stage.log.read_text("utf-8", "replace").splitlines()
    hits = [
        at
        for at, line in enumerate(lines, 1)
        if number.search(line) or any(word in line.casefold() for word in words)
    ]
    return [f"personal data in line {at} of the log" for at in hits]


def table(storm: Storm, verdict: Verdict, seconds: float) -> str:
    """Everything that was done and what became of it."""
    faults, deeds = storm.done, Counter({k: v for k, v in storm.crowd.done.items() if v})
    lines = [f"{count:6}  {kind}" for kind, count in sorted(faults.items())]
    lines += [f"{sum(faults.values())} faults of {len(faults)} kinds; and what people did:"]
    lines += [f"{count:6}  {kind}" for kind, count in sorted(deeds.items())]
    lines += [f"{sum(deeds.values())} odd deeds of {len(deeds)} kinds; the bookings ended as:"]
    lines += [f"{count:6}  {status}" for status, count in verdict.ends.items()]
    lines += [
        f"{len(storm.plan.stories)} guests, {verdict.messages} messages, {len(storm.lost)} items"
        f" lost by WhatsApp itself, {seconds:.0f} s"
    ]
    lines += _times("the same process ready again", storm.stage.replicas.recovery)
    lines += _times("the next message at WhatsApp", storm.silence)
    lines += [f"{len(verdict.lost)} lost, {len(verdict.doubled)} doubled"]
    held = f"{verdict.rules} invariants hold"
    wrong = ["NOT as it should be:", *verdict.wrong, *verdict.stories]
    lines += wrong if verdict.wrong else [held]
    return "\n".join(lines)


def _times(until: str, seconds: list[float]) -> list[str]:
    """Median and worst of what was measured."""
    if not seconds:
        return []
    middle, worst = sorted(seconds)[len(seconds) // 2], max(seconds)
    return [f"kill -9 to {until}: median {middle:.2f} s, worst {worst:.2f} s"]
