"""docs/first-day.md is what the command prints."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import log
from bot.commands import first_day

DOCUMENT = Path("docs/first-day.md")


@pytest.fixture(autouse=True)
def apart() -> Iterator[None]:
    """The log goes to standard error, as in every command."""
    log.configure(level=logging.WARNING)
    yield
    structlog.reset_defaults()


async def test_the_document_is_what_a_first_day_prints(database_url: str, tmp_path: Path) -> None:
    written = await asyncio.to_thread(DOCUMENT.read_text, "utf-8")
    played = await first_day.play(database_url, tmp_path)
    assert played == written, f"python run.py rehearse --first-day > {DOCUMENT}"
