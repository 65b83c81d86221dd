"""Signed webhooks: single events go into envelopes of one or of many, and on their way."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.config import SandboxConfig
from sandbox.whatsapp.records import Json
from sandbox.world import World

BATCH_LINGER = 0.05  # seconds of silence after which a batch goes out incomplete
EVENTS_PER_CHANGE = 3  # so that a batch has several entries, changes and messages each
CHANGES_PER_ENTRY = 3


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that WhatsApp tells: a message, a status, or the value of another field."""

    item: Json
    kind: str = "messages"  # the array of the value; "" when `item` is the whole value
    contacts: tuple[Json, ...] = ()
    field: str = "messages"
    person: str | None = None


@dataclass(slots=True)
class Hooks:
    """The way out to the service. An override of the address counts for `messages` only (1.1)."""

    world: World
    config: SandboxConfig
    number_override: str | None = None
    account_override: str | None = None
    app_address: str | None = None  # set for the whole app; None: the service's usual address
    app_fields: list[str] | None = None  # None: every field is subscribed
    waiting: list[Event] = field(default_factory=list)
    _timer: asyncio.TimerHandle | None = None

    def emit(self, event: Event) -> None:
        """Send one event, at once or as part of a batch; nothing of a field nobody subscribed."""
        if self.app_fields is not None and event.field not in self.app_fields:
            return
        size = int(self.world.trouble["webhooks"]["batch"])
        self.waiting.append(event)
        if len(self.waiting) >= size:
            self.send_waiting()
            return
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(BATCH_LINGER, self.send_waiting)

    def send_waiting(self) -> None:
        """Send the batch that is being collected."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        events, self.waiting = self.waiting, []
        if events:
            self.send(events)

    def send(self, events: list[Event]) -> None:
        """Send these events in one POST."""
        body = body_of(self.envelope(events))
        people = sorted({event.person for event in events if event.person})
        ids = [event.item["id"] for event in events if "id" in event.item]
        note = {"person": people[0] if len(people) == 1 else None, "ids": ids}
        self.post(body, signature(body, self.config.app_secret), note, self._url(events))

    def post(
        self,
        body: bytes,
        signed: str | None,
        note: Json,
        url: str | None = None,
        *,
        retry: bool = True,
    ) -> None:
        """Send a body under a signature, which may be missing or wrong."""
        headers = {"Content-Type": "application/json", "User-Agent": "facebookexternalua"}
        headers |= {"X-Hub-Signature-256": signed} if signed is not None else {}
        self.world.deliveries.post(
            url or self.url, body, headers, area="webhooks", retry=retry, note=note
        )

    @property
    def url(self) -> str:
        """Where webhooks go when nothing overrides it."""
        return self.app_address or f"{self.config.service_url}/whatsapp/webhook"

    def envelope(self, events: list[Event]) -> Json:
        """The body that carries these events, in order (facts/whatsapp.md 1.2)."""
        changes = [self._change(group) for group in _groups(events)]
        entries = [
            self._entry(changes[at : at + CHANGES_PER_ENTRY])
            for at in range(0, len(changes), CHANGES_PER_ENTRY)
        ]
        return {"object": "whatsapp_business_account", "entry": entries}

    def _entry(self, changes: list[Json]) -> Json:
        entry: Json = {"id": self.config.business_id, "changes": changes}
        if any(change["field"] != "messages" for change in changes):
            entry["time"] = int(self.world.clock.now().timestamp())
        return entry

    def _change(self, events: list[Event]) -> Json:
        first = events[0]
        if not first.kind:
            return {"field": first.field, "value": first.item}
        contacts: list[Json] = []
        for contact in (each for event in events for each in event.contacts):
            if contact not in contacts:
                contacts.append(contact)
        metadata = {
            "display_phone_number": self.config.business_phone.removeprefix("+"),
            "phone_number_id": self.config.phone_id,
        }
        value: Json = {"messaging_product": "whatsapp", "metadata": metadata}
        value |= {"contacts": contacts} if contacts else {}
        return {
            "field": first.field,
            "value": value | {first.kind: [event.item for event in events]},
        }

    def _url(self, events: list[Event]) -> str | None:
        if any(event.field != "messages" for event in events):
            return None
        return self.number_override or self.account_override


def _groups(events: list[Event]) -> list[list[Event]]:
    """Neighbours of one kind together, a few at a time; other fields alone."""
    groups: list[list[Event]] = []
    for event in events:
        last = groups[-1] if groups else []
        fits = last and event.kind and last[0].kind == event.kind and _same_shape(last[0], event)
        if fits and len(last) < EVENTS_PER_CHANGE:
            last.append(event)
        else:
            groups.append([event])
    return groups


def _same_shape(one: Event, other: Event) -> bool:
    return bool(one.contacts) == bool(other.contacts)


def body_of(envelope: Any) -> bytes:
    """The exact bytes that are signed and sent: ASCII with escapes in lower case (1.2)."""
    return json.dumps(envelope, separators=(",", ":")).encode("ascii")


def signature(body: bytes, app_secret: str) -> str:
    """The value of X-Hub-Signature-256."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
