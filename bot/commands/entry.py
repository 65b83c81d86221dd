"""The commands of run.py; each answers the process's exit code."""

import argparse
import importlib.util
import sys
from collections.abc import Callable

from bot.commands import (
    counting,
    crowd,
    doctor,
    first_day,
    property_desk,
    rehearsal,
    restore_rehearsal,
    restoring,
)
from bot.commands import setup as going_live
from bot.commands.opening import reached, run, with_service
from bot.commands.serving import sandbox, serve, worker
from bot.config import load
from bot.desks import costs, rights
from bot.rounds import books, data_check, erasure
from bot.service import Service
from db.pool import transaction
from db.sql import sql


def migrate(options: argparse.Namespace) -> int:
    """Bring the database to this code's schema; starting a service does it."""

    async def work(service: Service) -> int:
        print("The database has the schema of this code.")
        return 0

    return with_service(work)


def manage_properties(options: argparse.Namespace) -> int:
    """Import, list, add, change, pause or resume properties, or print their calendars."""
    action = property_desk.ACTIONS[options.action]
    return with_service(lambda service: action(service, options))


def trust(options: argparse.Namespace) -> int:
    """Give a number its rights back that another WhatsApp account has taken over."""

    async def work(service: Service) -> int:
        async with transaction(service.pool) as connection:
            row = await connection.fetchrow(sql("person_by_phone"), options.phone)
            if row is None:
                print(f"Nobody has written from {options.phone}.")
                return 1
            await rights.trust(service, connection, row["person_id"])
        print(f"{options.phone} has its rights again.")
        return 0

    return with_service(work)


def setup(options: argparse.Namespace) -> int:
    """Ask for what is missing, prove it, and tell WhatsApp what it must know; may be repeated."""
    going_live.questions(yes=options.yes, dry_run=options.dry_run)
    return with_service(lambda service: going_live.run(service, dry_run=options.dry_run))


def check(options: argparse.Namespace) -> int:
    """Look whether everything is well, or whether the data is."""
    return with_service(data_check.print_table if options.data else doctor.check)


def reconcile(options: argparse.Namespace) -> int:
    """Compare Paytm's books with ours; mend what can be mended, raise the rest."""
    return with_service(lambda service: books.command(service, options.since))


def cost(options: argparse.Namespace) -> int:
    """Print what a month's messages cost, by category and recipient, and for one booking."""
    return with_service(lambda service: costs.command(service, options.month))


def forget(options: argparse.Namespace) -> int:
    """Erase the person who has a phone number, or say why that must wait."""
    return with_service(lambda service: erasure.forget(service, options.phone))


def backup(options: argparse.Namespace) -> int:
    """Write everything into one file, while the service runs."""

    async def main() -> int:
        return await restoring.backup(await reached(load()), options.file)

    return run(main())


def restore(options: argparse.Namespace) -> int:
    """Put a backup in the place of the database, and hold what may have happened since."""

    async def main() -> int:
        url = await reached(load())
        return await restoring.restore(url, options.file, replace=options.replace)

    if code := run(main()):
        return code
    with_service(restoring.tell)
    return 0


def held(options: argparse.Namespace) -> int:
    """Show what a restore has held, or let it go on."""
    return with_service(lambda service: restoring.held(service, options))


def rehearse(options: argparse.Namespace) -> int:
    """Play two bookings on local parts, or a first day, or a restore; or count the messages."""
    if options.first_day:
        return run(first_day.main())
    if options.restore:
        return run(restore_rehearsal.main())
    return run(counting.main() if options.count else rehearsal.main(quiet=options.quiet))


def load_sandbox(options: argparse.Namespace) -> int:
    """Let many guests write to a running sandbox, then run the invariants on its database."""
    return with_service(lambda service: crowd.run(service, options))


def chaos(options: argparse.Namespace) -> int:
    """Break everything on local parts and see that nothing is lost; needs the tests' folder."""
    if importlib.util.find_spec("tests.chaos") is None:
        print("looncamp: chaos is part of tests/, which is not installed here", file=sys.stderr)
        return 1
    storm: Callable[[argparse.Namespace], int]
    storm = importlib.import_module("tests.chaos.command").run
    return storm(options)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "serve": serve,
    "worker": worker,
    "migrate": migrate,
    "properties": manage_properties,
    "trust": trust,
    "setup": setup,
    "check": check,
    "reconcile": reconcile,
    "cost": cost,
    "forget": forget,
    "backup": backup,
    "restore": restore,
    "held": held,
    "rehearse": rehearse,
    "load": load_sandbox,
    "chaos": chaos,
    "sandbox": sandbox,
}
