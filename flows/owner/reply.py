"""What the owner's desk answers, and what it remembers until the next message."""

from typing import Any

from flows.messages import Button, Kind, Message
from flows.record import record, replace
from flows.texts import Texts


@record
class Memory:
    """What the desk asked last; the next message of the owner empties it."""

    asks: str = ""  # what a plain text would answer: dates:<property>, why:<booking>, pass
    about: str = ""  # the booking whose two buttons the last answer showed
    kept: str = ""  # the text that may be passed on

    def to_json(self) -> dict[str, Any]:
        """A JSON-able form that `from_json` reads back; what is empty is left out."""
        values = {"asks": self.asks, "about": self.about, "kept": self.kept}
        return {key: value for key, value in values.items() if value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Memory":
        """The memory that `to_json` wrote."""
        return cls(*(str(data.get(key, "")) for key in ("asks", "about", "kept")))


@record
class Reply:
    """One answer of the desk; no message where a move says everything itself."""

    message: Message | None = None
    memory: Memory = Memory()

    def asking(self, asks: str = "", about: str = "", kept: str = "") -> "Reply":
        """The same answer, remembering what it asked."""
        return replace(self, memory=Memory(asks, about, kept))


def text(words: str) -> Reply:
    """An answer in plain text."""
    return Reply(Message(Kind.TEXT, words))


def buttons(texts: Texts, words: str, *pairs: tuple[str, str]) -> Reply:
    """An answer with reply buttons from (id, text id)."""
    made = tuple(Button(key, texts(label)) for key, label in pairs)
    return Reply(Message(Kind.BUTTONS, words, buttons=made))
