"""Interactive messages: what WhatsApp accepts (facts/whatsapp.md 4.2) and what a phone shows."""

from collections.abc import Callable

from sandbox.whatsapp.errors import RefusedError, invalid, missing
from sandbox.whatsapp.reading import Fields, unique
from sandbox.whatsapp.records import Json
from sandbox.whatsapp.shelf import Shelf

SHARE = {"id": "share_contact_info", "title": "Share contact info"}
SEND_LOCATION = {"id": "send_location", "title": "Send location"}
MEDIA_HEADERS = ("image", "video", "document")


def read(fields: Fields, shelf: Shelf) -> Json:
    """The fields of the phone's message for an `interactive` body. Raises RefusedError."""
    kind = fields.text("type", 64).lower()
    if kind in ("order_details", "order_status"):
        raise RefusedError(134011, "WhatsApp Payments terms are not accepted")
    if kind not in KINDS:
        raise invalid("interactive.type", f"{kind} is not supported")
    shown = KINDS[kind](fields, shelf)
    longest = 4096 if kind == "list" else 1024
    shown["body"] = fields.object("body").text("text", longest)
    if fields.has("footer"):
        shown["footer"] = fields.object("footer").text("text", 60)
    if fields.has("header"):
        shown |= _header(fields.object("header"), shelf, text_only=kind == "list")
    return shown


def _header(header: Fields, shelf: Shelf, *, text_only: bool) -> Json:
    kind = header.word("type", "text", *(() if text_only else MEDIA_HEADERS))
    if kind == "text":
        return {"header": header.text("text", 60)}
    return {"media": shelf.attachment(header.object(kind), kind)}


def _buttons(fields: Fields, _: Shelf) -> Json:
    buttons = fields.object("action").objects("buttons", 1, 3)
    replies = [_reply(button) for button in buttons]
    unique([reply["id"] for reply in replies], "interactive.action.buttons: reply.id")
    unique([reply["title"] for reply in replies], "interactive.action.buttons: reply.title")
    return {"type": "buttons", "buttons": replies}


def _reply(button: Fields) -> Json:
    button.word("type", "reply")
    reply = button.object("reply")
    return {"id": reply.text("id", 256), "title": reply.text("title", 20)}


def _list(fields: Fields, _: Shelf) -> Json:
    action = fields.object("action")
    label = action.text("button", 20)
    sections = action.objects("sections", 1, 10)
    shown = [_section(section, needs_title=len(sections) > 1) for section in sections]
    rows = [row["id"] for section in shown for row in section["rows"]]
    if len(rows) > 10:
        raise invalid("interactive.action.sections", "total row count exceeds the maximum of 10")
    unique(rows, "interactive.action.sections: rows.id")
    return {"type": "list", "choices": {"button": label, "sections": shown}}


def _section(section: Fields, *, needs_title: bool) -> Json:
    if needs_title and not section.has("title"):
        raise missing(section.at("title"))
    rows = [_row(row) for row in section.objects("rows", 1, 1000)]
    return {"title": section.maybe("title", 24), "rows": rows}


def _row(row: Fields) -> Json:
    return {
        "id": row.text("id", 200),
        "title": row.text("title", 24),
        "description": row.maybe("description", 72),
    }


def _cta_url(fields: Fields, _: Shelf) -> Json:
    action = fields.object("action")
    action.word("name", "cta_url")
    parameters = action.object("parameters")
    link = {"text": parameters.text("display_text", 20), "url": parameters.url("url")}
    return {"type": "cta_url", "url": link}


def _flow(fields: Fields, shelf: Shelf) -> Json:
    action = fields.object("action")
    action.word("name", "flow")
    parameters = action.object("parameters")
    _flow_version(parameters)
    mode = parameters.word("mode", "draft", "published") if parameters.has("mode") else "published"
    flow = shelf.flow(parameters, published=mode == "published")
    shown = {
        "id": flow.id,
        "name": flow.name,
        "cta": parameters.text("flow_cta", 20),
        "token": parameters.maybe("flow_token", 512) or "unused",
        "json": flow.json,
    }
    return {"type": "flow", "flow": shown | _flow_start(parameters)}


def _flow_version(parameters: Fields) -> None:
    if str(parameters.raw.get("flow_message_version")) != "3":
        raise invalid(parameters.at("flow_message_version"), "must be 3")


def _flow_start(parameters: Fields) -> Json:
    """The first screen and its data; with data_exchange the endpoint decides (10)."""
    action = "navigate"
    if parameters.has("flow_action"):
        action = parameters.word("flow_action", "navigate", "data_exchange")
    if not parameters.has("flow_action_payload"):
        return {"screen": None, "data": {}}
    payload = parameters.object("flow_action_payload")
    if payload.raw.get("data") == {}:
        raise invalid(payload.at("data"), "must not be empty")
    screen = payload.text("screen", 256) if action == "navigate" else None
    return {"screen": screen, "data": payload.object("data").raw if payload.has("data") else {}}


def _location_request(fields: Fields, _: Shelf) -> Json:
    fields.object("action").word("name", "send_location")
    return {"type": "location_request", "buttons": [dict(SEND_LOCATION)]}


def _contact_request(fields: Fields, _: Shelf) -> Json:
    fields.object("action").word("name", "request_contact_info")
    return {"type": "contact_request", "buttons": [dict(SHARE)]}


KINDS: dict[str, Callable[[Fields, Shelf], Json]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _cta_url,
    "flow": _flow,
    "location_request_message": _location_request,
    "request_contact_info": _contact_request,
}
