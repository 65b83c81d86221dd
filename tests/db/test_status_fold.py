"""Statuses come in any order and any number of times; the message ends where the model ends."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import outbox
from db.outbox import Row
from tests.db import stock

# What is known once a status has been seen: the higher one stands, in whatever order they came.
ORDER = ("sent", "failed", "delivered", "read", "played")
KNOWN = st.sampled_from(ORDER)
_numbers = itertools.count(1)


def model(statuses) -> str:
    """Monotonic; failed is final unless the message was delivered all the same."""
    return max(statuses, key=ORDER.index)


async def add(pool, state: str = "sending") -> int:
    """A message, as it stands while its send is on its way."""
    key = f"k{next(_numbers)}"
    person = await stock.add_person(pool)
    row = Row(key, f"p:{person.person_id}", "whatsapp", "x", stock.NOW, None, person.person_id, {})
    await outbox.insert(pool, [row], stock.NOW)
    return await pool.fetchval(
        "UPDATE message SET state = $2 WHERE dedupe_key = $1 RETURNING id", key, state
    )


async def fold(pool, number, status: str, wamid: str = "wamid.1", error=None, price=None):
    report = (number, wamid, status, error, price, price and "regular")
    rows = await outbox.note_outcomes(pool, (), [report], (), stock.NOW)
    return rows[0] if rows else None


@settings(max_examples=60)
@given(statuses=st.lists(KNOWN, min_size=1, max_size=8))
async def test_any_order_and_repetition_ends_in_the_same_place(statuses, pool):
    number = await add(pool)
    for status in statuses:
        folded = await fold(pool, number, status)
    assert folded["wa_status"] == model(statuses)
    assert await pool.fetchval("SELECT state FROM message WHERE id = $1", number) == "sent"


@pytest.mark.parametrize("order", list(itertools.permutations(("sent", "failed", "delivered"))))
async def test_a_delivered_message_has_not_failed(pool, order):
    number = await add(pool)
    for status in order:
        folded = await fold(pool, number, status)
    assert folded["wa_status"] == "delivered"


@pytest.mark.parametrize(
    ("before", "after"),
    [("ready", "sent"), ("sending", "sent"), ("sent", "sent"), ("dead", "dead"),
     ("cancelled", "cancelled")],
)  # fmt: skip
async def test_a_status_proves_a_send_and_revives_nothing(pool, before, after):
    number = await add(pool, before)
    await fold(pool, number, "sent")
    row = await pool.fetchrow("SELECT state, wamid, lease FROM message WHERE id = $1", number)
    assert tuple(row) == (after, "wamid.1", None)


async def test_a_status_without_our_key_is_found_by_its_wamid(pool):
    number = await add(pool)
    await pool.execute("UPDATE message SET wamid = 'wamid.7' WHERE id = $1", number)
    assert (await fold(pool, None, "read", "wamid.7"))["id"] == number
    assert await fold(pool, None, "read", "wamid.8") is None


async def test_a_key_that_is_not_ours_touches_nothing(pool):
    await add(pool)
    assert await fold(pool, 10**17, "read") is None


async def test_a_price_stays_when_a_later_status_has_none(pool):
    number = await add(pool)
    for status, price in (("sent", None), ("delivered", "utility"), ("read", None)):
        await fold(pool, number, status, price=price)
    row = await pool.fetchrow(
        "SELECT price_category, price_type FROM message WHERE id = $1", number
    )
    assert tuple(row) == ("utility", "regular")


async def test_an_error_stays_with_its_message(pool):
    number = await add(pool)
    await fold(pool, number, "failed", error=131026)
    await fold(pool, number, "sent")
    row = await pool.fetchrow("SELECT wa_status, wa_error FROM message WHERE id = $1", number)
    assert tuple(row) == ("failed", 131026)


async def test_jobs_are_no_messages(pool, make_checkout):
    await make_checkout()
    job = await pool.fetchval("SELECT min(id) FROM message WHERE kind = 'paytm'")
    assert await fold(pool, job, "sent") is None
