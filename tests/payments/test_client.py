"""The client against the emulated Paytm: links, their attempts and orders."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import unused_port

from payments.client import Ambiguous, NotSent, PaytmClient, Refused
from payments.outcomes import TxnState
from payments.protocol import PaytmKey
from tests.payments.paytm_desk import KEY, Paytm, open_paytm


@pytest.fixture
async def paytm() -> AsyncIterator[Paytm]:
    async with open_paytm() as desk:
        yield desk


# --- links -----------------------------------------------------------------------------------


async def test_a_link_takes_one_payment_of_its_amount_until_its_hold_ends(paytm: Paytm) -> None:
    order = paytm.order(callback_url="http://127.0.0.1:1/paytm/callback/secret")
    link = await paytm.client.create_link(**order)
    (kept,) = paytm.till.books.links.values()
    assert link.link_id == str(kept.link_id)
    assert (link.amount, kept.amount_paise) == (50_000, 50_000)
    assert (kept.single, kept.most_payments) == (True, 1)
    assert link.expires_at == kept.expires_at == order["expires_at"].replace(microsecond=0)
    assert (link.active, link.merchant_request_id) == (True, "LC7K2M9X-1")
    assert link.url == paytm.till.short_url(kept)
    assert kept.callback_url == order["callback_url"]
    assert (kept.notes, kept.customer_mobile) == ("LC7K2M9X", "9800000001")


@pytest.mark.parametrize("amount", [1, 100, 50_050, 360_000, 99_999_999_99])
async def test_an_amount_arrives_to_the_paisa(paytm: Paytm, amount: int) -> None:
    assert (await paytm.link(amount=amount)).amount == amount
    (kept,) = paytm.till.books.links.values()
    assert kept.amount_paise == amount


@pytest.mark.parametrize("text", ["रमेश 🏕", "", "A|B", "O'Neil, Jr. – ₹500!", "x" * 300, "é"])
async def test_no_name_is_too_strange_for_a_link(paytm: Paytm, text: str) -> None:
    link = await paytm.link(customer_name=text, description=text, note=text)
    assert link.active


@pytest.mark.parametrize("phone", ["+14155550100", "+9198", "", "hidden"])
async def test_a_number_that_paytm_would_refuse_is_left_out(paytm: Paytm, phone: str) -> None:
    assert (await paytm.link(customer_phone=phone)).active


@pytest.mark.parametrize("changes", [{"amount": 0}, {"amount": -1}, {"request_id": "a|b"}])
async def test_a_mistake_of_ours_never_reaches_paytm(
    paytm: Paytm, changes: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="link"):
        await paytm.client.create_link(**paytm.order() | changes)
    assert not paytm.world.journal.entries


async def test_a_link_that_paytm_does_not_want_is_refused_with_its_words(paytm: Paytm) -> None:
    with pytest.raises(Refused) as refused:
        await paytm.link(expires_at=paytm.world.clock.now())
    assert (refused.value.code, refused.value.message) == (
        "5021",
        "Expiry date must be in the future",
    )


@pytest.mark.parametrize("lost", ["hang", "reset"])
async def test_a_link_whose_answer_was_lost_is_found_again(paytm: Paytm, lost: str) -> None:
    paytm.world.trouble["paytm"] |= {"fail": lost, "fail_next": 1}
    with pytest.raises(Ambiguous):
        await paytm.as_merchant(timeout=0.3).create_link(**paytm.order("LC000002-1"))
    await paytm.link("LC000003-1")
    found = await paytm.client.find_link("LC000002-1")
    assert found is not None
    assert (found.merchant_request_id, found.amount) == ("LC000002-1", 50_000)
    assert await paytm.client.find_link("LC000002") is None


@pytest.mark.parametrize("fault", ["500", "html", "501"])
async def test_a_broken_paytm_is_ambiguous_for_every_question(paytm: Paytm, fault: str) -> None:
    paytm.world.trouble["paytm"]["fail"] = fault
    for ask in (
        paytm.link(),
        paytm.client.find_link("LC7K2M9X-1"),
        paytm.client.expire_link("1"),
        paytm.client.link_transactions("1"),
        paytm.client.order_status("1"),
        paytm.client.passbook(paytm.world.clock.now().date(), paytm.world.clock.now().date()),
        paytm.client.ping(),
    ):
        with pytest.raises(Ambiguous):
            await ask
    assert not paytm.till.books.links


async def test_an_outage_is_ambiguous_and_a_closed_port_is_not_sent(paytm: Paytm) -> None:
    paytm.world.trouble["paytm"]["down"] = True
    with pytest.raises(Ambiguous, match="503"):
        await paytm.link()
    nobody = f"http://127.0.0.1:{unused_port()}"
    for url in (nobody, "no address"):
        with pytest.raises(NotSent):
            await PaytmClient(paytm.session, url, KEY, paytm.world.clock.now, 5).ping()


async def test_an_ended_link_stays_ended_however_often_it_is_ended(paytm: Paytm) -> None:
    link = await paytm.link()
    await paytm.client.expire_link(link.link_id)
    await paytm.client.expire_link(link.link_id)
    found = await paytm.client.find_link("LC7K2M9X-1")
    assert found is not None
    assert not found.active
    assert "error" in await paytm.desk(f"links/{link.link_id}/pay", outcome="success")


async def test_of_two_links_of_one_request_the_live_one_is_found(paytm: Paytm) -> None:
    dead, live, last = await paytm.link(), await paytm.link(), await paytm.link()
    for link in (dead, last):
        await paytm.client.expire_link(link.link_id)
    found = await paytm.client.find_link("LC7K2M9X-1")
    assert found and found.link_id == live.link_id


# --- attempts --------------------------------------------------------------------------------

DIALECTS = [
    {},
    {"amount_as_number": True, "link_id_as_text": True, "txn_prefix": True},
    {"sign_create": True, "own_order_id": True},
]


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_every_attempt_on_a_link_is_read(paytm: Paytm, dialect: dict[str, bool]) -> None:
    paytm.till.dialect = paytm.till.dialect.changed(dialect)
    link = await paytm.link(amount=50_050)
    assert await paytm.client.link_transactions(link.link_id) == ()
    await paytm.pay(link, "failed")
    await paytm.pay(link, "pending_failed")
    (paid,) = await paytm.pay(link, "callback_lost")
    txns = {txn.state: txn for txn in await paytm.client.link_transactions(link.link_id)}
    assert txns.keys() == {TxnState.FAILED, TxnState.PENDING, TxnState.SUCCESS}
    success = txns[TxnState.SUCCESS]
    assert (success.txn_id, success.order_id) == (paid["txn_id"], paid["order_id"])
    assert (success.amount, success.currency) == (50_050, "INR")
    ended = paytm.till.books.payments[success.txn_id].completed_at
    assert ended is not None
    assert success.completed_at == ended.replace(microsecond=0)


async def test_paying_twice_shows_two_successes(paytm: Paytm) -> None:
    link = await paytm.link()
    await paytm.pay(link, "success_twice")
    txns = await paytm.client.link_transactions(link.link_id)
    assert [txn.state for txn in txns] == [TxnState.SUCCESS] * 2
    assert len({txn.txn_id for txn in txns}) == 2


async def test_a_wrong_amount_is_shown_as_it_was_paid(paytm: Paytm) -> None:
    link = await paytm.link()
    await paytm.pay(link, "wrong_amount")
    (txn,) = await paytm.client.link_transactions(link.link_id)
    assert (txn.state, txn.amount) == (TxnState.SUCCESS, 25_000)


async def test_a_pending_payment_becomes_final_with_time(paytm: Paytm) -> None:
    link = await paytm.link()
    await paytm.pay(link, "pending_success", after_seconds=71 * 3600)
    (txn,) = await paytm.client.link_transactions(link.link_id)
    assert (txn.state, txn.completed_at) == (TxnState.PENDING, None)
    assert (await paytm.client.order_status(txn.order_id)).state is TxnState.PENDING
    paytm.pass_time(hours=72)
    (txn,) = await paytm.client.link_transactions(link.link_id)
    assert txn.state is TxnState.SUCCESS


async def test_all_pages_of_a_busy_link_are_read(paytm: Paytm) -> None:
    link = await paytm.link()
    for _ in range(104):
        await paytm.pay(link, "failed")
    (paid,) = await paytm.pay(link)
    txns = await paytm.client.link_transactions(link.link_id)
    assert len(txns) == 105
    assert [txn.txn_id for txn in txns if txn.state is TxnState.SUCCESS] == [paid["txn_id"]]


async def test_an_unknown_link_has_no_attempts(paytm: Paytm) -> None:
    assert await paytm.client.link_transactions("999") == ()


# --- orders ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("success", "SUCCESS"), ("failed", "FAILED"), ("pending_success", "PENDING")],
)
async def test_an_order_s_status_is_read(paytm: Paytm, outcome: str, state: str) -> None:
    (paid,) = await paytm.pay(await paytm.link(), outcome)
    txn = await paytm.client.order_status(paid["order_id"])
    assert (txn.state, txn.txn_id, txn.amount) == (TxnState(state), paid["txn_id"], 50_000)
    assert txn.bank_code == paid["code"]


@pytest.mark.parametrize("code", ["141", "235", "295", "401", "810"])
async def test_every_kind_of_failure_is_a_failure(paytm: Paytm, code: str) -> None:
    (paid,) = await paytm.pay(await paytm.link(), "failed", code=code)
    txn = await paytm.client.order_status(paid["order_id"])
    assert (txn.state, txn.bank_code) == (TxnState.FAILED, code)


async def test_an_order_that_never_was_is_neither_paid_nor_failed(paytm: Paytm) -> None:
    txn = await paytm.client.order_status("LC-NEVER")
    assert (txn.state, txn.txn_id, txn.amount, txn.bank_code) == (TxnState.UNKNOWN, "", 0, "334")


async def test_ping_tells_a_good_key_from_a_wrong_one_and_from_a_wrong_merchant(
    paytm: Paytm,
) -> None:
    await paytm.client.ping()
    for key, code in (
        (PaytmKey(KEY.mid, "AnotherKey16byte"), "330"),
        (PaytmKey("OTHERMID", "DemoKey_16bytes!"), "335"),
    ):
        with pytest.raises(Refused) as refused:
            await paytm.as_merchant(key).ping()
        assert refused.value.code == code
