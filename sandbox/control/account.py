"""Control of the WhatsApp account: templates, raw webhooks, the address check, the ledger."""

from collections import Counter
from decimal import Decimal
from typing import Any

from aiohttp import web

from sandbox.control.desk import API, Call, Desk, handler
from sandbox.whatsapp import addresses, pacing, template_news
from sandbox.whatsapp.hooks import Event, body_of, signature
from sandbox.whatsapp.records import Json, Template
from sandbox.whatsapp.registry import Status
from sandbox.whatsapp.template_desk import shown
from sandbox.whatsapp.template_rules import CATEGORIES

ONE_TEMPLATE = f"{API}/templates/{{name}}/{{language}}"
QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")


def routes(desk: Desk) -> list[web.RouteDef]:
    """The routes below /sandbox/api about the account."""
    return [
        web.get(f"{API}/templates", handler(desk, _templates)),
        web.get(ONE_TEMPLATE, handler(desk, _template)),
        web.put(ONE_TEMPLATE, handler(desk, _change_template)),
        web.post(f"{API}/verify-webhook", handler(desk, _verify)),
        web.post(f"{API}/webhooks", handler(desk, _webhook)),
        web.get(f"{API}/ledger", handler(desk, _ledger)),
    ]


def _templates(call: Call) -> Json:
    return {"templates": [_row(each) for each in call.account.templates.templates.values()]}


def _template(call: Call) -> Json:
    return _row(_named(call))


def _change_template(call: Call) -> Json:
    """Change status, category or quality, each with its webhook; "warn" only announces."""
    template, fields = _named(call), call.fields
    status = _word(fields, "status", *Status)
    category = _word(fields, "category", *CATEGORIES)
    quality = _word(fields, "quality", *QUALITIES)
    if status:
        _set_status(call, template, status)
    if category and fields.get("warn"):
        template_news.warn_category(call.account, template, category)
    elif category:
        previous, template.category = template.category, category
        template_news.tell_category(call.account, template, previous)
    if quality:
        previous, template.quality = template.quality, quality
        template_news.tell_quality(call.account, template, previous)
    return _row(template)


def _set_status(call: Call, template: Template, status: str) -> None:
    account = call.account
    if status == Status.PAUSED:
        title = account.templates.pause(template, account.now())
        template_news.tell_status(account, template, other_info={"title": title})
    else:
        template.status, template.paused_until = status, None
        template_news.tell_status(account, template, **_extra(call, status))
    pacing.settle(account, template)


def _extra(call: Call, status: str) -> Json:
    extra: Json = {}
    if status == Status.DISABLED:
        extra["disable_info"] = {"disable_date": int(call.account.now().timestamp())}
    if status == Status.REJECTED:
        extra["rejection_info"] = {"reason": "TAG_CONTENT_MISMATCH", "recommendation": "Rewrite it"}
    return extra


def _word(fields: Json, name: str, *allowed: str) -> str | None:
    value = fields.get(name)
    if value is not None and value not in allowed:
        raise ValueError(f"{name} is one of {', '.join(allowed)}")
    return value


def _named(call: Call) -> Template:
    name, language = call.names["name"], call.names["language"]
    template = call.account.templates.find(name, language)
    if template is None:
        there = ", ".join(f"{n}/{code}" for n, code in call.account.templates.templates)
        raise LookupError(f"no template {name}/{language}; there are: {there or 'none'}")
    return template


def _row(template: Template) -> Json:
    return shown(template, None) | {"quality": template.quality}


async def _verify(call: Call) -> Json:
    """GET the service's webhook address with a challenge, as Meta does when it is saved."""
    token = call.fields.get("verify_token", call.desk.config.verify_token)
    why = await addresses.verify(call.account.hooks.url, str(token))
    return {"verified": why is None} | ({"error": why} if why else {})


async def _webhook(call: Call) -> Json:
    """POST any webhook: "body" as text, or "value" with its "field"; "signature" right or not."""
    hooks, fields = call.account.hooks, call.fields
    body = _raw(call)
    good = signature(body, call.desk.config.app_secret)
    signed: dict[str, str | None] = {
        "valid": good,
        "wrong": good[:-4] + ("0000" if good[-4:] != "0000" else "1111"),
        "missing": None,
    }
    which = fields.get("signature", "valid")
    if which not in signed:
        raise ValueError(f"signature is one of {', '.join(signed)}")
    hooks.post(body, signed[which], {"person": None, "ids": []}, retry=False)
    return {"bytes": len(body)}


def _raw(call: Call) -> bytes:
    fields = call.fields
    if isinstance(fields.get("body"), str):
        return str(fields["body"]).encode("utf-8", "surrogatepass")
    value: Any = fields.get("value")
    if not isinstance(value, dict):
        raise ValueError("body (text) or value (an object) is required")
    event = Event(value, "", field=str(fields.get("field", "messages")))
    envelope = call.account.hooks.envelope([event])
    if fields.get("pad"):
        envelope["padding"] = "x" * int(fields["pad"])
    return body_of(envelope)


def _ledger(call: Call) -> Json:
    """Delivered messages and their price; `about` keeps those that say a text, like a booking."""
    text = call.query.get("about", "")
    messages = call.account.messages.values()
    priced = [m for m in messages if m.price and text in f"{m.header} {m.body}"]
    paise = sum((Decimal(m.price["paise"]) for m in priced if m.price), Decimal())
    kinds = Counter(f"{m.price['category']} {m.price['type']}" for m in priced if m.price)
    return {"messages": len(priced), "paise": str(paise), "kinds": dict(kinds)}
