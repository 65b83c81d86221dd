"""Every command with input that cannot be: refused in a line with the value and the remedy."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

import run

ELSEWHERE = "postgresql://nobody:hush@127.0.0.1:1/none"


@pytest.fixture(autouse=True)
def empty_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own, no settings but a database that is not there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", ELSEWHERE)
    yield tmp_path
    structlog.reset_defaults()


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """`refused("cost", "--month", "x")`: how it ends and what is said, in one string."""

    def call(*words: str) -> tuple[int, str]:
        try:
            code = run.main(list(words))
        except SystemExit as end:
            code = int(str(end.code))
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return code, said.err + said.out

    return call


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("chek", "invalid choice: 'chek'"),
        ("chek", "did you mean check?"),
        ("", "required: COMMAND"),
        ("serve --no-workers", "unrecognized arguments: --no-workers; did you mean --no-worker?"),
        ("serve --workers 0", "'0' is no number from 1 to 64"),
        ("serve --sandbox-port 0", "'0' is no number from 1 to 65535"),
        ("sandbox --port x", "'x' is no number from 1 to 65535"),
        ("properties", "required: ACTION"),
        ("properties pauze x", "did you mean pause?"),
        ("properties import", "required: file"),
        ("properties list --links 98220", "'98220' must be a number with its country code"),
        ("properties add x", "required: FIELD=VALUE"),
        ("properties pause x --until 1.12.2026", "'1.12.2026' is no day like 2026-12-25"),
        ("trust 9822012345", "did you mean +919822012345?"),
        ("trust +9112", "no country has such a number"),
        ("forget nobody", "'nobody' must be a number with its country code, such as"),
        ("reconcile --since yesterday", "'yesterday' is no day like 2026-12-25"),
        ("cost --month 2026-13", "'2026-13' is no month like 2026-12"),
        ("backup", "required: FILE"),
        ("restore", "required: FILE"),
        ("held --say", "expected at least one argument"),
        ("rehearse --quit", "did you mean --quiet?"),
        ("chaos --bookings -1", "'-1' is no number from 0 to"),
        ("load --guests 0", "'0' is no number from 1 to"),
        ("load --rate -1", "'-1' is no number from 1 to"),
        ("setup --dry", ""),  # an option may be shortened
    ],
)
def test_a_wrong_call_is_2_and_says_what_is_meant(refused, line: str, said: str) -> None:
    code, words = refused(*line.split())
    assert said in words
    assert code == (2 if said else 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("worker", "worker needs credentials; without them `serve` does everything"),
        ("setup --yes", "missing: PUBLIC_URL, WHATSAPP_TOKEN"),
        ("migrate", "DATABASE_URL: PostgreSQL at 127.0.0.1: ConnectionRefusedError; see that it"),
        ("check", "without DATABASE_URL one is started here"),
        ("cost", "DATABASE_URL: PostgreSQL at 127.0.0.1"),
        ("forget +919822012345", "DATABASE_URL: PostgreSQL at 127.0.0.1"),
        ("trust +919822012345", "DATABASE_URL: PostgreSQL at 127.0.0.1"),
        ("held", "DATABASE_URL: PostgreSQL at 127.0.0.1"),
        ("reconcile", "DATABASE_URL: PostgreSQL at 127.0.0.1"),
        ("properties list", "DATABASE_URL: PostgreSQL at 127.0.0.1"),
        ("load", "DATABASE_URL: PostgreSQL at 127.0.0.1"),
        ("backup there.dump", "DATABASE_URL: PostgreSQL at 127.0.0.1"),
        ("restore there.dump", "DATABASE_URL: PostgreSQL at 127.0.0.1"),
    ],
)
def test_what_cannot_be_done_is_1_and_says_why(refused, line: str, said: str) -> None:
    code, words = refused(*line.split())
    assert code == 1
    assert said in words
    assert "hush" not in words, "a password is never shown"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PORT=80x", "PORT: Input should be a valid integer, unable to parse string as an integer, is '80x' (.env, line 2)"),
        ("HOLD_MINUTS=20", ".env:2: HOLD_MINUTS is no setting; did you mean HOLD_MINUTES?"),
        ("HOLD MINUTES 20", ".env:2: must be NAME=VALUE, with # before remarks"),
        ("PORT", ".env:2: must be NAME=VALUE, with # before remarks"),
        ("TIMEZONE=India", "TIMEZONE: is not a known time zone; an example is Asia/Kolkata, is 'India' (.env, line 2)"),
        ("ADMIN_PHONES=98220", "such as +919800000000, separated by commas, is '98220' (.env, line 2)"),
        ("PAYTM_MERCHANT_KEY='abc'", "PAYTM_MERCHANT_KEY: must have exactly 16 ASCII characters, has 3 (.env, line 2)"),
        ("PUBLIC_URL=http://x.in", "PUBLIC_URL: must be https unless its host is loopback, is 'http://x.in' (.env, line 2)"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_with_its_line(
    refused, empty_house: Path, text: str, said: str
) -> None:
    (empty_house / ".env").write_text(f"# ours\n{text}\nSOMEBODY_ELSES=1\n")
    code, words = refused("check")
    assert code == 1
    assert any(line.endswith(said) for line in words.splitlines()), words
    assert "SOMEBODY_ELSES" not in words and "'abc'" not in words


@pytest.mark.parametrize(
    "url", ["mysql://x", "127.0.0.1", "postgresql://u:hush@h:port/x", "postgres//x"]
)
def test_an_address_that_is_none_is_said_without_its_password(
    refused, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    code, words = refused("migrate")
    assert code == 1 and "hush" not in words
    assert "DATABASE_URL: must be as postgresql://user:password@host:5432/name" in words


def test_a_folder_that_cannot_be_is_said(refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("DATA_DIR", "/proc/nowhere")
    code, words = refused("migrate")
    assert code == 1
    assert "DATA_DIR: /proc/nowhere: No such file or directory; name a folder that" in words


async def test_a_database_that_is_not_there_is_said(server: str) -> None:
    """A wrong name is told in PostgreSQL's own words."""
    from bot.commands.opening import opened
    from bot.config import BadConfig, Config
    from tests.db import stock

    config = Config(_env_file=None, database_url=stock.named(server, "nowhere"))
    with pytest.raises(BadConfig, match='database "nowhere" does not exist; see that it runs'):
        async with opened(config):
            pass


def test_every_command_is_tried_here() -> None:
    """A new command comes with a line in a table above."""
    from bot.commands.entry import COMMANDS

    text = Path(__file__).read_text("utf-8")
    assert [name for name in COMMANDS if f'("{name}' not in text] == []
