"""Nothing that grows is read from end to end: every statement has an index to go by.

The plans are those of empty tables with sequential scans made dear: what is scanned even so has
no index that could serve it, and would be slower with every booking.
"""

import re

from db.pool import transaction
from db.sql import statements

GROWING = re.compile(
    r"Seq Scan on (person|chat|inbox|checkout|occupancy|booking|booking_event|payment|refund|ticket"
    r"|message)\b"
)
WHOLE = {  # each looks at everything on purpose, and none is part of a guest's step
    "digest",  # the admin's summary, twice a day
    "erase_events", "erase_messages", "erase_rights",  # somebody asked to be forgotten
    "forget_pacing",  # the sandbox's clock went back
    "given_back_since",  # the books compared with Paytm's
    "newest_moment",  # once after a restore
}  # fmt: skip


async def scanned(connection, text: str) -> list[str]:
    """The growing tables that the plan of a statement reads whole."""
    prepared = await connection.prepare(text)
    nothing = ", ".join(["NULL"] * len(prepared.get_parameters()))
    await connection.execute(f"PREPARE planned AS {text}")
    rows = await connection.fetch(f"EXPLAIN EXECUTE planned{f'({nothing})' if nothing else ''}")
    await connection.execute("DEALLOCATE planned")
    return GROWING.findall("\n".join(row[0] for row in rows))


async def test_no_growing_table_is_read_whole(pool):
    verbs = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
    found = {}
    async with transaction(pool) as connection:
        await connection.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan"
        )
        for name, text in statements().items():
            if text.startswith(verbs):
                found[name] = await scanned(connection, text)
    whole = {name: tables for name, tables in found.items() if tables}
    assert {name: tables for name, tables in whole.items() if name not in WHOLE} == {}
    assert set(whole) == set(WHOLE), "an exception that is none any more"
    assert len(found) > 50
