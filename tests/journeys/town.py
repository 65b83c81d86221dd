"""A whole town in one process: the service, the sandbox, and people who act on their phones.

Nothing sleeps: work is done by `settle`, time moves by `clock`.
"""

import json
import re
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot.commands import sandbox_process
from bot.config import Config, for_sandbox
from bot.places import festivals, properties, property_files
from bot.queue.worker import go_round, sweep
from bot.service import Service, running
from bot.web.app import make_app
from bot.whatsapp import booking_form, registration
from bot.whatsapp.signature import sign
from db.invariants import Books, Check, violations
from db.sql import sql
from sandbox.__main__ import read_config
from sandbox.app import make_app as make_sandbox
from sandbox.scenarios import clock_change, contains, newest_with, options, words_of
from sandbox.whatsapp.account import ACCOUNT, Account
from tests.db.outside import books

SAMPLE = Path("sandbox/properties.toml")
ENTRIES, FESTIVALS = property_files.read(SAMPLE), festivals.read(SAMPLE)  # read once for all towns
REGISTERED: list[Any] = []  # the templates of the first town, for all later ones
NOON_IST = "2026-12-02T06:00:00+00:00"  # a Wednesday, 11:30 in India


@dataclass(slots=True)
class Town:
    """Service, sandbox and phones."""

    service: Service
    http: aiohttp.ClientSession
    sandbox: str
    base: str
    web: web.AppRunner
    marks: dict[str, int] = field(default_factory=dict)

    async def api(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        url = f"{self.sandbox}/sandbox/api/{path}"
        async with self.http.request(method, url, json=body or None) as response:
            answer: dict[str, Any] = await response.json()
        assert response.status < 400, (path, answer)
        return answer

    async def leave(self) -> None:
        """Nobody answers at the address any more."""
        await self.web.cleanup()

    async def move_to(self, service: Service) -> None:
        """Another service takes over the address, as after a crash of the whole machine."""
        await self.leave()
        self.service, self.web = service, await _listen(make_app(service), urlsplit(self.base).port)

    async def settle(self) -> None:
        """Deliver and do everything that is due, on both sides, until nothing is."""
        for _ in range(500):
            await self.api("POST", "flush")
            if await go_round(self.service) == 0:
                return
        raise AssertionError("the town does not come to rest")

    # -------------------------------------------------------------- people act

    async def say(self, who: str, text: str, **more: Any) -> None:
        await self.api("POST", f"people/{who}/say", text=text, **more)
        await self.settle()

    async def tap(self, who: str, title: str, *, settle: bool = True) -> str:
        message, option = await self.find(who, title)
        body = {"message": message["id"], "button": option["id"]}
        answer = await self.api("POST", f"people/{who}/tap", **body)
        if settle:
            await self.settle()
        return str(answer.get("id") or answer.get("url"))

    async def press(self, who: str, payload: str) -> None:
        """Press a button that this phone was never shown: a well-signed webhook of its own."""
        people = (await self.api("GET", "state"))["people"]
        person = next(each for each in people if each["key"] == who)
        number = person["phone"].removeprefix("+")
        message = {
            "from": number,
            "from_user_id": person["user_id"],
            "id": f"wamid.{secrets.token_hex(8)}",
            "timestamp": str(int(self.service.clock.now().timestamp())),
            "type": "button",
            "button": {"payload": payload, "text": "Confirm booking"},
        }
        contact = {"wa_id": number, "user_id": person["user_id"]}
        value = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        assert await self.deliver(body) == 200
        await self.settle()

    async def deliver(self, body: bytes, signature: str | None = None) -> int:
        """Post a webhook, by default genuinely signed; the status of the answer."""
        signed = sign(body, self.service.config.whatsapp_app_secret).decode()
        headers = {"X-Hub-Signature-256": signed if signature is None else signature}
        url = f"{self.base}/whatsapp/webhook"
        async with self.http.post(url, data=body, headers=headers) as response:
            return response.status

    async def choose(self, who: str, title: str) -> None:
        message, option = await self.find(who, title)
        await self.api("POST", f"people/{who}/choose", message=message["id"], row=option["id"])
        await self.settle()

    async def fill(self, who: str, **values: Any) -> None:
        """Send the newest form of this phone, with the values it came with unless changed."""
        message = next(each for each in reversed(await self.phone(who)) if each["flow"])
        given = message["flow"]["data"]
        usual = {name: given[name] for name in ("place", "guests", "name", "phone", "ref")}
        await self.api("POST", f"people/{who}/flow", message=message["id"], values=usual | values)
        await self.settle()

    async def send(self, who: str, kind: str, **fields: Any) -> None:
        await self.api("POST", f"people/{who}/send", type=kind, **fields)
        await self.settle()

    async def pay(self, who: str, outcome: str = "success") -> dict[str, Any]:
        """Open the newest payment link of this phone and choose an outcome there."""
        url = await self.pay_url(who)
        link = await self.link(url)
        answer = await self.api("POST", f"paytm/links/{link['link_id']}/pay", outcome=outcome)
        await self.settle()
        return answer

    async def pay_url(self, who: str) -> str:
        for message in reversed(await self.phone(who)):
            if message["url"] and "/paytm/" in message["url"]["url"]:
                return str(message["url"]["url"])
        raise AssertionError(f"{who} has no payment link")

    async def link(self, url: str) -> dict[str, Any]:
        links = (await self.api("GET", "paytm/books"))["links"]
        return next(each for each in links if url in (each["short_url"], each["long_url"]))

    async def clock(self, change: str) -> None:
        """+15m, +1d, or an ISO time."""
        moved = await self.api("POST", "clock", **clock_change(change))
        assert moved["told"], moved["error"]
        await self.settle()

    async def trouble(self, **areas: Any) -> None:
        await self.api("PUT", "trouble", **areas)

    # -------------------------------------------------------------- people look

    async def phone(self, who: str) -> list[dict[str, Any]]:
        return list((await self.api("GET", f"people/{who}/messages"))["messages"])

    async def from_bot(self, who: str) -> list[dict[str, Any]]:
        return [each for each in await self.phone(who) if each["from"] == "bot"]

    async def last(self, who: str) -> str:
        """The newest message of the bot, as it is read."""
        messages = await self.from_bot(who)
        return words_of(messages[-1]) if messages else ""

    async def sees(self, who: str, *fragments: str) -> dict[str, Any]:
        """The newest message says all of this."""
        messages = await self.from_bot(who)
        assert messages, f"{who}'s phone is empty"
        for fragment in fragments:
            assert contains(messages[-1], fragment), (fragment, words_of(messages[-1]))
        return messages[-1]

    async def has_seen(self, who: str, fragment: str) -> dict[str, Any]:
        for message in reversed(await self.from_bot(who)):
            if contains(message, fragment):
                return message
        raise AssertionError((fragment, [words_of(m) for m in await self.from_bot(who)]))

    async def never_saw(self, who: str, fragment: str) -> None:
        for message in await self.from_bot(who):
            assert not contains(message, fragment), words_of(message)

    async def transcript(self, who: str) -> str:
        """Everything on this phone, as text; what the person did begins with ">"."""
        lines = [f"\n===== {who}"]
        for message in await self.phone(who):
            mark = "  " if message["from"] == "bot" else "> "
            shown = "\n".join([str(message.get("body") or message["type"]), *_choices(message)])
            lines += [mark + line for line in shown.splitlines()] + [""]
        return "\n".join(lines)

    async def find(self, who: str, title: str) -> tuple[dict[str, Any], dict[str, Any]]:
        found = newest_with(await self.phone(who), title)
        assert found, (title, [words_of(m) for m in (await self.from_bot(who))[-3:]])
        return found

    # -------------------------------------------------------------- shortcuts

    async def to_review(self, who: str, text: str = "") -> str:
        """One sentence up to the pay link; the booking's id."""
        await self.say(who, text or "Pawna Lakeview, 25 to 27 dec, 4 people")
        await self.sees(who, "Advance now")
        return await self.newest_booking()

    async def to_paid(self, who: str = "rahul", text: str = "") -> str:
        booking_id = await self.to_review(who, text)
        await self.pay(who)
        return booking_id

    async def to_ticket(self, who: str = "rahul", owner: str = "suresh") -> str:
        booking_id = await self.to_paid(who)
        await self.tap(owner, "Confirm booking")
        return booking_id

    async def ticket_url(self, who: str) -> str:
        message = await self.has_seen(who, "Open e-ticket")
        return str(message["url"]["url"]).replace("http://localhost", "http://127.0.0.1")

    # -------------------------------------------------------------- the database

    async def newest_booking(self) -> str:
        rows = await self.service.pool.fetch(
            "SELECT booking_id FROM checkout ORDER BY created_at DESC, booking_id LIMIT 1"
        )
        return str(rows[0]["booking_id"])

    async def states(self, booking_id: str) -> list[str]:
        rows = await self.service.pool.fetch(sql("events"), booking_id)
        return [row["to_status"] for row in rows]

    async def one(self, statement: str, *values: Any) -> Any:
        return await self.service.pool.fetchrow(statement, *values)

    async def count(self, statement: str, *values: Any) -> int:
        return int(await self.service.pool.fetchval(statement, *values))


def _choices(message: dict[str, Any]) -> list[str]:
    """The buttons and rows of a message, each on its line."""
    link = [f"[{message['url']['text']}]"] if message.get("url") else []
    offered = [
        f"[{each['title']}]" + (f" {each['description']}" if each.get("description") else "")
        for each in options(message)
    ]
    return offered + link


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _listen(app: web.Application, port: int | None) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


@asynccontextmanager
async def founded(database_url: str, **settings: Any) -> AsyncIterator[Town]:
    """A town on an empty database, at a fixed Wednesday noon."""
    port, sandbox_port = free_port(), free_port()
    base, own = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}"
    # Nobody is in a hurry here but the test: limits of a guest are set where they are looked at.
    unhurried = {"guest_messages_a_minute": 0, "guest_holds_an_hour": 0}
    config = for_sandbox(Config(_env_file=None, port=port, **unhurried | settings), own)
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(running(config, database_url, pool_size=2))
        front = await _listen(make_app(service), port)
        values = sandbox_process.settings(own, base, ENTRIES, None)
        sandbox = make_sandbox(read_config(json.dumps(values)))
        beside = await _listen(sandbox, sandbox_port)
        stack.push_async_callback(beside.cleanup)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        await properties.store(service.pool, ENTRIES, service.clock.now())
        await festivals.store(service.pool, FESTIVALS)
        await _bring_templates(service, sandbox[ACCOUNT])
        await booking_form.publish(service)
        town = Town(service, http, own, base, front)
        stack.push_async_callback(town.leave)
        await town.clock(NOON_IST)
        yield town


async def _bring_templates(service: Service, account: Account) -> None:
    """The first town registers its templates over HTTP; the account of each later one has them."""
    if REGISTERED:
        account.templates.load(REGISTERED[0])
        return
    languages = list(service.write.catalogues.values())
    await registration.publish_all(service.whatsapp, service.config.whatsapp_business_id, languages)
    REGISTERED.append(account.templates.dump())


async def swept(town: Town) -> int:
    """What a sweep frees."""
    return await sweep(town.service, all_heard=True)


def booking_ids(text: str) -> list[str]:
    """Every booking id in a text, as stored."""
    return [f"LC{found}" for found in re.findall(r"LC-([0-9A-Z]{6})", text.upper())]


async def outside(town: Town) -> Books:
    """What Paytm and WhatsApp have on record."""
    people = (await town.api("GET", "state"))["people"]
    phones = [await town.phone(each["key"]) for each in people]
    return books(await town.api("GET", "paytm/books"), [row for rows in phones for row in rows])


async def broken(town: Town, tolerance: timedelta = timedelta()) -> list[str]:
    """Every invariant that does not hold, compared with the outside books and without them."""
    service, found = town.service, []
    for known in (await outside(town), Books()):
        check = Check(service.write, service.clock.now(), tolerance, known)
        found += await violations(service.pool, check)
    return [f"{each.rule.number} {each.subject} {each.detail}" for each in found]
