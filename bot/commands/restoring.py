"""`backup`, `restore` and `held`: a copy of everything, and what must not happen twice after it."""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from bot.queue import jobs
from bot.service import Service
from db import dump, restored
from db.dump import CannotDump
from db.outbox import Claimed
from db.sql import sql
from flows import format as fmt

MOVES = ["hold_lapsed", "settled", "stay_over"]  # jobs of the clock that move a booking
NOBODY = UUID(int=0)  # a held row is in nobody's hands
FAULTS = (CannotDump, OSError, asyncpg.PostgresError)
SPOKEN = 4  # intents of a line; the rest is counted


async def backup(url: str, file: Path) -> int:
    """Write a backup beside a running service; 1 with the fix where that cannot be."""
    at = datetime.now(UTC)
    try:
        await dump.save(await dump.tools_for(url), url, file)
    except FileExistsError as fault:
        return _refused(f"{fault}: name another file")
    except FAULTS as fault:
        return _refused(str(fault))
    size = os.stat(file).st_size / 1024
    print(f"{file}: {size:,.0f} KiB, whole; keep it as you keep .env")
    try:
        await _note(url, at)
    except FAULTS as fault:  # a copy that only reads can be kept as well
        print(f"`check` does not know of it: {fault}")
    return 0


async def _note(url: str, at: datetime) -> None:
    """Write down of when the newest backup is: `check` tells when it grows old."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql("note_backup"), at)
    finally:
        await connection.close()


async def restore(url: str, file: Path, *, replace: bool) -> int:
    """Put a backup in the place of a database; 1 with the fix where that must not be.

    The next process that opens the database holds what is not certain.
    """
    try:
        why = await _in_the_way(url, replace=replace)
        if why:
            return _refused(why)
        await dump.load(await dump.tools_for(url), file, url)
    except FAULTS as fault:
        return _refused(str(fault))
    return 0


async def _in_the_way(url: str, *, replace: bool) -> str:
    """Why a database must not be replaced, and what to do; empty where it may be."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        others = await connection.fetchval(sql("others_connected"))
        if others:
            return f"processes of ours are connected ({others}): stop every serve and worker first"
        if not await connection.fetchval(sql("has_checkouts")):
            return ""
        bookings = await connection.fetchval(sql("count_checkouts"))
    finally:
        await connection.close()
    if bookings and not replace:
        return (
            f"the database has {bookings} bookings and holds, which would be lost: set "
            "DATABASE_URL to an empty one, or make a backup of this one and add --replace"
        )
    return ""


def _refused(why: str) -> int:
    print(f"looncamp: {why}")
    return 1


async def tell(service: Service) -> int:
    """Print what a restore has held and what is to be done about it; 1 while something is."""
    mark = await service.pool.fetchval(sql("setting"), restored.KEY)
    if mark is None:
        print("This database was never restored; nothing is held.")
        return 0
    bookings, places = await restored.listed(service.pool), mark["paused"]
    known = datetime.fromisoformat(mark["known"])
    print(f"The database is that of {known:%d %b %Y %H:%M} UTC; {len(bookings)} bookings are held.")
    for each in bookings:
        print(_line(each))
    print(HELP if bookings else "", end="")
    if places:
        print(f"{len(places)} places take no bookings until `held --open`. Before it:")
        print(BEFORE.format(day=mark["unsettled"]))
    return int(bool(bookings or places))


HELP = """Of each, ask the owner or the guest how it stands. Whoever of them, or the admin, then
decides in the chat, lets it go on. Otherwise, with several ids or `all`:
  run.py held --say ID    what waits was not said before: say it
  run.py held --skip ID   what waits was said before: go on without it
"""
BEFORE = """  start the service: its first job compares Paytm's books with ours; look at `check`
  run.py reconcile --since {day}    the same for every stay that is not settled
  block the nights that were sold since, or give the money back in Paytm's dashboard"""


def _line(each: restored.Held) -> str:
    waits = list(dict.fromkeys([*(each.says or ()), *(each.does or ())]))
    more = f" and {len(waits) - SPOKEN} more" if len(waits) > SPOKEN else ""
    days = f"{each.first:%d %b} to {each.last:%d %b %Y}"
    return (
        f"  {fmt.shown_id(each.booking_id)}  {each.status:30} {each.place}, {days}\n"
        f"             waits: {', '.join(waits[:SPOKEN]) or 'nothing'}{more}"
    )


async def held(service: Service, options: argparse.Namespace) -> int:
    """List what is held, or let bookings or places go on; 1 where something cannot."""
    if options.open:
        opened = await restored.open_places(service.pool, service.clock.now())
        print(f"{opened} places take bookings again.")
        return 0
    wanted, silent = options.say or options.skip, bool(options.skip)
    if not wanted:
        return await tell(service)
    known = {each.booking_id: each for each in await restored.listed(service.pool)}
    ids = list(known) if wanted == ["all"] else [each.upper().replace("-", "") for each in wanted]
    unknown = [each for each in ids if each not in known]
    if unknown:
        return _refused(f"not held: {', '.join(unknown)}; `held` lists those that are")
    overdue = [each for each in ids if _is_overdue(known[each], service.clock.now())]
    for each in set(ids) - set(overdue):
        await _let_go(service, each, silent=silent)
    print(f"{len(ids) - len(overdue)} bookings go on.")
    if overdue:
        shown = ", ".join(map(fmt.shown_id, overdue))
        return _refused(f"the owner's time is over, so it must be decided in the chat: {shown}")
    return 0


def _is_overdue(each: restored.Held, now: datetime) -> bool:
    """Whether going on would cancel it and pay it back at once, whatever the owner has said."""
    return each.decide_by is not None and each.decide_by <= now


async def _let_go(service: Service, booking_id: str, *, silent: bool) -> None:
    """Let one go on; where all was said before, what was to move it until then does so silently."""
    if silent:
        for row in await service.pool.fetch(sql("moves_missed"), booking_id, MOVES):
            job = Claimed(**dict(row), lease=NOBODY)
            if await jobs.JOBS[job.intent](service, job) is None:
                await service.pool.execute(sql("move_made"), job.id, service.clock.now())
    await restored.let_go(service.pool, booking_id, silent=silent)
