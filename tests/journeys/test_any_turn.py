"""Whatever a guest does in whatever order: one answer, nothing refused, and a way back to a booking.

Sixty turns a language in the suite; LOONCAMP_LONG=1 plays two thousand.
"""

import os
import random
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.journeys.tongue import LANGUAGES, WORDS, Guest
from tests.journeys.town import Town, founded

TURNS = 2000 if "LOONCAMP_LONG" in os.environ else 60
BACK_EVERY = 100
TODAY = date(2026, 12, 2)
SAID = [
    "", "?", "👍", "ok 👍", "4", "0", "999", "25", "kal", "उद्या", "tomorrow", "2 nights", "sat sun",
    "98220 12345", "12345", "name 👍", "name Asha", "31 feb", "2029-01-01", "page.3", "other",
    "villa", "camp", "lonavala", "मुळशी", "goa", "price", "pool?", "खाना?", "x" * 4000, "{n} %s",
    "mujhe 4 log ke liye chahiye", "I want to book a villa for 6 people", "मला तंबू हवा आहे",
    "हमें टेंट चाहिए", "english", "हिंदी", "मराठी", "no, 5 guests", "not 25 dec", "cancel mat karo",
]  # fmt: skip
KINDS = ["audio", "sticker", "image", "location", "contacts", "unsupported", "document"]
OUTCOMES = ["success", "failed", "pending_success", "pending_failed", "success"]
TOLD_BESIDE = ("guest.paid", "guest.paid_late", "guest.refund%", "guest.surplus%")
HUMAN = "g:human"  # then a person answers, not the bot


@pytest.fixture
async def calm_town(database_url: str) -> AsyncIterator[Town]:
    """A town in which a guest may write as much and hold as often as the dice want."""
    limits = {"guest_messages_a_minute": 0, "guest_holds_an_hour": 0, "pair_seconds": 0}
    async with founded(database_url, **limits) as town:
        await town.trouble(whatsapp={"pair_rate": False, "mps": 0})
        yield town


class Player:
    """One guest who rolls dice."""

    def __init__(self, guest: Guest, seed: int) -> None:
        self.guest, self.town, self.dice = guest, guest.town, random.Random(seed)
        words = {key: word for key, word in WORDS[guest.language].items() if key != "human"}
        self.words = [*words.values(), *words.values(), *SAID]
        self.booked = 0

    async def answers(self) -> int:
        """How many answers have been queued for this guest."""
        return await self.town.count(
            "SELECT count(*) FROM message m JOIN person p USING (person_id) WHERE kind = 'whatsapp'"
            " AND p.phone = $1 AND NOT m.intent LIKE ANY ($2)",
            (await self.town.api("GET", f"people/{self.guest.key}"))["phone"],
            list(TOLD_BESIDE),
        )

    async def turn(self) -> None:
        """Do one thing; where it is something said to the bot, it is answered once."""
        deed = self.dice.choices(
            [self.say, self.press, self.send, self.pay, self.wait, self.owner],
            [30, 45, 8, 6, 6, 5],
        )[0]
        before = await self.answers()
        told = await deed()
        if told:
            assert await self.answers() == before + 1, f"{told!r} is not answered once"

    async def say(self) -> str:
        text = self.dice.choice(self.words)
        await self.town.say(self.guest.key, text or ".")
        return text or "."

    async def press(self) -> str | None:
        """Tap or choose something on one of the newest messages, or send its form."""
        shown = (await self.town.from_bot(self.guest.key))[-self.dice.choice([1, 1, 1, 4]) :]
        message = self.dice.choice(shown)
        key, body = self.guest.key, {"message": message["id"]}
        rows = [row for part in (message["list"] or {}).get("sections", []) for row in part["rows"]]
        if rows:
            row = self.dice.choice(rows)["id"]
            await self.town.api("POST", f"people/{key}/choose", **body, row=row)
        elif message["flow"]:
            await self.town.api("POST", f"people/{key}/flow", **body, values=self._form(message))
        elif buttons := [each for each in message["buttons"] if each["id"] != HUMAN]:
            button = self.dice.choice(buttons)["id"]
            await self.town.api("POST", f"people/{key}/tap", **body, button=button)
        else:
            return None
        await self.town.settle()
        return str(message["body"])

    def _form(self, message: dict[str, Any]) -> dict[str, Any]:
        given = message["flow"]["data"]
        values = {name: given[name] for name in ("place", "guests", "name", "phone", "ref")}
        first = TODAY + timedelta(days=self.dice.randrange(-5, 400))
        last = first + timedelta(days=self.dice.randrange(-1, 40))
        values["stay"] = {"start-date": f"{first}", "end-date": f"{last}"}
        return values | self.dice.choice([{}, {"guests": "x"}, {"phone": "1"}, {"place": "gone"}])

    async def send(self) -> str:
        kind = self.dice.choice(KINDS)
        await self.guest.send(kind)
        return kind

    async def pay(self) -> None:
        links = [each["url"]["url"] for each in await self.town.from_bot(self.guest.key)
                 if each["url"] and "/paytm/" in each["url"]["url"]]  # fmt: skip
        if not links:
            return
        link = await self.town.link(links[-1])
        outcome = self.dice.choice(OUTCOMES)
        path = f"{self.town.sandbox}/sandbox/api/paytm/links/{link['link_id']}/pay"
        async with self.town.http.post(path, json={"outcome": outcome}) as response:
            await response.read()  # a link that is over refuses, as it should
        await self.town.settle()

    async def wait(self) -> None:
        await self.town.clock(self.dice.choice(["+1m", "+6m", "+16m", "+65m", "+5h"]))

    async def owner(self) -> None:
        requests = [each for each in await self.town.from_bot("suresh") if each["buttons"]]
        if requests:
            message = self.dice.choice(requests[-3:])
            body = {"message": message["id"], "button": self.dice.choice(message["buttons"])["id"]}
            await self.town.api("POST", "people/suresh/tap", **body)
            await self.town.settle()

    async def back(self) -> None:
        """From wherever the dice led, to a paid booking."""
        self.booked += 1
        first = TODAY + timedelta(days=30 + 3 * self.booked)
        language = self.guest.texts.language
        await self.town.say(self.guest.key, self.guest.texts(f"language.{language}"))
        await self.guest.say("restart")
        await self.guest.reads("place.label")
        place = self.dice.choice(["Pawna Lakeview", "Mulshi Forest", "Kolad River"])
        await self.town.say(
            self.guest.key, f"{place}, {first} to {first + timedelta(days=1)}, 2 people"
        )
        await self.guest.reads("guest.review.body")
        await self.town.pay(self.guest.key)
        await self.guest.reads("guest.paid.body")


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_turn_is_answered_once_and_leads_back_to_a_booking(
    calm_town: Town, language: str
) -> None:
    guest = await Guest(calm_town, language).arrive()
    player = Player(guest, seed=LANGUAGES.index(language))
    for number in range(1, TURNS + 1):
        await player.turn()
        if number % BACK_EVERY == 0:
            await player.back()
    await player.back()
    refused = await calm_town.service.pool.fetch(
        "SELECT intent, last_error, wa_error FROM message WHERE kind = 'whatsapp'"
        " AND (state = 'dead' OR last_error IS NOT NULL OR wa_error IS NOT NULL)"
    )
    assert [tuple(row) for row in refused] == []
    assert await calm_town.count("SELECT count(*) FROM inbox WHERE state = 'parked'") == 0
