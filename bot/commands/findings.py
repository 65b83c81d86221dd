"""Findings: what a look at the house saw, and how to mend what is not well."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from bot.service import Service
from bot.whatsapp.client import Refusal
from db.pool import AWAY
from flows.record import record

WIDTH = 14
RENEW = (
    "make a permanent token of a system user with whatsapp_business_messaging and "
    "whatsapp_business_management, put it into WHATSAPP_TOKEN"
)
FIXES = {
    "secret": "copy WHATSAPP_APP_SECRET from App settings, Basic, of the app that made the token",
    "number": "copy WHATSAPP_PHONE_ID from the API setup page; the token must see this account",
    "account": "copy WHATSAPP_BUSINESS_ID from the API setup page",
}


@record
class Finding:
    """One line of the table: what was looked at, how it is, and how to mend it."""

    what: str
    well: bool
    words: str
    fix: str = ""


def printed(findings: Iterable[Finding]) -> str:
    """The findings as a table, with the fix under each line that is not well."""
    lines = []
    for each in findings:
        lines.append(f"{'ok ' if each.well else 'BAD'} {each.what:{WIDTH}} {each.words}")
        if not each.well:
            lines.append(f"    {'':{WIDTH}} fix: {each.fix}")
    return "\n".join(lines)


Look = Callable[[Service], Awaitable[Sequence[Finding]]]


async def seen(look: Look, service: Service) -> Sequence[Finding]:
    """What a look finds; a service that refuses or is away is a finding too."""
    name = look.__name__.removeprefix("_")
    try:
        return await look(service)
    except Refusal as refusal:
        away = refusal.code == -1
        fix = "look at the network and WHATSAPP_API_URL" if away else FIXES.get(name, RENEW)
        return [Finding(name, False, f"WhatsApp: {refusal.code} {refusal.detail}", fix)]
    except AWAY as away:
        return [Finding(name, False, type(away).__name__, "see that DATABASE_URL answers")]
