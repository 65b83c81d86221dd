"""Names that attack: each place that shows a guest's name shows it as a plain name."""

import json
import re
import unicodedata
from html.parser import HTMLParser

import pytest

from bot import log
from bot.queue.worker import settle_down
from bot.whatsapp.inbound import clean
from db.pool import transaction
from flows.names import usable_name
from tests.bot import hooks
from tests.db import stock
from tests.tickets.hostile import SCRIPTS

TALK = [
    "*CONFIRMED* ✅ Pay to 98220 12345",
    "Rahul\n\nLoonCamp: booking LC-7K2M9X is *paid*",
    "Rahul\r\n```\nSTATUS: OK\n```",
    "_Rahul_ ~Patil~ `x`",
    "> quoted\n> twice",
    "1. Rahul\n- Patil",
    "Rahul https://evil.example/pay now",
    "Rahul wa.me/919822012345",
    "\u202eluhaR\u202c Patil \u2066x\u2069",
    "Ra\u200bhul \ufeffPatil \u00ad\u2060",
    "Rahul\u2028Patil\u2029x",
    "Rahul \U000e0041\U000e0042 Patil",
    "R\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301ahul Patil",
    "'; DROP TABLE booking; --",
    "Rahul' OR '1'='1",
    "Rahul\\'); DELETE FROM message; --",
    "{guest} {0} %s %(x)s ${x}",
    "=HYPERLINK(1;2) Rahul",
    "BEGIN:VEVENT Rahul\r\nEND:VCALENDAR",
    "Rahul\tPatil     Kulkarni",
    "A" * 10_000,
    "क्ष" * 300,
    "👩‍👩‍👧‍👦 Rahul " * 50,
    "Rahul\x00Patil\x1b[31m",
    "Rahul \ud800 Patil",
]
PAYLOADS = [*SCRIPTS[::4], *TALK]  # the ticket's own tests try every script
PLAIN = "Asha Kulkarni"
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def strings(value) -> list[str]:
    if isinstance(value, dict):
        return [found for each in value.values() for found in strings(each)]
    if isinstance(value, list):
        return [found for each in value for found in strings(each)]
    return [value] if isinstance(value, str) else []


def parameters(sent) -> list[str]:
    parts = sent.get("template", {}).get("components", [])
    return [each["text"] for part in parts for each in part["parameters"] if "text" in each]


async def write(deliver, number: int, name: str, words: str) -> None:
    who = f"9197{number:08d}"
    message = hooks.text(words, **{"from": who, "from_user_id": f"IN.9{number}"})
    person = hooks.contact(wa_id=who, user_id=f"IN.9{number}", profile={"name": name})
    change = hooks.change(message, contacts=(person,))
    assert await deliver(hooks.body(change)) == 200


@pytest.fixture
async def town(service, deliver, edge):
    """Every payload and one plain name have booked a tent, paid, and been confirmed."""
    await stock.add_property(service.pool, property_id="pawna", units=500)
    names = dict(enumerate([PLAIN, *PAYLOADS], start=1))
    for number, name in names.items():
        await write(deliver, number, name, "Pawna Lakeview, 25 to 27 dec, 2 people")
        await write(deliver, number, name, "human")
    await settle_down(service, rounds=3000)
    made = await service.pool.fetch(
        "SELECT booking_id, c.guest_name, p.phone FROM checkout c JOIN person p USING (person_id)"
    )
    for row in made:
        async with transaction(service.pool) as connection:
            booking = await service.door.facts(connection, row["booking_id"])
            await stock.pay(connection, service.door, booking)
    await settle_down(service, rounds=3000)
    for row in made:
        tap = hooks.message(
            "button", button={"payload": f"o:{row['booking_id']}:confirm", "text": "Confirm"},
            **{"from": stock.OWNER.removeprefix("+"), "from_user_id": "IN.77"},
        )  # fmt: skip
        owner = hooks.contact(wa_id=stock.OWNER.removeprefix("+"), user_id="IN.77")
        await deliver(hooks.body(hooks.change(tap, contacts=(owner,))))
    await settle_down(service, rounds=3000)
    return {row["phone"]: (row["booking_id"], row["guest_name"]) for row in made}, names


async def test_a_hostile_name_is_a_plain_name_in_every_place(town, service, edge, client):
    bookings, names = town
    looks_like_a_name_in_the_chat(bookings, names, edge)
    await is_text_on_the_ticket_and_absent_from_the_calendar(bookings, service, client)
    assert await service.pool.fetchval("SELECT count(*) FROM booking") == len(bookings)
    dead = await service.pool.fetchval("SELECT count(*) FROM message WHERE state = 'dead'")
    parked = await service.pool.fetchval("SELECT count(*) FROM inbox WHERE state <> 'done'")
    assert (dead, parked) == (0, 0)


def looks_like_a_name_in_the_chat(bookings, names, edge):
    assert len(bookings) > 30
    shown = {
        number: bookings[phone] for number in names if (phone := f"+9197{number:08d}") in bookings
    }
    for number, (_, name) in shown.items():
        assert name == usable_name(clean(names[number]))
        assert not re.search(r"[*_~`\n\t]|://|www\.|wa\.me|\d{5}", name)
    assert "‍" in "".join(name for _, name in shown.values())  # joiners are kept

    def told(booking_id: str, name: str, number: int) -> list[str]:
        """What was sent about a booking, with the name, the id and the number taken out."""
        about = [json.dumps(sent, ensure_ascii=False) for sent in edge.book]
        found = []
        for sent in about:
            mine = sent.replace(f"LC-{booking_id[2:]}", booking_id)
            if booking_id not in mine and f"9197{number:08d}" not in mine.replace(" ", ""):
                continue
            mine = mine.replace(json.dumps(name, ensure_ascii=False)[1:-1], "NAME")
            mine = re.sub(r"\+?91 ?97\d{3} ?\d{5}|IN\.9\d+", "PHONE", mine)
            mine = re.sub(r'eticket/[^"]*|wamid\.\w+|"biz_opaque[^,]*|LC[0-9A-Z]{6}', "ID", mine)
            found.append(mine)
        return sorted(found)

    plain = told(*shown[1], 1)
    assert len(plain) >= 6
    for number, (booking_id, name) in shown.items():
        mine = told(booking_id, name, number)
        first = json.dumps(name.partition(" ")[0], ensure_ascii=False)[1:-1]
        assert [each.replace(f" {first}!", " Asha!") for each in mine] == plain, name

    for sent in edge.book:
        for text in strings(sent):
            seen = text.replace("\n", "").replace("\u200d", "").replace("\u200c", "")
            assert not any(unicodedata.category(each) in UNSEEN for each in seen), text
        for value in parameters(sent):
            assert not re.search(r"[\n\t]| {4}", value)
            assert len(value) < 1024


async def is_text_on_the_ticket_and_absent_from_the_calendar(bookings, service, client):
    tokens = {
        row["booking_id"]: row["token"] for row in await service.pool.fetch("SELECT * FROM ticket")
    }
    plain = None
    for booking_id, name in sorted(bookings.values(), key=lambda each: each[1] != PLAIN):
        address = f"/eticket/{booking_id}-{tokens[booking_id]}"
        async with client.get(address) as answer:
            page = Page(await answer.text())
        plain = plain or page.tags
        assert page.tags == plain, name
        assert name in re.sub(r"\s+", " ", page.text)
        async with client.get(address + ".ics") as answer:
            lines = (await answer.read()).split(b"\r\n")
        assert lines.count(b"BEGIN:VEVENT") == lines.count(b"END:VCALENDAR") == 1
        assert name.encode() not in b"".join(lines)


async def test_no_name_is_ever_logged(service, deliver, edge, capfd):
    log.configure()
    for number, name in enumerate(PAYLOADS, start=1):
        await write(deliver, number, name, name[:500])
    await settle_down(service, rounds=2000)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert lines
    # Our own words are not theirs: the names of fields and events are fixed by a contract.
    said = json.dumps([value for line in lines for key, value in line.items() if key != "event"])
    for name in PAYLOADS:
        for word in re.findall(r"\w{4,}", name):
            assert word.lower() not in said.lower(), word


async def test_words_that_an_owner_passes_on_stay_one_plain_line(service, deliver, edge):
    await stock.add_property(service.pool)
    digits = stock.OWNER.removeprefix("+")
    owner = hooks.contact(wa_id=digits, user_id="IN.77", profile={"name": "*Suresh*\nPatil"})
    sender = {"from": digits, "from_user_id": "IN.77"}
    words = "the gate\n*PAID* \u202ekey\u202c   is broken `x`"
    yes = hooks.message("button", button={"payload": "h:pass:yes", "text": "Yes"}, **sender)
    for message in (hooks.text(words, **sender), yes):
        await deliver(hooks.body(hooks.change(message, contacts=(owner,))))
        await settle_down(service)
    told = [sent for sent in edge.book if sent["to"] == stock.ADMIN]
    assert len(told) == 1
    assert "Suresh Patil" in json.dumps(told)
    assert "writes: the gate PAID key is broken x" in json.dumps(told)
