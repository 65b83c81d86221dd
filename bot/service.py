"""Everything that a running service is made of, tied together once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import field

import aiohttp
import asyncpg

from bot.catalogues import load as load_catalogues
from bot.clock import Clock
from bot.config import BadConfig, Config
from bot.counters import Counters
from bot.metrics import Metrics
from bot.places.festivals import Almanac
from bot.queue.handover import Handover
from bot.queue.intake import Intake
from bot.queue.outcomes import Outcomes
from bot.queue.wakeup import Wakeup
from bot.whatsapp.client import WhatsAppClient
from db import outbox, people, restored
from db.door import Door
from db.migrate import migrate
from db.pool import Connection, close_pool, open_pool, transaction
from db.rows import to_person
from db.sql import sql
from flows.messages import Button, Kind, Message, Outgoing
from flows.names import harmless
from flows.notices import Writer
from flows.record import record
from flows.templates import TEMPLATES
from payments.client import PaytmClient
from payments.desk import Desk
from payments.protocol import PaytmKey
from payments.reconcile import LATEST

PAYTM_SECONDS = 10.0


@record
class Service:
    """One process of LoonCamp: its settings, its database, its two outside services."""

    config: Config
    pool: asyncpg.Pool
    clock: Clock
    door: Door
    desk: Desk
    paytm_key: PaytmKey
    whatsapp: WhatsAppClient
    wakeup: Wakeup
    intake: Intake
    outcomes: Outcomes
    handover: Handover
    metrics: Metrics
    counters: Counters
    # Learned from WhatsApp's webhooks: our own number, for the ticket's QR code.
    learned: dict[str, str] = field(default_factory=dict)
    almanac: Almanac = field(default_factory=Almanac)

    @property
    def write(self) -> Writer:
        """The writer of notices."""
        return self.door.write

    async def tell_admin(
        self, connection: Connection, key: str, intent: str, values: dict[str, str],
        *buttons: tuple[str, str],
    ) -> None:  # fmt: skip
        """Queue a notice to the admin that belongs to no booking; the values may be typed words.

        A button is its payload and the id of its text.
        """
        row = await connection.fetchrow(sql("person_by_phone"), self.config.admin_phone)
        admin = to_person(row)
        safe = {name: harmless(value) for name, value in values.items()}
        words = self.write.texts(admin)(f"{intent}.body", **safe)
        call = TEMPLATES["admin_alert"].call(
            self.write.template_language("admin_alert", admin), {"booking": "-", "alert": words}
        )
        shown = tuple(Button(payload, self.write.texts(admin)(text)) for payload, text in buttons)
        message = Message(Kind.BUTTONS if shown else Kind.TEXT, words, buttons=shown)
        said = Outgoing(admin.person_id, intent, message, call)
        now = self.clock.now()
        await outbox.insert(connection, [outbox.message_row(said, key, now, None)], now)


async def _migrated(pool: asyncpg.Pool) -> None:
    try:
        await migrate(pool)
    except asyncpg.LockNotAvailableError:
        words = "the database is too busy to take the new schema; nothing was changed, start again"
        raise BadConfig(words) from None


@asynccontextmanager
async def running(
    config: Config, database_url: str, *, pool_size: int = 8
) -> AsyncIterator[Service]:
    """A service on a database that is migrated first; every connection is closed at the end."""
    pool = await open_pool(database_url, size=pool_size)
    session = aiohttp.ClientSession()
    whatsapp = WhatsAppClient(
        config.whatsapp_api_url,
        config.whatsapp_token,
        config.whatsapp_phone_id,
        config.whatsapp_business_id,
        config.lease_seconds,
    )
    try:
        await _migrated(pool)
        clock = Clock()
        await clock.load(pool)
        await restored.hold(pool, clock.now(), LATEST)
        key = PaytmKey(config.paytm_mid, config.paytm_merchant_key, config.paytm_merchant_key_old)
        paytm = PaytmClient(session, config.paytm_api_url, key, clock.now, PAYTM_SECONDS)
        door = Door(Writer(load_catalogues(), config.rules()), config.admin_phone)
        async with transaction(pool) as connection:
            admins = [(phone, "") for phone in config.admin_phones]
            await people.ensure(connection, admins, clock.now())
            for phone in config.admin_phones:
                await connection.execute(sql("enrol_admin"), phone)
        desk = Desk(pool, door, paytm, clock.now, config.public_url)
        wakeup = Wakeup()
        outcomes = Outcomes(pool, clock, wakeup)
        intake = Intake(pool, clock, wakeup, outcomes)
        metrics = Metrics()
        counters = Counters(metrics, pool)
        yield Service(
            config, pool, clock, door, desk, key, whatsapp, wakeup, intake, outcomes, Handover(),
            metrics, counters,
        )  # fmt: skip
    finally:
        await whatsapp.close()
        await session.close()
        await close_pool(pool)
