#!/usr/bin/env python3
"""LoonCamp's command line."""

import argparse
import re
import sys
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, NoReturn

MOST_WORKERS = 64
MOST_CHAOS = 1_000_000


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 when something is wrong, 2 for a wrong call."""
    options = _parser().parse_args(argv)
    from bot.commands import entry as commands
    from bot.config import BadConfig
    from bot.places.property_files import BadProperties

    command: Callable[[argparse.Namespace], int] = commands.COMMANDS[options.command]
    try:
        return command(options)
    except (BadConfig, BadProperties) as fault:
        print(f"looncamp: please mend this first:\n{fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


class Parser(argparse.ArgumentParser):
    """Names the nearest command or option where somebody has mistyped one."""

    options: ClassVar[set[str]] = set()

    def add_argument(self, *names: Any, **more: Any) -> argparse.Action:
        """As ever; and the option may be suggested."""
        self.options.update(name for name in names if name.startswith("--"))
        return super().add_argument(*names, **more)

    def error(self, message: str) -> NoReturn:
        """End the process with 2, saying what may have been meant."""
        chosen = re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message)
        unknown = re.search(r"unrecognized arguments: (--[\w-]+)", message)
        if chosen:
            near = get_close_matches(chosen[1], re.findall(r"[\w-]+", chosen[2]), 1)
        else:
            near = get_close_matches(unknown[1], self.options, 1) if unknown else []
        hint = f"; did you mean {near[0]}?" if near else ""
        argparse.ArgumentParser.error(self, message + hint)


def _whole(least: int, most: int) -> Callable[[str], int]:
    """Reads whole numbers between two; raises ArgumentTypeError for everything else."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least} to {most}")
        return int(text)

    return read


_port = _whole(1, 65535)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-12-25") from None


def _month(text: str) -> str:
    """A month as it was written; raises ArgumentTypeError where it is none."""
    try:
        return date.fromisoformat(f"{text}-01").strftime("%Y-%m")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no month like 2026-12") from None


def _phone(text: str) -> str:
    """A number as it is stored; raises ArgumentTypeError where it is none."""
    from bot.places.phones import BadPhone, e164

    try:
        return e164(text)
    except BadPhone as fault:
        raise argparse.ArgumentTypeError(f"{text!r} {fault}") from None


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="run.py",
        description="LoonCamp: camps and villas booked, paid and confirmed in WhatsApp.",
        epilog="Without any credentials set, everything runs against a local WhatsApp and Paytm. "
        "Settings are environment variables or lines of .env; the README lists them.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _serving(commands.add_parser("serve", help="run the service: web, sender and timers"))
    commands.add_parser("worker", help="run only the sender and the timers")
    commands.add_parser("migrate", help="bring the database to this code's schema")
    _properties(commands.add_parser("properties", help="manage camps and villas"))
    trust = commands.add_parser("trust", help="say that a doubted number is still the owner's")
    trust.add_argument("phone", type=_phone, help="the number, such as +919800000000")
    setup = commands.add_parser("setup", help="register templates and webhook at WhatsApp")
    setup.add_argument("--yes", action="store_true", help="ask nothing")
    setup.add_argument("--dry-run", action="store_true", help="print what would be done")
    check = commands.add_parser("check", help="look whether everything is well")
    check.add_argument("--data", action="store_true", help="run the invariants on the database")
    reconcile = commands.add_parser("reconcile", help="compare Paytm's books with ours")
    reconcile.add_argument("--since", type=_day, metavar="DATE", help="YYYY-MM-DD (four days ago)")
    forget = commands.add_parser("forget", help="erase whoever has a phone number")
    forget.add_argument("phone", type=_phone, metavar="PHONE", help="as +919822012345")
    cost = commands.add_parser("cost", help="what a month's messages cost, and one booking")
    cost.add_argument("--month", type=_month, metavar="YYYY-MM", help="this month by default")
    _backups(commands)
    _rehearsals(
        commands.add_parser(
            "rehearse", help="play a confirmed and a cancelled booking on local parts"
        )
    )
    _load(commands.add_parser("load", help="let many guests write to a running sandbox"))
    _chaos(commands.add_parser("chaos", help="break everything on local parts, lose nothing"))
    sandbox = commands.add_parser("sandbox", help="run only the local WhatsApp and Paytm")
    sandbox.add_argument("--port", type=_port, default=8081, help="port of the sandbox (8081)")
    return parser


def _serving(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--no-worker", action="store_true", help="only the web part; run `worker` beside it"
    )
    serve.add_argument(
        "--workers",
        type=_whole(1, MOST_WORKERS),
        default=1,
        metavar="N",
        help="so many processes on one port (1)",
    )
    serve.add_argument("--one-of-many", action="store_true", help=argparse.SUPPRESS)
    serve.add_argument(
        "--sandbox-port", type=_port, default=None, help="port of the sandbox page (PORT + 1)"
    )


def _rehearsals(rehearse: argparse.ArgumentParser) -> None:
    rehearse.add_argument("--quiet", action="store_true", help="print only the outcome")
    rehearse.add_argument(
        "--first-day", action="store_true", help="print docs/first-day.md: from setup to a booking"
    )
    rehearse.add_argument(
        "--restore", action="store_true", help="bring a backup back, and see that nothing repeats"
    )
    rehearse.add_argument(
        "--count", action="store_true", help="count messages from the first word to the pay link"
    )


def _chaos(chaos: argparse.ArgumentParser) -> None:
    for name, size in (("bookings", 8), ("kills", 4), ("stops", 1), ("crashes", 1), ("seed", 1)):
        chaos.add_argument(
            f"--{name}", type=_whole(0, MOST_CHAOS), default=size, metavar="N", help=f"({size})"
        )
    chaos.add_argument("--plan", action="store_true", help="only print what would happen")
    chaos.add_argument(
        "--sweep", nargs="*", metavar="POINT",
        help="instead: die at each crash point in turn, or at those named ('after send')",
    )  # fmt: skip


def _backups(commands: Any) -> None:
    backup = commands.add_parser("backup", help="write everything into one file")
    backup.add_argument("file", type=Path, metavar="FILE", help="a file that is not there yet")
    restore = commands.add_parser("restore", help="bring a backup back; repeats nothing")
    restore.add_argument("file", type=Path, metavar="FILE", help="what `backup` wrote")
    restore.add_argument("--replace", action="store_true", help="also over bookings: they are lost")
    held = commands.add_parser("held", help="what waits for a human's word after a restore")
    choice = held.add_mutually_exclusive_group()
    choice.add_argument("--say", nargs="+", metavar="ID", help="go on, and say what waits (or all)")
    choice.add_argument("--skip", nargs="+", metavar="ID", help="go on without saying it (or all)")
    choice.add_argument("--open", action="store_true", help="let the places take bookings again")


def _load(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Guests write to the sandbox that `make run` has started, each the next thing when the "
        "last is answered. Ends with the invariants on its database; 1 where an answer is lost, "
        "a message is refused or an invariant fails."
    )
    parser.epilog = "For example: run.py load --guests 200 --rate 20 --plot load.svg"
    count, rate = _whole(1, 100_000), _whole(1, 1000)
    parser.add_argument("--guests", type=count, default=100, metavar="N", help="so many (100)")
    parser.add_argument(
        "--rate", type=rate, default=10, metavar="R", help="guests who begin each second (10)"
    )
    parser.add_argument(
        "--patience", type=_whole(1, 600), default=30, metavar="S",
        help="seconds until an answer counts as lost (30)",
    )  # fmt: skip
    parser.add_argument("--url", metavar="URL", help="the sandbox (http://127.0.0.1:PORT+1)")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw each answer's time there, as SVG"
    )


def _properties(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    imported = actions.add_parser("import", help="insert or update properties by their id")
    imported.add_argument("file", type=Path, help="TOML with [[property]] tables, or CSV")
    listed = actions.add_parser("list", help="print the properties")
    listed.add_argument(
        "--links", type=_phone, metavar="NUMBER", help="with wa.me links to this number of ours"
    )
    for name, words in (("add", "add one"), ("change", "change some fields of one")):
        one = actions.add_parser(name, help=words)
        one.add_argument("id", metavar="ID", help="such as pawna-lakeview")
        one.add_argument(
            "fields", nargs="+", metavar="FIELD=VALUE", help="such as price=1500; an empty one goes"
        )
    paused = actions.add_parser("pause", help="take no new bookings")
    paused.add_argument("ids", nargs="+", metavar="ID")
    paused.add_argument("--until", type=_day, metavar="DATE", help="the day it opens again")
    actions.add_parser("resume", help="take bookings again").add_argument(
        "ids", nargs="+", metavar="ID"
    )
    actions.add_parser("calendars", help="print the calendars they share, and the last readings")


if __name__ == "__main__":
    sys.exit(main())
