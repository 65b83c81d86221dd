"""The questions of `setup`, and the file that keeps the answers."""

import os
import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot import env_file
from bot.commands import interview, setup
from bot.config import CREDENTIALS, BadConfig, load

GOOD = {
    "PUBLIC_URL": "https://book.example.in",
    "WHATSAPP_TOKEN": "token-of-a-system-user",
    "WHATSAPP_PHONE_ID": "123",
    "WHATSAPP_BUSINESS_ID": "456",
    "WHATSAPP_APP_SECRET": "secret",
    "PAYTM_MID": "MID01",
    "PAYTM_MERCHANT_KEY": "a#b@c&d%e$f=g+h/",
    "ADMIN_PHONES": "+919800000009",
}


@pytest.fixture(autouse=True)
def empty_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without .env, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in (*GOOD, *CREDENTIALS, "HOST_PHONE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Person:
    """Answers by the setting that is asked for; the first answers may be wrong ones."""

    def __init__(self, **wrong: list[str]) -> None:
        self.wrong, self.asked, self.secret = wrong, [], []

    def __call__(self, question: str, secret: bool) -> str:
        name = question.rsplit("\n", 1)[-1].removesuffix(": ")
        self.asked.append(question)
        self.secret += [name] if secret else []
        wrong = self.wrong.get(name)
        return wrong.pop(0) if wrong else GOOD.get(name, "")


def test_everything_is_asked_once_and_kept_for_its_owner_alone():
    person = Person()
    setup.questions(person, yes=False, dry_run=False)
    assert len(person.asked) == len(interview.QUESTIONS)
    assert stat.S_IMODE(os.stat(".env").st_mode) == 0o600
    config = load()
    assert not config.in_sandbox
    assert config.paytm_merchant_key == GOOD["PAYTM_MERCHANT_KEY"]
    assert len(config.whatsapp_verify_token) > 15
    assert {"WHATSAPP_TOKEN", "PAYTM_MERCHANT_KEY", "WHATSAPP_APP_SECRET"} <= set(person.secret)
    again = Person()
    setup.questions(again, yes=False, dry_run=False)
    assert again.asked == []


def test_a_wrong_answer_is_told_and_asked_again():
    person = Person(
        PAYTM_MERCHANT_KEY=["short"], ADMIN_PHONES=["98000", ""], PUBLIC_URL=["http://x.in"]
    )
    setup.questions(person, yes=False, dry_run=False)
    told = "\n".join(person.asked)
    assert "not that: must have exactly 16 ASCII characters, has 5" in told
    assert "not that: must be E.164 numbers" in told and "it is needed" in told
    assert "not that: must be https unless its host is loopback" in told
    assert load().admin_phones == ("+919800000009",)


def test_who_gives_up_half_way_goes_on_where_it_was():
    with pytest.raises(BadConfig, match="PAYTM_MID: 5 answers"):
        setup.questions(Person(PAYTM_MID=["x" * 21] * 5), yes=False, dry_run=False)
    kept = dotenv_values(".env")
    assert kept["WHATSAPP_TOKEN"] == GOOD["WHATSAPP_TOKEN"] and "PAYTM_MID" not in kept
    again = Person()
    setup.questions(again, yes=False, dry_run=False)
    assert [question.rsplit("\n", 1)[-1] for question in again.asked] == [
        "PAYTM_MID: ", "PAYTM_MERCHANT_KEY: ", "ADMIN_PHONES: ", "HOST_PHONE: ",
    ]  # fmt: skip
    assert not load().in_sandbox


@pytest.mark.parametrize(
    "options", [{"yes": True, "dry_run": False}, {"yes": False, "dry_run": True}]
)
def test_without_a_person_every_missing_setting_is_named(options):
    with pytest.raises(BadConfig) as fault:
        setup.questions(Person(), **options)
    assert all(name in str(fault.value) for name in GOOD)


def test_only_what_is_missing_is_asked_and_the_rest_of_the_file_stays():
    Path(".env").write_text("# ours\nPAYTM_MID=MID01\nHOLD_MINUTES=20\nWHATSAPP_TOKEN=\n")
    setup.questions(Person(), yes=False, dry_run=False)
    lines = Path(".env").read_text().splitlines()
    assert lines[:4] == [
        "# ours",
        "PAYTM_MID=MID01",
        "HOLD_MINUTES=20",
        "WHATSAPP_TOKEN=token-of-a-system-user",
    ]
    assert load().hold_minutes == 20


def test_the_environment_answers_too(monkeypatch):
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    person = Person()
    setup.questions(person, yes=True, dry_run=False)
    assert person.asked == []


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40)
)
def test_what_is_written_is_read_back(value):
    path = Path("written.env")
    try:
        env_file.write(path, {"KEY": value, "OTHER": "1"})
    except env_file.BadValue:
        assert "${" in value
        return
    assert dotenv_values(path) == {"KEY": value, "OTHER": "1"}
