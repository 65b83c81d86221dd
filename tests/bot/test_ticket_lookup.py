"""Tickets that are asked for at the same time are one question, and each gets its own."""

import asyncio

from bot.web.ticket_lookup import ticket_lookup
from tests.benchmarks import growth
from tests.db import stock


async def test_each_of_many_gets_its_own(service, database_url):
    await stock.add_property(service.pool, units=10)
    await growth.fill(database_url, 40)
    wanted = [f"LC{number:06X}" for number in range(1, 41)]
    lookup = ticket_lookup(service)
    found = await asyncio.gather(*map(lookup, [*wanted, "LC999999", wanted[0]]))
    assert [ticket and ticket.booking_id for ticket in found] == [*wanted, None, wanted[0]]
    assert [ticket.token for ticket in found[:40]] == [
        path.partition("-")[2] for path in growth.tickets(1, 40)
    ]


async def test_it_is_always_as_it_is_now(service, database_url):
    await stock.add_property(service.pool, units=10)
    await growth.fill(database_url, 1)
    lookup = ticket_lookup(service)
    before = await lookup("LC000001")
    await service.pool.execute("UPDATE ticket SET token = repeat('x', 30)")
    after = await lookup("LC000001")
    assert before.token != after.token == "x" * 30


async def test_it_is_the_same_ticket_until_its_row_or_our_number_changes(service, database_url):
    await stock.add_property(service.pool, units=10)
    await growth.fill(database_url, 1)
    lookup = ticket_lookup(service)
    first = await lookup("LC000001")
    assert await lookup("LC000001") is first
    for change in (
        "UPDATE property SET name = 'Tiger Point Villa'",
        "UPDATE property SET map_url = 'https://maps.app.goo.gl/elsewhere'",
        "UPDATE person SET language = 'mr'",
        "UPDATE booking SET guest_name = 'Meera'",
        "UPDATE booking SET txn_id = 'T-other'",
    ):
        before = await lookup("LC000001")
        await service.pool.execute(change)
        assert await lookup("LC000001") != before, change
    before = await lookup("LC000001")
    service.learned["business_phone"] = "+919811111111"
    after = await lookup("LC000001")
    assert (before.bot_phone, after.bot_phone) == (None, "+919811111111")
