"""Guests and owners, who act on their phones through the sandbox's control API."""

import asyncio
import random
import re
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.commands.rehearsal import NotAsItShouldBe, shown
from bot.commands.rehearsal import Stage as Sandbox
from tests.chaos.plan import DEEDS, Story

FIRST_DAY, NIGHTS = 8, 1
PATIENCE, TRIES, LOOK = 8.0, 6, 0.3
ADMIN_TAPS, ADMIN_ASKS = 0.3, 0.1
ASKS = ("pending", "refunds", "today", "alerts", "health", "cost", "people", "Xilotep", "LC-000000")
STRANGER, FLOOD, OLD = "imran", 25, 10
HOSTILE = ("' OR 1=1; --", "{booking} %s {0.__class__}", "\u202eabc\u0000\ud83d", "a" * 4096,
           "https://example.com/paytm/callback/x", "confirm LC-000000")  # fmt: skip
NAMED = "Xilotep"  # nobody else is called so: it must be in no log


@dataclass(slots=True)
class Crowd:
    """Everybody who acts, and what was done wrong or twice."""

    sandbox: Sandbox
    seed: int
    places: tuple[str, ...]
    done: Counter[str] = field(default_factory=Counter)
    unlucky: list[str] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)

    async def book(self, story: Story) -> None:
        """One guest from the first word to the payment."""
        name = f"{NAMED} {_letters(story.number)}"
        phone = f"+91982{story.number + 1_000_000:07d}"
        who = (await self.sandbox.call("POST", "people", name=name, phone=phone))["key"]
        url = await self._review(who, story)
        if url is None:
            seen = [f"  {each['from']}: {shown(each)}" for each in await self.sandbox.phone(who)]
            self.unlucky.append("\n".join([f"guest {story.number} never saw a review", *seen]))
            return
        payments = await self._pay(url, story.outcome)
        self.done[f"payment {story.outcome}"] += story.outcome != "success"
        if story.forgery and payments:
            path = f"paytm/payments/{payments[0]['txn_id']}/callback"
            await self.sandbox.call("POST", path, **{"as": story.forgery})
            self.done[f"callback {story.forgery}"] += 1
        await self._also(who, story)

    async def _review(self, who: str, story: Story) -> str | None:
        day = datetime.now(UTC).date() + timedelta(
            days=FIRST_DAY + story.number // len(self.places) * NIGHTS
        )
        place = self.places[story.number % len(self.places)]
        words = f"{place}, {day:%d %b} to {day + timedelta(days=NIGHTS):%d %b}, 2 people"
        self.typed.add(words)
        for _ in range(TRIES):
            await self.sandbox.call("POST", f"people/{who}/say", text=words)
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                for message in reversed(await self.sandbox.phone(who)):
                    if message["from"] == "bot" and message.get("url"):
                        return str(message["url"]["url"])
                await asyncio.sleep(LOOK)
            self.done["guest repeats"] += 1
        return None

    async def _pay(self, url: str, outcome: str) -> list[dict[str, Any]]:
        books = await self.sandbox.call("GET", "paytm/books")
        for link in reversed(books["links"]):
            if url in (link["short_url"], link["long_url"]):
                path = f"paytm/links/{link['link_id']}/pay"
                try:
                    done = await self.sandbox.call("POST", path, outcome=outcome)
                except NotAsItShouldBe:  # the link has ended meanwhile
                    self.done["payment on an ended link"] += 1
                    return []
                payments: list[dict[str, Any]] = done["payments"]
                return payments
        self.unlucky.append("a review shows a link that Paytm does not know")
        return []

    async def _also(self, who: str, story: Story) -> None:
        if not story.also:
            return
        self.done[f"guest {story.also}"] += 1
        words = {"cancels": "cancel", "asks twice": "where is my money?"}.get(story.also, "confirm")
        for _ in range(2):
            await self.sandbox.call("POST", f"people/{who}/say", text=words)

    async def own(self, owner: str) -> None:
        """An owner's thumb: answers every request, not always once and not always at once."""
        dice = random.Random(f"{self.seed} {owner}")
        seen = 0
        while True:
            messages = await self.sandbox.phone(owner)
            for message in messages[seen:]:
                titles = [each["title"] for each in message.get("buttons") or []]
                if message["from"] == "bot" and "Confirm booking" in titles:
                    await self._answer(owner, message, dice.choice(DEEDS))
            seen = len(messages)
            await asyncio.sleep(LOOK)

    async def administer(self, admin: str) -> None:
        """An admin's thumb: taps what each notice offers now and then, and looks things up."""
        dice, seen = random.Random(f"{self.seed} {admin}"), 0
        while True:
            messages = await self.sandbox.phone(admin)
            for message in messages[seen:]:
                titles = [each["title"] for each in message.get("buttons") or []]
                if message["from"] == "bot" and titles and dice.random() < ADMIN_TAPS:
                    self.done["admin taps"] += 1
                    with suppress(NotAsItShouldBe):  # greyed out once tapped
                        await self.sandbox.tap(admin, message, dice.choice(titles))
                elif message["from"] == "bot" and dice.random() < ADMIN_ASKS:
                    named = re.search(r"LC-[0-9A-Z]{6}", shown(message))
                    self.done["admin asks"] += 1
                    await self.sandbox.say(admin, dice.choice([*ASKS, named[0] if named else "hi"]))
            seen = len(messages)
            await asyncio.sleep(LOOK)

    async def oddity(self, what: str) -> None:
        """Somebody who wants no booking: things instead of words, too many, hostile or old ones."""
        say, send = f"people/{STRANGER}/say", f"people/{STRANGER}/send"
        match what:
            case "words":
                for words in HOSTILE:
                    await self.sandbox.call("POST", say, text=words)
            case "flood":
                for number in range(FLOOD):
                    await self.sandbox.call("POST", say, text=f"hello {number}")
            case "old tap":
                for message in (await self.sandbox.phone(STRANGER))[:OLD]:
                    for button in message.get("buttons") or []:
                        with suppress(NotAsItShouldBe):
                            await self.sandbox.tap(STRANGER, message, button["title"])
            case _:
                await self.sandbox.call("POST", send, type=what)

    async def _answer(self, owner: str, message: dict[str, Any], deed: str) -> None:
        taps = {
            "cancel": ("Cancel booking",), "double tap": ("Confirm booking",) * 2,
            "crossed taps": ("Confirm booking", "Cancel booking"), "late": (),
        }.get(deed, ("Confirm booking",))  # fmt: skip
        self.done[f"owner {deed}"] += deed != "confirm"
        for button in taps:
            try:
                await self.sandbox.tap(owner, message, button)
            except NotAsItShouldBe:  # a phone greys out the buttons of a template once tapped
                self.done["owner's second tap greyed out"] += 1


def _letters(number: int) -> str:
    """A name of letters only."""
    word = ""
    for _ in range(3):
        number, rest = divmod(number, 26)
        word += chr(ord("a") + rest)
    return word.capitalize()
