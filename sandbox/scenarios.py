"""Scenario files: whole stories as steps, played in the page and replayed as journey tests.

A file is TOML (written by hand) or JSON (exported by the page): `title`, `about` and `steps`.
A step is a table with one action and, for most actions, `who`: the key of a person.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from aiohttp import web

FOLDER = Path(__file__).parent / "scenarios"
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Action(StrEnum):
    """What a step does; the word is the step's key in the file."""

    SAY = "say"  # type a text
    TAP = "tap"  # a reply or template button: its title, or its place from 1
    CHOOSE = "choose"  # a row of a list: its title, or its place from 1
    OPEN = "open"  # a link button by its title
    PAY = "pay"  # the newest payment link, with an outcome of the demo Paytm
    SEND = "send"  # something that is no text: audio, location, sticker …
    SEES = "sees"  # the newest message contains this
    SEES_NOT = "sees_not"
    CLOCK = "clock"  # "+15m", "+1d", "reset" or an ISO time
    TROUBLE = "trouble"  # a table, merged into the switches
    NOTE = "note"  # a caption for the reader


ALONE = {Action.CLOCK, Action.TROUBLE, Action.NOTE}


class ScenarioError(ValueError):
    """A scenario file that cannot be read; names the file and the step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action and the person who does it (None: nobody's)."""

    action: Action
    value: Any
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story: the file's stem as key, a title, a sentence about it, and its steps."""

    key: str
    title: str
    about: str
    steps: tuple[Step, ...]


def load(folder: Path = FOLDER) -> tuple[Scenario, ...]:
    """Every scenario of the folder, by file name. Raises ScenarioError."""
    files = [path for path in sorted(folder.iterdir()) if path.suffix in {".toml", ".json"}]
    return tuple(read(path) for path in files)


def read(path: Path) -> Scenario:
    """The scenario in one file. Raises ScenarioError."""
    data = _parse(path)
    title, steps = data.get("title"), data.get("steps")
    if not isinstance(title, str) or not isinstance(steps, list) or not steps:
        raise ScenarioError(f"{path.name}: a scenario has a title and steps")
    read_steps = tuple(_step(each, f"{path.name}, step {n}") for n, each in enumerate(steps, 1))
    return Scenario(path.stem, title, str(data.get("about", "")), read_steps)


def _parse(path: Path) -> dict[str, Any]:
    text = path.read_text("utf-8")
    try:
        data = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        raise ScenarioError(f"{path.name}: {error}") from error
    if not isinstance(data, dict):
        raise ScenarioError(f"{path.name}: not a table")
    return data


def _step(table: Mapping[str, Any], place: str) -> Step:
    who, words = table.get("who"), [word for word in table if word != "who"]
    if len(words) != 1 or words[0] not in set(Action):
        raise ScenarioError(f"{place}: one action is needed, found {words}")
    action = Action(words[0])
    if (who is None) != (action in ALONE):
        raise ScenarioError(f"{place}: {action} {'takes no' if who else 'needs a'} person")
    return Step(action, table[words[0]], who)


def as_json(scenario: Scenario) -> dict[str, Any]:
    """The scenario as the page gets it: steps as they stand in the file."""
    steps = [
        ({"who": step.who} if step.who else {}) | {step.action.value: step.value}
        for step in scenario.steps
    ]
    return {
        "key": scenario.key,
        "title": scenario.title,
        "about": scenario.about,
        "steps": steps,
    }


def routes(folder: Path = FOLDER) -> list[web.RouteDef]:
    """GET /sandbox/api/scenarios; the files are read at each call, so that an edit shows."""

    async def listing(_: web.Request) -> web.Response:
        try:
            return web.json_response([as_json(each) for each in load(folder)])
        except ScenarioError as error:
            return web.json_response({"error": str(error)}, status=422)

    return [web.get("/sandbox/api/scenarios", listing)]


def expand(text: str, now: datetime) -> str:
    """The text with each {+N} written as the day N days after `now`, like "25 Dec"."""

    def day(match: re.Match[str]) -> str:
        date = now + timedelta(days=int(match[1]))
        return f"{date.day} {date:%b}"

    return re.sub(r"\{\+(\d+)\}", day, text)


def clock_change(value: str) -> dict[str, Any]:
    """The body for POST /sandbox/api/clock that a `clock` step stands for."""
    if value == "reset":
        return {"reset": True}
    match = re.fullmatch(r"\+(\d+)([smhd])", value)
    if match:
        return {"advance_seconds": int(match[1]) * UNIT_SECONDS[match[2]]}
    return {"to": value}


def words_of(message: Mapping[str, Any]) -> str:
    """All that a person can read in a message of the sandbox, without WhatsApp's markup."""
    parts = [str(message.get(part) or "") for part in ("header", "body", "footer")]
    parts += [each["title"] for each in options(message)]
    parts += [(message.get("url") or {}).get("text", ""), _list_label(message)]
    return _plain("\n".join(part for part in parts if part))


def _list_label(message: Mapping[str, Any]) -> str:
    return str((message.get("list") or {}).get("button", ""))


def options(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What can be tapped or chosen in a message: its buttons, then the rows of its list."""
    sections = (message.get("list") or {}).get("sections", [])
    return [*message.get("buttons", ()), *(row for each in sections for row in each["rows"])]


def contains(message: Mapping[str, Any], fragment: str) -> bool:
    """Whether the message says this: upper and lower case and markup do not matter."""
    return _plain(fragment) in words_of(message)


def _plain(text: str) -> str:
    return re.sub(r"[*_~`]+", "", text).casefold()


def newest_with(
    messages: list[dict[str, Any]], title: str | int
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The newest message that offers this button or row, with that option; None: nowhere."""
    for message in _from_bot(messages):
        found = option(message, title)
        if found:
            return message, found
    return None


def _from_bot(messages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (message for message in reversed(messages) if message["from"] == "bot")


def option(message: Mapping[str, Any], title: str | int) -> dict[str, Any] | None:
    """The button or row of a message with this title (or place, from 1), if it is there."""
    offered = options(message)
    if isinstance(title, int):
        return offered[title - 1] if 0 < title <= len(offered) else None
    return next((each for each in offered if _plain(each["title"]) == _plain(title)), None)
