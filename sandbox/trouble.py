"""The trouble switches: what can be made to go wrong, and how it is switched on."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

Trouble = dict[str, dict[str, Any]]

QUIET: Trouble = {
    "webhooks": {
        "delay_seconds": 0,
        "drop_next": 0,  # so many webhooks are lost for good
        "drop_rate": 0,  # this share of them, 0 to 1
        "duplicate": 0,  # so many more copies of each
        "reorder": False,  # the newest first
        "batch": 1,  # events in one POST, 1 to 1,000 (facts/whatsapp.md 1.2)
    },
    "whatsapp": {
        "fail": None,  # one of FAILS, or an error code of facts/whatsapp.md 6 as text
        "fail_next": None,  # None: every call
        "window_errors": "sync",
        "status_contacts": "full",
        "skip_delivered": False,
        "hold_statuses": False,
        "unreachable": [],  # phones that answer 131026
        "unreachable_errors": "async",
        "sent_before_failed": False,  # whether `sent` is told before `failed`
        "template_status": "APPROVED",  # what a created template becomes at once
        "template_pacing": False,  # message_status held_for_quality_assessment
        "tap_context": True,  # whether a template button's webhook has `context`
        "mps": 80,  # 80, 1000 (upgraded), 20 (coexistence) or 0: unlimited
        "pair_rate": True,
        "daily_recipients": None,  # people outside windows a day: 250, 2000 ...
        "management_per_hour": 5000,
        "recipients_only": [],  # a test number: only these phones, else 131030
    },
    "paytm": {
        "down": False,
        "fail": None,
        "fail_next": None,
        "lose_callbacks": False,
        "duplicate_callbacks": 0,
        "refund": "auto",
    },
}
FAILS = {
    "429", "pair", "500", "html", "timeout_after_accept", "reset_after_accept", "reset", "down",
    "token_revoked", "maintenance",
}  # fmt: skip
_BOTH_WAYS = {"sync", "async", "both"}
_WORDS: dict[tuple[str, str], set[str]] = {
    ("whatsapp", "window_errors"): _BOTH_WAYS,
    ("whatsapp", "unreachable_errors"): _BOTH_WAYS,
    ("whatsapp", "status_contacts"): {"full", "no_profile", "wa_id_only", "absent"},
    ("whatsapp", "template_status"): {"APPROVED", "PENDING", "REJECTED"},
    ("paytm", "fail"): {"500", "501", "html", "hang", "reset", "refused"},
    ("paytm", "refund"): {
        "auto",
        "manual",
        "failed",
        "low_balance",
        "600",
        "607",
        "619",
        "626",
        "627",  # refused with this code, nothing is registered
        "617",
        "629",  # registered, but answered as a repeat
    },
}


class BadTroubleError(ValueError):
    """A switch that does not exist or cannot have this value; says which."""


def quiet() -> Trouble:
    """A board with every switch off."""
    return deepcopy(QUIET)


def switch(board: Trouble, wanted: Any) -> None:
    """Merge {"area": {"switch": value}} into the board, whole or not. Raises BadTroubleError."""
    if not isinstance(wanted, dict):
        raise BadTroubleError("a JSON object by area is expected")
    changes = [
        (area, name, _checked(area, name, value))
        for area, switches in wanted.items()
        for name, value in _switches(area, switches).items()
    ]
    for area, name, value in changes:
        board[area][name] = value


def still(board: Trouble) -> None:
    """Switch everything off, in place: others hold the board."""
    for area, switches in quiet().items():
        board[area] = switches


def _switches(area: str, switches: Any) -> dict[str, Any]:
    if area not in QUIET:
        raise BadTroubleError(f"no area {area!r}; there are {', '.join(QUIET)}")
    if not isinstance(switches, dict):
        raise BadTroubleError(f"{area} must be an object")
    return switches


def _checked(area: str, name: str, value: Any) -> Any:
    if name not in QUIET[area]:
        raise BadTroubleError(f"no switch {area}.{name}; there are {', '.join(QUIET[area])}")
    default = QUIET[area][name]
    value = default if value is None or value == "" else value
    wrong = value != default and not _fits(area, name, value)
    if wrong:
        raise BadTroubleError(f"{area}.{name} cannot be {value!r}")
    return value


def _fits(area: str, name: str, value: Any) -> bool:
    words = _WORDS.get((area, name))
    if words is not None:
        return value in words
    if name == "fail":
        return isinstance(value, str) and (value in FAILS or value.isdecimal())
    return _KINDS[type(QUIET[area][name])](name, value)


def _number(name: str, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return False
    return {"batch": 1 <= value <= 1000, "drop_rate": value <= 1}.get(name, True)


def _phones(_name: str, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


_KINDS: dict[type, Callable[[str, Any], bool]] = {
    bool: lambda _, value: isinstance(value, bool),
    int: _number,
    type(None): _number,
    list: _phones,
}
