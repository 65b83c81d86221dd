"""The state of one emulated Paytm, shared by all its handlers."""

import asyncio
import random
import string
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from aiohttp import web

from sandbox.config import SandboxConfig
from sandbox.paytm.books import Books
from sandbox.paytm.dialect import Dialect
from sandbox.paytm.records import Link, Order, Payment, Record, Refund, plain
from sandbox.world import World

KINDS: dict[type[Record], str] = {
    Link: "paytm.link",
    Order: "paytm.order",
    Payment: "paytm.payment",
    Refund: "paytm.refund",
}
# Paytm's kits in other languages put more than letters into the salt (facts/paytm.md 2.3).
_SALT_LETTERS = string.ascii_letters + string.digits + "+/!@#$&_"
R = TypeVar("R", Link, Order, Payment, Refund)


def _dice() -> random.Random:
    return random.Random(7)  # noqa: S311  repeatable on purpose; nothing here is a secret


@dataclass(slots=True)
class Till:
    """One merchant's Paytm: its books, its dialect, its seeded dice and the next alarm."""

    world: World
    config: SandboxConfig
    books: Books = field(default_factory=Books)
    dialect: Dialect = field(default_factory=Dialect)
    dice: random.Random = field(default_factory=_dice)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    alarm: asyncio.TimerHandle | None = None

    def now(self) -> datetime:
        """The sandbox's present."""
        return self.world.clock.now()

    def trouble(self, name: str) -> Any:
        """The value of one of Paytm's trouble switches; None when it is off."""
        return self.world.trouble["paytm"].get(name)

    def salt(self) -> str:
        """Four characters for the next checksum."""
        return "".join(self.dice.choices(_SALT_LETTERS, k=4))

    def keep(self, record: R, event: str) -> R:
        """Write a record into the books and tell the journal what happened to it."""
        self.books.keep(record)
        self.world.journal.add(KINDS[type(record)], event=event, **self.shown(record))
        return record

    def shown(self, record: Record) -> dict[str, Any]:
        """A record as the books and the journal show it: a link with its addresses and state."""
        row = plain(record)
        if isinstance(record, Link):
            row |= {"long_url": self.long_url(record), "short_url": self.short_url(record)}
            row["status"] = self.state_of(record)
        return row

    def long_url(self, link: Link) -> str:
        """The payer's page, in the shape of the real one (facts/paytm.md 3.3)."""
        return f"{self.config.own_url}/paytm/link/{link.name}/LL_{link.link_id}"

    def short_url(self, link: Link) -> str:
        """The address that is sent in a chat."""
        return f"{self.config.own_url}/paytm/s/{link.code}"

    def used_up(self, link: Link) -> bool:
        """Whether as many payments succeeded as the link allows."""
        limit = link.limit if self.dialect.honours_limit else None
        return limit is not None and self.books.paid_times(link.link_id) >= limit

    def state_of(self, link: Link) -> str:
        """PAID, EXPIRED, PENDING or INIT: the words of /link/fetch (facts/paytm.md 3.4)."""
        if self.books.paid_times(link.link_id):
            return "PAID"
        if link.expired(self.now()):
            return "EXPIRED"
        return "PENDING" if self._waits(link) else "INIT"

    def _waits(self, link: Link) -> bool:
        return any(payment.open for payment in self.books.of_link(link.link_id))

    def dump(self) -> dict[str, Any]:
        """What must survive a restart."""
        return self.books.dump()

    def load(self, stored: dict[str, Any]) -> None:
        """Take up what `dump` wrote."""
        self.books = Books.load(stored)

    def silence(self) -> None:
        """Take back the alarm for what would be due next."""
        if self.alarm is not None:
            self.alarm.cancel()
            self.alarm = None

    def forget(self) -> None:
        """Empty books and the default dialect, as after a reset of the sandbox."""
        self.silence()
        self.books, self.dialect, self.dice = Books(), Dialect(), _dice()


TILL: web.AppKey[Till] = web.AppKey("till", Till)
