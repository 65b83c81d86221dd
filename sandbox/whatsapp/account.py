"""One WhatsApp Business account with one number: its whole state and its small deeds."""

import asyncio
import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.config import SandboxConfig
from sandbox.whatsapp.hooks import Event, Hooks
from sandbox.whatsapp.people import People
from sandbox.whatsapp.prices import Prices
from sandbox.whatsapp.rates import Rates
from sandbox.whatsapp.records import Json, Message, Person, plain, restored
from sandbox.whatsapp.registry import Registry
from sandbox.whatsapp.shelf import Flow, Shelf
from sandbox.world import World

WINDOW = timedelta(hours=24)


@dataclass(slots=True)
class Account:
    """The state that all handlers of the emulator share."""

    world: World
    config: SandboxConfig
    messages: dict[str, Message] = field(default_factory=dict)  # by wamid, oldest first
    templates: Registry = field(default_factory=Registry)
    rates: Rates = field(default_factory=Rates)
    prices: Prices = field(default_factory=Prices)
    blocked: set[str] = field(default_factory=set)  # keys of people whom the business blocked
    profile: Json = field(default_factory=dict)
    automation: Json = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    registered: bool = True
    held: list[Event] = field(default_factory=list)  # statuses that are held back
    paced: list[Message] = field(default_factory=list)  # templates held for quality assessment
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    people: People = field(init=False)
    shelf: Shelf = field(init=False)
    hooks: Hooks = field(init=False)
    _seen: datetime = field(init=False)
    _chats: dict[str, list[Message]] = field(default_factory=dict)  # by the person's key

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.world.clock, self.config.own_url)
        self.hooks = Hooks(self.world, self.config)
        self.people = People(self.config.people)
        self.people.seed()
        self._seen = self.now()

    def now(self) -> datetime:
        """The sandbox's present."""
        return self.world.clock.now()

    def trouble(self, name: str) -> Any:
        """The value of one of WhatsApp's trouble switches."""
        return self.world.trouble["whatsapp"][name]

    def new_id(self) -> str:
        """A message id in WhatsApp's shape."""
        return "wamid." + base64.b64encode(secrets.token_bytes(30), b"AB").decode()

    def is_open(self, person: Person) -> bool:
        """Whether the person's 24-hour window is open (facts/whatsapp.md 2.3)."""
        return person.last_inbound is not None and self.now() < person.last_inbound + WINDOW

    def chat(self, key: str) -> list[Message]:
        """What is on a person's phone, oldest first."""
        return self._chats.get(key, [])

    def keep(self, message: Message) -> Message:
        """Put a message on a phone and tell the journal."""
        self.messages[message.id] = message
        self._chats.setdefault(message.person, []).append(message)
        self.world.journal.add("message", **message.shown())
        return message

    def mark(self, message: Message, status: str, error: Json | None = None) -> None:
        """Note a message's new status and tell the journal."""
        message.status, message.error = status, error
        facts = {"wamid": message.id, "status": status, "person": message.person}
        self.world.journal.add("status", **facts, error=error, price=message.price)

    def shown(self, person: Person) -> Json:
        """A person as the control API gives them."""
        until = person.last_inbound + WINDOW if person.last_inbound else None
        row = {
            name: getattr(person, name)
            for name in ("key", "name", "role", "phone", "user_id", "username", "language")
        }
        return row | {
            "hides_phone": person.hides_phone,
            "blocks": person.blocks,
            "offline": person.offline,
            "window_until": until.isoformat() if until and until > self.now() else None,
            "unread": sum(message.unread for message in self.chat(person.key)),
        }

    def on_clock(self) -> None:
        """After a move: a clock that went back leaves no rate in the future."""
        if self.now() < self._seen:
            self.rates.forget()
        self._seen = self.now()

    def forget(self) -> None:
        """Messages and what follows from them; templates, Flows and the profile stay."""
        self.messages.clear()
        self._chats.clear()
        self.blocked.clear()
        self.held.clear()
        self.paced.clear()
        self.hooks.waiting.clear()
        self.rates.forget()
        self.prices.service.clear()
        self.people.seed()

    def dump(self) -> Json:
        """What must survive a restart; the content of media does not."""
        return {
            "people": self.people.dump(),
            "messages": [plain(message) for message in self.messages.values()],
            "templates": self.templates.dump(),
            "flows": [_row(flow) for flow in self.shelf.flows.values()],
            "service": dict(self.prices.service),
            "blocked": sorted(self.blocked),
            "profile": self.profile,
            "automation": self.automation,
            "settings": self.settings,
            "registered": self.registered,
            "overrides": [self.hooks.number_override, self.hooks.account_override],
            "app": [self.hooks.app_address, self.hooks.app_fields],
        }

    def load(self, stored: Json) -> None:
        """Take up what `dump` wrote."""
        self.people.load(stored["people"])
        for message in (restored(Message, row) for row in stored["messages"]):
            self.messages[message.id] = message
            self._chats.setdefault(message.person, []).append(message)
        self.templates.load(stored["templates"])
        self.shelf.flows = {row["id"]: Flow(**row) for row in stored["flows"]}
        self.prices.service.update(stored["service"])
        self.blocked = set(stored["blocked"])
        for name in ("profile", "automation", "settings", "registered"):
            setattr(self, name, stored[name])
        self.hooks.number_override, self.hooks.account_override = stored["overrides"]
        self.hooks.app_address, self.hooks.app_fields = stored.get("app", (None, None))


def _row(flow: Flow) -> Json:
    return {
        "id": flow.id,
        "name": flow.name,
        "status": flow.status,
        "updated_at": flow.updated_at,
        "categories": flow.categories,
        "json": flow.json,
    }


ACCOUNT: web.AppKey[Account] = web.AppKey("account", Account)
