"""Control of the WhatsApp account: templates, raw webhooks, the address check, the ledger."""

from collections import Counter
from decimal import Decimal

from aiohttp import web

from sandbox.control.desk import API, Call, Desk, handler
from sandbox.whatsapp.records import Json


def routes(desk: Desk) -> list[web.RouteDef]:
    """The routes below /sandbox/api about the account."""
    return [web.get(f"{API}/ledger", handler(desk, _ledger))]


def _ledger(call: Call) -> Json:
    """Delivered messages and their price, also of those only that say a text, like a booking."""
    text = call.query.get("about", "")
    priced = [
        m for m in call.account.messages.values() if m.price and text in f"{m.header} {m.body}"
    ]
    paise = sum((Decimal(m.price["paise"]) for m in priced if m.price), Decimal())
    kinds = Counter(f"{m.price['category']} {m.price['type']}" for m in priced if m.price)
    return {"messages": len(priced), "paise": str(paise), "kinds": dict(kinds)}
