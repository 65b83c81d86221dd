"""Ways back: one step with the answer kept, days that are over, and what to book instead."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.availability import Taken
from flows.booking import Status
from flows.messages import Kind
from tests.flows.make import FIRST, GUEST, MULSHI, PAWNA, TEXTS, VILLA, WRITE, booking
from tests.flows.phone import Phone

LAST = FIRST + timedelta(days=2)


def said(*texts):
    phone = Phone()
    for text in texts:
        phone.say(text)
    return phone


def test_back_from_the_guests_keeps_the_dates_with_one_tap():
    phone = said("pawna", "25 to 27 dec", "back")
    assert phone.last.body.startswith("One step back. You had *25–27 Dec*.")
    assert phone.titles == ["Keep 25–27 Dec", "Sat 5 – Sun 6 Dec", "Other dates"]
    phone.tap("Keep 25–27 Dec")
    assert (phone.draft.checkin, phone.draft.asked) == (FIRST, "guests")


def test_back_from_the_dates_has_the_place_first():
    phone = said("lonavala", "back")
    assert phone.last.body.startswith(f"One step back. You had *{VILLA.name}*.")
    assert phone.titles[0] == VILLA.name
    phone.tap(VILLA.name)
    assert phone.draft.asked == "dates"


def test_back_from_the_pay_link_keeps_the_guests_and_pays_the_same_link():
    phone = said("pawna, 25 to 27 dec, 5 people", "back")
    assert phone.titles == ["Keep 5 guests", "2 guests", "Other number"]
    phone.tap("Keep 5 guests")
    assert phone.last.kind is Kind.LINK
    assert len(phone.booked) == 1


def test_the_answer_that_was_had_is_offered_once():
    assert said("pawna, 25 to 27 dec, 4 people", "back").titles[:2] == ["Keep 4 guests", "2 guests"]
    weekend = said("pawna", "5 to 6 dec", "back")
    assert weekend.titles == ["Keep 5–6 Dec", "Fri 4 – Sun 6 Dec", "Other dates"]


@pytest.mark.parametrize("text", ["20 nov", "pawna 20 nov please"])
def test_a_day_that_is_over_may_be_next_years_but_never_silently(text):
    phone = said("pawna", text)
    assert phone.last.body.startswith(TEXTS("dates.fault.past"))
    assert phone.titles == ["Sat 20 Nov 2027", "Other dates"]
    assert phone.draft.checkin is None
    phone.tap("Sat 20 Nov 2027")
    assert phone.draft.checkin and phone.draft.checkin.year == 2027


def test_a_day_that_is_over_for_good_is_only_said():
    phone = said("pawna", "20 nov 2026")
    assert phone.last.body.startswith(TEXTS("dates.fault.past"))
    assert phone.draft.asked == "dates"


def test_after_the_hold_other_dates_are_a_tap_away():
    phone = said("pawna, 25 to 27 dec, 4 people")
    phone.settle(phone.bookings[0].booking_id, Status.PAYMENT_EXPIRED)
    phone.say("hi")
    assert phone.titles == ["Hold again", "Other dates", "Start over"]
    phone.tap("Other dates")
    assert (phone.draft.asked, phone.draft.guests) == ("days", 4)


# ------------------------------------------------------------------ instead of a cancelled one


@pytest.fixture
def refused():
    """A guest whose host could not take the booking, in front of that message."""
    gone = booking(status=Status.REFUND_INITIATED)
    full = tuple(Taken(n, FIRST, LAST) for n in range(1, MULSHI.units + 1))
    phone = Phone(bookings=(gone,), taken={MULSHI.property_id: full})
    phone.shown.append(WRITE.cancelled(gone).message)
    return phone


def test_other_places_for_the_same_days_and_guests_are_two_taps_from_the_pay_link(refused):
    refused.tap("Other places")
    assert refused.titles == [PAWNA.name, VILLA.name]  # Mulshi is taken then
    refused.tap(VILLA.name)
    order = refused.booked[-1]
    assert (order.place, order.first, order.last, order.guests) == (VILLA, FIRST, LAST, 4)


def test_other_dates_keep_the_place_and_the_guests(refused):
    refused.tap("Other dates")
    refused.say("9 to 11 jan")
    assert (refused.booked[-1].place, refused.booked[-1].guests) == (PAWNA, 4)


@pytest.mark.parametrize("title", ["Other places", "Other dates"])
def test_a_booking_that_goes_on_after_all_shows_its_state(refused, title):
    card = refused.last
    refused.settle("LC7K2M9X", Status.TICKET_GENERATED)
    refused.tap(title, card)
    assert "Confirmed." in refused.last.body
    assert not refused.draft.is_begun


def test_what_was_being_filled_can_be_brought_back(refused):
    card = refused.last
    refused.say("mulshi, 9 to 11 jan")
    refused.tap("Other places", card)
    refused.say("start over")
    assert refused.draft.brought_back is not None


def test_a_cancelled_booking_of_somebody_else_gives_nothing_away(refused):
    card, refused.bookings = refused.last, ()
    refused.person = replace(GUEST, person_id=99)
    refused.tap("Other dates", card)
    assert refused.last.body.startswith(TEXTS("tap.not_yours"))
