"""Sending a template: its parameters against its definition, and what the phone shows (4.2, 5)."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from sandbox.whatsapp.errors import RefusedError, invalid, missing
from sandbox.whatsapp.interactive import SHARE
from sandbox.whatsapp.reading import Fields
from sandbox.whatsapp.records import Json, Template
from sandbox.whatsapp.registry import SENDABLE, Registry, Status
from sandbox.whatsapp.shelf import Shelf
from sandbox.whatsapp.template_rules import VARIABLE, variables

FORBIDDEN = re.compile(r"[\n\r\t]| {5}")
LONGEST_PAYLOAD = 256
DEFAULT_TTL = timedelta(days=30)


def read(fields: Fields, registry: Registry, shelf: Shelf) -> tuple[Template, Json]:
    """The template of a `template` body and the fields of the phone's message."""
    template = _find(fields, registry)
    given = _given(fields)
    parts = {part["type"]: part for part in template.components}
    shown: Json = {"type": "template"}
    shown["template"] = {"name": template.name, "language": template.language}
    shown |= _header(template, parts.get("HEADER"), given, shelf)
    shown["body"] = _filled(template, parts["BODY"]["text"], given.get("body"), "body")
    if len(shown["body"]) > 1024:
        raise RefusedError(132005, "Translated text too long: body has more than 1024 characters")
    shown["footer"] = parts.get("FOOTER", {}).get("text", "")
    return template, shown | _buttons(parts.get("BUTTONS", {}).get("buttons", []), given)


def _find(fields: Fields, registry: Registry) -> Template:
    name = fields.text("name", 512)
    language = fields.object("language").text("code", 16)
    template = registry.find(name, language)
    if template is None:
        raise RefusedError(132001, f"template name ({name}) does not exist in {language}")
    if template.status == Status.PAUSED:
        raise RefusedError(132015, f"template {name} in {language} is paused")
    if template.status == Status.DISABLED:
        raise RefusedError(132016, f"template {name} in {language} is disabled")
    if template.status not in SENDABLE:
        raise RefusedError(132001, f"template {name} in {language} is {template.status}")
    return template


def _given(fields: Fields) -> dict[str, Fields]:
    """The sent components by "header", "body" and "button 0"; types in any case (12.3)."""
    found: dict[str, Fields] = {}
    for part in fields.objects("components", 0, 20) if fields.has("components") else []:
        kind = part.word("type", "header", "body", "button", "footer", "limited_time_offer")
        name = f"button {_index(part)}" if kind == "button" else kind
        if name in found:
            raise invalid(part.at("type"), f"{name} stands twice")
        found[name] = part
    return found


def _index(part: Fields) -> int:
    """The button's place, which may be text or a number."""
    index = part.raw.get("index")
    if index is None:
        raise missing(part.at("index"))
    if isinstance(index, bool) or not str(index).isdecimal():
        raise invalid(part.at("index"), "must be a number from 0")
    return int(index)


def _header(template: Template, part: Json | None, given: dict[str, Fields], shelf: Shelf) -> Json:
    sent = given.get("header")
    if part is None:
        if sent is not None and sent.raw.get("parameters"):
            raise RefusedError(132000, "header: number of parameters (1) is not the expected (0)")
        return {}
    if part["format"] == "TEXT":
        return {"header": _filled(template, part["text"], sent, "header")}
    kind = part["format"].lower()
    parameters = sent.objects("parameters", 1, 1) if sent else []
    if not parameters:
        raise RefusedError(132012, f"header: format mismatch, expected {kind.upper()}")
    parameter = parameters[0]
    if parameter.text("type", 32).lower() != kind:
        raise RefusedError(132012, f"{parameter.at('type')}: format mismatch, expected {kind}")
    if kind == "location":
        return {"location": parameter.object("location").raw}
    return {"media": shelf.attachment(parameter.object(kind), kind)}


def _filled(template: Template, text: str, sent: Fields | None, where: str) -> str:
    """The text with its variables filled in. Raises RefusedError 132000, 132012 or 132018."""
    wanted = variables(text)
    parameters = list(_parameters(sent))
    if len(parameters) != len(wanted):
        counts = f"number of parameters ({len(parameters)}) is not the expected ({len(wanted)})"
        raise RefusedError(132000, f"{where}: {counts}")
    named = template.parameter_format == "NAMED"
    values = _by_name(parameters, wanted) if named else _by_place(parameters, wanted)
    return VARIABLE.sub(lambda match: values[match[1]], text)


def _parameters(sent: Fields | None) -> Iterator[Fields]:
    if sent is not None and sent.has("parameters"):
        yield from sent.objects("parameters", 0, 100)


def _by_name(parameters: list[Fields], wanted: list[str]) -> dict[str, str]:
    values = {}
    for parameter in parameters:
        name = parameter.raw.get("parameter_name")
        if name not in wanted:
            raise RefusedError(132012, f"{parameter.at('parameter_name')}: {name} is not expected")
        values[str(name)] = _value(parameter)
    if len(values) != len(wanted):
        raise RefusedError(132012, "parameter_name: a name stands twice")
    return values


def _by_place(parameters: list[Fields], wanted: list[str]) -> dict[str, str]:
    for parameter in parameters:
        if parameter.has("parameter_name"):
            raise RefusedError(132012, f"{parameter.at('parameter_name')}: is not expected")
    numbers = sorted(wanted, key=int)
    return {n: _value(parameter) for n, parameter in zip(numbers, parameters, strict=True)}


def _value(parameter: Fields) -> str:
    kind = parameter.text("type", 32).lower()
    if kind not in ("text", "currency", "date_time"):
        raise RefusedError(132012, f"{parameter.at('type')}: format mismatch, expected TEXT")
    holder = parameter if kind == "text" else parameter.object(kind)
    value = holder.text("text" if kind == "text" else "fallback_value", 1024)
    if FORBIDDEN.search(value):
        why = "cannot have new-line/tab characters or more than 4 consecutive spaces"
        raise RefusedError(132018, f"{holder.at('text')} {why}")
    return value


def _buttons(buttons: list[Json], given: dict[str, Fields]) -> Json:
    shown: Json = {"buttons": [], "url": None}
    for place, button in enumerate(buttons):
        sent = given.pop(f"button {place}", None)
        if sent is not None and sent.text("sub_type", 32).upper() != button["type"]:
            raise RefusedError(132012, f"{sent.at('sub_type')}: expected {button['type']}")
        SHOWN.get(button["type"], _nothing)(button, sent, shown)
    extra = [name for name in given if name.startswith("button")]
    if extra:
        raise RefusedError(132000, f"{extra[0]}: the template has {len(buttons)} buttons")
    return shown


def _nothing(button: Json, sent: Fields | None, shown: Json) -> None:
    """A button that does nothing here: a phone number, a code."""


def _quick_reply(button: Json, sent: Fields | None, shown: Json) -> None:
    payload = button["text"]  # WhatsApp sends the label when no payload was given
    for parameter in _parameters(sent):
        parameter.word("type", "payload", "text")
        name = "payload" if parameter.has("payload") else "text"
        payload = parameter.text(name, LONGEST_PAYLOAD)
    shown["buttons"].append({"id": payload, "title": button["text"]})


def _url(button: Json, sent: Fields | None, shown: Json) -> None:
    url, parameters = button["url"], list(_parameters(sent))
    if VARIABLE.search(url):
        if not parameters:
            raise RefusedError(131008, "button of type url requires a parameter")
        url = VARIABLE.sub(lambda _: parameters[0].text("text", 2000), url)
    elif parameters:
        raise RefusedError(132000, "button of type url has no variable")
    shown["url"] = shown["url"] or {"text": button["text"], "url": url}


def _share(_button: Json, _sent: Fields | None, shown: Json) -> None:
    shown["buttons"].append(dict(SHARE))


SHOWN: dict[str, Callable[[Json, Fields | None, Json], None]] = {
    "QUICK_REPLY": _quick_reply,
    "URL": _url,
    "REQUEST_CONTACT_INFO": _share,
}
