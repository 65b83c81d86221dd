"""Coming back: a form that was begun, a price that changed, a stay like the last one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.availability import Taken
from flows.booking import Status
from flows.guest.draft import KEPT
from tests.flows.make import FIRST, GUEST, MULSHI, PAWNA, PLACES, TEXTS, VILLA, booking
from tests.flows.phone import Phone

LAST = FIRST + timedelta(days=2)
DEARER = (replace(PAWNA, price=160_000), MULSHI, VILLA)
FULL = {PAWNA.property_id: tuple(Taken(n, FIRST, LAST) for n in range(1, PAWNA.units + 1))}
STAYED = replace(booking(status=Status.CLOSED), refund_due=None)


def begun(*texts):
    phone = Phone()
    for text in texts:
        phone.say(text)
    return phone


@pytest.mark.parametrize("days", [0, 1, 3, 6])
def test_a_form_that_was_begun_is_offered_again(days):
    phone = begun("pawna", "25 to 27 dec")
    phone.now += timedelta(days=days)
    phone.say("hello")
    assert phone.last.body == f"{TEXTS('back.welcome')}\n\n*{PAWNA.name}*, 25–27 Dec"
    phone.tap("Continue")
    assert phone.draft.asked == "guests"


def test_after_seven_days_only_the_place_is_remembered_and_comes_first():
    phone = begun("lonavala", "25 to 27 dec")
    phone.now += KEPT + timedelta(minutes=1)
    phone.say("hello")
    assert phone.titles == [VILLA.name, PAWNA.name, MULSHI.name]
    assert phone.draft.property_id is None


def test_other_dates_of_a_form_that_was_begun_keep_the_rest():
    phone = begun("pawna, 4 people", "25 dec")
    phone.say("hi")
    phone.tap("Other dates")
    assert (phone.draft.checkin, phone.draft.guests, phone.draft.asked) == (None, 4, "days")


def test_dates_that_went_meanwhile_are_said_first():
    phone = begun("pawna", "25 to 27 dec")
    phone.taken = FULL
    phone.say("hi")
    assert phone.last.body.startswith(TEXTS("dates.full", dates="25–27 Dec", place=PAWNA.name))


@pytest.mark.parametrize("text", ["hi", "25 to 27 dec", "help"])
def test_a_price_that_changed_is_said_first(text):
    phone = begun("pawna")
    phone.places = DEARER
    phone.say(text)
    assert TEXTS("back.price", place=PAWNA.name, price="₹1,600") in phone.last.body
    phone.say("help")
    assert "changed" not in phone.last.body, "said once"


def test_a_form_finished_at_another_price_is_not_held_before_the_guest_knows():
    phone = begun("pawna", "25 to 27 dec")
    phone.places = DEARER
    phone.say("4")
    assert not phone.booked
    assert "₹1,600" in phone.last.body
    assert TEXTS("back.total", total="₹12,800") in phone.last.body
    phone.tap("Continue")
    assert phone.booked[0].price.total == 1_280_000


def test_a_lapsed_hold_at_another_price_says_it_before_it_is_held_again():
    phone = begun("pawna, 25 to 27 dec, 4 people")
    phone.settle("LC000000", Status.PAYMENT_EXPIRED)
    phone.places = DEARER
    phone.say("hello")
    assert phone.last.body.startswith(TEXTS("back.total", total="₹12,800"))
    assert "Hold again" in phone.titles


def test_a_lapsed_hold_whose_dates_went_offers_others():
    phone = begun("pawna, 25 to 27 dec, 4 people")
    phone.settle("LC000000", Status.PAYMENT_EXPIRED)
    phone.taken = FULL
    phone.say("hello")
    assert "already taken" in phone.last.body
    assert "Hold again" not in phone.titles


def test_the_same_again_is_one_tap():
    phone = Phone(bookings=(STAYED,))
    phone.say("hi")
    assert phone.last.body.startswith("Hi Rahul, good to see you again.")
    assert TEXTS("again.free", dates="Sat 5 – Sun 6 Dec", total="₹6,000", advance="₹1,800") in (
        phone.last.body
    )
    assert phone.titles == ["Same again", "Same, other dates", "Other places"]
    phone.tap("Same again")
    (order,) = phone.booked
    assert (order.place, order.guests, (order.last - order.first).days) == (PAWNA, 4, 1)


@pytest.mark.parametrize(
    ("title", "asked"), [("Same, other dates", "days"), ("Other places", "place")]
)
def test_not_quite_the_same_goes_on_from_there(title, asked):
    phone = Phone(bookings=(STAYED,))
    phone.say("hi")
    phone.tap(title)
    assert (phone.draft.asked, phone.draft.guests) == (asked, 4)


@pytest.mark.parametrize(
    "last",
    [
        replace(STAYED, refund_due=100), replace(STAYED, token=None),
        replace(STAYED, status=Status.REFUNDED), replace(STAYED, guests=999),
        replace(STAYED, place=replace(PAWNA, property_id="gone")),
    ],
)  # fmt: skip
def test_a_stay_that_did_not_end_well_is_not_offered_again(last):
    phone = Phone(bookings=(last,))
    phone.say("hi")
    assert phone.draft.asked == "place"


def test_a_returning_guest_may_still_say_everything_at_once():
    phone = Phone(bookings=(STAYED,))
    phone.say("mulshi, 25 to 27 dec, 2 people")
    assert [(each.place, each.guests) for each in phone.booked] == [(MULSHI, 2)]


def test_a_location_lists_the_places_by_distance():
    places = tuple(
        replace(place, latitude=18.0 + n, longitude=73.0) for n, place in enumerate(PLACES)
    )
    phone = Phone(places=(*places, replace(PAWNA, property_id="unknown", name="Nowhere Camp")))
    phone.locate(19.9, 73.0)
    assert phone.last.body == TEXTS("near.places")
    assert phone.titles == [VILLA.name, MULSHI.name, PAWNA.name]
    assert phone.last.rows[0].description.startswith("11 km")
    phone.tap(VILLA.name)
    assert phone.draft.asked == "dates"


@pytest.mark.parametrize(
    ("text", "place"),
    [("villa pool", VILLA), ("पवना", PAWNA), ("मुळशी कॅम्प", MULSHI), ("लोणावळा विला", VILLA),
     ("लोनावला", VILLA), ("mulsi forest", MULSHI), ("pavna", PAWNA), ("lonawala pool", VILLA)],
)  # fmt: skip
def test_a_place_is_found_by_kind_by_area_and_in_devanagari(text, place):
    phone = Phone()
    phone.say(text)
    assert phone.draft.property_id == place.property_id


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("price?", "faq.price"), ("what is the rate per night", "faq.price"), ("kitna hai", "faq.price"),
        ("is there a pool?", "faq.unknown"), ("khana milega?", "faq.answer"),
        ("where is it", "faq.location"), ("कुत्ता ला सकते हैं", "faq.unknown"),
    ],
)  # fmt: skip
def test_a_question_beside_the_form_is_answered_and_the_form_goes_on(text, answer):
    phone = Phone(places=(replace(PAWNA, answers=(("food", "Dinner is included."),)), VILLA))
    phone.say("pawna")
    phone.say(text)
    said = phone.texts(answer, place=PAWNA.name, answer="Dinner is included.", area=PAWNA.area,
                       url=PAWNA.map_url, percent=30,
                       price=phone.texts("price.per_guest", price="₹1,500"))  # fmt: skip
    assert phone.last.body.startswith(said)
    assert said.count("\n") <= 1, "two lines at most"
    assert (phone.draft.asked, phone.draft.property_id) == ("dates", PAWNA.property_id)


def test_an_answer_and_a_question_in_one_text_are_both_taken():
    phone = Phone(places=(replace(PAWNA, answers=(("food", "Dinner is included."),)), VILLA))
    phone.say("pawna")
    phone.say("is dinner included for 4 people?")
    assert phone.last.body.startswith(
        TEXTS("faq.answer", place=PAWNA.name, answer="Dinner is included.")
    )
    assert (phone.draft.guests, phone.draft.asked) == (4, "dates")


def test_a_pool_that_stands_in_the_description_is_known():
    phone = begun("lonavala")
    phone.say("swimming pool?")
    assert phone.last.body.startswith(TEXTS("faq.answer", place=VILLA.name, answer=VILLA.about))


def test_a_question_before_a_place_is_chosen_says_that_it_depends():
    phone = begun("hi", "are dogs allowed?")
    assert phone.last.body.startswith(TEXTS("faq.no_place"))
    assert phone.draft.asked == "place"


def test_hours_outside_those_of_the_house_become_its_own_and_that_is_said():
    phone = begun("pawna 25 dec 8am")
    assert phone.last.body.startswith(TEXTS("dates.early", time="2 pm"))
    assert phone.draft.checkin_time is None
    phone.say("27 dec 6pm")
    assert phone.last.body.startswith(TEXTS("dates.late", time="11 am"))
    assert (phone.draft.checkout, phone.draft.checkout_time) == (LAST, None)


def test_hours_within_those_of_the_house_are_kept():
    phone = begun("pawna 25 dec 5pm", "27 dec 9am", "4")
    assert (phone.booked[0].checkin.hour, phone.booked[0].checkout.hour) == (17, 9)
    assert phone.booked[0].guest_name == GUEST.name
