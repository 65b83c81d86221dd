"""The peer: a bot as pywa's README shows one, on FastAPI, with its state in memory.

Written from pywa's documentation as a user would write it: handlers that send and return. It
keeps nothing durably, forgets everything when it is restarted, and answers what it can.
`python -m tests.benchmarks.peer PORT GRAPH_PORT stock|httpx-aiohttp`.
"""

import logging
import sys

import httpx
import uvicorn
from fastapi import FastAPI
from pywa_async import WhatsApp, filters, types

from tests.benchmarks.processes import READY
from tests.benchmarks.world import BUSINESS, PHONE_ID, SECRET

PLACES = {
    "Pawna Lakeview Camp": "Pawna · from ₹1,500",
    "Rajmachi Ridge Camp": "Rajmachi · from ₹1,200",
    "Mulshi Mist Villa": "Mulshi · from ₹14,000",
}

app = FastAPI()
session = httpx.AsyncClient()
if sys.argv[3] == "httpx-aiohttp":
    from httpx_aiohttp import HttpxAiohttpClient

    session = HttpxAiohttpClient()
wa = WhatsApp(
    phone_id=PHONE_ID,
    token="token",
    waba_id=BUSINESS,
    server=app,
    webhook_endpoint="/whatsapp/webhook",
    verify_token="verify-me",
    app_secret=SECRET,
    session=session,
)
session.base_url = httpx.URL(f"http://127.0.0.1:{sys.argv[2]}/v26.0")
drafts: dict[str, dict[str, str]] = {}


@wa.on_message(filters.matches("hi", "restart", ignore_case=True))
async def hello(_: WhatsApp, message: types.Message) -> None:
    """Begin anew and show the places."""
    drafts[message.from_user.wa_id] = {}
    rows = [
        types.SectionRow(title=name, callback_data=name, description=about)
        for name, about in PLACES.items()
    ]
    await message.reply_text(
        text=f"Hello {message.from_user.name}! Where do you want to stay?",
        buttons=types.SectionList(
            button_title="Choose a place", sections=[types.Section(title="Places", rows=rows)]
        ),
    )


@wa.on_message(filters.text)
async def fill(_: WhatsApp, message: types.Message) -> None:
    """Take the next answer of the form and ask for what is missing."""
    draft = drafts.setdefault(message.from_user.wa_id, {})
    if message.text in PLACES:
        draft["place"] = message.text
        await message.reply_text(text="When do you want to come? For example: 25 to 27 Dec")
    elif "place" in draft and "dates" not in draft:
        draft["dates"] = message.text
        await message.reply_text(
            text=f"{draft['place']}, {draft['dates']}. How many guests?",
            buttons=[types.Button(title=str(n), callback_data=f"guests:{n}") for n in (2, 4, 6)],
        )
    else:
        await message.reply_text(text="Sorry, I did not understand.")


@app.on_event("startup")
async def ready() -> None:
    """Tell the benchmark that the peer is there."""
    print(READY, flush=True)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
