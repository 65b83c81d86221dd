"""Each migration only adds, so that the code of the version before works on beside it.

A file that takes something away or asks for more is a contract step: it says so in its first line,
with a version that is released and does without.
"""

import re
from pathlib import Path

import asyncpg
import pytest

from db import migrate as migrating
from db.migrate import is_current, migrate, migrations
from tests.contracts.source import ROOT
from tests.db import stock

CONTRACT = re.compile(r"\A-- contract: nothing since (\d+\.\d+\.\d+) needs ")
COLUMNS = """
    SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
           a.attnotnull AS needed, a.atthasdef OR a.attidentity <> '' AS filled
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND a.attnum > 0 AND NOT a.attisdropped"""
# What may refuse a row, with the columns that it looks at.
GUARDS = """
    SELECT conrelid::regclass::text AS "table", pg_get_constraintdef(oid) AS words,
           ARRAY(SELECT attname::text FROM pg_attribute
                  WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
      FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'u', 'x', 'p')
     UNION ALL
    SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid),
           ARRAY(SELECT attname::text FROM pg_attribute
                  WHERE attrelid = indrelid AND attnum = ANY (indkey::int2[]))
      FROM pg_index JOIN pg_class c ON c.oid = indrelid
     WHERE indisunique AND c.relnamespace = 'public'::regnamespace"""
MOVES = "SELECT from_status, event, actor, to_status FROM legal_move"


async def shape(connection: asyncpg.Connection) -> dict:
    """What code can rely on: columns, what refuses rows, legal moves."""
    columns = {(row["table"], row["name"]): row for row in await connection.fetch(COLUMNS)}
    guards = {(row["table"], row["words"]): set(row["columns"])
              for row in await connection.fetch(GUARDS)}  # fmt: skip
    moves = {tuple(row) for row in await connection.fetch(MOVES)} if columns else set()
    return {"columns": columns, "guards": guards, "moves": moves}


def narrowed(before: dict, after: dict) -> list[str]:
    """What the code of before could do and cannot any more."""
    found = []
    for key, old in before["columns"].items():
        new = after["columns"].get(key)
        if new is None:
            found.append(f"{'.'.join(key)} is gone")
        elif new["type"] != old["type"]:
            found.append(f"{'.'.join(key)} is {new['type']}")
        elif new["needed"] > old["needed"] or new["filled"] < old["filled"]:
            found.append(f"{'.'.join(key)} must be given")
    tables = {table for table, _ in before["columns"]}
    for key in after["columns"].keys() - before["columns"].keys():
        new = after["columns"][key]
        if key[0] in tables and new["needed"] and not new["filled"]:
            found.append(f"{'.'.join(key)} must be given")
    for (table, words), columns in after["guards"].items():
        known = {name for old, name in before["columns"] if old == table}
        if (table, words) not in before["guards"] and columns and columns <= known:
            found.append(f"{table} refuses by {words}")
    return found + [f"{move} is no move any more" for move in before["moves"] - after["moves"]]


def may_narrow(text: str, changelog: str) -> bool:
    """Whether a file is a contract step that waited for a release."""
    stated = CONTRACT.match(text)
    return stated is not None and f"## [{stated[1]}]" in changelog


@pytest.fixture
async def bare(server: str):
    """A database without anything."""
    connection = await asyncpg.connect(server)
    await connection.execute("CREATE DATABASE step_by_step")
    yield stock.named(server, "step_by_step")
    await connection.execute("DROP DATABASE step_by_step WITH (FORCE)")
    await connection.close()


async def test_each_migration_only_adds(bare: str) -> None:
    connection = await asyncpg.connect(bare)
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first, *others = migrations()
    await connection.execute(first.read_text("utf-8"))
    before, wrong = await shape(connection), {}
    for path in others:
        text = path.read_text("utf-8")
        await connection.execute(text)
        after = await shape(connection)
        if not may_narrow(text, changelog) and (found := narrowed(before, after)):
            wrong[path.name] = found
        before = after
    await connection.close()
    assert wrong == {}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("ALTER TABLE ticket DROP scanned_at", "ticket.scanned_at is gone"),
        ("ALTER TABLE ticket RENAME scanned_at TO seen_at", "ticket.scanned_at is gone"),
        ("DROP TABLE held", "held.booking_id is gone"),
        ("ALTER TABLE person ALTER name TYPE varchar(9)", "person.name is character varying(9)"),
        ("ALTER TABLE person ALTER phone SET NOT NULL", "person.phone must be given"),
        ("ALTER TABLE person ALTER quiet DROP DEFAULT", "person.quiet must be given"),
        ("ALTER TABLE person ADD town text NOT NULL", "person.town must be given"),
        ("ALTER TABLE person ADD CHECK (name <> '')", "person refuses by CHECK ((name <> ''::text))"),
        ("CREATE UNIQUE INDEX ON person (name)", "person refuses by CREATE UNIQUE INDEX"),
        ("DELETE FROM legal_move WHERE event = 'undone' AND actor = 'admin'", "is no move any more"),
    ],
)  # fmt: skip
async def test_what_takes_something_away_is_seen(pool, statement: str, found: str) -> None:
    async with pool.acquire() as connection, connection.transaction():
        before = await shape(connection)
        await connection.execute(statement)
        assert found in "\n".join(narrowed(before, await shape(connection)))


async def test_what_only_adds_is_nothing(pool) -> None:
    async with pool.acquire() as connection, connection.transaction():
        before = await shape(connection)
        await connection.execute(
            "ALTER TABLE person ADD town text CHECK (town <> ''); CREATE INDEX ON person (name);"
            "ALTER TABLE person ADD mark bigint NOT NULL DEFAULT 0 UNIQUE; CREATE TABLE t (i int)"
        )
        assert narrowed(before, await shape(connection)) == []


def test_a_contract_step_waits_for_a_release() -> None:
    step = "-- contract: nothing since 0.2.0 needs ticket.scanned_at\nALTER …"
    assert may_narrow(step, "## [0.2.0] - 2027-01-01")
    assert not may_narrow(step, "## [Unreleased]")
    assert not may_narrow("-- Tickets.\n" + step, "## [0.2.0] - 2027-01-01")


async def test_code_that_is_older_than_the_schema_is_ready(pool) -> None:
    await pool.execute("INSERT INTO schema_migration (version) VALUES ('9999_of_a_newer_version')")
    assert await is_current(pool)
    assert await migrate(pool) == []
    await pool.execute("DELETE FROM schema_migration WHERE version = $1", migrations()[-1].stem)
    assert not await is_current(pool)


async def test_a_migration_that_waits_lets_nobody_wait_behind_it(
    database_url: str, pool, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "9998_more.sql").write_text("ALTER TABLE checkout ADD more text;")
    monkeypatch.setattr(migrating, "MIGRATIONS", tmp_path)
    monkeypatch.setattr(migrating, "LOCK_WAITS", "50ms")
    async with pool.acquire() as busy, busy.transaction():
        await busy.execute("SELECT * FROM checkout")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await migrate(pool)
    assert await migrate(pool) == ["9998_more"]


async def test_the_path_past_one_primary_names_every_table(pool) -> None:
    path = ROOT / "docs" / "decisions" / "0042-the-path-past-one-primary.md"
    rows = re.findall(r"^\| (`.+`) \| .+ \| .+ \|$", path.read_text("utf-8"), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    tables = {key[0] for key in (await shape(pool))["columns"]} - {"schema_migration"}
    assert sorted(named) == sorted(tables)
