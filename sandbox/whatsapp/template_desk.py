"""The template endpoints: create, list, show, edit, delete, unpause (facts/whatsapp.md 5)."""

from aiohttp import web

from sandbox.whatsapp import template_news
from sandbox.whatsapp.account import Account
from sandbox.whatsapp.errors import RefusedError
from sandbox.whatsapp.reading import Fields
from sandbox.whatsapp.records import Json, Template
from sandbox.whatsapp.registry import MOST_TEMPLATES, Status
from sandbox.whatsapp.template_rules import category_of, check_components, check_head, check_ttl

USUAL = ("name", "parameter_format", "components", "language", "status", "category", "id")
PAGE = 25


def create(account: Account, body: Json) -> Json:
    """A new template; approved at once unless the switch says otherwise, told by a webhook."""
    fields = Fields(body)
    name, language, category, style = check_head(fields)
    components = check_components(fields, style)
    template = Template(
        id=str(next(account.shelf.numbers)),
        name=name,
        language=language,
        category=category_of(category, components),
        status=account.trouble("template_status"),
        parameter_format=style,
        components=components,
        created_at=account.now(),
        ttl=check_ttl(fields),
    )
    account.templates.add(template)
    template_news.tell_status(account, template)
    return {"id": template.id, "status": template.status, "category": template.category}


def listed(account: Account, query: dict[str, str]) -> Json:
    """The templates that match name, language, status and category, in pages."""
    rows = [t for t in account.templates.templates.values() if _matches(t, query)]
    start, limit = _whole(query.get("after"), 0), _whole(query.get("limit"), PAGE)
    page = rows[start : start + limit]
    answer: Json = {"data": [shown(t, query.get("fields")) for t in page]}
    cursors = {"before": str(start), "after": str(start + len(page))}
    answer["paging"] = {"cursors": cursors}
    if query.get("summary"):
        answer["summary"] = _summary(account, len(rows))
    if start + limit < len(rows):
        answer["paging"]["next"] = f"{account.config.own_url}/graph?after={cursors['after']}"
    return answer


def shown(template: Template, fields: str | None) -> Json:
    """A template with the fields that were asked for, and always its id."""
    row: Json = {name: getattr(template, name) for name in USUAL}
    date = int(template.created_at.timestamp())
    row["quality_score"] = {"score": template.quality, "date": date}
    row["message_send_ttl_seconds"] = template.ttl if template.ttl is not None else -1
    wanted = fields.split(",") if fields else list(USUAL)
    return {name: row[name] for name in [*wanted, "id"] if name in row}


def edit(account: Account, template: Template, body: Json) -> Json:
    """Replace content or, before approval, category. Raises RefusedError 100."""
    fields = Fields(body)
    if fields.has("category"):
        _change_category(template, str(body["category"]).upper())
    if fields.has("message_send_ttl_seconds"):
        template.ttl = check_ttl(fields)
    if fields.has("components"):
        components = check_components(fields, template.parameter_format)
        account.templates.edit(template, components, account.now())
        template.status = account.trouble("template_status")
        template.category = category_of(template.category, components)
        template_news.tell_status(account, template)
    return {
        "success": True,
        "id": template.id,
        "name": template.name,
        "category": template.category,
    }


def delete(account: Account, query: dict[str, str]) -> Json:
    """Delete a name, or one of its languages by hsm_id."""
    if "name" not in query:
        raise RefusedError(100, "name: the parameter is required")
    for template in account.templates.delete(query["name"], query.get("hsm_id"), account.now()):
        template_news.tell_status(account, template, "DELETED")
    return {"success": True}


def unpause(account: Account, template: Template) -> Json:
    """End a pause by hand."""
    if template.status != Status.PAUSED:
        raise RefusedError(100, f"template: it is {template.status}")
    template.status, template.paused_until = Status.APPROVED, None
    template_news.tell_status(account, template, other_info={"title": "UNPAUSE"})
    return {"success": True}


async def answer(request: web.Request, account: Account, body: Json) -> web.Response:
    """GET, POST or DELETE of /{account}/message_templates."""
    account.rates.check_management(account.now(), account.trouble("management_per_hour"))
    query = dict(request.query)
    if request.method == "GET":
        return web.json_response(listed(account, query))
    if request.method == "DELETE":
        return web.json_response(delete(account, query))
    return web.json_response(create(account, body))


def _change_category(template: Template, category: str) -> None:
    if template.status == Status.APPROVED and category != template.category:
        raise RefusedError(100, "category: that of an approved template cannot be edited")
    template.category = category


def _matches(template: Template, query: dict[str, str]) -> bool:
    name = query.get("name") or query.get("name_or_content") or ""
    return name in template.name and all(
        query[part].upper() == getattr(template, part).upper()
        for part in ("language", "status", "category")
        if query.get(part)
    )


def _summary(account: Account, found: int) -> Json:
    return {
        "total_count": found,
        "message_template_count": len(account.templates.templates),
        "message_template_limit": MOST_TEMPLATES,
        "are_translations_complete": True,
    }


def _whole(value: str | None, usual: int) -> int:
    return int(value) if value and value.isdecimal() else usual
