"""From credentials to a number that answers: `setup` and `check` against the local Meta and Paytm."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands import doctor, restoring, setup
from bot.rounds import books
from bot.service import running
from bot.whatsapp import registration
from flows.templates import TEMPLATES
from tests.journeys.town import Town


def with_settings(town: Town, **changes: Any) -> Any:
    """The same service under other settings; only reads of the configuration see them."""
    return replace(town.service, config=town.service.config.model_copy(update=changes))


def live(town: Town) -> Any:
    """The service as Meta sees it: its public address is the one that it listens on."""
    return with_settings(town, public_url=town.base)


async def output(
    capsys: pytest.CaptureFixture[str], work: Any
) -> tuple[int, str]:  # fmt: skip
    capsys.readouterr()
    code = await work
    return code, capsys.readouterr().out


async def test_setup_tells_whatsapp_everything_and_may_be_repeated(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        code, out = await output(capsys, setup.run(live(town), dry_run=False))
        assert code == 0, out
        for line in ("token", "app secret", "number", "account", "Paytm", "webhook", "profile"):
            assert f"ok  {line}" in out, out
        assert out.count("APPROVED") >= len(TEMPLATES)
        await town.settle()
    await town.sees("admin", "The number is set up for")
    assert len(await town.from_bot("admin")) == 2
    number = await town.service.whatsapp.request(
        "GET", "/" + town.service.config.whatsapp_phone_id,
        params={"fields": "conversational_automation"},
    )  # fmt: skip
    commands = number["conversational_automation"]["commands"]
    assert [each["command_name"] for each in commands] == list(setup.SHOWN_COMMANDS)


async def test_a_dry_run_tells_the_plan_and_changes_nothing(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await town.api("GET", "templates")
    code, out = await output(capsys, setup.run(live(town), dry_run=True))
    assert code == 0
    for step in setup.STEPS:
        assert f"would  {step.plan(live(town))}" in out
    assert await town.api("GET", "templates") == before
    assert await town.from_bot("admin") == []


@pytest.mark.parametrize(
    ("setting", "value", "line", "fix"),
    [
        ("whatsapp_token", "old", "token", "permanent token of a system user"),
        ("whatsapp_app_secret", "other", "secret", "App settings, Basic"),
        ("whatsapp_phone_id", "999", "number", "WHATSAPP_PHONE_ID"),
        ("whatsapp_business_id", "999", "account", "WHATSAPP_BUSINESS_ID"),
    ],
)
async def test_a_wrong_credential_stops_setup_and_names_its_fix(
    town: Town, capsys: pytest.CaptureFixture[str], setting: str, value: str, line: str, fix: str
) -> None:
    wrong = with_settings(town, public_url=town.base, **{setting: value})
    code, out = await output(capsys, setup.run(wrong, dry_run=False))
    assert code == 1
    bad = out.split(f"BAD {line}", 1)
    assert len(bad) == 2, out
    assert fix in bad[1].splitlines()[1] and "not tried" in out
    assert await town.from_bot("admin") == []


async def test_a_wrong_paytm_key_is_found(
    town: Town, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = town.service.config.model_copy(update={"paytm_merchant_key": "AnotherKey16byte"})
    async with running(config, database_url, pool_size=2) as other:
        code, out = await output(capsys, setup.run(other, dry_run=False))
    assert code == 1 and "BAD Paytm" in out and "PAYTM_MERCHANT_KEY" in out


async def test_an_address_that_nobody_answers_is_said_with_its_fix(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = with_settings(town, public_url="http://127.0.0.1:9")
    code, out = await output(capsys, setup.run(nowhere, dry_run=False))
    assert code == 1
    assert "BAD webhook" in out and "Callback verification failed" in out
    assert "start `python run.py serve`" in out
    assert "ok  profile" in out, "the other steps are still taken"


async def test_a_template_that_was_changed_is_edited(
    town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = dict(town.service.write.catalogues["en"].entries)
    words = "A changed update about LoonCamp booking {booking} for you to read: {news} Thank you."
    entries["template.guest_update.body"] = (words,)
    english = replace(town.service.write.catalogues["en"], entries=entries)
    monkeypatch.setitem(town.service.write.catalogues, "en", english)
    code, out = await output(capsys, doctor.check(live(town)))
    assert code == 1 and "guest_update/en not the code's text" in out
    code, out = await output(capsys, setup.run(live(town), dry_run=False))
    assert code == 0 and "guest_update         EDITED, in review" in out
    there = await registration.published(
        town.service.whatsapp, town.service.config.whatsapp_business_id
    )
    assert "A changed update" in str(there["guest_update", "en"].content)


async def test_a_template_that_is_refused_keeps_no_other_from_being_made(
    town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = dict(town.service.write.catalogues["en"].entries)
    entries["template.guest_update.body"] = ("{booking} {news}",)
    english = replace(town.service.write.catalogues["en"], entries=entries)
    monkeypatch.setitem(town.service.write.catalogues, "en", english)
    code, out = await output(capsys, setup.run(live(town), dry_run=False))
    assert code == 1
    assert "guest_update         refused:" in out and "locale/" in out
    assert out.count("APPROVED") >= len(TEMPLATES) - 1


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        ("token_revoked", "token"), ("down", "token"), ("html", "test message"),
        ("131031", "test message"), ("131042", "test message"), ("132001", "test message"),
    ],
)  # fmt: skip
async def test_whatsapp_in_trouble_is_a_line_with_a_fix(
    town: Town, capsys: pytest.CaptureFixture[str], trouble: str, line: str
) -> None:
    await town.trouble(whatsapp={"fail": trouble})
    done, out = await output(capsys, setup.run(live(town), dry_run=False))
    assert done == 1 and f"BAD {line}" in out and "fix:" in out


# ---------------------------------------------------------------- check


async def test_check_finds_a_house_in_order(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    await town.to_ticket()
    await setup.run(live(town), dry_run=False)
    code, out = await output(capsys, doctor.check(live(town)))
    assert code == 0, out
    told = [name for name in guide_of_check() if name != "certificate"]  # of an https address
    assert re.findall(r"^ok  (\S+(?: \S+)?) {2,}", out, re.MULTILINE) == told
    assert "last webhook" in out and "quality GREEN" in out
    assert "books          not compared yet" in out
    assert re.search(r"clock          \d s from database, \d s from WhatsApp", out), out


def guide_of_check() -> list[str]:
    """The lines of `check` as the operating guide lists them."""
    text = Path("docs/operating.md").read_text("utf-8")
    table = text.partition("| line | what it looks at")[2].partition("\n\n")[0]
    return re.findall(r"^\| `(.+?)` \|", table, re.MULTILINE)


async def test_check_tells_when_the_books_were_compared_and_what_was_found(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    await town.to_ticket()
    await town.clock("+31h")
    await town.service.pool.execute("DELETE FROM setting WHERE key = 'books'")
    _, out = await output(capsys, doctor.check(live(town)))
    assert "BAD books          not compared yet" in out, "there is a payment of the day before"
    assert await books.command(town.service, None) == 0
    _, out = await output(capsys, doctor.check(live(town)))
    assert "ok  books          compared 03 Dec 13:00 UTC, 0 differences, 0 left to you" in out
    await town.clock("+29h")
    await town.service.pool.execute(
        """UPDATE setting SET value = value || '{"at": "2026-12-03T00:00:00+00:00"}'
           WHERE key = 'books'"""
    )
    _, out = await output(capsys, doctor.check(live(town)))
    assert "BAD books          compared 03 Dec 00:00 UTC" in out


async def test_check_tells_how_old_the_newest_backup_is(
    town: Town, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = await output(capsys, doctor.check(live(town)))
    assert "ok  backup         none was ever written by `backup`" in out
    assert await restoring.backup(database_url, tmp_path / "a.dump") == 0
    _, out = await output(capsys, doctor.check(live(town)))
    assert re.search(r"ok  backup         the newest is of \d\d \w{3} \d\d:\d\d UTC", out), out
    await town.service.pool.execute(
        """UPDATE setting SET value = '"2026-01-02T03:04:05+00:00"' WHERE key = 'backed_up_at'"""
    )
    _, out = await output(capsys, doctor.check(live(town)))
    assert "BAD backup         the newest is of 02 Jan 03:04 UTC" in out
    assert await restoring.backup(database_url, tmp_path / "a.dump") == 1, "it is there already"
    _, out = await output(capsys, doctor.check(live(town)))
    assert "BAD backup" in out


async def test_a_backup_of_a_database_that_only_reads_is_whole(
    town: Town, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = await town.service.pool.fetchval("SELECT current_database()")
    only_read = f"ALTER DATABASE {name} SET default_transaction_read_only"
    await town.service.pool.execute(f"{only_read} = on")
    try:
        code, out = await output(capsys, restoring.backup(database_url, tmp_path / "a.dump"))
    finally:
        await town.service.pool.execute(f"{only_read} = off")
    assert code == 0, out
    assert "KiB, whole" in out and "`check` does not know of it: cannot execute INSERT" in out


async def test_check_names_what_is_not_well(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    now = town.service.clock.now()
    await town.api("PUT", "templates/guest_paid/en", status="PAUSED")
    await town.api("PUT", "templates/guest_update/en", category="MARKETING")
    pool = town.service.pool
    await pool.execute(
        "INSERT INTO inbox (id, seq, kind, lane, body, run_at, received_at) "
        "VALUES ('x', 0, 'other', 'x', '{}', $1, $1)", now - timedelta(minutes=9),
    )  # fmt: skip
    await pool.execute("INSERT INTO alert (subject, detail, created_at) VALUES ('a', 'b', now())")
    code, out = await output(
        capsys, doctor.check(with_settings(town, public_url="http://127.0.0.1:9"))
    )
    assert code == 1
    assert "guest_paid/en PAUSED" in out and "guest_update/en MARKETING" in out
    assert "that is 9 min too late" in out
    assert "BAD alerts" in out and "BAD address" in out
    assert out.count("fix:") == out.count("BAD ")


async def test_a_token_that_ends_soon_is_told(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = int((town.service.clock.now() + timedelta(days=5)).timestamp())
    path = f"/{town.service.config.whatsapp_phone_id}/settings"
    await town.service.whatsapp.request("POST", path, json={"token_expires_at": ends})
    _, out = await output(capsys, doctor.check(live(town)))
    assert "BAD token          expires 07 Dec 2026" in out


async def test_a_half_done_setup_is_brought_to_its_end_by_the_next(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = with_settings(town, public_url="http://127.0.0.1:9")
    code, out = await output(capsys, setup.run(nowhere, dry_run=False))
    assert code == 1 and "BAD webhook" in out
    await town.trouble(whatsapp={"fail": "132001"})
    code, out = await output(capsys, setup.run(live(town), dry_run=False))
    assert code == 1 and "ok  webhook" in out and "BAD test message" in out
    await town.trouble(whatsapp={"fail": None})
    code, out = await output(capsys, setup.run(live(town), dry_run=False))
    assert code == 0, out
    there = (await town.api("GET", "templates"))["templates"]
    names = [(each["name"], each["language"]) for each in there]
    assert len(names) == len(set(names)), "nothing was made twice"
    code, out = await output(capsys, doctor.check(live(town)))
    assert code == 0, out
