"""Configuration: every fault at once and by name, the sandbox all or nothing, the defaults."""

from datetime import timedelta

import pytest

from bot.config import CREDENTIALS, DEMO, SECRETS, BadConfig, load
from tests.bot.conftest import settings

REAL = {key.upper(): str(value) for key, value in settings().items() if key != "_env_file"}


@pytest.fixture
def environ(monkeypatch, tmp_path):
    """`environ(NAME=value)`: exactly these variables, and no .env beside them."""
    monkeypatch.chdir(tmp_path)
    for name in {*REAL, "DATABASE_URL", "DATA_DIR", "HOST", "PORT", "PUBLIC_URL"}:
        monkeypatch.delenv(name, raising=False)

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


def faults() -> list[str]:
    with pytest.raises(BadConfig) as caught:
        load()
    return str(caught.value).splitlines()


def test_nothing_set_is_the_sandbox_with_the_defaults_of_the_design(environ):
    config = load()
    assert config.in_sandbox
    defaults = {
        "database_url": None, "host": "127.0.0.1", "port": 8080,
        "public_url": "http://localhost:8080",
        "whatsapp_api_url": "https://graph.facebook.com",
        "paytm_api_url": "https://secure.paytmpayments.com",
        "host_name": "LoonCamp.shop", "host_phone": None, "hold_minutes": 15,
        "owner_nudge_minutes": (15, 30, 45), "owner_answer_minutes": 60,
        "owner_deadline_minutes": 360, "cancel_undo_seconds": 30, "refunds": "auto",
        "timezone": "Asia/Kolkata", "ticket_grace_minutes": 0, "send_proof_seconds": 120,
        "pair_seconds": 6, "retention_days": 365,
    }  # fmt: skip
    assert {name: getattr(config, name) for name in defaults} == defaults
    assert str(config.data_dir) == ".data"


def test_all_credentials_set_is_the_real_thing(environ):
    environ(**REAL)
    assert not load().in_sandbox


@pytest.mark.parametrize("name", CREDENTIALS)
def test_one_missing_credential_is_named(environ, name):
    environ(**{key: value for key, value in REAL.items() if key != name})
    (fault,) = faults()
    assert name in fault and "missing" in fault
    assert not any(other in fault for other in set(CREDENTIALS) - {name})


@pytest.mark.parametrize("name", CREDENTIALS)
def test_one_credential_alone_is_not_the_sandbox(environ, name):
    environ(**{name: REAL[name]})
    text = "\n".join(faults())
    assert all(other in text for other in set(CREDENTIALS) - {name})


def test_an_empty_credential_is_a_missing_one(environ):
    environ(**(REAL | {"WHATSAPP_APP_SECRET": ""}))
    assert "WHATSAPP_APP_SECRET" in "\n".join(faults())


@pytest.mark.parametrize("name", SECRETS)
def test_real_credentials_never_meet_the_sandboxs(environ, name):
    environ(**(REAL | {name: DEMO[name.lower()]}))
    (fault,) = faults()
    assert fault.startswith(f"{name}: of the sandbox")


def test_a_service_by_hand_may_use_the_whole_sandbox(environ):
    environ(**{name.upper(): value for name, value in DEMO.items()})
    assert load().in_sandbox


WRONG = {
    "PORT": "eighty",
    "HOLD_MINUTES": "0",
    "OWNER_NUDGE_MINUTES": "15,soon",
    "OWNER_ANSWER_MINUTES": "1.5",
    "OWNER_DEADLINE_MINUTES": "-1",
    "CANCEL_UNDO_SECONDS": "-1",
    "REFUNDS": "perhaps",
    "TIMEZONE": "Asia/Atlantis",
    "PUBLIC_URL": "http://book.example.in",
    "WHATSAPP_API_URL": "graph.facebook.com",
    "PAYTM_API_URL": "ftp://x",
    "PAYTM_MERCHANT_KEY": "short",
    "ADMIN_PHONES": "98220 12345",
    "HOST_PHONE": "022-12345",
    "TICKET_GRACE_MINUTES": "x",
    "SEND_PROOF_SECONDS": "0",
    "LEASE_SECONDS": "0",
    "PAIR_SECONDS": "-6",
    "RETENTION_DAYS": "0",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named(environ, name):
    environ(**(REAL | {name: WRONG[name]}))
    found = faults()
    assert len(found) == 1
    assert found[0].startswith(f"{name}: ")


def test_every_fault_is_told_at_once(environ):
    environ(**{**REAL, **WRONG, "WHATSAPP_TOKEN": ""})
    text = "\n".join(faults())
    assert [name for name in (*WRONG, "WHATSAPP_TOKEN") if name not in text] == []


def test_no_secret_is_repeated_in_a_fault(environ):
    environ(**(REAL | {"PAYTM_MERCHANT_KEY": "my-secret-key", "PORT": "x"}))
    assert "my-secret-key" not in "\n".join(faults())


@pytest.mark.parametrize(
    ("name", "value"),
    [("PAYTM_MERCHANT_KEY", "é" * 16), ("PAYTM_MID", "M" * 21)],
)
def test_what_paytms_checksum_cannot_take_is_told_before_anything_starts(environ, name, value):
    environ(**(REAL | {name: value}))
    assert faults()[0].startswith(f"{name}: ")


@pytest.mark.parametrize(
    "url", ["https://book.example.in", "http://localhost:1", "http://127.0.0.1", "http://[::1]:80"]
)
def test_https_or_loopback(environ, url):
    environ(PUBLIC_URL=url + "/")
    assert load().public_url == url


def test_a_dotenv_file_is_read_and_the_environment_wins(environ, tmp_path):
    (tmp_path / ".env").write_text("HOLD_MINUTES=20\nHOST_NAME=Camp\nUNKNOWN=1\n")
    environ(HOST_NAME="Villa")
    config = load()
    assert (config.hold_minutes, config.host_name) == (20, "Villa")


def test_lists_are_written_with_commas(environ):
    environ(**(REAL | {"ADMIN_PHONES": "+919800000009, +919800000010",
                       "OWNER_NUDGE_MINUTES": "5,10"}))  # fmt: skip
    config = load()
    assert config.admin_phones == ("+919800000009", "+919800000010")
    assert config.admin_phone == "+919800000009"
    assert config.owner_nudge_minutes == (5, 10)


def test_the_proof_time_covers_the_lease(environ):
    environ(SEND_PROOF_SECONDS="120", LEASE_SECONDS="30")
    assert load().grace == timedelta(seconds=90)
    environ(SEND_PROOF_SECONDS="10")
    assert load().grace == timedelta(0)
