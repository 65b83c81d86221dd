"""Links with a booking in them: what they write is read as exactly that booking."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlparse

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.guest.links import book_link
from tests.flows.make import MULSHI, PAWNA, PLACES, TODAY, VILLA
from tests.flows.phone import Phone


def written(link):
    return parse_qs(urlparse(link).query)["text"][0]


def test_the_link_of_a_place_asks_for_the_dates():
    link = book_link("+919800000000", PAWNA.name)
    assert link == "https://wa.me/919800000000?text=Book%20Pawna%20Lakeview%20Camp"
    phone = Phone()
    phone.say(written(link))
    assert (phone.draft.property_id, phone.draft.asked) == (PAWNA.property_id, "dates")


def test_the_link_of_the_website_is_one_message_to_the_pay_link():
    phone = Phone()
    phone.say("Book Pawna Lakeview Camp 25 to 27 dec 4 people")
    assert [(each.place, each.guests) for each in phone.booked] == [(PAWNA, 4)]


@settings(max_examples=40)
@given(
    st.sampled_from([PAWNA, MULSHI, VILLA]), st.integers(3, 330), st.integers(1, 30),
    st.integers(1, 12),
)  # fmt: skip
def test_a_full_link_is_read_as_it_was_made(place, ahead, nights, guests):
    first = TODAY + timedelta(days=ahead)
    last = first + timedelta(days=nights)
    phone = Phone(places=PLACES)
    phone.say(written(book_link("+919800000000", place.name, (first, last), guests)))
    (order,) = phone.booked
    assert (order.place, order.first, order.last, order.guests) == (place, first, last, guests)
    assert isinstance(order.first, date)
