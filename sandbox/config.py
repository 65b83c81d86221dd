"""What the sandbox must be told to be a faithful partner of one service."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PersonSeed:
    """A person who has a phone in the sandbox when it starts."""

    key: str
    name: str
    role: str  # guest, owner or admin: where the page shows the phone
    phone: str | None  # E.164 with +; None for a person who has none to share
    language: str = "en"
    hides_phone: bool = False  # behind a username: webhooks carry only the user id


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """Addresses and credentials shared with the service, and who is there at the start."""

    own_url: str  # base address of the sandbox itself, without a trailing slash
    service_url: str  # base address of the service: webhooks and clock changes go there
    phone_id: str
    business_id: str
    business_phone: str  # E.164 with +
    token: str
    app_secret: str
    verify_token: str
    paytm_mid: str
    paytm_key: str  # 16 characters
    people: tuple[PersonSeed, ...] = field(default=())
    data_file: Path | None = None  # where the sandbox keeps its state; None: memory only
