"""A backup of this noon is brought back in the evening: nothing is said and nothing is paid twice.

Everything goes by the commands' own functions, and what is judged is the phones and Paytm's books.
"""

import os
import re
import subprocess
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.commands import restoring
from bot.queue import inbox, jobs, timers
from bot.service import Service, running
from db import dump
from db.invariants import Books, Check, violations
from db.pool import close_pool, open_pool
from sandbox.scenarios import words_of
from tests.db import stock
from tests.journeys.town import Town

PEOPLE = ("rahul", "asha", "imran", "suresh", "meera")


@pytest.fixture
async def elsewhere(server: str) -> AsyncIterator[str]:
    """An empty database on the same server."""
    connection = await asyncpg.connect(server)
    await connection.execute("CREATE DATABASE brought_back")
    yield stock.named(server, "brought_back")
    await connection.execute("DROP DATABASE brought_back WITH (FORCE)")
    await connection.close()


@asynccontextmanager
async def after_the_fire(town: Town, url: str, file: Path) -> AsyncIterator[Town]:
    """The same town with a service on the restored copy; the old database is gone for it."""
    assert await restoring.restore(url, file, replace=False) == 0
    old = town.service
    await _keep_time(old, url)
    async with running(old.config, url, pool_size=6) as service:
        await town.move_to(service)
        yield town
        await town.move_to(old)


async def _keep_time(service: Service, url: str) -> None:
    """The town's clock was moved; the copy must not have the backup's time."""
    pool = await open_pool(url, size=1)
    await service.clock.move(pool, service.clock.offset.total_seconds())
    await close_pool(pool)


async def phones(town: Town) -> dict[str, Counter[str]]:
    return {who: Counter(words_of(each) for each in await town.from_bot(who)) for who in PEOPLE}


async def said_since(town: Town, before: dict[str, Counter[str]]) -> dict[str, list[str]]:
    """What guests and owners have been told since, the known words of a repetition included."""
    told = {
        who: list((seen - before[who]).elements()) for who, seen in (await phones(town)).items()
    }
    return {who: words for who, words in told.items() if words}


async def command(town: Town, **options: Any) -> int:
    """`run.py held` with these options."""
    given = {"say": None, "skip": None, "open": False} | options
    return await restoring.held(town.service, Namespace(**given))


async def refunds(town: Town) -> list[tuple[str, int, str]]:
    """Every refund that Paytm was ever asked for."""
    rows = (await town.api("GET", "paytm/books"))["refunds"]
    return [(row["ref_id"], row["amount_paise"], row["status"]) for row in rows]


async def alerts(town: Town) -> set[str]:
    rows = await town.service.pool.fetch("SELECT subject FROM alert WHERE closed_at IS NULL")
    return {row["subject"] for row in rows}


async def table(town: Town, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    await restoring.tell(town.service)
    return capsys.readouterr().out


async def test_what_went_out_since_the_backup_goes_out_once(
    town: Town, elsewhere: str, database_url: str, tmp_path: Path, capsys
) -> None:
    # At noon: one waits for his answer, one for her money, one was just cancelled, one is to pay.
    waiting = await town.to_paid("rahul")
    returned = await town.to_paid("asha", "Karjat Farm Villa, 10 to 12 jan, 4 people")
    await town.tap("meera", "Cancel booking")
    await town.clock("+31s")
    assert (await town.states(returned))[-1] == "REFUND_INITIATED"
    cancelled = await town.to_paid("imran", "Karjat Farm Villa, 20 to 22 jan, 4 people, Imran")
    await town.tap("meera", "Cancel booking")
    paying = await town.to_review("imran", "Pawna Lakeview, 3 to 5 jan, 4 people")
    await town.tap("suresh", "Confirm booking", settle=False)
    await town.api("POST", "flush")
    await inbox.run_once(town.service)  # decided, and none of the four messages is out
    file = tmp_path / "noon.dump"
    assert await restoring.backup(database_url, file) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert await restoring.backup(database_url, file) == 1  # and replaces none

    # In the afternoon: all of it goes on, and there is a new booking.
    await town.settle()
    await town.sees("rahul", "Booking confirmed")
    await town.pay("imran")
    for change in ("+1m", "+2m", "+10m", "+1h"):
        await town.clock(change)
    for who in ("asha", "imran"):
        await town.has_seen(who, "Refund done")
    lost = await town.to_paid("rahul", "Karjat Farm Villa, 26 to 28 jan, 2 people")
    before, paid_back = await phones(town), await refunds(town)
    assert len(paid_back) == 2

    async with after_the_fire(town, elsewhere, file):
        assert await town.count("SELECT count(*) FROM checkout WHERE booking_id = $1", lost) == 0
        for change in ("+1m", "+15m", "+3h"):
            await town.clock(change)
        assert (await said_since(town, before), await refunds(town)) == ({}, paid_back)
        held = await table(town, capsys)
        assert all(f"LC-{each[2:]}" in held for each in (waiting, returned, cancelled, paying))
        assert "guest.confirmed" in held
        # The payment that only Paytm knows is raised, the one of a known link is booked.
        lost_txn = await _txn(town, lost)
        assert {f"books:{lost_txn}", "restored"} <= await alerts(town)
        await town.has_seen("admin", lost_txn)
        assert (await _link(town, lost))["notes"] == (
            f"{lost} 26 Jan 2027 to 28 Jan 2 guests karjat farm"
        )

        # The admin asks around: three have heard all that waits, and imran's owner takes him.
        ids = [waiting, returned, cancelled]
        assert await command(town, skip=[f"LC-{each[2:]}" for each in ids]) == 0
        for change in ("+1m", "+10m", "+1h"):
            await town.clock(change)
        assert (await said_since(town, before), await refunds(town)) == ({}, paid_back)
        await town.tap("suresh", "Confirm booking")
        ends = [(await town.states(each))[-1] for each in (*ids, paying)]
        assert ends == ["TICKET_GENERATED", "REFUNDED", "REFUND_REQUIRED", "TICKET_GENERATED"]
        assert set(await said_since(town, before)) == {"imran", "suresh"}  # his ticket, the amount
        await town.sees("imran", "Booking confirmed")
        # A refund of an id that the copy never had: not made again, and told.
        assert f"refund:{await _txn(town, cancelled)}" in await alerts(town)
        await town.has_seen("admin", "₹7,200 of it went back already")
        inside = Check(town.service.write, town.service.clock.now(), timedelta(), Books())
        assert [str(each) for each in await violations(town.service.pool, inside)] == []

        # Places take bookings again when the admin says so.
        await town.say("asha", "Pawna Lakeview, 5 to 7 feb, 2 people")
        await town.never_saw("asha", "5 feb")
        assert await command(town, open=True) == 0
        await town.to_review("asha", "Pawna Lakeview, 5 to 7 feb, 2 people")
        assert "0 bookings are held" in await table(town, capsys)


async def _link(town: Town, booking_id: str) -> dict[str, Any]:
    links = (await town.api("GET", "paytm/books"))["links"]
    return next(dict(link) for link in links if booking_id in link["merchant_request_id"])


async def _txn(town: Town, booking_id: str) -> str:
    link_id = (await _link(town, booking_id))["link_id"]
    payments = (await town.api("GET", "paytm/books"))["payments"]
    return str(next(each["txn_id"] for each in payments if each["link_id"] == link_id))


async def test_half_of_an_advance_goes_back_once_although_the_copy_forgot_it(
    town: Town, elsewhere: str, database_url: str, tmp_path: Path
) -> None:
    """Paytm itself would let the second half go: only our own question stops it."""
    await town.service.pool.execute(
        """UPDATE property SET refund_steps = '[{"days": 0, "percent": 50}]'"""
    )
    booking_id = await town.to_ticket()
    file = tmp_path / "noon.dump"
    assert await restoring.backup(database_url, file) == 0
    await cancels(town)
    await town.say("asha", "hi")
    late = await town.count("SELECT max(id) FROM message")
    paid_back = await refunds(town)
    assert [(amount, status) for _, amount, status in paid_back] == [(180_000, "DONE")]
    async with after_the_fire(town, elsewhere, file):
        await town.clock("+1m")
        txn = await _txn(town, booking_id)
        assert f"books:refund:{txn}" in await alerts(town)  # before anybody cancels again
        await cancels(town)
        assert await refunds(town) == paid_back
        assert f"refund:{txn}" in await alerts(town)
        await town.has_seen("admin", "₹1,800 of it went back already")
        # A status of the afternoon's message says nothing of one that has its number now.
        assert await town.count("SELECT count(*) FROM message WHERE id = $1", late) == 0


async def cancels(town: Town) -> None:
    """Rahul cancels his booking, and an hour passes."""
    await town.say("rahul", "cancel")
    await town.tap("rahul", "Yes, cancel it")
    for change in ("+1m", "+10m", "+1h"):
        await town.clock(change)


async def test_a_database_in_use_or_with_bookings_is_not_replaced(
    town: Town, elsewhere: str, database_url: str, tmp_path: Path, capsys
) -> None:
    file = tmp_path / "first.dump"
    await town.to_review("rahul")
    assert await restoring.backup(database_url, file) == 0
    assert await restoring.restore(database_url, file, replace=True) == 1
    assert "stop every serve and worker first" in capsys.readouterr().out
    assert await restoring.restore(elsewhere, file, replace=False) == 0
    assert await restoring.restore(elsewhere, file, replace=False) == 1
    assert "the database has 1 bookings and holds, which would be lost" in capsys.readouterr().out
    file.write_bytes(file.read_bytes()[:-2000])
    assert await restoring.restore(elsewhere, file, replace=True) == 1
    connection = await asyncpg.connect(elsewhere)
    assert await connection.fetchval("SELECT count(*) FROM checkout") == 1  # as it was
    await connection.close()


async def test_tools_that_are_too_old_are_named_with_their_fix(
    database_url: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    for name in dump.NAMES:
        (tmp_path / name).write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.8'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(dump, "_folders", lambda: [tmp_path])
    assert await restoring.backup(database_url, tmp_path / "x.dump") == 1
    assert capsys.readouterr().out == (
        "looncamp: the server is PostgreSQL 18 and needs pg_dump 18 or newer; the newest here is 15:"
        " install postgresql-client-18 and see that it is on PATH\n"
    )


def test_the_script_is_understood_by_a_server_before_17(tmp_path: Path) -> None:
    script = tmp_path / "content.sql"
    script.write_text("SET lock_timeout = 0;\nSET transaction_timeout = 0;\nCREATE TABLE t ();\n")
    dump._understood_by_older(script)
    words = script.read_text().split("\n")
    assert [each.strip() for each in words] == [
        "SET lock_timeout = 0;",
        "",
        "CREATE TABLE t ();",
        "",
    ]


def test_nobody_on_the_machine_sees_the_password(monkeypatch) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere")
    public, environment = dump._apart("postgresql://us%40er:s%2Fecret@db:5433/camp?sslmode=require")
    assert public == "postgresql://us%40er@db:5433/camp?sslmode=require"
    assert environment["PGPASSWORD"] == "s/ecret"
    assert "PGHOST" not in environment
    socket = "postgresql://postgres:@/postgres?host=/run/x"
    assert dump._apart(socket)[0] == "postgresql://postgres@/postgres?host=/run/x"


def test_what_lets_go_knows_every_timer_that_speaks() -> None:
    schema = Path("db/schema.sql").read_text("utf-8")
    listed = re.search(r"AND intent IN \(([^)]*)\)\);\s+RETURN true", schema)
    assert listed
    speaking = made_by(timers.tell_while)
    assert set(re.findall(r"'([\w.]+)'", listed[1])) == speaking
    moving = made_by(timers.move_on) | {"hold_lapsed"}
    assert set(restoring.MOVES) == moving - {"deadline_passed"}


def made_by(maker: Callable[..., Any]) -> set[str]:
    """The intents whose jobs this function has made."""
    made = {
        name for name, job in jobs.JOBS.items() if job.__qualname__.startswith(f"{maker.__name__}.")
    }
    assert made
    return made


@pytest.mark.skipif(not os.environ.get("LOONCAMP_LONG"), reason="half a minute: LOONCAMP_LONG=1")
def test_the_rehearsal_by_the_commands_themselves(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "run.py", "rehearse", "--restore"], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "2 bookings are held" in done.stdout
    assert "refunds 1: none was repeated" in done.stdout
