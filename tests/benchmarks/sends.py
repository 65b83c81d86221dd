"""Sends a second: our pywa client, pywa as it comes, and a bare aiohttp client, side by side."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import httpx
import orjson
from httpx_aiohttp import AiohttpTransport
from pywa_async.client import WhatsApp

from bot.whatsapp.client import Recipient, WhatsAppClient
from flows.messages import Kind, Message

AT_ONCE = 64
TEXT = Message(Kind.TEXT, "When do you want to come, and for how long? For example: 25 to 27 Dec.")
Send = Callable[[], Awaitable[object]]


@asynccontextmanager
async def ours(url: str) -> AsyncIterator[Send]:
    """The client that the sender uses."""
    client = WhatsAppClient(url, "token", "5001", "3001", 30)
    to = Recipient("+919822012345", None)
    yield lambda: client.send(to, "123456", TEXT, None)
    await client.close()


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Send]:
    """aiohttp alone, with the same body and the same headers."""
    body = {
        "messaging_product": "whatsapp", "recipient_type": "individual", "type": "text",
        "to": "+919822012345", "biz_opaque_callback_data": "123456",
        "text": {"body": TEXT.body, "preview_url": False},
    }  # fmt: skip
    headers = {"Authorization": "Bearer token", "User-Agent": "PyWa/4.5.0"}
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(
        headers=headers,
        connector=connector,
        json_serialize=lambda value: orjson.dumps(value).decode(),
    ) as session:

        async def send() -> object:
            async with session.post(f"{url}/v26.0/5001/messages", json=body) as answer:
                return orjson.loads(await answer.read())["messages"][0]["id"]

        yield send


@asynccontextmanager
async def stock(url: str, transport: AiohttpTransport | None = None) -> AsyncIterator[Send]:
    """pywa with the session that it makes itself, or with httpx-aiohttp under it."""
    session = httpx.AsyncClient(transport=transport)
    client = WhatsApp(phone_id="5001", token="token", session=session, server=None)
    session.base_url = httpx.URL(f"{url}/v26.0")
    yield lambda: client.send_message(to="919822012345", text=TEXT.body, tracker="123456")
    await session.aclose()


@asynccontextmanager
async def stock_aiohttp(url: str) -> AsyncIterator[Send]:
    """pywa over httpx-aiohttp."""
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        stock(url, AiohttpTransport(client=session)) as send,
    ):
        yield send


WAYS = {"ours": ours, "bare aiohttp": bare, "pywa, httpx-aiohttp": stock_aiohttp, "pywa": stock}


async def rates(name: str, url: str, seconds: float) -> tuple[float, float]:
    """Sends a second of one client, so many at a time, and its processor time a send."""
    async with WAYS[name](url) as send:
        await asyncio.gather(*(send() for _ in range(AT_ONCE)))
        count, until = 0, time.perf_counter() + seconds

        async def keep_sending() -> None:
            nonlocal count
            while time.perf_counter() < until:
                await send()
                count += 1

        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(keep_sending() for _ in range(AT_ONCE)))
        took, used = time.perf_counter() - began, time.process_time() - cpu
    return count / took, used / count
