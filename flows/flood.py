"""One person who writes too much: answered so often a minute, told once, then not at all."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

CALM = 0.5  # of the allowance free again: then the flood is over


class Verdict(StrEnum):
    """What becomes of a message."""

    ANSWER = "answer"
    NOTICE = "notice"  # the first one too many
    SILENT = "silent"


def weigh(
    seen: Mapping[str, Any] | None, now: datetime, a_minute: int
) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on a message that comes now, and what to remember of its sender.

    A bucket of `a_minute` messages that empties in a minute; 0 weighs nothing. Who was told is
    answered again when half of it is empty, so that a flood that goes on stays unanswered.
    """
    if not a_minute:
        return Verdict.ANSWER, {}
    at, before = now.timestamp(), seen or {}
    passed = max(0.0, at - float(before.get("at", at)))
    level = max(0.0, float(before.get("level", 0)) - passed * a_minute / 60)
    told = bool(before.get("told")) and level > a_minute * CALM
    if told:
        verdict = Verdict.SILENT
    else:
        verdict = Verdict.ANSWER if level + 1 <= a_minute else Verdict.NOTICE
    full = min(level + 1, float(a_minute))
    return verdict, {"level": full, "at": at, "told": verdict is not Verdict.ANSWER}
