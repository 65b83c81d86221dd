"""Every code of Paytm's tables means what the fact sheet says, and nothing unknown is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.outcomes import (
    RefundState,
    TxnState,
    attempt_state,
    order_state,
    refund_state,
)

KNOWN = ("01", "141", "227", "235", "295", "400", "401", "402", "810")
STATUSES = ("TXN_SUCCESS", "TXN_FAILURE", "PENDING", "NO_RECORD_FOUND", "U", "", None)


@pytest.mark.parametrize(
    ("code", "status", "state"),
    [
        ("01", "TXN_SUCCESS", TxnState.SUCCESS),
        ("227", "TXN_FAILURE", TxnState.FAILED),
        ("401", "TXN_FAILURE", TxnState.FAILED),
        ("235", "TXN_FAILURE", TxnState.FAILED),
        ("295", "TXN_FAILURE", TxnState.FAILED),
        ("810", "TXN_FAILURE", TxnState.FAILED),
        ("141", "TXN_FAILURE", TxnState.FAILED),
        ("400", "PENDING", TxnState.PENDING),
        ("402", "PENDING", TxnState.PENDING),
    ],
)
def test_an_order_s_code_and_status_decide_together(
    code: str, status: str, state: TxnState
) -> None:
    assert order_state(code, status) is state


@pytest.mark.parametrize("code", ["331", "334", "330", "335", "501", "900", "", None, "1", "999"])
@pytest.mark.parametrize("status", STATUSES)
def test_a_code_that_speaks_of_no_payment_proves_nothing(
    code: str | None, status: str | None
) -> None:
    assert order_state(code, status) is TxnState.UNKNOWN


def test_a_code_that_contradicts_its_status_proves_nothing() -> None:
    agreed = {(code, status) for code in KNOWN for status in STATUSES}
    believed = [pair for pair in agreed if order_state(*pair) is not TxnState.UNKNOWN]
    assert len(believed) == len(KNOWN)


@given(st.text(max_size=6), st.text(max_size=14))
def test_only_01_with_success_is_success(code: str, status: str) -> None:
    if (code, status) not in {("01", "TXN_SUCCESS"), ("01", "SUCCESS")}:
        assert order_state(code, status) is not TxnState.SUCCESS


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("SUCCESS", TxnState.SUCCESS),
        ("TXN_SUCCESS", TxnState.SUCCESS),
        ("FAILURE", TxnState.FAILED),
        ("TXN_FAILURE", TxnState.FAILED),
        ("PENDING", TxnState.PENDING),
        ("success", TxnState.UNKNOWN),
        ("INIT", TxnState.UNKNOWN),
        (None, TxnState.UNKNOWN),
    ],
)
def test_both_spellings_of_an_attempt_s_status_are_read(word: str | None, state: TxnState) -> None:
    assert attempt_state(word) is state


@pytest.mark.parametrize(
    ("code", "status", "state"),
    [
        ("10", "TXN_SUCCESS", RefundState.DONE),
        ("629", "TXN_FAILURE", RefundState.DONE),
        ("601", "PENDING", RefundState.PENDING),
        ("628", "TXN_FAILURE", RefundState.PENDING),
        ("628", "PENDING", RefundState.PENDING),
        ("501", "PENDING", RefundState.PENDING),
        ("617", "TXN_FAILURE", RefundState.PENDING),
        ("626", "TXN_FAILURE", RefundState.RETRY_LATER),
        ("620", "TXN_FAILURE", RefundState.RETRY_LATER),
        ("631", "TXN_FAILURE", RefundState.NOT_FOUND),
        ("600", "TXN_FAILURE", RefundState.FAILED_FINAL),
        ("607", "TXN_FAILURE", RefundState.NEEDS_HUMAN),
        ("627", "TXN_FAILURE", RefundState.NEEDS_HUMAN),
        ("619", "TXN_FAILURE", RefundState.NEEDS_HUMAN),
        ("635", "TXN_FAILURE", RefundState.NEEDS_HUMAN),
        ("330", "TXN_FAILURE", RefundState.NEEDS_HUMAN),
        ("335", "TXN_FAILURE", RefundState.NEEDS_HUMAN),
        ("10", "TXN_FAILURE", RefundState.NEEDS_HUMAN),
        ("999", "PENDING", RefundState.PENDING),
        ("999", "TXN_FAILURE", RefundState.NEEDS_HUMAN),
        (None, None, RefundState.NEEDS_HUMAN),
    ],
)
def test_a_refund_s_code_says_what_to_do(
    code: str | None, status: str | None, state: RefundState
) -> None:
    assert refund_state(code, status) is state


@given(st.text(max_size=6), st.sampled_from(STATUSES))
def test_an_unknown_refund_code_never_frees_a_second_refund(code: str, status: str | None) -> None:
    if code not in {"10", "629", "600", "631"}:
        freed = {RefundState.DONE, RefundState.FAILED_FINAL, RefundState.NOT_FOUND}
        assert refund_state(code, status) not in freed


def test_states_are_stored_as_their_names() -> None:
    assert all(state.value == state.name for state in (*TxnState, *RefundState))
