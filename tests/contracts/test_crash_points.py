"""Every commit and every call outside has its crash points, and every point its place."""

import ast
import re

from db.crash import Moment
from db.sql import statements
from tests.contracts.source import nodes, trees

# What a person runs by hand and may repeat, what only the sandbox does, and what counts.
BY_HAND = {
    "bot/commands/entry.py", "bot/commands/property_desk.py", "bot/places/properties.py", "bot/places/festivals.py",
    "bot/web/sandboxed.py", "bot/clock.py", "bot/commands/setup.py", "bot/whatsapp/booking_form.py", "bot/service.py",
    "bot/counters.py", "bot/commands/restoring.py", "db/migrate.py", "db/restored.py",
}  # fmt: skip
BY_HAND_PARTS = {("bot/rounds/erasure.py", "forget")}
WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|TRUNCATE)\b")
CALLS = {"fetch", "fetchrow", "fetchval", "execute", "executemany"}


def functions():
    """Every function outside BY_HAND, with its path."""
    for path, tree in trees("db", "payments", "bot").items():
        for node in ast.walk(tree):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and path not in BY_HAND and (path, node.name) not in BY_HAND_PARTS:
                yield path, node


def is_call(node, name):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def writes_alone(node):
    """A statement that writes and goes to the pool itself, so it commits by itself."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = ast.unparse(node.func.value)
    if node.func.attr not in CALLS or owner.rpartition(".")[2] != "pool" or not node.args:
        return False
    first = node.args[0]
    return is_call(first, "sql") and bool(WRITES.search(statements()[first.args[0].value]))


def crossed(function):
    """Every node of a function inside a `with crossing(...)`."""
    return {
        id(inner)
        for node in ast.walk(function)
        if isinstance(node, ast.With)
        and any(is_call(item.context_expr, "crossing") for item in node.items)
        for inner in ast.walk(node)
    }


def test_every_transaction_of_the_service_names_its_moment():
    bare = [
        f"{path}:{node.lineno}"
        for path, function in functions()
        for node in ast.walk(function)
        if is_call(node, "transaction") and len(node.args) < 2
    ]
    assert bare == []


def test_every_statement_that_commits_by_itself_is_crossed():
    bare = [
        f"{path}:{node.lineno}"
        for path, function in functions()
        for node in ast.walk(function)
        if writes_alone(node) and id(node) not in crossed(function)
    ]
    assert bare == []


def test_every_call_outside_is_crossed():
    sends = [
        (path, id(node) in crossed(function))
        for path, function in functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("whatsapp.send")
    ]
    assert sends == [("bot/queue/sender.py", True)]
    asked = {
        node.value
        for path, node in nodes("payments")
        if path == "payments/client.py" and isinstance(node, ast.Constant)
        if isinstance(node.value, str) and node.value.startswith("/")
        if "Paytm" not in node.value and ":" not in node.value
    }
    assert asked == {moment.value for moment in Moment if moment.startswith("/")}


def test_every_moment_has_its_place():
    named = {
        node.attr
        for path, node in nodes("db", "payments", "bot")
        if path != "db/crash.py" and isinstance(node, ast.Attribute)
        if isinstance(node.value, ast.Name) and node.value.id == "Moment"
    }
    assert named == {moment.name for moment in Moment if not moment.startswith("/")}
