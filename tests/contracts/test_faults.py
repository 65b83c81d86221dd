"""docs/faults.md against the tests: every number once, every test that is named exists."""

import ast
import re
from functools import cache

from tests.contracts.source import ROOT, nodes

ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
LAST = 94
CALLERS = {
    "bot/rounds/calendars.py", "bot/commands/crowd.py", "bot/commands/doctor.py", "bot/commands/first_day.py", "bot/commands/rehearsal.py",
    "bot/service.py", "bot/whatsapp/client.py",
}  # fmt: skip


def rows() -> list[tuple[str, ...]]:
    return ROW.findall((ROOT / "docs" / "faults.md").read_text("utf-8"))


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    made = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, made)}


def test_every_fault_stands_there_once_in_its_order():
    assert [int(number) for number, *_ in rows()] == list(range(1, LAST + 1))


def test_every_fault_names_a_test_or_says_why_there_is_none():
    for number, _, does, shown in rows():
        told = does.startswith(("does not apply: ", "not yet: "))
        assert told == (shown == "-"), number
        assert told or NAMED.findall(shown), number


def test_every_test_that_is_named_exists():
    for number, *_, shown in rows():
        assert shown == "-" or shown.count("::") == len(NAMED.findall(shown)), number
        for path, name in NAMED.findall(shown):
            assert name in names_in(path), (number, path, name)


def test_only_these_modules_call_out():
    """Paytm, WhatsApp, calendars, and commands that whoever operates the service starts."""
    opened = {
        path
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("ClientSession", "AsyncClient", "urlopen")
    }
    assert opened == CALLERS
