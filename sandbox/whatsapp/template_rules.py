"""What a template must be like to be accepted (facts/whatsapp.md 5)."""

import re
from collections.abc import Callable
from itertools import groupby

from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.reading import Fields
from sandbox.whatsapp.records import Json

VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
FORMATS = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION")
# A utility template with such words is approved as marketing, as since April 2025.
PROMOTION = re.compile(
    r"\b(discount|offers?|sale|deals?|coupon|promo\w*|hurry|cashback|explore|book again"
    r"|\d+ ?% off)\b",
    re.IGNORECASE,
)


def refused(why: str) -> RefusedError:
    """100: the template cannot be."""
    return RefusedError(100, why)


def check_head(fields: Fields) -> tuple[str, str, str, str]:
    """Name, language, category and parameter format. Raises RefusedError."""
    name, language = fields.text("name", 512, code=100), fields.text("language", 16, code=100)
    if not NAME.fullmatch(name):
        raise refused("name: only lower-case letters, digits and underscores")
    if not LANGUAGE.fullmatch(language):
        raise refused("language: not a language code such as en or en_US")
    category = fields.text("category", 32, code=100).upper()
    if category not in CATEGORIES:
        raise refused(f"category: must be one of {', '.join(CATEGORIES)}")
    style = (fields.maybe("parameter_format", 32) or "POSITIONAL").upper()
    if style not in ("POSITIONAL", "NAMED"):
        raise refused("parameter_format: must be positional or named")
    return name, language, category, style


def check_components(fields: Fields, style: str) -> list[Json]:
    """The components, types in upper case. Raises RefusedError."""
    parts = fields.objects("components", 1, 6)
    kinds = [part.text("type", 32, code=100).upper() for part in parts]
    if len(set(kinds)) != len(kinds):
        raise refused("components: a type stands twice")
    if "BODY" not in kinds:
        raise refused("components: a body is required")
    for kind, part in zip(kinds, parts, strict=True):
        if kind not in CHECKS:
            raise refused(f"{part.at('type')}: {kind} is unknown")
        CHECKS[kind](part, style)
    return [_upper(part.raw) for part in parts]


def check_ttl(fields: Fields) -> int | None:
    """message_send_ttl_seconds: 30 to 43,200 s, or None for the default of 30 days."""
    value = fields.raw.get("message_send_ttl_seconds")
    if value is None or value == -1:
        return None
    if not isinstance(value, int) or not 30 <= value <= 43_200:
        raise refused("message_send_ttl_seconds: must be 30 to 43200, or -1")
    return value


def category_of(category: str, components: list[Json]) -> str:
    """The category that WhatsApp gives: a utility template that promotes is marketing."""
    text = " ".join(str(part.get("text", "")) for part in components)
    return "MARKETING" if category == "UTILITY" and PROMOTION.search(text) else category


def variables(text: str) -> list[str]:
    """The names or numbers of a text's variables, each once, in order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def _upper(component: Json) -> Json:
    made = {name: value for name, value in component.items() if value is not None}
    made["type"] = component["type"].upper()
    if "format" in made:
        made["format"] = made["format"].upper()
    if "buttons" in made:
        made["buttons"] = [each | {"type": each["type"].upper()} for each in made["buttons"]]
    return made


def _check_header(part: Fields, style: str) -> None:
    kind = part.text("format", 32, code=100).upper()
    if kind not in FORMATS:
        raise refused(f"{part.at('format')}: must be one of {', '.join(FORMATS)}")
    if kind == "TEXT":
        found = _check_variables(part, part.text("text", 60, code=100), style)
        if len(found) > 1:
            raise refused(f"{part.at('text')}: one variable at most")
        _check_examples(part, "header_text", found, style)
    elif kind != "LOCATION" and not _example(part).get("header_handle"):
        raise refused(f"{part.at('example')}: header_handle is required")


def _check_body(part: Fields, style: str) -> None:
    text = part.text("text", 1024, code=100)
    found = _check_variables(part, text, style)
    path = part.at("text")
    if VARIABLE.match(text.strip()) or re.search(r"\}\}$", text.strip()):
        raise refused(f"{path}: a variable may not stand first or last (2388299)")
    if re.search(r"\}\}\s*\{\{", text):
        raise refused(f"{path}: variables may not be adjacent (2388299)")
    words = len(re.findall(r"\w+", VARIABLE.sub(" ", text)))
    if found and words < 2 * len(VARIABLE.findall(text)) + 1:
        raise refused(f"{path}: too many variables for its length (2388293)")
    _check_examples(part, "body_text", found, style)


def _check_footer(part: Fields, _: str) -> None:
    if VARIABLE.search(part.text("text", 60, code=100)):
        raise refused(f"{part.at('text')}: no variables in a footer")


def _check_buttons(part: Fields, _: str) -> None:
    buttons = part.objects("buttons", 1, 10)
    kinds = [_check_button(button) for button in buttons]
    labels = [str(button.raw.get("text")) for button in buttons if button.has("text")]
    if len(set(labels)) != len(labels):
        raise refused(f"{part.at('buttons')}: two buttons have the same text")
    if [kind for kind, _ in groupby(kinds)].count("QUICK_REPLY") > 1:
        raise refused(f"{part.at('buttons')}: quick replies must stand together")
    for kind, most in (("URL", 2), ("PHONE_NUMBER", 1), ("REQUEST_CONTACT_INFO", 1)):
        if kinds.count(kind) > most:
            raise refused(f"{part.at('buttons')}: at most {most} of {kind}")


def _check_button(button: Fields) -> str:
    kind = button.text("type", 32, code=100).upper()
    if kind not in BUTTONS:
        raise refused(f"{button.at('type')}: {kind} is unknown")
    if kind != "REQUEST_CONTACT_INFO":
        label = button.text("text", 25, code=100)
        if VARIABLE.search(label) or "\n" in label:
            raise refused(f"{button.at('text')}: no variables or line breaks in a button")
    if kind == "URL":
        _check_url(button)
    if kind == "PHONE_NUMBER":
        button.text("phone_number", 20, code=100)
    return kind


def _check_url(button: Fields) -> None:
    url, path = button.url("url", secure=False), button.at("url")
    found = VARIABLE.findall(url)
    if len(found) > 1 or (found and not url.endswith("}}")):
        raise refused(f"{path}: one variable, at its end")
    if found and not button.raw.get("example"):
        raise refused(f"{button.at('example')}: is required")


def _check_variables(part: Fields, text: str, style: str) -> list[str]:
    found, path = variables(text), part.at("text")
    if style == "NAMED":
        if any(not re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in found):
            raise refused(f"{path}: named variables are lower-case letters and underscores")
    elif sorted(found) != sorted(str(n + 1) for n in range(len(found))):
        raise refused(f"{path}: variables are numbered from 1 without gaps")
    return found


def _check_examples(part: Fields, kind: str, found: list[str], style: str) -> None:
    if not found:
        return
    example, path = _example(part), part.at("example")
    if style == "NAMED":
        given = example.get(f"{kind}_named_params") or []
        named = [each.get("param_name") for each in given if isinstance(each, dict)]
        if sorted(map(str, named)) != sorted(found):
            raise refused(f"{path}: {kind}_named_params must name every variable")
        return
    rows = example.get(kind) or []
    row = rows[0] if rows and isinstance(rows[0], list) else rows
    if len(row) != len(found):
        raise refused(f"{path}: {kind} must have a value for every variable")


def _example(part: Fields) -> Json:
    example = part.raw.get("example")
    return example if isinstance(example, dict) else {}


CHECKS: dict[str, Callable[[Fields, str], None]] = {
    "HEADER": _check_header,
    "BODY": _check_body,
    "FOOTER": _check_footer,
    "BUTTONS": _check_buttons,
}
BUTTONS = {
    "QUICK_REPLY",
    "URL",
    "PHONE_NUMBER",
    "COPY_CODE",
    "FLOW",
    "REQUEST_CONTACT_INFO",
    "OTP",
}
