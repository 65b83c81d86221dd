"""Looks at Meta and Paytm: every credential is proven by a call that changes nothing."""

from bot.commands.findings import FIXES, RENEW, Finding, seen
from bot.service import Service
from bot.whatsapp import registration
from flows.templates import TEMPLATES
from payments.client import Ambiguous, NotSent, Refused

TOKEN_DAYS = 14  # before its end a token is to be renewed


async def every(service: Service) -> list[Finding]:
    """Prove every credential by a call that changes nothing."""
    found: list[Finding] = []
    for look in (_token, _secret, _number, _account, _paytm):
        found += await seen(look, service)
    return found


async def _token(service: Service) -> list[Finding]:
    token = await registration.token(service.whatsapp, service.config.whatsapp_token)
    if not token.valid or token.missing_scopes:
        lacks = ", ".join(sorted(token.missing_scopes))
        words = f"lacks {lacks}" if token.valid else "is not valid any more"
        return [Finding("token", False, words, RENEW)]
    if token.expires_at is None:
        return [Finding("token", True, "never expires")]
    left = token.expires_at - service.clock.now()
    words = f"expires {token.expires_at:%d %b %Y}"
    return [Finding("token", left.days >= TOKEN_DAYS, words, RENEW)]


async def _secret(service: Service) -> list[Finding]:
    token = await registration.token(service.whatsapp, service.config.whatsapp_token)
    secret = service.config.whatsapp_app_secret
    await registration.app_token(service.whatsapp, token.app_id, secret)
    return [Finding("app secret", True, f"opens app {token.app_id}")]


async def _number(service: Service) -> list[Finding]:
    row = await registration.number(service.whatsapp, service.config.whatsapp_phone_id)
    quality, limit = row.get("quality_rating"), row.get("whatsapp_business_manager_messaging_limit")
    level = (row.get("throughput") or {}).get("level", "?")
    words = f"{row.get('verified_name')}, quality {quality}, limit {limit}, throughput {level}"
    well = quality != "RED" and row.get("status", "CONNECTED") == "CONNECTED"
    fix = "WhatsApp Manager, Phone numbers, tells why; write only to people who expect it"
    return [Finding("number", well, words, fix)]


async def _account(service: Service) -> list[Finding]:
    config = service.config
    numbers = await registration.numbers_of(service.whatsapp, config.whatsapp_business_id)
    well = config.whatsapp_phone_id in numbers
    words = "holds the number" if well else "does not hold WHATSAPP_PHONE_ID"
    return [Finding("account", well, words, FIXES["account"])]


async def webhook(service: Service) -> list[Finding]:
    """Whether the account's events reach an app at all."""
    account = service.config.whatsapp_business_id
    well = await registration.is_subscribed(service.whatsapp, account)
    words = "the account is subscribed" if well else "nobody hears of the account's events"
    return [Finding("webhook", well, words, "python run.py setup")]


async def templates(service: Service) -> list[Finding]:
    """Whether every template is approved, says what the code says, and is priced as utility."""
    there = await registration.published(service.whatsapp, service.config.whatsapp_business_id)
    bad = []
    for texts in service.write.catalogues.values():
        for template in TEMPLATES.values():
            known = there.get((template.name, texts.language))
            if known is None and not texts.has(f"template.{template.name}.body"):
                continue
            state = known.status if known else "missing"
            if known and known.content != registration.wanted(template, texts):
                state = "not the code's text"
            if known and known.category != "UTILITY":
                state = known.category
            bad += [f"{template.name}/{texts.language} {state}"] if state != "APPROVED" else []
    words = "; ".join(bad) or f"{len(there)} approved, with the code's text"
    fix = "python run.py setup; a template in review needs up to a day"
    return [Finding("templates", not bad, words, fix)]


async def _paytm(service: Service) -> list[Finding]:
    fix = "check PAYTM_MID, PAYTM_MERCHANT_KEY, PAYTM_API_URL; each environment has its own"
    try:
        await service.desk.paytm.ping()
    except (Ambiguous, NotSent, Refused) as fault:
        return [Finding("Paytm", False, f"{type(fault).__name__} {fault}", fix)]
    return [Finding("Paytm", True, "answers a signed call")]
