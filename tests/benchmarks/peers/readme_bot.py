"""A booking bot as pywa's documentation shows one: FastAPI, state in memory, sends in the handler.

Arguments: port, base URL of the Graph API, transport (stock or aiohttp).
"""

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx
import uvicorn
from fastapi import FastAPI
from httpx_aiohttp import AiohttpTransport
from pywa import filters
from pywa_async import WhatsApp, types

from tests.benchmarks.people import PHONE_ID, PLACE, SECRET, TOKEN

logging.getLogger("pywa").setLevel(logging.WARNING)
PLACES = [f"{name} Camp" for name in ("Mulshi", "Karjat", "Igatpuri", "Matheran", "Bhandardara")]
drafts: dict[str, dict[str, str]] = {}


def make(app: FastAPI, graph: str, session: httpx.AsyncClient) -> WhatsApp:
    """The client with its one handler."""
    wa = WhatsApp(
        phone_id=PHONE_ID,
        token=TOKEN,
        server=app,
        session=session,
        app_secret=SECRET,
        verify_token="bench",
        webhook_endpoint="/whatsapp/webhook",
    )
    session.base_url = httpx.URL(f"{graph}/v26.0")

    @wa.on_message(filters.text)
    async def talk(_: WhatsApp, message: types.Message) -> None:
        who = str(message.from_user.wa_id)
        said = message.text or ""
        if said == "restart":
            drafts[who] = {}
            await message.reply_text("Welcome! Where would you like to camp?", buttons=places())
        elif "place" not in drafts.setdefault(who, {}):
            drafts[who]["place"] = said
            await message.reply_text(f"{said}: which dates?", buttons=days())
        else:
            drafts[who]["dates"] = said
            await message.reply_text("How many guests will come?")

    return wa


def places() -> Any:
    """The list of places."""
    rows = [types.SectionRow(title=name[:24], callback_data=name) for name in (PLACE, *PLACES)]
    section = types.Section(title="Places", rows=rows)
    return types.SectionList(button_title="Places", sections=[section])


def days() -> list[types.Button]:
    """Two ways to answer by a tap."""
    titles = ("This weekend", "Next weekend")
    return [types.Button(title=title, callback_data=title) for title in titles]


def main(port: int, graph: str, transport: str) -> None:
    """Serve until stopped."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if transport == "aiohttp":
            client = aiohttp.ClientSession()
            session = httpx.AsyncClient(transport=AiohttpTransport(client=client))
        else:
            session = httpx.AsyncClient()
        make(app, graph, session)
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/healthz")
    async def healthz() -> str:
        return "up"

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
