"""The webhooks of templates: their status, category and quality (facts/whatsapp.md 3.2)."""

from typing import Any

from sandbox.whatsapp.account import Account
from sandbox.whatsapp.hooks import Event
from sandbox.whatsapp.records import Json, Template
from sandbox.whatsapp.registry import Status

REASONS = {Status.REJECTED: "TAG_CONTENT_MISMATCH"}


def tell_status(account: Account, template: Template, event: str = "", **extra: Any) -> None:
    """message_template_status_update, with disable_info, other_info or rejection_info."""
    event = event or template.status
    item = _named(template) | {
        "event": event,
        "message_template_category": template.category,
        "reason": REASONS.get(Status(template.status), "NONE"),
    }
    _tell(account, template, "message_template_status_update", item | extra)


def tell_category(account: Account, template: Template, previous: str) -> None:
    """template_category_update in its done form."""
    item = {"previous_category": previous, "new_category": template.category}
    _tell(account, template, "template_category_update", _named(template) | item)


def warn_category(account: Account, template: Template, correct: str) -> None:
    """template_category_update as the warning 24 hours ahead."""
    item: Json = {"new_category": template.category, "correct_category": correct}
    item["category_update_timestamp"] = int(account.now().timestamp()) + 86_400
    _tell(account, template, "template_category_update", _named(template) | item)


def tell_quality(account: Account, template: Template, previous: str) -> None:
    """message_template_quality_update."""
    item = {"previous_quality_score": previous, "new_quality_score": template.quality}
    _tell(account, template, "message_template_quality_update", _named(template) | item)


def _named(template: Template) -> Json:
    return {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }


def _tell(account: Account, template: Template, field: str, item: Json) -> None:
    facts = {"name": template.name, "language": template.language, "status": template.status}
    account.world.journal.add("template", **facts, category=template.category, field=field)
    account.hooks.emit(Event(item, "", field=field))
