"""`check`: a look at everything that must be well, with a fix for each line that is not."""

import asyncio
import secrets
import shutil
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot import queues
from bot.commands import credentials
from bot.commands.findings import Finding, Look, printed, seen
from bot.queues import Queue
from bot.rounds import books
from bot.service import Service
from db import calendars
from db.migrate import is_current
from db.sql import sql

LEAST_DISK = 2 * 1024**3
MOST_SKEW = timedelta(seconds=30)
CERTIFICATE_DAYS = 14
MOST_WAIT = timedelta(minutes=5)  # of the oldest due row; then something does not work
COMPARED_WITHIN = timedelta(hours=30)
BACKED_UP_WITHIN = timedelta(hours=30)
ANSWER_SECONDS = 10.0
REACH = "see that `serve` runs and that the proxy leads /whatsapp/webhook to HOST:PORT"
RENEW_CERTIFICATE = "renew it at the proxy; Meta takes none that is out of date or self-signed"


async def check(service: Service) -> int:
    """Print every finding; 1 if something is not well."""
    findings: list[Finding] = []
    for look in LOOKS:
        findings += await seen(look, service)
    findings += await credentials.every(service)
    findings += await seen(credentials.templates, service)
    print(printed(findings))
    return int(not all(each.well for each in findings))


# ---------------------------------------------------------------- this machine and its database


async def _database(service: Service) -> list[Finding]:
    well = await is_current(service.pool)
    size = await service.pool.fetchval(sql("database_size"))
    words = f"schema {'is current' if well else 'is old'}, {size / 1024**2:,.0f} MB"
    return [Finding("database", well, words, "python run.py migrate")]


async def _backup(service: Service) -> list[Finding]:
    """Of when the newest file of `backup` is; whoever has none may have the provider's."""
    at = await service.pool.fetchval(sql("last_backup"))
    if at is None:
        return [Finding("backup", True, "none was ever written by `backup`")]
    fix = "see that looncamp-backup.timer runs; python run.py backup FILE does it now"
    well = datetime.now(UTC) - at < BACKED_UP_WITHIN
    return [Finding("backup", well, f"the newest is of {at:%d %b %H:%M} UTC", fix)]


async def _disk(service: Service) -> list[Finding]:
    folder = service.config.data_dir
    free = shutil.disk_usage(folder if folder.exists() else ".").free
    fix = f"make room on the disk of {folder}: PostgreSQL stops when it is full"
    return [Finding("disk", free > LEAST_DISK, f"{free / 1024**3:,.1f} GB free", fix)]


async def _clock(service: Service) -> list[Finding]:
    """This machine's clock beside the database's and beside WhatsApp's, where that answers."""
    skews = [(datetime.now(UTC) - await service.pool.fetchval(sql("database_time")), "database")]
    if (theirs := await _time_at(service.config.whatsapp_api_url)) is not None:
        skews.append((datetime.now(UTC) - theirs, "WhatsApp"))
    words = ", ".join(f"{abs(skew.total_seconds()):.0f} s from {whose}" for skew, whose in skews)
    well = all(abs(skew) < MOST_SKEW for skew, _ in skews)
    return [Finding("clock", well, words, "switch on time synchronisation (chrony)")]


async def _time_at(url: str) -> datetime | None:
    """What a server's answer says of the time; to the second (RFC 9110, 6.6.1)."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.head(url, allow_redirects=False) as answer,
        ):
            return parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError):
        return None


async def _properties(service: Service) -> list[Finding]:
    rows = await service.pool.fetch(sql("properties_and_owners"))
    fix = "python run.py properties import FILE"
    silent = sorted({row["owner_name"] for row in rows if row["opted_in_at"] is None})
    owners = len({row["owner_phone"] for row in rows})
    # Not a fault: they may have agreed on paper. But a message to them waits for nothing else.
    some = f"{len(silent)} of {owners} have not written yet: {', '.join(silent)}"
    words = some if silent else f"all {owners} have written"
    return [
        Finding("properties", bool(rows), f"{len(rows)} properties", fix),
        Finding("owners", True, words),
    ]


async def _calendars(service: Service) -> list[Finding]:
    theirs = await calendars.listed(service.pool)
    bad = {each.property_id for each in theirs if each.fault}
    words = f"not read: {', '.join(sorted(bad))}" if bad else f"{len(theirs)} of other sites"
    return [Finding("calendars", not bad, words, "python run.py properties calendars")]


# ---------------------------------------------------------------- work that waits


async def _outbox(service: Service) -> list[Finding]:
    found = await queues.look(service.pool, service.clock.now())
    queue = queues.together(found, queues.OUTBOX)
    words = f"{queue.due} due, {queue.sending} in flight, {queue.dead} given up in a day, oldest"
    words += f" {queue.waits.total_seconds():.0f} s"
    fix = "look at the open alerts" if queue.dead else "see that a worker runs; look at its log"
    return [Finding("outbox", not queue.dead and not _late(queue), words + _late(queue), fix)]


async def _inbox(service: Service) -> list[Finding]:
    found = await queues.look(service.pool, service.clock.now())
    queue = queues.together(found, queues.INBOX)
    at = await service.pool.fetchval(sql("last_webhook"))
    last = f"last webhook {at:%d %b %H:%M} UTC" if at else "no webhook yet"
    words = f"{last}, {queue.due} waiting, {queue.dead} parked, oldest"
    words += f" {queue.waits.total_seconds():.0f} s{_late(queue)}"
    fix = "see that a worker runs; look at event_failed in its log"
    return [Finding("inbox", not queue.dead and not _late(queue), words, fix)]


def _late(queue: Queue) -> str:
    """Words about a row that should have been done long ago; empty when there is none."""
    minutes = queue.waits.total_seconds() / 60
    return f": that is {minutes:.0f} min too late" if queue.waits > MOST_WAIT else ""


async def _books(service: Service) -> list[Finding]:
    """When Paytm's books and ours were last compared, and what was found."""
    last, now = await books.last(service), service.clock.now()
    fix = "see that a worker runs at 03:30; python run.py reconcile does it now"
    if last is None:
        first = await service.pool.fetchval(sql("first_payment"))
        well = first is None or now - first < COMPARED_WITHIN
        return [Finding("books", well, "not compared yet", fix)]
    words = f"compared {last.at:%d %b %H:%M} UTC, {last.found} differences, {last.left} left to you"
    return [Finding("books", now - last.at < COMPARED_WITHIN, words, fix)]


async def _alerts(service: Service) -> list[Finding]:
    rows = await service.pool.fetch(sql("open_alerts"))
    words = "; ".join(f"{row['subject']} {row['booking_id'] or ''}".strip() for row in rows)
    fix = "docs/operating.md tells what each alert wants"
    return [Finding("alerts", not rows, words or "none open", fix)]


# ---------------------------------------------------------------- the way in from outside


async def _address(service: Service) -> list[Finding]:
    """Whether Meta and people reach us under PUBLIC_URL, and its certificate."""
    url = service.config.public_url
    context = ssl.create_default_context()
    try:
        well, words = await _echo(service, context)
    except aiohttp.ClientSSLError as error:
        words = str(getattr(error.os_error, "verify_message", "")) or type(error).__name__
        return [Finding("certificate", False, f"{url}: {words}", RENEW_CERTIFICATE)]
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        well, words = False, type(error).__name__
    found = [Finding("address", well, f"{url}: {words}", REACH)]
    return found + (await _certificate(url, context) if well and url.startswith("https") else [])


async def _echo(service: Service, context: ssl.SSLContext) -> tuple[bool, str]:
    """Meta's own challenge (facts/whatsapp.md 1.1): only this service echoes it."""
    word = secrets.token_hex(4)
    query = {
        "hub.mode": "subscribe", "hub.challenge": word,
        "hub.verify_token": service.config.whatsapp_verify_token,
    }  # fmt: skip
    url = f"{service.config.public_url}/whatsapp/webhook"
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.get(url, params=query, ssl=context, allow_redirects=False) as answer,
    ):
        if answer.status != 200:
            return False, f"the webhook answers {answer.status}"
        echoed = await answer.content.read(len(word) + 1) == word.encode()
    return echoed, "leads here" if echoed else "somebody else answers"


async def _certificate(url: str, context: ssl.SSLContext) -> list[Finding]:
    parts = urlsplit(url)
    ends = await asyncio.to_thread(_ends, parts.hostname or "", parts.port or 443, context)
    left = ends - datetime.now(UTC)
    words = f"ends {ends:%d %b %Y}"
    return [Finding("certificate", left.days >= CERTIFICATE_DAYS, words, RENEW_CERTIFICATE)]


def _ends(host: str, port: int, context: ssl.SSLContext) -> datetime:
    with (
        socket.create_connection((host, port), ANSWER_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        certificate: Any = secure.getpeercert()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)


LOOKS: tuple[Look, ...] = (
    _database, _backup, _disk, _clock, _properties, _calendars, _outbox, _inbox, _books, _alerts,
    _address, credentials.webhook,
)  # fmt: skip
