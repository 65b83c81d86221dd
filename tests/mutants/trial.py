"""A scratch copy of the tree in which one protection at a time is taken away."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.mutants.mutations import Mutation

ROOT = Path(__file__).parent.parent.parent
LEFT_BEHIND = (".git", ".venv", ".data", "__pycache__", ".*_cache", ".hypothesis")
PATIENCE = 240
FAILED = 1  # pytest's exit code where a test has failed; anything else is a mistake of the run


class Misfit(Exception):
    """The mutation does not fit the code any more, or its test cannot be run."""


def fit(mutation: Mutation, root: Path = ROOT) -> str:
    """The file's text with the mutation in it; raises Misfit where the old text is not there once."""
    text = (root / mutation.file).read_text("utf-8")
    if text.count(mutation.old) != 1:
        raise Misfit(f"{mutation.file} has its old text {text.count(mutation.old)} times")
    return text.replace(mutation.old, mutation.new)


def copy_to(folder: Path) -> Path:
    """The tree without what is not code."""
    copy = folder / "tree"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    return copy


def killed(mutation: Mutation, copy: Path) -> bool:
    """Whether the named test notices; the copy is as before afterwards. Raises Misfit."""
    file = copy / mutation.file
    whole, mutated = file.read_text("utf-8"), fit(mutation, copy)
    try:
        file.write_text(mutated, "utf-8")
        code = exit_code(copy, mutation.test)
    finally:
        file.write_text(whole, "utf-8")
    if code not in (0, FAILED):
        raise Misfit(f"pytest ended with {code}")
    return code == FAILED


def exit_code(copy: Path, *tests: str) -> int:
    """Run tests of the copy; a test that never ends has noticed."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=PATIENCE, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return FAILED
