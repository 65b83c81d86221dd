"""The account's message templates: by name and language, with their lives (facts/whatsapp.md 5)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.records import Json, Template, plain, restored

NAME_LOCKED_FOR = timedelta(days=30)
PAUSED_FOR = (timedelta(hours=3), timedelta(hours=6))  # the third time it is disabled
EDITS_IN_30_DAYS = 10
MOST_TEMPLATES = 6_000
CREATIONS_AN_HOUR = 100


class Status(StrEnum):
    """The statuses that a template can be put into."""

    APPROVED = "APPROVED"
    PENDING = "PENDING"
    REJECTED = "REJECTED"
    PAUSED = "PAUSED"
    DISABLED = "DISABLED"
    FLAGGED = "FLAGGED"
    IN_APPEAL = "IN_APPEAL"
    ARCHIVED = "ARCHIVED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"


SENDABLE = {Status.APPROVED, Status.FLAGGED}


@dataclass(slots=True)
class Registry:
    """Templates by (name, language); names that were deleted are locked for 30 days."""

    templates: dict[tuple[str, str], Template] = field(default_factory=dict)
    locked: dict[str, datetime] = field(default_factory=dict)

    def find(self, name: str, language: str) -> Template | None:
        """The template with this very name and language."""
        return self.templates.get((name, language))

    def by_id(self, template_id: str) -> Template | None:
        """The template with this id."""
        return next((t for t in self.templates.values() if t.id == template_id), None)

    def add(self, template: Template) -> None:
        """Keep a new template. Raises RefusedError 100, or 80007 above 100 an hour."""
        key, now = (template.name, template.language), template.created_at
        if key in self.templates:
            raise RefusedError(100, f"name: {template.language} content of it already exists")
        if self.locked.get(template.name, now) > now:
            raise RefusedError(100, "name: a deleted name is locked for 30 days")
        if any(_same(template, other) for other in self.templates.values()):
            raise RefusedError(100, "components: a template with the same content exists")
        recent = sum(t.created_at > now - timedelta(hours=1) for t in self.templates.values())
        if recent >= CREATIONS_AN_HOUR:
            raise RefusedError(80007, "100 templates were created within an hour")
        if len(self.templates) >= MOST_TEMPLATES:
            raise RefusedError(100, f"the account has {MOST_TEMPLATES} templates")
        self.templates[key] = template

    def edit(self, template: Template, components: list[Json], now: datetime) -> None:
        """Replace the content. Raises RefusedError 100 above once a day or 10 times in 30 days."""
        times = [datetime.fromisoformat(at) for at in template.edits]
        recent = [at for at in times if at > now - timedelta(days=30)]
        if template.status == Status.APPROVED:
            if any(at > now - timedelta(days=1) for at in recent):
                raise RefusedError(100, "an approved template can be edited once in 24 hours")
            if len(recent) >= EDITS_IN_30_DAYS:
                raise RefusedError(100, "an approved template can be edited 10 times in 30 days")
        template.components = components
        template.edits = [at.isoformat() for at in [*recent, now]]

    def delete(self, name: str, template_id: str | None, now: datetime) -> list[Template]:
        """Delete a name in all languages, or one of them. Raises RefusedError 100."""
        found = [t for t in self.templates.values() if t.name == name]
        found = [t for t in found if template_id in (None, t.id)]
        if not found:
            raise RefusedError(100, f"name: no template {name}")
        for template in found:
            del self.templates[template.name, template.language]
        self.locked[name] = now + NAME_LOCKED_FOR
        return found

    def pause(self, template: Template, now: datetime) -> str:
        """Pause a template: 3 h, then 6 h, then it is disabled; the title for the webhook."""
        template.pauses += 1
        if template.pauses > len(PAUSED_FOR):
            template.status = Status.DISABLED
            return "DISABLED"
        template.status = Status.PAUSED
        template.paused_until = now + PAUSED_FOR[template.pauses - 1]
        return ("FIRST_PAUSE", "SECOND_PAUSE")[template.pauses - 1]

    def wake(self, now: datetime) -> list[Template]:
        """End the pauses that are over; which ones."""
        over = [t for t in self.templates.values() if t.paused_until and t.paused_until <= now]
        for template in over:
            template.paused_until = None
            if template.status == Status.PAUSED:
                template.status = Status.APPROVED
        return over

    def dump(self) -> Json:
        """All templates and locks, JSON-able."""
        return {
            "templates": [plain(template) for template in self.templates.values()],
            "locked": {name: until.isoformat() for name, until in self.locked.items()},
        }

    def load(self, stored: Json) -> None:
        """Take up what `dump` wrote."""
        kept = [restored(Template, row) for row in stored["templates"]]
        self.templates = {(t.name, t.language): t for t in kept}
        self.locked = {name: datetime.fromisoformat(at) for name, at in stored["locked"].items()}


def _same(one: Template, other: Template) -> bool:
    """Identical content in one language under two names is a duplicate."""
    return one.language == other.language and one.components == other.components


def count_by_status(registry: Registry) -> Counter[str]:
    """How many templates are in each status."""
    return Counter(template.status for template in registry.templates.values())
