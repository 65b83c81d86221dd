"""The dialogue engine: a form is a list of questions, and a question is one record."""

from collections.abc import Callable
from dataclasses import field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from flows.messages import (
    BUTTON_TITLE,
    MOST_BUTTONS,
    MOST_ROWS,
    ROW_TEXT,
    ROW_TITLE,
    Button,
    Form,
    Kind,
    Message,
    Row,
    clip,
)
from flows.record import record, replace
from flows.texts import Texts

S = TypeVar("S")  # the scene that the questions look at
OTHER = "other"  # the value of an option that leads to further ones
UNDO = "undo"  # the value of an option that brings back what was given up


class BadDialogue(ValueError):
    """The list of questions cannot work; the service refuses to start."""


class Shape(StrEnum):
    """How a question is put on the phone."""

    BUTTONS = "buttons"
    LIST = "list"
    TEXT = "text"
    CONTACT = "contact"


@record
class Option:
    """One answer that is offered: its value in ids, and what is read."""

    value: str
    title: str
    description: str = ""


@record
class Answer:
    """What a question found in a text: changes of the draft and the words it left over.

    A text may speak of the question without answering it: then `complaint` says why not, or
    `choices` holds what it may mean.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    rest: str = ""
    complaint: str | None = None
    choices: tuple[Option, ...] = ()


@record
class Question(Generic[S]):
    """One question of a form."""

    key: str
    prompt: Callable[[S], str]
    shape: Shape
    # The answer that a text or a tapped value holds; None: it holds none.
    parse: Callable[[str, S], "Answer | None"]
    # What is wrong with the answer that stands, in words for the guest; None: nothing.
    check: Callable[[S], str | None]
    options: Callable[[S], tuple[Option, ...]]
    skip: Callable[[S], bool]  # whether it need not be asked
    show: Callable[[S], str]  # the answer as the edit list shows it
    header: Callable[[S], str] | None = None
    footer: Callable[[S], str] | None = None
    label: str = ""  # text id of the list's button
    form: Callable[[S], Form | None] | None = None  # the same as a WhatsApp form


@record
class Dialogue(Generic[S]):
    """Questions in the order in which they are asked; refuses a badly formed list."""

    questions: tuple[Question[S], ...]

    def __post_init__(self) -> None:
        keys = [question.key for question in self.questions]
        if not keys:
            raise BadDialogue("a dialogue needs at least one question")
        for key in keys:
            if keys.count(key) > 1:
                raise BadDialogue(f"two questions are called {key!r}")
        for question in self.questions:
            _check_shape(question)

    def __getitem__(self, key: str) -> Question[S]:
        """The question of this key; raises KeyError."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(key)

    def next(self, scene: S) -> Question[S] | None:
        """The first question that is still open; None: the form is finished."""
        return next((each for each in self.questions if not each.skip(scene)), None)

    def complaint(self, scene: S) -> tuple[Question[S], str] | None:
        """The first answer that cannot stand, with the words that say why."""
        for question in self.questions:
            if words := question.check(scene):
                return question, words
        return None


def _check_shape(question: Question[Any]) -> None:
    if not question.key.isidentifier():
        raise BadDialogue(f"{question.key!r} cannot be part of a button's id")
    if question.shape is Shape.LIST and not question.label:
        raise BadDialogue(f"{question.key}: a list needs the label of its button")
    if question.shape is not Shape.LIST and question.label:
        raise BadDialogue(f"{question.key}: only a list has a label")


def ask(question: Question[S], scene: S, texts: Texts, revision: int, lead: str = "") -> Message:
    """The message that asks a question; `lead` is said first."""
    message = _asked(question, scene, texts, revision, lead)
    form = question.form(scene) if question.form else None
    if form is None:
        return message
    return replace(message, form=replace(form, body=f"{lead}\n\n{form.body}") if lead else form)


def _asked(question: Question[S], scene: S, texts: Texts, revision: int, lead: str) -> Message:
    body = "\n\n".join(part for part in (lead, question.prompt(scene)) if part)
    header = question.header(scene) if question.header else ""
    footer = question.footer(scene) if question.footer else ""
    options = question.options(scene)
    if question.shape is Shape.CONTACT:
        return Message(Kind.ASK_CONTACT, body)
    if not options or question.shape is Shape.TEXT:
        return Message(Kind.TEXT, body)
    key = f"d:{revision}:{question.key}="
    if question.shape is Shape.BUTTONS:
        shown = options[:MOST_BUTTONS]
        buttons = tuple(
            Button(key + option.value, title)
            for option, title in zip(shown, _titles(shown, BUTTON_TITLE), strict=True)
        )
        return Message(Kind.BUTTONS, body, header, footer, buttons=buttons)
    shown = options[:MOST_ROWS]
    rows = tuple(
        Row(key + option.value, title, clip(option.description, ROW_TEXT))
        for option, title in zip(shown, _titles(shown, ROW_TITLE), strict=True)
    )
    return Message(Kind.LIST, body, header, footer, rows=rows, label=texts(question.label))


def _titles(options: tuple[Option, ...], limit: int) -> list[str]:
    """Titles that fit and differ: what is alike when cut gets a number."""
    cut = [clip(option.title, limit) for option in options]
    return [
        title if title not in cut[:place] else f"{clip(title, limit - 3)} {place + 1}"
        for place, title in enumerate(cut)
    ]


def read_tap(payload: str) -> tuple[int, str, str] | None:
    """(revision, key, value) of a dialogue button's id; None: it is not one."""
    mark, _, rest = payload.partition(":")
    revision, _, answer = rest.partition(":")
    key, equals, value = answer.partition("=")
    if mark != "d" or not equals or not revision.isdigit():
        return None
    return int(revision), key, value
