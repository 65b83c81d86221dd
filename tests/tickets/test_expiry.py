from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.booking import Status
from tests.tickets.samples import BEFORE, TICKET
from tickets.expiry import Standing, standing, valid_until

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NONE = timedelta()


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("Asia/Kolkata", datetime(2026, 12, 27, 18, 30, tzinfo=UTC)),
        ("UTC", datetime(2026, 12, 28, 0, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 12, 28, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_ticket_ends_with_the_check_out_day_of_its_property(zone, ends):
    assert valid_until(TICKET.checkout, zone, NONE) == ends
    assert valid_until(TICKET.checkout, zone, 2 * HOUR) == ends + 2 * HOUR


def test_the_day_is_the_propertys_and_not_the_servers():
    just_after_midnight_in_india = datetime(2026, 12, 26, 18, 31, tzinfo=UTC)
    ends = valid_until(just_after_midnight_in_india, "Asia/Kolkata", NONE)
    assert ends == datetime(2026, 12, 27, 18, 30, tzinfo=UTC)


def test_a_day_of_changing_clocks_ends_at_its_own_midnight():
    checkout = datetime(2026, 3, 29, 10, 0, tzinfo=UTC)  # Berlin goes to summer time
    assert valid_until(checkout, "Europe/Berlin", HOUR) == datetime(2026, 3, 29, 23, tzinfo=UTC)


@pytest.mark.parametrize("status", ["TICKET_GENERATED", "CHECKED_IN"])
def test_a_live_ticket_turns_expired_at_that_second(status):
    ticket = replace(TICKET, status=status)
    ends = valid_until(ticket.checkout, ticket.zone, HOUR)
    assert standing(ticket, ends - SECOND, HOUR) is Standing.LIVE
    assert standing(ticket, ends, HOUR) is Standing.EXPIRED


CANCELLED = {"GUEST_CANCELLED", "REFUND_REQUIRED", "REFUND_INITIATED", "REFUNDED"}
LIVE = {"TICKET_GENERATED", "CHECKED_IN"}


@pytest.mark.parametrize("status", [status.value for status in Status if status != "CLOSED"])
def test_every_status_has_one_standing(status):
    ticket = replace(TICKET, status=status)
    cancelled, live = status in CANCELLED, status in LIVE
    wanted = Standing.CANCELLED if cancelled else Standing.LIVE if live else Standing.NONE
    assert standing(ticket, BEFORE, NONE) is wanted


def test_a_closed_booking_was_cancelled_before_and_over_after_its_check_out():
    ticket = replace(TICKET, status="CLOSED")
    assert standing(ticket, ticket.checkout - SECOND, NONE) is Standing.CANCELLED
    assert standing(ticket, ticket.checkout, NONE) is Standing.EXPIRED
