"""Our messages in WhatsApp's JSON (facts/whatsapp.md 4.2)."""

from typing import Any

from flows.messages import Form, Kind, Message, TemplateCall


def free_form(message: Message) -> tuple[str, dict[str, Any]]:
    """(type, content) of a free-form message."""
    if message.form is not None and message.form.flow_id:
        return "interactive", _flow(message.form)
    if message.kind is Kind.TEXT:
        return "text", {"body": message.body, "preview_url": False}
    content: dict[str, Any] = {"type": str(_TYPES[message.kind]), "body": {"text": message.body}}
    if message.header:
        content["header"] = {"type": "text", "text": message.header}
    if message.footer:
        content["footer"] = {"text": message.footer}
    content["action"] = _action(message)
    return "interactive", content


def _flow(form: Form) -> dict[str, Any]:
    """A static Flow that opens on its screen with the data given (facts/whatsapp.md 4.2)."""
    parameters = {
        "flow_message_version": "3",
        "flow_id": form.flow_id,
        "flow_cta": form.label,
        "flow_token": form.token,
        "mode": "published",
        "flow_action": "navigate",
        "flow_action_payload": {"screen": form.screen, "data": form.data},
    }
    action = {"name": "flow", "parameters": parameters}
    return {"type": "flow", "body": {"text": form.body}, "action": action}


_TYPES = {
    Kind.BUTTONS: "button",
    Kind.LIST: "list",
    Kind.LINK: "cta_url",
    Kind.ASK_CONTACT: "request_contact_info",
}


def _action(message: Message) -> dict[str, Any]:
    if message.kind is Kind.BUTTONS:
        return {
            "buttons": [
                {"type": "reply", "reply": {"id": each.id, "title": each.title}}
                for each in message.buttons
            ]
        }
    if message.kind is Kind.LIST:
        return {
            "button": message.label,
            "sections": [{"rows": [_row(row) for row in message.rows]}],
        }
    if message.kind is Kind.LINK:
        parameters = {"display_text": message.label, "url": message.url}
        return {"name": "cta_url", "parameters": parameters}
    return {"name": "request_contact_info"}


def _row(row: Any) -> dict[str, str]:
    bare = {"id": row.id, "title": row.title}
    return bare | {"description": row.description} if row.description else bare


def template(call: TemplateCall) -> dict[str, Any]:
    """The content of a template message with named body values and quick-reply payloads."""
    values = [
        {"type": "text", "parameter_name": key, "text": text} for key, text in call.values.items()
    ]
    components: list[dict[str, Any]] = [{"type": "body", "parameters": values}]
    for index, payload in enumerate(call.payloads):
        components.append(
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": str(index),
                "parameters": [{"type": "payload", "payload": payload}],
            }
        )
    return {"name": call.name, "language": {"code": call.language}, "components": components}
