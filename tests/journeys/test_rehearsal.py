"""The command that plays two bookings, run as a newcomer runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def rehearse(*options: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "TMPDIR")
    }
    return subprocess.run(
        [sys.executable, "run.py", "rehearse", *options],
        capture_output=True, text=True, timeout=120, env=environment | more, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_rehearsal_prints_three_phones_the_states_and_the_ticket(
    tmp_path: Path,
) -> None:
    done = rehearse(TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "OWNER_CONFIRMED > TICKET_GENERATED" in done.stdout
    assert "REFUND_REQUIRED > REFUND_INITIATED > REFUNDED" in done.stdout
    for words in ("rahul's phone", "suresh's phone", "admin's phone", "/eticket/LC"):
        assert words in done.stdout
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, check=False)
    assert left.stdout == b""


def test_help_lists_the_commands() -> None:
    done = subprocess.run(
        [sys.executable, "run.py", "--help"], capture_output=True, text=True, check=True
    )
    for command in (
        "serve", "worker", "migrate", "properties", "setup", "check", "rehearse", "sandbox",
    ):  # fmt: skip
        assert re.search(rf"^    {command}\b", done.stdout, re.MULTILINE)
