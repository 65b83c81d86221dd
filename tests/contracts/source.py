"""Our own source as syntax trees, for rules that are checked by reading it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("flows", "db", "payments", "tickets", "bot")


@cache
def trees(*packages: str) -> dict[str, ast.Module]:
    """Every module of the packages, and run.py, by its path below the root."""
    files = [ROOT / "run.py"]
    for package in packages or PACKAGES:
        files += sorted((ROOT / package).rglob("*.py"))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in files}


def nodes(*packages: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node of every module, docstrings left out, with its module's path."""
    for path, tree in trees(*packages).items():
        comments = {id(each) for each in _docstrings(tree)}
        yield from ((path, node) for node in ast.walk(tree) if id(node) not in comments)


def text_of(node: ast.AST) -> str | None:
    """What a string expression holds, with {} for each part that is only known at run time."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(text_of(value) or "{}" for value in values)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            parts = text_of(left), text_of(right)
            return "".join(part or "{}" for part in parts) if any(parts) else None
    return None


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant() as words), *_]:
                    yield words
