"""Who may import whom, and where SQL and pywa may stand."""

import ast
import re

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.contracts.source import PACKAGES, ROOT, nodes, text_of, trees

STATEMENT = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|TRUNCATE)\s", re.IGNORECASE
)
# An English sentence may begin with a keyword; a statement has a second one.
PARTNER = re.compile(r"\b(FROM|INTO|SET|VALUES|TABLE|AS|INDEX|DATABASE|ROLE)\b")
QUERIES = ("execute", "executemany", "fetch", "fetchrow", "fetchval", "cursor", "prepare")
THIRD_PARTY_OF_FLOWS = ("asyncpg", "aiohttp", "pywa", "httpx", "orjson", "polib", "pydantic")


def test_imports_go_only_from_right_to_left(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def imported() -> list[tuple[str, str]]:
    """(module, what it imports) for every import statement."""
    found = []
    for path, node in nodes():
        match node:
            case ast.Import(names=names):
                found += [(path, name.name) for name in names]
            case ast.ImportFrom(module=str(module), level=0):
                found.append((path, module))
    return found


def test_only_bot_knows_pywa():
    users = {path for path, name in imported() if name.split(".")[0] in ("pywa", "pywa_async")}
    assert users and all(path.startswith("bot/") for path in users)


def test_flows_import_the_standard_library_only():
    strangers = {
        (path, name)
        for path, name in imported()
        if path.startswith("flows/") and name.split(".")[0] in THIRD_PARTY_OF_FLOWS
    }
    assert not strangers


def test_no_relative_import_hides_a_layer():
    relative = [
        path for path, node in nodes() if isinstance(node, ast.ImportFrom) and node.level > 0
    ]
    assert not relative


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        ("SELECT status FROM booking", True),
        ("update booking SET status = 'x'", True),
        ("delete it when you like", False),
        ("Update the guest as soon as possible", False),
    ],
)
def test_the_rule_tells_sql_from_prose(text, is_sql):
    assert looks_like_sql(text) is is_sql


def looks_like_sql(text: str) -> bool:
    """Whether a string is a statement; keywords of ours are written in capitals."""
    return bool(STATEMENT.match(text) and PARTNER.search(text))


def test_sql_stands_only_in_db():
    found = [
        (path, text[:60])
        for path, node in nodes("flows", "payments", "tickets", "bot")
        if (text := text_of(node)) and looks_like_sql(text)
    ]
    assert not found


def test_no_statement_is_put_together_at_run_time():
    """Every query is called with sql("name") or a whole file, never with a built string."""
    built = [
        (path, node.lineno)
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in QUERIES
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Constant)
    ]
    assert not built


def test_every_package_is_looked_at():
    seen = {path.split("/")[0] for path in trees()}
    assert seen == {*PACKAGES, "run.py"}
