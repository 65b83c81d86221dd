"""The client against the emulated Paytm: refunds, the passbook and the callbacks it makes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from payments.callback_form import BadCallback, read_callback
from payments.client import Ambiguous
from payments.outcomes import RefundState, TxnState
from payments.protocol import IST
from sandbox.paytm.callbacks import Variant, signed
from tests.payments.paytm_desk import KEY, Paytm, open_paytm


@pytest.fixture
async def paytm() -> AsyncIterator[Paytm]:
    async with open_paytm() as desk:
        yield desk


# --- refunds ---------------------------------------------------------------------------------


async def paid_order(paytm: Paytm) -> dict[str, str]:
    (paid,) = await paytm.pay(await paytm.link())
    return {"order_id": paid["order_id"], "txn_id": paid["txn_id"]}


async def test_a_refund_is_done_only_by_its_status(paytm: Paytm) -> None:
    order = await paid_order(paytm)
    status = {"order_id": order["order_id"], "ref_id": "R1"}
    assert (await paytm.client.refund_status(**status)).state is RefundState.NOT_FOUND
    asked = await paytm.client.apply_refund(**order, ref_id="R1", amount=50_000)
    assert (asked.state, asked.code) == (RefundState.PENDING, "601")
    assert asked.refund_id == paytm.till.books.refunds["R1"].refund_id
    assert (await paytm.client.refund_status(**status)).state is RefundState.PENDING
    paytm.pass_time(minutes=5)
    done = await paytm.client.refund_status(**status)
    assert (done.state, done.code) == (RefundState.DONE, "10")
    assert done.bank_reference == paytm.till.books.refunds["R1"].bank_reference


@pytest.mark.parametrize("fault", ["reset", "hang"])
async def test_a_refund_whose_answer_was_lost_is_not_made_twice(paytm: Paytm, fault: str) -> None:
    order = await paid_order(paytm)
    paytm.world.trouble["paytm"] |= {"fail": fault, "fail_next": 1}
    hasty = paytm.as_merchant(timeout=0.3)
    with pytest.raises(Ambiguous):
        await hasty.apply_refund(**order, ref_id="R1", amount=50_000)
    again = await paytm.client.apply_refund(**order, ref_id="R1", amount=50_000)
    assert (again.state, again.code) == (RefundState.PENDING, "617")
    assert len(paytm.till.books.refunds) == 1


async def test_asking_again_after_the_end_still_waits_for_the_status(paytm: Paytm) -> None:
    order = await paid_order(paytm)
    await paytm.client.apply_refund(**order, ref_id="R1", amount=50_000)
    paytm.pass_time(minutes=11)
    again = await paytm.client.apply_refund(**order, ref_id="R1", amount=50_000)
    assert (again.state, again.code) == (RefundState.PENDING, "629")


@pytest.mark.parametrize(
    ("switch", "state"),
    [
        ("failed", RefundState.FAILED_FINAL),
        ("low_balance", RefundState.RETRY_LATER),
        ("manual", RefundState.PENDING),
    ],
)
async def test_a_refund_s_other_ends_are_told_apart(
    paytm: Paytm, switch: str, state: RefundState
) -> None:
    paytm.world.trouble["paytm"]["refund"] = switch
    order = await paid_order(paytm)
    await paytm.client.apply_refund(**order, ref_id="R1", amount=50_000)
    paytm.pass_time(minutes=5)
    answer = await paytm.client.refund_status(order_id=order["order_id"], ref_id="R1")
    assert answer.state is state


async def test_a_refund_slow_at_the_bank_is_still_open(paytm: Paytm) -> None:
    order = await paid_order(paytm)
    await paytm.client.apply_refund(**order, ref_id="R1", amount=50_000)
    await paytm.desk("refunds/R1", to="slow")
    answer = await paytm.client.refund_status(order_id=order["order_id"], ref_id="R1")
    assert (answer.state, answer.code) == (RefundState.PENDING, "628")


async def test_refunds_that_cannot_be_are_told_apart(paytm: Paytm) -> None:
    order = await paid_order(paytm)

    async def state(**changes: Any) -> RefundState:
        wanted: dict[str, Any] = {**order, "ref_id": "R9", "amount": 1_000} | changes
        return (await paytm.client.apply_refund(**wanted)).state

    assert await state(amount=50_001) is RefundState.NEEDS_HUMAN
    assert await state(amount=99) is RefundState.NEEDS_HUMAN
    assert await state(txn_id="T0") is RefundState.NEEDS_HUMAN
    assert await state(ref_id="x" * 51) is RefundState.NEEDS_HUMAN
    assert not paytm.till.books.refunds
    assert await state(ref_id="R1") is RefundState.PENDING
    assert await state(ref_id="R2") is RefundState.RETRY_LATER


async def test_a_system_error_at_a_refund_means_ask_and_never_a_new_one(paytm: Paytm) -> None:
    order = await paid_order(paytm)
    paytm.world.trouble["paytm"] |= {"fail": "501", "fail_next": 1}
    asked = await paytm.client.apply_refund(**order, ref_id="R1", amount=50_000)
    assert (asked.state, asked.code) == (RefundState.PENDING, "501")


# --- the passbook ----------------------------------------------------------------------------


async def test_the_passbook_lists_every_success_of_its_days(paytm: Paytm) -> None:
    first = paytm.world.clock.now().astimezone(IST).date()
    made = []
    for number in range(61):
        link = await paytm.link(f"LC{number}")
        await paytm.pay(link, "failed")
        made += await paytm.pay(link)
    paytm.pass_time(days=30)
    made += await paytm.pay(await paytm.link("LATE"))
    last = paytm.world.clock.now().astimezone(IST).date()
    txns = await paytm.client.passbook(first, last)
    assert {txn.txn_id: txn.amount for txn in txns} == {
        payment["txn_id"]: payment["amount_paise"] for payment in made
    }
    assert len(txns) == 62
    assert {txn.state for txn in txns} == {TxnState.SUCCESS}
    assert [txn.txn_id for txn in await paytm.client.passbook(last, last)] == [made[-1]["txn_id"]]
    assert await paytm.client.passbook(last, first) == ()


# --- callbacks, as this Paytm makes them -----------------------------------------------------


@pytest.mark.parametrize("dialect", [{}, {"null_text": True, "extra_field": True}])
async def test_paytm_s_own_callback_is_read(paytm: Paytm, dialect: dict[str, bool]) -> None:
    paytm.till.dialect = paytm.till.dialect.changed(dialect)
    link = await paytm.link()
    (paid,) = await paytm.pay(link)
    payment = paytm.till.books.payments[paid["txn_id"]]
    for _ in range(20):  # each with a fresh salt
        hint = read_callback(KEY, list(signed(paytm.till, payment).items()))
        assert (hint.txn_id, hint.order_id, hint.link_id, hint.status, hint.amount) == (
            *(paid["txn_id"], paid["order_id"], link.link_id),
            *("TXN_SUCCESS", "500.00"),
        )


@pytest.mark.parametrize("variant", [Variant.WRONG_KEY, Variant.ALTERED_AMOUNT])
async def test_a_forged_callback_is_refused(paytm: Paytm, variant: Variant) -> None:
    (paid,) = await paytm.pay(await paytm.link())
    form = signed(paytm.till, paytm.till.books.payments[paid["txn_id"]], variant)
    with pytest.raises(BadCallback, match="checksum"):
        read_callback(KEY, list(form.items()))


async def test_a_relabelled_callback_verifies_so_only_paytm_s_own_word_counts(
    paytm: Paytm,
) -> None:
    link = await paytm.link()
    (failed,) = await paytm.pay(link, "failed")
    payment = paytm.till.books.payments[failed["txn_id"]]
    form = signed(paytm.till, payment, Variant.RELABELLED)
    assert read_callback(KEY, list(form.items())).status == "TXN_SUCCESS"
    (txn,) = await paytm.client.link_transactions(link.link_id)
    assert txn.state is TxnState.FAILED
