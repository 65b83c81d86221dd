"""The emulator's own books: amounts in paise, the journal, and what survives a restart."""

import json

from sandbox.paytm.books import Books
from sandbox.paytm.records import Link, Payment

from .conftest import Merchant


async def story(merchant: Merchant) -> None:
    """A bit of everything."""
    link = await merchant.link(linkOrderId="LC7K2M9X-1")
    await merchant.pay(link, "pending_success")
    await merchant.pay(link, "failed")
    payment = await merchant.paid()
    await merchant.refund(payment, "RF1", "200.00")
    await merchant.later(minutes=1)
    ended = await merchant.link()
    await merchant.call("/link/expire", linkId=ended["linkId"])


async def test_books_are_in_paise(merchant: Merchant) -> None:
    await story(merchant)
    _, books = await merchant.control("GET", "/books")
    assert [link["amount_paise"] for link in books["links"]] == [50000] * 3
    assert [link["status"] for link in books["links"]] == ["PAID", "PAID", "EXPIRED"]
    assert [(p["amount_paise"], p["status"]) for p in books["payments"]] == [
        (50000, "SUCCESS"),
        (50000, "FAILURE"),
        (50000, "SUCCESS"),
    ]
    assert [(r["amount_paise"], r["status"], r["code"]) for r in books["refunds"]] == [
        (20000, "DONE", "10")
    ]


async def test_the_journal_tells_everything_and_is_json(merchant: Merchant) -> None:
    await story(merchant)
    entries = merchant.world.journal.entries
    kinds = {entry.kind for entry in entries} - {"clock"}
    assert kinds == {
        "paytm.link",
        "paytm.payment",
        "paytm.refund",
        "paytm.request",
        "paytm.callback",
    }
    json.dumps([entry.data for entry in entries])
    request = next(entry.data for entry in entries if entry.kind == "paytm.request")
    assert (request["method"], request["path"]) == ("POST", "/paytm/link/create")
    assert (request["status"], request["code"]) == (200, "200")
    assert request["request"]["body"]["amount"] == 500.0
    assert request["response"]["body"]["linkType"] == "FIXED"


async def test_books_survive_a_restart(merchant: Merchant) -> None:
    await story(merchant)
    dump, load = merchant.world.persisted["paytm"]
    stored = json.loads(json.dumps(dump()))
    before = await merchant.control("GET", "/books")
    load(stored)
    assert await merchant.control("GET", "/books") == before


async def test_a_pending_payment_ends_after_a_restart_too(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.pay(link, "pending_success")
    dump, load = merchant.world.persisted["paytm"]
    load(json.loads(json.dumps(dump())))
    await merchant.later(seconds=30)
    assert (await merchant.rows(link))[0]["orderStatus"] == "SUCCESS"


async def test_an_id_is_never_given_twice_even_by_new_books(merchant: Merchant) -> None:
    first = await merchant.link()
    assert Books().number() > first["linkId"] - 60_000
    books = Books.load(Books(last_number=10**15).dump())
    assert books.number() == 10**15 + 1


async def test_types_come_back_from_the_dump(merchant: Merchant) -> None:
    await story(merchant)
    dump, _ = merchant.world.persisted["paytm"]
    books = Books.load(json.loads(json.dumps(dump())))
    assert all(isinstance(link, Link) for link in books.links.values())
    payment = next(iter(books.payments.values()))
    assert isinstance(payment, Payment)
    assert payment.started_at.utcoffset() is not None
    assert payment.status.name == "SUCCESS"


async def test_a_reset_forgets_everything(merchant: Merchant) -> None:
    await story(merchant)
    await merchant.dialect(txn_prefix=True)
    for forget in merchant.world.on_reset:
        forget()
    assert (await merchant.control("GET", "/books"))[1] == {
        "links": [],
        "payments": [],
        "refunds": [],
    }
    assert (await merchant.control("GET", "/dialect"))[1]["txn_prefix"] is False
