"""Which form a message goes out in: free, its template, or another one that says the same."""

from typing import Any

from bot.service import Service
from bot.whatsapp import booking_form
from bot.whatsapp.client import Refusal
from db.crash import Moment, crossing
from db.sql import sql
from flows.messages import Message, TemplateCall
from flows.record import record
from flows.templates import instead

UNUSABLE = frozenset(
    {"REJECTED", "PAUSED", "DISABLED", "DELETED", "PENDING_DELETION", "PENDING", "MISSING"}
)
# What an error of a send tells of its template, until a webhook or `setup` says otherwise.
TOLD_BY_ERROR = {132001: "MISSING", 132015: "PAUSED", 132016: "DISABLED"}
UTILITY = "UTILITY"


@record
class Form:
    """What is about to be sent: which form, and its content."""

    name: str  # free or template
    content: Message | TemplateCall


async def choose(
    service: Service, payload: dict[str, Any], message: Message | None, *, is_open: bool
) -> Form | None:
    """Free-form while the window is open, else the first template that can be had.

    A template that Meta prices as marketing gives way to a general one, but is better than
    silence. `message` is the payload's, where it is at hand. None: nothing can carry it now.
    """
    message = message or Message.from_json(payload["message"])
    if is_open and not payload.get("as_template"):
        may_be_form = not payload.get("as_question")
        return Form("free", await booking_form.dressed(service, message, wished=may_be_form))
    if "template" not in payload or payload.get("as_free"):
        return None
    calls = instead(TemplateCall.from_json(payload["template"]), message.as_text())
    names, languages = [each.name for each in calls], [each.language for each in calls]
    rows = await service.pool.fetch(sql("templates_named"), names, languages)
    known = {(row["name"], row["language"]): row for row in rows}
    usable = [call for call in calls if _status(known, call) not in UNUSABLE]
    cheap = [call for call in usable if _category(known, call) == UTILITY]
    return Form("template", (cheap or usable)[0]) if usable else None


async def note_error(service: Service, call: TemplateCall, refusal: Refusal) -> None:
    """Remember what a refused send tells of its template, so that the next try takes another."""
    status = TOLD_BY_ERROR.get(refusal.code)
    if status is not None:
        now = service.clock.now()
        with crossing(Moment.SEND_OTHERWISE):
            await service.pool.execute(
                sql("set_template_status"), call.name, call.language, status, None, now
            )


def _status(known: dict[tuple[str, str], Any], call: TemplateCall) -> str:
    """Without a word from WhatsApp a template counts as approved (design 7)."""
    row = known.get((call.name, call.language))
    return str(row["status"]) if row else "APPROVED"


def _category(known: dict[tuple[str, str], Any], call: TemplateCall) -> str:
    row = known.get((call.name, call.language))
    return str(row["category"]) if row else UTILITY
