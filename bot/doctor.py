"""`setup` and `check`: telling WhatsApp what it must know, and looking whether all is well."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot import registration
from bot.service import Service
from bot.whatsapp import Refusal
from db import calendars
from db.migrate import is_current
from db.sql import sql
from flows.templates import TEMPLATES
from payments.client import Ambiguous, NotSent, Refused


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's table."""

    what: str
    well: bool
    words: str
    fix: str = ""


async def setup(service: Service, *, dry_run: bool) -> int:
    """Create missing templates and subscribe the webhook; 1 if WhatsApp refused something."""
    config = service.config
    url = f"{config.public_url}/whatsapp/webhook"
    if dry_run:
        print(f"would create the templates that are missing of: {', '.join(TEMPLATES)}")
        print(f"would subscribe the webhook {url}")
        return 0
    english = service.write.catalogues["en"]
    account = config.whatsapp_business_id
    try:
        made = await registration.publish_templates(service.whatsapp, account, [english])
        token = config.whatsapp_verify_token
        await registration.subscribe(service.whatsapp, account, url, token)
    except Refusal as refusal:
        print(f"WhatsApp refused: {refusal}\nfix: check WHATSAPP_TOKEN and WHATSAPP_BUSINESS_ID")
        return 1
    for name, language, outcome in made:
        print(f"template {name:18} {language}  {outcome}")
    print(f"webhook {url} subscribed")
    return int(any(outcome.startswith("refused") for _, _, outcome in made))


async def check(service: Service) -> int:
    """Print a table of findings with a fix for each fault; 1 if there is one."""
    findings = [await look(service) for look in LOOKS]
    for each in findings:
        print(f"{'ok ' if each.well else 'BAD'} {each.what:12} {each.words}")
        if not each.well:
            print(f"    fix: {each.fix}")
    return int(not all(each.well for each in findings))


async def _schema(service: Service) -> Finding:
    well = await is_current(service.pool)
    return Finding("database", well, "schema is current", "python run.py migrate")


async def _places(service: Service) -> Finding:
    rows = await service.pool.fetch(sql("all_properties"))
    fix = "python run.py properties import FILE"
    return Finding("properties", bool(rows), f"{len(rows)} properties", fix)


async def _calendars(service: Service) -> Finding:
    theirs = await calendars.listed(service.pool)
    bad = {each.property_id for each in theirs if each.fault}
    words = f"not read: {', '.join(sorted(bad))}" if bad else f"{len(theirs)} of other sites"
    return Finding("calendars", not bad, words, "python run.py properties calendars")


async def _alerts(service: Service) -> Finding:
    rows = await service.pool.fetch(sql("open_alerts"))
    words = "; ".join(f"{row['subject']} {row['booking_id'] or ''}" for row in rows)
    return Finding("alerts", not rows, words or "none open", "see the admin's chat")


async def _queue(service: Service) -> Finding:
    rows = {row["state"]: row["rows"] for row in await service.pool.fetch(sql("message_states"))}
    words = ", ".join(f"{state} {count}" for state, count in sorted(rows.items())) or "empty"
    return Finding("outbox", not rows.get("dead"), words, "look at the open alerts")


async def _whatsapp(service: Service) -> Finding:
    config = service.config
    try:
        there = await registration.templates_there(service.whatsapp, config.whatsapp_business_id)
    except Refusal as refusal:
        return Finding("WhatsApp", False, str(refusal), "check WHATSAPP_TOKEN and the network")
    missing = [name for name in TEMPLATES if there.get((name, "en")) != "APPROVED"]
    words = f"not approved: {', '.join(missing)}" if missing else "templates approved"
    return Finding("WhatsApp", not missing, words, "python run.py setup")


async def _paytm(service: Service) -> Finding:
    try:
        await service.desk.paytm.ping()
    except (Ambiguous, NotSent, Refused) as fault:
        words = f"{type(fault).__name__} {fault}"
        return Finding("Paytm", False, words, "check PAYTM_MID and PAYTM_MERCHANT_KEY")
    return Finding("Paytm", True, "answers a signed call")


LOOKS: tuple[Callable[[Service], Awaitable[Finding]], ...] = (
    _schema, _places, _calendars, _queue, _alerts, _whatsapp, _paytm,
)  # fmt: skip
