"""The cost of messages is exact, and by the price of its month."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desks.costs import prices
from flows.admin.cost import Count, Month, UnknownPrice, cost_of, lines, shown
from tests.flows.make import TEXTS

DECEMBER, SEPTEMBER = date(2026, 12, 1), date(2026, 9, 1)


def month(*counts: Count, first: date = DECEMBER, bookings: int = 1) -> Month:
    return Month(first, counts, bookings, 6 * bookings)


def test_a_booking_of_six_templates_costs_69_paise():
    cost = cost_of(month(Count("utility", "regular", "guest", 6)), prices())
    assert cost.total == Decimal("0.690")
    assert (cost.messages, cost.free) == (6, 0)


def test_prices_hold_from_their_day_on():
    table = prices()
    assert table.on("service", SEPTEMBER).rupees == 0
    assert table.on("service", DECEMBER).rupees == Decimal("0.115")
    assert table.on("marketing", date(2025, 12, 31)).rupees == Decimal("0.7846")
    assert table.on("marketing", date(2026, 1, 1)).rupees == Decimal("0.8631")
    with pytest.raises(UnknownPrice):
        table.on("utility", date(2020, 1, 1))
    with pytest.raises(UnknownPrice):
        cost_of(month(Count("general_purpose_ai", "regular", "guest", 1)), table)


@pytest.mark.parametrize(
    ("free", "regular", "billed"),
    [(0, 900, 0), (0, 1000, 0), (0, 1001, 1), (1000, 5, 5), (400, 601, 1), (2000, 7, 7)],
)
def test_a_thousand_messages_of_the_chat_are_free_however_meta_names_them(free, regular, billed):
    counts = (
        Count("service", "free_customer_service", "guest", free),
        Count("service", "regular", "admin", regular),
    )
    cost = cost_of(month(*counts), prices())
    assert cost.billed["service"] == billed
    assert cost.total == billed * Decimal("0.115")
    assert cost.free == free + regular - billed


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3))
def test_no_paisa_is_lost_however_many_messages_there_are(sent):
    counts = [
        Count("utility", "regular", role, n)
        for role, n in zip(("guest", "owner", "admin"), sent, strict=True)
    ]
    cost = cost_of(month(*counts), prices())
    assert cost.total * 1000 == 115 * sum(sent)
    assert sum(cost.roles.values()) == cost.messages == sum(sent)


def test_the_report_compares_with_the_planned_figure():
    said = "\n".join(
        lines(TEXTS, month(Count("utility", "regular", "owner", 12), bookings=2), prices())
    )
    assert "2 bookings: ₹0.69 each, planned were ₹0.60" in said
    assert "payment to the decision: 6.0 a booking" in said
    assert "No booking yet" in "\n".join(lines(TEXTS, month(bookings=0), prices()))
    assert shown(Decimal("1234.5")) == "₹1,234.50"
