"""The load command against a sandbox that is started as a newcomer starts it."""

import asyncio
import os
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.commands.crowd_plot import percentile, svg
from bot.commands.rehearsal import ROOT, stage_in


async def load(folder: Path, *options: str) -> tuple[int, str]:
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "run.py"), "load", *options, cwd=folder,
        env=kept | {"DATA_DIR": str(folder)}, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the database's own user can go."""
    for each in (tmp_path, *tmp_path.parents[:2]):
        each.chmod(0o755)
    return tmp_path


@pytest.mark.slow
async def test_twenty_guests_are_all_answered(folder: Path) -> None:
    async with stage_in(folder) as stage:
        options = ("--guests", "20", "--rate", "40", "--url", stage.sandbox)
        code, out = await load(folder, *options, "--plot", "load.svg")
        assert "20/20 guests  60 answers" in out
        assert "lost 0" in out
        assert "ok  I14" in out and "BAD" not in out
        assert code == 0
        drawn = ElementTree.parse(folder / "load.svg").getroot()
        assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == 60

        await stage.call("PUT", "trouble", webhooks={"drop_rate": 1})
        few = ("--guests", "2", "--patience", "1", "--url", stage.sandbox)
        code, out = await load(folder, *few)
        assert "lost 2" in out
        assert code == 1
    code, out = await load(folder, *few)
    assert code == 1
    assert "no sandbox answers" in out and "make run" in out


@pytest.mark.parametrize("count", [0, 1, 7])
def test_any_number_of_answers_can_be_drawn(count: int) -> None:
    answers = [(number / 10, 0.01 * number) for number in range(count)]
    drawn = ElementTree.fromstring(svg(answers))
    assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == count


def test_a_percentile_is_a_value_that_was_there() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0
    assert percentile([], 0.5) == 0.0
