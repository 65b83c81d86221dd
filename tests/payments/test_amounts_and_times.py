"""Rupees and Indian times: exact in every spelling, refused in every other."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.protocol import (
    IST,
    ist_text,
    json_text,
    paise,
    parse_ist,
    rupees_json,
    rupees_text,
)

NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


# --- rupees ----------------------------------------------------------------------------------


@given(st.integers(0, 10**14 - 1))
def test_paise_survive_every_spelling(amount: int) -> None:
    text = rupees_text(amount)
    assert paise(text) == amount
    assert paise(rupees_json(amount)) == amount
    assert paise(json.loads(json_text(rupees_json(amount)), parse_float=Decimal)) == amount


@pytest.mark.parametrize("value", ["1.00", "1", "1.0", 1, 1.0, Decimal(1), Decimal("1E0")])
def test_one_rupee_is_a_hundred_paise(value: str | float | Decimal) -> None:
    assert paise(value) == 100


def test_a_float_s_noise_is_not_money() -> None:
    assert paise(0.1) == 10
    with pytest.raises(ValueError, match="two decimals"):
        paise(0.1 + 0.2)


@pytest.mark.parametrize(
    "value",
    [
        *("", " 1", "1 ", "+1", "-1", "-0.01", "1e3", "1_0", "१", "1,000", "NaN", "1.", ".5"),
        *("1.001", "0.001", "0." + "0" * 40 + "1", -1, -0.5, float("nan"), float("inf"), True),
        *(Decimal("NaN"), Decimal("sNaN"), Decimal(-1), Decimal("1E+30"), Decimal("1E-999999")),
        *(Decimal("1E+999999"), "9" * 400, 10**12),
    ],
)
def test_what_is_no_amount_is_refused(value: str | float | Decimal) -> None:
    with pytest.raises(ValueError, match="amount"):
        paise(value)


@given(st.text(max_size=20) | st.decimals() | st.floats() | st.integers())
def test_an_amount_is_exact_or_refused(value: str | float | Decimal) -> None:
    try:
        amount = paise(value)
    except ValueError:
        return
    assert Decimal(rupees_text(amount)) == Decimal(str(value))


def test_rupees_are_never_below_zero() -> None:
    with pytest.raises(ValueError, match="amount"):
        rupees_text(-1)


# --- times -----------------------------------------------------------------------------------


def test_paytm_hears_india_s_clock() -> None:
    assert ist_text(datetime(2026, 11, 24, 18, 31, 5, tzinfo=UTC)) == "25/11/2026 00:01:05"
    with pytest.raises(ValueError, match="zone"):
        ist_text(datetime(2026, 11, 24))  # noqa: DTZ001  a naive time is what is refused


@pytest.mark.parametrize(
    "text", ["2026-11-24 12:00:00", "2026-11-24 12:00:00.0", "24/11/2026 12:00:00"]
)
def test_the_three_forms_of_time_are_one_moment(text: str) -> None:
    assert parse_ist(text) == NOON


@given(st.datetimes(datetime(2000, 1, 2), datetime(2100, 1, 1), timezones=st.just(IST)))  # noqa: DTZ001  hypothesis wants naive bounds
def test_a_written_time_is_read_again(when: datetime) -> None:
    read = parse_ist(ist_text(when))
    assert read is not None
    assert when - read < timedelta(seconds=1)
    assert read.utcoffset() == timedelta(hours=5, minutes=30)


@pytest.mark.parametrize(
    "text", ["", "null", None, 5, "2026-11-24", "24/11/2026", "31/02/2026 12:00:00", "tomorrow"]
)
def test_what_is_no_time_is_none(text: object) -> None:
    assert parse_ist(text) is None


def test_a_time_before_paytm_is_none() -> None:
    assert parse_ist("0001-01-01 00:00:00") is None
