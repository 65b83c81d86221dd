"""The life of the templates: what Meta says of their status, category and quality is kept.

facts/whatsapp.md 3.2 and 5. A template that is lost or costs more is told to the admin at once.
"""

from typing import Any

from bot.service import Service
from bot.whatsapp.inbound import clean
from db.pool import Connection
from db.sql import sql

LOST = frozenset({"PAUSED", "REJECTED", "DISABLED", "FLAGGED", "LOCKED", "LIMIT_EXCEEDED"})
BACK = frozenset({"APPROVED", "REINSTATED"})


async def note(service: Service, connection: Connection, field: str, value: Any) -> None:
    """Keep one webhook's news of a template; other fields are not for us."""
    work = FIELDS.get(field)
    name, language = (
        _text(value, "message_template_name"),
        _text(value, "message_template_language"),
    )
    if work is not None and name and language:
        await work(service, connection, name, language, value)


async def _status(
    service: Service, connection: Connection, name: str, language: str, value: dict[str, Any]
) -> None:
    event = _text(value, "event").upper()
    status = "APPROVED" if event in BACK else event
    category, now = _text(value, "message_template_category") or None, service.clock.now()
    await connection.execute(sql("set_template_status"), name, language, status, category, now)
    if event in BACK:
        await connection.execute(sql("close_alert"), _subject(name, language), now)
    elif event in LOST:
        await _tell(service, connection, name, language, "admin.template_lost", event)


async def _category(
    service: Service, connection: Connection, name: str, language: str, value: dict[str, Any]
) -> None:
    """`correct_category` announces a change a day ahead, `previous_category` says it is done."""
    announced = _text(value, "correct_category").upper()
    category = announced or _text(value, "new_category").upper()
    if not announced:
        now = service.clock.now()
        await connection.execute(sql("set_template_category"), name, language, category, now)
    if category == "UTILITY":
        await connection.execute(sql("close_alert"), _subject(name, language), service.clock.now())
        return
    intent = "admin.template_will_cost" if announced else "admin.template_costs"
    await _tell(service, connection, name, language, intent, category)


async def _quality(
    service: Service, connection: Connection, name: str, language: str, value: dict[str, Any]
) -> None:
    score, now = _text(value, "new_quality_score").upper(), service.clock.now()
    await connection.execute(sql("set_template_quality"), name, language, score, now)
    if score == "RED":
        await _tell(service, connection, name, language, "admin.template_red", score)


async def _tell(
    service: Service, connection: Connection, name: str, language: str, intent: str, word: str
) -> None:
    """One alert a template until it is well again; the admin hears of each new kind of trouble."""
    now = service.clock.now()
    detail = f"{intent.removeprefix('admin.')} {word}"
    await connection.fetchrow(sql("raise_alert"), _subject(name, language), None, detail, now)
    key = f"{_subject(name, language)}:{intent}:{word}:{now:%Y%m%d%H%M}"
    shown = name.replace("_", " ")  # an underscore is markup in a chat
    values = {"template": f"{shown} ({language})", "what": word.lower()}
    await service.tell_admin(connection, key, intent, values)


def _subject(name: str, language: str) -> str:
    return f"template:{name}:{language}"


def _text(value: Any, key: str) -> str:
    found = value.get(key) if isinstance(value, dict) else None
    return clean(found)[:120] if isinstance(found, str) else ""


FIELDS = {
    "message_template_status_update": _status,
    "template_category_update": _category,
    "message_template_quality_update": _quality,
}
