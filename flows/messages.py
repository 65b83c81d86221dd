"""Messages as values, independent of the wire, and WhatsApp's limits on them."""

from dataclasses import asdict, field
from enum import StrEnum
from typing import Any

from flows.record import record
from flows.record import values as fields


class Kind(StrEnum):
    """The elements of WhatsApp that we send (facts/whatsapp.md 4.2)."""

    TEXT = "text"
    BUTTONS = "buttons"
    LIST = "list"
    LINK = "cta_url"
    ASK_CONTACT = "request_contact_info"


@record
class Button:
    """A reply button: what comes back, and what is read."""

    id: str
    title: str


@record
class Row:
    """A row of a list: what comes back, and what is read."""

    id: str
    title: str
    description: str = ""


@record
class Form:
    """A published form (Flow) that may be sent instead of a message; `flow_id` where it is."""

    language: str
    token: str  # comes back with the answers
    screen: str
    body: str
    label: str  # of the button that opens it
    data: dict[str, Any]
    flow_id: str = ""


@record
class Message:
    """One message in the recipient's language, ready to be put on the wire."""

    kind: Kind
    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    rows: tuple[Row, ...] = ()
    label: str = ""  # of the list's button, or of the link
    url: str = ""
    form: Form | None = None  # asks the same; sent where WhatsApp has it

    def as_text(self) -> str:
        """The words of the message, and where its link leads, as one text."""
        return "\n".join(part for part in (self.header, self.body, self.url) if part)

    def to_json(self) -> dict[str, Any]:
        """A JSON-able form that `from_json` reads back."""
        values = {name: value for name, value in fields(self).items() if value}
        if self.buttons:
            values["buttons"] = [{"id": each.id, "title": each.title} for each in self.buttons]
        if self.rows:
            values["rows"] = [
                {"id": each.id, "title": each.title, "description": each.description}
                for each in self.rows
            ]
        if self.form:
            values["form"] = asdict(self.form)
        return values

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Message":
        """The message that `to_json` wrote."""
        values = dict(data)
        values["kind"] = Kind(values["kind"])
        values["buttons"] = tuple(Button(**item) for item in values.get("buttons", ()))
        values["rows"] = tuple(Row(**item) for item in values.get("rows", ()))
        values["form"] = Form(**values["form"]) if values.get("form") else None
        return cls(**values)


@record
class TemplateCall:
    """The approved template that says the same when the 24-hour window is closed."""

    name: str
    language: str
    values: dict[str, str]
    payloads: tuple[str, ...] = ()  # one for each quick-reply button, in their order

    def to_json(self) -> dict[str, Any]:
        """A JSON-able form that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "TemplateCall":
        """The call that `to_json` wrote."""
        return cls(**{**data, "payloads": tuple(data["payloads"])})


@record
class Outgoing:
    """A message for one person, in both forms; the sender picks one by the window."""

    to: int  # person_id
    intent: str  # what it is for: guest.paid, owner.request
    message: Message
    template: TemplateCall | None = None
    quote: str | None = None  # intent of the same booking whose message is quoted
    extra: dict[str, Any] = field(default_factory=dict)


LIMITS: dict[Kind, int] = {
    Kind.TEXT: 4096,
    Kind.BUTTONS: 1024,
    Kind.LIST: 4096,
    Kind.LINK: 1024,
    Kind.ASK_CONTACT: 1024,
}
EDGE_TEXT = 60  # header and footer
BUTTON_TITLE = 20
BUTTON_ID = 256
MOST_BUTTONS = 3
ROW_TITLE = 24
ROW_TEXT = 72
ROW_ID = 200
MOST_ROWS = 10
FORM_BODY, FORM_TOKEN = 1024, 512
OPTION_TITLE, MOST_OPTIONS = 30, 200  # of a dropdown in a form (facts/whatsapp.md 10)


def problems(message: Message) -> list[str]:
    """What WhatsApp would refuse in this message (facts/whatsapp.md 4.2); empty: nothing."""
    found = [
        _over("body", message.body, LIMITS[message.kind]),
        _over("header", message.header, EDGE_TEXT),
        _over("footer", message.footer, EDGE_TEXT),
        _over("label", message.label, BUTTON_TITLE),
        "" if message.body.strip() else "body is empty",
    ]
    found += _form_problems(message.form) if message.form else []
    found += _button_problems(message) if message.kind is Kind.BUTTONS else []
    found += _row_problems(message) if message.kind is Kind.LIST else []
    if message.kind in (Kind.LIST, Kind.LINK) and not message.label:
        found.append("label is empty")
    if message.kind is Kind.LINK and not message.url.startswith(("https://", "http://")):
        found.append("url is missing")
    return [problem for problem in found if problem]


def _form_problems(form: Form) -> list[str]:
    found = [
        _over("form body", form.body, FORM_BODY),
        _over("form label", form.label, BUTTON_TITLE),
        _over("form token", form.token, FORM_TOKEN),
    ]
    for value in form.data.values():
        options = value if isinstance(value, list) else []
        if len(options) > MOST_OPTIONS and isinstance(options[0], dict):
            found.append(f"{len(options)} options")
        found += [_over("option", o["title"], OPTION_TITLE) for o in options if isinstance(o, dict)]
    return found


def _button_problems(message: Message) -> list[str]:
    found = [_over("button", each.title, BUTTON_TITLE) for each in message.buttons]
    found += [_over("button id", each.id, BUTTON_ID) for each in message.buttons]
    if not 1 <= len(message.buttons) <= MOST_BUTTONS:
        found.append(f"{len(message.buttons)} buttons")
    return found + _repeats(message.buttons)


def _row_problems(message: Message) -> list[str]:
    found = [_over("row", each.title, ROW_TITLE) for each in message.rows]
    found += [_over("row text", each.description, ROW_TEXT) for each in message.rows]
    found += [_over("row id", each.id, ROW_ID) for each in message.rows]
    if not 1 <= len(message.rows) <= MOST_ROWS:
        found.append(f"{len(message.rows)} rows")
    return found + _repeats(message.rows)


def _repeats(parts: tuple[Button, ...] | tuple[Row, ...]) -> list[str]:
    ids, titles = {part.id for part in parts}, {part.title for part in parts}
    same = len(ids) < len(parts) or len(titles) < len(parts)
    empty = any(not part.title.strip() for part in parts)
    return ["repeated id or title"] * same + ["empty title"] * empty


def _over(what: str, text: str, limit: int) -> str:
    return f"{what} has {len(text)} of {limit} characters: {text!r}" if len(text) > limit else ""


def clip(text: str, limit: int) -> str:
    """The text, cut with an ellipsis where it is longer than the limit."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
