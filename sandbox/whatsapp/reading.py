"""Reading a request's JSON: every refusal names the field by its path (facts/whatsapp.md 12.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.whatsapp.errors import RefusedError, invalid, missing
from sandbox.whatsapp.records import Json

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object and its path. An optional field that is null counts as absent (11.5)."""

    raw: Json
    path: str = ""

    def at(self, name: str) -> str:
        """The full path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.raw.get(name) is not None

    def text(self, name: str, longest: int = 4096, *, code: int = 131009) -> str:
        """A required text of 1 to `longest` characters, not only blanks."""
        if not self.has(name):
            raise missing(self.at(name))
        value = self.raw[name]
        if not isinstance(value, str):
            raise RefusedError(code, f"{self.at(name)} must be text")
        if not value.strip() or len(value) > longest:
            why = f"length invalid. Min length: 1, max length: {longest}"
            raise RefusedError(code, f"{self.at(name)} {why}")
        return value

    def maybe(self, name: str, longest: int = 4096) -> str:
        """An optional text of at most `longest` characters; "" when absent."""
        return self.text(name, longest) if self.has(name) else ""

    def word(self, name: str, *allowed: str) -> str:
        """A required word out of a few, in any case; in lower case."""
        value = self.text(name, 128).lower()
        if value not in allowed:
            raise invalid(self.at(name), f"must be one of {', '.join(allowed)}")
        return value

    def object(self, name: str) -> "Fields":
        """A required object."""
        if not self.has(name):
            raise missing(self.at(name))
        value = self.raw[name]
        if not isinstance(value, dict):
            raise invalid(self.at(name), "must be an object")
        return Fields(value, self.at(name))

    def objects(self, name: str, least: int, most: int) -> "list[Fields]":
        """A required array of so many objects."""
        if not self.has(name):
            raise missing(self.at(name))
        value = self.raw[name]
        if not isinstance(value, list) or not least <= len(value) <= most:
            why = f"count invalid. Min allowed: {least}, max allowed: {most}"
            raise invalid(self.at(name), why)
        return list(self._items(name, value))

    def url(self, name: str, *, secure: bool = True) -> str:
        """A required http(s) address; plain http only on this machine where it must be secure."""
        value = self.text(name, LONGEST_URL)
        parts = _split(value)
        local = parts is not None and parts.hostname in LOOPBACK
        good = ("https", "http") if local or not secure else ("https",)
        if parts is None or parts.scheme not in good or not parts.hostname or " " in value:
            raise invalid(self.at(name), "is not a valid https address")
        return value

    def number(self, name: str, lowest: float, highest: float) -> float:
        """A required number, also as text."""
        if not self.has(name):
            raise missing(self.at(name))
        try:
            value = float(self.raw[name])
        except (TypeError, ValueError):
            raise invalid(self.at(name), "must be a number") from None
        if not lowest <= value <= highest:
            raise invalid(self.at(name), f"must be between {lowest} and {highest}")
        return value

    def _items(self, name: str, values: list[Any]) -> "Iterator[Fields]":
        for place, value in enumerate(values):
            path = f"{self.at(name)}[{place}]"
            if not isinstance(value, dict):
                raise invalid(path, "must be an object")
            yield Fields(value, path)


def unique(values: list[str], path: str) -> None:
    """Refuse a value that stands twice."""
    if len(set(values)) != len(values):
        raise invalid(path, "has a duplicate")


def _split(value: str) -> Any:
    try:
        return urlsplit(value)
    except ValueError:
        return None
