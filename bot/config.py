"""Configuration: environment variables, also from `.env`, with every fault reported at once."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import env_file
from db import crash
from flows.rules import Rules

PHONE = re.compile(r"\+[1-9]\d{6,14}")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# None of them set: sandbox mode. Some set and some missing: an error that names the missing.
CREDENTIALS = (
    "WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "WHATSAPP_BUSINESS_ID", "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN", "PAYTM_MID", "PAYTM_MERCHANT_KEY", "ADMIN_PHONES",
)  # fmt: skip
SECRETS = CREDENTIALS[:-1]
SECRET = re.compile(r"TOKEN|SECRET|KEY|DATABASE_URL")  # names whose values are never shown
ENV = ".env"
KEY_LENGTH = 16
MID_LENGTH = 20
Minutes = Annotated[int, Field(ge=1)]


class BadConfig(ValueError):
    """The configuration cannot work; the message names every fault."""


def safe_url(value: str) -> str:
    """The URL if it is https, or http on this machine; raises ValueError saying what is wrong."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a URL such as https://book.example.in")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must be https unless its host is loopback")
    return value


class Config(BaseSettings):
    """All settings; field names are the variables in lower case (design 5 and 7)."""

    model_config = SettingsConfigDict(env_file=ENV, extra="ignore", frozen=True)

    database_url: str | None = None
    data_dir: Path = Path(".data")
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    public_url: str = "http://localhost:8080"
    whatsapp_token: str = ""
    whatsapp_phone_id: str = ""
    whatsapp_business_id: str = ""
    whatsapp_app_secret: str = ""
    whatsapp_app_secret_old: str = ""  # still believed while the secret is being changed
    whatsapp_verify_token: str = ""
    whatsapp_api_url: str = "https://graph.facebook.com"
    paytm_mid: str = ""
    paytm_merchant_key: str = ""
    paytm_merchant_key_old: str = ""  # still believed while the key is being changed
    paytm_api_url: str = "https://secure.paytmpayments.com"
    admin_phones: Annotated[tuple[str, ...], NoDecode] = ()
    host_name: str = "LoonCamp.shop"
    host_phone: str | None = None
    hold_minutes: Minutes = 15
    owner_nudge_minutes: Annotated[tuple[Minutes, ...], NoDecode] = (15, 30, 45)
    owner_answer_minutes: Minutes = 60
    owner_deadline_minutes: Minutes = 360
    cancel_undo_seconds: int = Field(30, ge=0)
    refunds: str = Field("auto", pattern="^(auto|manual)$")
    timezone: str = "Asia/Kolkata"
    ticket_grace_minutes: int = Field(0, ge=0)
    send_proof_seconds: Annotated[int, Field(ge=1)] = 120
    lease_seconds: Annotated[int, Field(ge=1)] = 30
    pair_seconds: int = Field(6, ge=0)
    trusted_proxies: int = Field(0, ge=0, le=9)  # our own, in front, that name the client
    guest_messages_a_minute: int = Field(20, ge=0)  # then one notice and silence; 0: all
    guest_holds_an_hour: int = Field(10, ge=0)  # 0: as many as wanted
    retention_days: Annotated[int, Field(ge=1)] = 365

    @field_validator("admin_phones", mode="before")
    @classmethod
    def _phones(cls, value: Any) -> Any:
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        wrong = [part for part in parts if part and not PHONE.fullmatch(part)]
        if wrong:
            raise ValueError("must be E.164 numbers such as +919800000000, separated by commas")
        return tuple(part for part in parts if part)

    @field_validator("owner_nudge_minutes", mode="before")
    @classmethod
    def _minutes(cls, value: Any) -> Any:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("host_phone")
    @classmethod
    def _one_phone(cls, value: str | None) -> str | None:
        if value and not PHONE.fullmatch(value):
            raise ValueError("must be an E.164 number such as +919800000000")
        return value or None

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("is not a known time zone; an example is Asia/Kolkata") from None
        return value

    @field_validator("public_url", "whatsapp_api_url", "paytm_api_url")
    @classmethod
    def _url(cls, value: str) -> str:
        return safe_url(value).rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str | None) -> str | None:
        if not value:
            return None
        try:
            parts = urlsplit(value)
            whole = parts.scheme in ("postgresql", "postgres") and (parts.port or True)
        except ValueError:
            whole = False
        if not whole:
            raise ValueError("must be as postgresql://user:password@host:5432/name")
        return value

    @field_validator("paytm_merchant_key", "paytm_merchant_key_old")
    @classmethod
    def _key(cls, value: str) -> str:
        if value and (len(value) != KEY_LENGTH or not value.isascii()):
            raise ValueError(f"must have exactly {KEY_LENGTH} ASCII characters, has {len(value)}")
        return value

    @field_validator("paytm_mid")
    @classmethod
    def _mid(cls, value: str) -> str:
        if len(value) > MID_LENGTH:
            raise ValueError(f"has at most {MID_LENGTH} characters")
        return value

    @model_validator(mode="wrap")
    @classmethod
    def _every_fault(cls, data: Any, handler: ModelWrapValidatorHandler["Config"]) -> "Config":
        """Name the missing credentials together with every wrong value."""
        missing = [name for name in CREDENTIALS if not data.get(name.lower())]
        faults = []
        if missing and len(missing) < len(CREDENTIALS):
            names = ", ".join(missing)
            faults.append(f"{names}: missing (set all credentials, or none for the sandbox)")
        demo = [name for name in SECRETS if data.get(name.lower()) == DEMO[name.lower()]]
        if demo and len(demo) < len(SECRETS):
            faults.append(f"{', '.join(demo)}: of the sandbox, and never beside real credentials")
        end = crash.fault(in_sandbox=len(missing) == len(CREDENTIALS) or bool(demo))
        if end:
            faults.append(end)
        try:
            made = handler(data)
        except ValidationError as error:
            faults = _faults(error) + faults
        if faults:
            raise ValueError("\n".join(faults))
        return made

    @property
    def in_sandbox(self) -> bool:
        """Whether the process runs against the local emulators."""
        return self.whatsapp_token in ("", DEMO["whatsapp_token"])

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """The secrets that may sign a webhook: the one in use and, while it changes, the old."""
        return tuple(filter(None, (self.whatsapp_app_secret, self.whatsapp_app_secret_old)))

    @property
    def admin_phone(self) -> str:
        """The admin who gets the cards."""
        return self.admin_phones[0]

    def rules(self) -> Rules:
        """The house rules for the pure code."""
        return Rules(
            hold_minutes=self.hold_minutes,
            nudge_minutes=self.owner_nudge_minutes,
            answer_minutes=self.owner_answer_minutes,
            deadline_minutes=self.owner_deadline_minutes,
            undo_seconds=self.cancel_undo_seconds,
            holds_an_hour=self.guest_holds_an_hour,
            refunds_auto=self.refunds == "auto",
            zone=ZoneInfo(self.timezone),
            grace_minutes=self.ticket_grace_minutes,
            host_name=self.host_name,
            host_phone=self.host_phone,
            public_url=self.public_url,
        )

    @property
    def lease(self) -> timedelta:
        """How long a row may be in one process's hands."""
        return timedelta(seconds=self.lease_seconds)

    @property
    def grace(self) -> timedelta:
        """How long after its lease an unanswered send still waits for its status."""
        return max(timedelta(), timedelta(seconds=self.send_proof_seconds) - self.lease)


# What the sandbox knows the service by. None of it opens anything outside this machine.
DEMO = {
    "whatsapp_token": "sandbox-token",
    "whatsapp_phone_id": "500100200300",
    "whatsapp_business_id": "300200100500",
    "whatsapp_app_secret": "sandbox-app-secret",
    "whatsapp_verify_token": "sandbox-verify-token",
    "paytm_mid": "SANDBOX0001",
    "paytm_merchant_key": "SandboxKey16byte",
    "admin_phones": "+919800000009",
}
DEMO_BUSINESS_PHONE = "+919800000001"


def load(**overrides: Any) -> Config:
    """The configuration of this process; raises BadConfig naming every fault at once."""
    file = Path(overrides.get("_env_file", ENV) or os.devnull)
    faults = env_file.oddities(file, [name.upper() for name in Config.model_fields])
    try:
        config = Config(**overrides)
    except ValidationError as error:
        places = env_file.places(file)
        faults += [_placed(file, places, line) for line in "\n".join(_faults(error)).splitlines()]
    if faults:
        raise BadConfig("\n".join(faults))
    return config


def _placed(file: Path, places: dict[str, int], fault: str) -> str:
    """The fault with the line of the file that has the value, where the file has it."""
    name = fault.partition(":")[0]
    from_file = name in places and not any(key.upper() == name for key in os.environ)
    return f"{fault} ({file}, line {places[name]})" if from_file else fault


def _faults(error: ValidationError) -> list[str]:
    lines = []
    for fault in error.errors(include_url=False):
        words = fault["msg"].removeprefix("Value error, ")
        if not fault["loc"]:
            lines.append(words)
            continue
        name = str(fault["loc"][0]).upper()
        shown = "" if SECRET.search(name) else f", is {fault['input']!r}"
        lines.append(f"{name}: {words}{shown}")
    return lines


def for_sandbox(config: Config, sandbox_url: str) -> Config:
    """The configuration that talks to the emulators at `sandbox_url`."""
    port = config.port
    urls = {
        "whatsapp_api_url": f"{sandbox_url}/graph",
        "paytm_api_url": f"{sandbox_url}/paytm",
        "public_url": f"http://localhost:{port}",
    }
    demo = DEMO | {"admin_phones": tuple(DEMO["admin_phones"].split(","))}
    host = {"host_phone": config.host_phone or "+919800000000"}
    return config.model_copy(update=demo | urls | host)
