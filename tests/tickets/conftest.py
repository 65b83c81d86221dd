import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import polib
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.web.limit import Limit
from flows.texts import Catalogues, Texts
from tests.tickets.samples import BEFORE, TICKET
from tickets.model import Ticket
from tickets.routes import tickets
from tickets.token import ticket_path

HERE = Path(__file__).parent
LOCALE = HERE.parents[1] / "locale"


def _texts(language: str) -> Texts:
    files = [LOCALE / f"{language}.po", HERE / f"ticket.{language}.po"]
    entries = chain.from_iterable(polib.pofile(str(file)) for file in files if file.exists())
    return Texts(language, {entry.msgid: _forms(entry) for entry in entries})


def _forms(entry: polib.POEntry) -> tuple[str, ...]:
    plural = entry.msgstr_plural
    return tuple(plural[n] for n in sorted(plural)) if plural else (entry.msgstr,)


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return {language: _texts(language) for language in ("en", "hi", "mr")}


@dataclass
class Desk:
    """A running ticket service whose bookings, clock and settings a test moves."""

    catalogues: Catalogues
    client_of: Callable
    tickets: dict[str, Ticket] = field(default_factory=lambda: {TICKET.booking_id: TICKET})
    now: datetime = BEFORE
    seconds: float = 1000.0
    asked: list[str] = field(default_factory=list)

    def put(self, **changes) -> str:
        """Stores the changed sample ticket and returns its path."""
        ticket = replace(TICKET, **changes)
        self.tickets[ticket.booking_id] = ticket
        return ticket_path(ticket.booking_id, ticket.token)

    async def lookup(self, booking_id: str) -> Ticket | None:
        self.asked.append(booking_id)
        await asyncio.sleep(0)
        return self.tickets.get(booking_id)

    async def open(self, *, grace: timedelta = timedelta(), **settings) -> TestClient:
        app = web.Application()
        app.add_routes(
            tickets(
                self.lookup,
                lambda: self.now,
                self.catalogues,
                grace=grace,
                hold_back=Limit(lambda: self.seconds).wait,
                **settings,
            ).routes()
        )
        return await self.client_of(app)


@pytest.fixture
def desk(catalogues, aiohttp_client) -> Desk:
    return Desk(catalogues, aiohttp_client)


@pytest.fixture
async def client(desk) -> TestClient:
    return await desk.open()
