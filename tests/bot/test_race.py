"""Two hundred guests write for the last unit in the same moment; the database alone decides."""

import asyncio
import time
from collections import Counter

import pytest

from bot.queue import inbox
from db import sql as book
from flows.availability import Calendar
from tests.bot import hooks
from tests.db import stock

RIVALS = 200
LOOPS = 7
WISH = "Pawna Lakeview, 25 to 27 dec, 2 people"
BLIND = """
INSERT INTO occupancy (property_id, unit, stay, booking_id)
SELECT $1, unit, daterange($3, $4), $6 FROM generate_series(1, $2::integer) AS t (unit)
 ORDER BY unit LIMIT $5
ON CONFLICT DO NOTHING
RETURNING unit"""


@pytest.fixture(params=["as it is", "no check of ours"])
def checks(request, monkeypatch):
    """With the application's own looks at the calendar, and with every one of them taken out."""
    if request.param == "no check of ours":
        monkeypatch.setattr(Calendar, "is_free", lambda *_: True)
        monkeypatch.setitem(book.statements(), "occupy", BLIND)
    return request.param


async def test_one_of_two_hundred_guests_gets_the_last_unit(service, deliver, checks):
    await stock.add_property(service.pool, units=1)
    for number in range(RIVALS):
        phone, user = f"9197{number:08d}", f"IN.{number}"
        message = hooks.text(WISH, **{"from": phone, "from_user_id": user})
        who = hooks.contact(wa_id=phone, user_id=user)
        assert await deliver(hooks.body(hooks.change(message, contacts=(who,)))) == 200

    async def work() -> None:
        while await inbox.handle_waiting(service, most=4):
            pass

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(LOOPS)))
    took = time.perf_counter() - started

    fetch = service.pool.fetch
    states = Counter(row["state"] for row in await fetch("SELECT state FROM inbox"))
    holds = await fetch("SELECT status FROM checkout")
    units = await fetch("SELECT unit FROM occupancy")
    answers = await fetch("SELECT payload->'message'->>'body' AS body FROM message"
                          " WHERE kind = 'whatsapp'")  # fmt: skip
    lost = [row for row in answers if "already taken" in row["body"]]
    print(f"\n{RIVALS} guests, {checks}: {len(holds)} won, {len(lost)} told, {took:.1f} s")
    assert states == {"done": RIVALS}
    assert [row["status"] for row in holds] == ["PAYMENT_PENDING"]
    assert len(units) == 1
    assert len(lost) == RIVALS - 1
