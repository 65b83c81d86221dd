"""The guest's conversation from the first word to the pay link."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from flows.availability import Taken
from flows.booking import Status
from flows.messages import Kind
from tests.flows.make import FIRST, GUEST, MULSHI, PAWNA, TEXTS, VILLA, booking
from tests.flows.phone import Phone

SENTENCE = "pawna lakeview, 25 to 27 dec, 4 people"
LAST = date(2026, 12, 27)


def full(place, first=FIRST, last=LAST):
    return {place.property_id: tuple(Taken(n, first, last) for n in range(1, place.units + 1))}


@pytest.fixture
def paying():
    """A phone that shows a pay link."""
    phone = Phone()
    phone.say(SENTENCE)
    assert phone.booked
    return phone


def test_hello_place_weekend_guests_is_four_messages_to_the_pay_link():
    phone = Phone()
    assert phone.say("Hi").kind is Kind.LIST
    assert "Hi Rahul," in phone.last.body
    assert phone.tap("Pawna Lakeview Camp").kind is Kind.BUTTONS
    assert phone.titles == ["Sat 5 – Sun 6 Dec", "Fri 4 – Sun 6 Dec", "Other dates"]
    phone.tap("Sat 5 – Sun 6 Dec")
    assert phone.titles == ["2 guests", "4 guests", "Other number"]
    assert phone.tap("4 guests").kind is Kind.LINK
    (order,) = phone.booked
    assert (order.place, order.first, order.last, order.guests) == (
        PAWNA, date(2026, 12, 5), date(2026, 12, 6), 4,
    )  # fmt: skip
    assert (order.guest_name, order.guest_phone) == (GUEST.name, GUEST.phone)
    assert order.price.total == 4 * 150_000
    assert (order.checkin.hour, order.checkout.hour) == (14, 11)


@pytest.mark.parametrize(
    "hello", ["Hi", "hello!", "नमस्ते", "menu", "👋", "asdf", "ok", "?", "Hi 👋", ""]
)
def test_whatever_a_stranger_writes_first_shows_the_places(hello):
    phone = Phone()
    phone.say(hello)
    assert phone.titles == [PAWNA.name, MULSHI.name, VILLA.name]


def test_the_link_of_a_property_skips_the_list_of_places():
    phone = Phone()
    phone.say("Book Pawna Lakeview Camp")
    assert PAWNA.name in phone.last.body
    assert "Sat 5 – Sun 6 Dec" in phone.titles


@pytest.mark.parametrize(
    "sentence",
    [
        SENTENCE,
        "Pawna Lakeview, 25 to 27 dec, 4 people",
        "4 people pawna lakeview 25-27 dec",
        "book pawna lakeview camp for 4 guests from 25 dec to 27 dec",
        "pawna lakeveiw 25 dec to 27 dec 4 log",
        "Pawna 25/12/2026 to 27/12/2026, 2 adults and 2 kids",
    ],
)
def test_one_sentence_is_enough_for_the_pay_link(sentence):
    phone = Phone()
    phone.say(sentence)
    (order,) = phone.booked
    assert (order.place, order.first, order.last, order.guests) == (PAWNA, FIRST, LAST, 4)


@pytest.mark.parametrize(
    ("texts", "asked"),
    [
        (["4 people"], "place"),
        (["25 to 27 dec"], "place"),
        (["4 people", "25 to 27 dec"], "place"),
        (["25 to 27 dec, 4 people"], "place"),
        (["pawna 4 people"], "dates"),
        (["pawna 25 to 27 dec"], "guests"),
        (["pawna 25 dec"], "nights"),
    ],
)
def test_what_was_said_early_is_not_asked_again(texts, asked):
    phone = Phone()
    for text in texts:
        phone.say(text)
    assert phone.draft.asked == asked


def test_what_was_said_before_the_place_completes_the_form():
    phone = Phone()
    phone.say("25 to 27 dec, 4 people")
    phone.tap(PAWNA.name)
    assert [(each.place, each.guests, each.first) for each in phone.booked] == [(PAWNA, 4, FIRST)]


def test_only_a_check_in_day_asks_for_the_nights():
    phone = Phone()
    phone.say("pawna 25 dec 2pm")
    assert "*Fri 25 Dec, 2 pm*" in phone.last.body
    assert phone.titles == ["1 night, 26 Dec", "2 nights, 27 Dec", "3 nights, 28 Dec"]
    phone.tap("2 nights, 27 Dec")
    assert (phone.draft.checkout, phone.draft.asked) == (LAST, "guests")


@pytest.mark.parametrize(
    ("text", "last"),
    [("2", LAST), ("2 nights", LAST), ("till 27 dec", LAST), ("27 dec", LAST),
     ("30", FIRST + timedelta(30))],
)  # fmt: skip
def test_the_nights_can_be_written(text, last):
    phone = Phone()
    phone.say("pawna 25 dec")
    phone.say(text)
    assert (phone.draft.checkin, phone.draft.checkout) == (FIRST, last)


@pytest.mark.parametrize("text", ["0", "31", "99"])
def test_impossible_nights_are_asked_again(text):
    phone = Phone()
    phone.say("pawna 25 dec")
    phone.say(text)
    assert (phone.draft.checkin, phone.draft.checkout, phone.draft.asked) == (FIRST, None, "nights")


def test_the_nights_offered_are_free():
    phone = Phone(taken=full(PAWNA, FIRST + timedelta(1), LAST))
    phone.say("pawna 25 dec")
    assert phone.titles == ["1 night, 26 Dec"]


def test_other_dates_opens_a_list_of_days_that_are_free():
    phone = Phone(taken=full(PAWNA, date(2026, 12, 3), date(2026, 12, 5)))
    phone.say("pawna")
    phone.tap("Other dates")
    assert phone.last.kind is Kind.LIST
    assert phone.titles[:2] == ["Sat 5 Dec", "Sun 6 Dec"]
    phone.tap("Sun 6 Dec")
    assert (phone.draft.checkin, phone.draft.asked) == (date(2026, 12, 6), "nights")


def test_a_day_that_is_too_soon_is_never_offered():
    phone = Phone()
    phone.say("pawna")
    phone.tap("Other dates")
    first = phone.titles[0]
    phone.tap(first)
    assert phone.draft.asked == "nights", first


def test_an_unclear_day_is_asked_back_and_any_tap_goes_on():
    phone = Phone()
    phone.say("pawna, next sat")
    assert phone.last.kind is Kind.BUTTONS
    assert phone.titles[-1] == "Other dates"
    days = [title for title in phone.titles if title.startswith("Sat")]
    assert len(days) == 2
    phone.tap(days[0])
    assert phone.draft.asked == "nights"


def test_a_full_stay_offers_the_nearest_free_one():
    phone = Phone(taken=full(PAWNA))
    phone.say(SENTENCE)
    assert not phone.booked
    assert phone.last.body.startswith(TEXTS("dates.full", dates="25–27 Dec", place=PAWNA.name))
    assert phone.titles == ["Wed 23 – Fri 25 Dec", MULSHI.name, "Other places"]
    assert f"Free on 25–27 Dec: {MULSHI.name}, {VILLA.name}." in phone.last.body
    phone.tap("Wed 23 – Fri 25 Dec")
    assert [(each.first, each.last) for each in phone.booked] == [(date(2026, 12, 23), FIRST)]


def test_a_full_stay_offers_a_place_that_is_free_then_with_the_same_tap():
    phone = Phone(taken=full(PAWNA))
    phone.say(SENTENCE)
    phone.tap(MULSHI.name)
    assert [(each.place, each.first, each.guests) for each in phone.booked] == [(MULSHI, FIRST, 4)]


def test_where_nothing_else_is_free_only_other_dates_are_offered():
    phone = Phone(taken=full(PAWNA) | full(MULSHI) | full(VILLA))
    phone.say(SENTENCE)
    assert phone.titles == ["Wed 23 – Fri 25 Dec", "Other dates"]


def test_other_places_keep_dates_and_guests_and_have_room():
    phone = Phone(taken=full(PAWNA))
    phone.say(SENTENCE)
    phone.tap("Other places")
    assert phone.titles == [MULSHI.name, VILLA.name]
    phone.tap(VILLA.name)
    assert [(each.place, each.first, each.guests) for each in phone.booked] == [(VILLA, FIRST, 4)]


@pytest.mark.parametrize("text", ["hmm", "help", "what?", "status"])
def test_a_full_stay_is_never_called_free_afterwards(text):
    phone = Phone(taken=full(PAWNA))
    phone.say("pawna, 25 to 27 dec")
    phone.say(text)
    assert "is free" not in phone.last.body
    assert "already taken" in phone.last.body


def test_the_nearest_free_days_are_never_too_soon():
    wish = date(2026, 12, 3)
    phone = Phone(taken=full(PAWNA, wish, wish + timedelta(2)))
    phone.say("pawna, 3 to 4 dec")
    phone.tap(phone.titles[0])
    assert phone.draft.asked == "guests", phone.last.body


def test_too_many_guests_are_refused_with_the_most():
    phone = Phone()
    phone.say("pawna 25 to 27 dec 31 people")
    assert phone.last.body == TEXTS("guests.too_many", most=30)
    phone.say("30")
    assert phone.booked[0].guests == 30
    assert phone.booked[0].units == PAWNA.units


@pytest.mark.parametrize("text", ["0", "0 people", "००"])
def test_nobody_is_no_number_of_guests(text):
    phone = Phone()
    phone.say("pawna 25 to 27 dec")
    phone.say(text)
    assert phone.last.body == TEXTS("guests.none", most=30)
    phone.say("चार")
    assert phone.booked[0].guests == 4


def test_more_guests_than_units_left_is_full():
    two_left = {PAWNA.property_id: tuple(Taken(n, FIRST, LAST) for n in range(1, 9))}
    phone = Phone(taken=two_left)
    phone.say("pawna 25 to 27 dec 7 people")
    assert "already taken" in phone.last.body
    phone = Phone(taken=two_left)
    phone.say("pawna 25 to 27 dec 6 people")
    assert phone.booked


def test_other_number_asks_for_the_number():
    phone = Phone()
    phone.say("pawna 25 to 27 dec")
    phone.tap("Other number")
    assert phone.last.body == TEXTS("guests.other", most=PAWNA.most_guests)
    phone.say("7")
    assert phone.booked[0].guests == 7


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("no, 5 guests", "guests", 5),
        ("26 to 28 dec", "first", date(2026, 12, 26)),
        ("name Rahul Patil", "guest_name", "Rahul Patil"),
        ("change name Rahul Patil", "guest_name", "Rahul Patil"),
        ("98220 99999", "guest_phone", "+919822099999"),
        ("mulshi", "place", MULSHI),
        ("25 dec 4pm", "checkin", PAWNA.starts(FIRST, booking().checkin.tzinfo, time(16))),
    ],
)
def test_a_correction_makes_a_new_pay_link_and_keeps_the_rest(paying, text, field, value):
    paying.say(text)
    before, after = paying.booked
    assert getattr(after, field) == value
    kept = {"place", "first", "last", "guests", "guest_name", "guest_phone"} - {field}
    kept -= {"last"} if field == "first" else set()
    assert {each: getattr(after, each) for each in kept} == {
        each: getattr(before, each) for each in kept
    }
    assert paying.act.booking_id == "LC000000", "the checkout that is replaced"


def test_another_place_takes_its_own_hours(paying):
    paying.places = (PAWNA, replace(MULSHI, checkin=time(12)), VILLA)
    paying.say("25 dec 4pm")
    paying.say("mulshi")
    assert paying.booked[-1].checkin.hour == 12


def test_the_same_answer_twice_makes_one_checkout(paying):
    paying.say("4 people")
    assert len(paying.booked) == 1
    assert paying.last.kind is Kind.LINK


@pytest.mark.parametrize("text", ["ok", "yes", "👍", "hmm", "thanks", "done"])
def test_words_at_the_pay_link_repeat_only_the_link(paying, text):
    paying.say(text)
    assert paying.last.body.startswith(TEXTS("review.tap_to_pay"))
    assert (paying.last.kind, paying.last.url) == (Kind.LINK, "https://paytm.me/x")
    assert len(paying.booked) == 1


def test_back_goes_to_the_question_before():
    phone = Phone()
    phone.say("pawna 25 to 27 dec")
    assert phone.draft.asked == "guests"
    for asked in ("dates", "place", "place"):
        phone.say("back")
        assert phone.draft.asked == asked
    assert phone.titles == [PAWNA.name, MULSHI.name, VILLA.name]


def test_back_from_the_pay_link_asks_the_guests_again(paying):
    paying.say("back")
    assert paying.draft.asked == "guests"
    paying.say("6")
    assert [each.guests for each in paying.booked] == [4, 6]


def test_start_over_keeps_who_the_guest_is():
    phone = Phone()
    phone.say("pawna 25 dec")
    phone.say("name Asha Kulkarni")
    phone.say("98220 99999")
    phone.say("start over")
    draft = phone.draft
    assert (draft.name, draft.phone) == ("Asha Kulkarni", "+919822099999")
    assert (draft.property_id, draft.checkin, draft.asked) == (None, None, "place")


def test_start_over_at_the_pay_link_withdraws_it(paying):
    paying.say("start over")
    assert (paying.act.verb, paying.act.booking_id) == ("withdraw", "LC000000")
    assert paying.draft.booking_id is None
    assert paying.titles


def test_cancel_before_payment_drops_the_form(paying):
    paying.say("cancel")
    assert paying.last.body == TEXTS("draft.dropped")
    assert paying.act.verb == "withdraw"
    phone = Phone()
    phone.say("pawna 25 dec")
    phone.say("cancel")
    assert phone.last.body == TEXTS("draft.dropped")
    assert phone.draft.property_id is None


def test_cancel_with_nothing_begun_says_so():
    phone = Phone()
    phone.say("cancel")
    assert phone.last.body.startswith(TEXTS("cancel.none"))


def test_a_lapsed_hold_is_offered_again_and_made_only_on_request(paying):
    paying.settle("LC000000", Status.PAYMENT_EXPIRED)
    for text in ("hello", "help", "ok"):
        paying.say(text)
        assert "Hold again" in paying.titles, text
        assert len(paying.booked) == 1
    paying.tap("Hold again")
    assert len(paying.booked) == 2
    assert paying.booked[0] == paying.booked[1]


def test_an_old_button_after_the_hold_has_lapsed_holds_nothing():
    phone = Phone()
    phone.say("pawna 25 to 27 dec")
    old = phone.last
    phone.say("4")
    phone.settle("LC000000", Status.PAYMENT_EXPIRED)
    phone.press(old.buttons[0].id.replace("d:", "d:9"))
    assert len(phone.booked) == 1


def test_a_paid_draft_is_over_and_the_next_form_is_fresh(paying):
    paying.settle("LC000000", Status.BOOKING_REQUEST_SENT_TO_OWNER)
    paying.say("new booking")
    assert paying.draft.property_id is None
    paying.say("mulshi, 9 to 10 jan, 2 people")
    assert [each.place for each in paying.booked] == [PAWNA, MULSHI]
    assert paying.act.booking_id is None, "the paid booking is not replaced"


def test_after_the_payment_one_sentence_is_a_new_booking(paying):
    paying.settle("LC000000", Status.BOOKING_REQUEST_SENT_TO_OWNER)
    paying.say("mulshi, 9 to 10 jan, 2 people")
    assert [(each.place, each.guests) for each in paying.booked] == [(PAWNA, 4), (MULSHI, 2)]


@pytest.mark.parametrize("row", ["Check-in", "Check-out", "Guests", "Place", "Name"])
@pytest.mark.parametrize("end", ["paid", "dropped"])
def test_a_row_of_the_edit_list_is_stale_when_the_form_is_gone(paying, row, end):
    listed = paying.say("edit")
    if end == "paid":
        paying.settle("LC000000", Status.BOOKING_REQUEST_SENT_TO_OWNER)
    else:
        paying.say("cancel")
    paying.tap(row, listed)
    assert paying.last.body.startswith(TEXTS("tap.stale"))
    assert len(paying.booked) == 1


@pytest.mark.parametrize(
    ("row", "answer", "field", "value"),
    [
        ("Place", "mulshi", "place", MULSHI),
        ("Check-in", "26 to 28 dec", "first", date(2026, 12, 26)),
        ("Check-out", "3 nights", "last", date(2026, 12, 28)),
        ("Guests", "5", "guests", 5),
        ("Name", "Asha Kulkarni", "guest_name", "Asha Kulkarni"),
        ("Mobile", "98220 99999", "guest_phone", "+919822099999"),
    ],
)
def test_every_row_of_the_edit_list_changes_its_answer(paying, row, answer, field, value):
    paying.say("edit")
    paying.tap(row)
    assert len(paying.booked) == 1, "asked, not yet changed"
    paying.say(answer)
    assert getattr(paying.booked[-1], field) == value
    assert len(paying.booked) == 2


@pytest.mark.parametrize("row", ["Place", "Check-in", "Check-out", "Guests", "Name", "Mobile"])
@pytest.mark.parametrize("word", ["back", "ok", "hmm"])
def test_a_change_that_is_given_up_shows_the_pay_link_again(paying, row, word):
    paying.say("edit")
    paying.tap(row)
    paying.say(word)
    assert paying.last.kind is Kind.LINK
    assert len(paying.booked) == 1


def test_a_draft_whose_day_has_passed_asks_for_new_days():
    phone = Phone()
    phone.say("pawna 4 to 6 dec")
    phone.now += timedelta(days=5)
    phone.say("hi")
    assert phone.draft.checkin is None
    assert phone.last.body.startswith(TEXTS("dates.fault.past"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [("24 to 25 nov 2026", "past"), ("27 dec to 25 dec", "reversed"),
     ("25 dec to 30 jan", "too_long"), ("31 feb", "impossible"), ("2029-12-25", "too_far"), ("9999-12-31", "too_far")],
)  # fmt: skip
def test_days_that_cannot_be_booked_are_asked_again(text, fault):
    phone = Phone()
    phone.say("pawna")
    phone.say(text)
    assert (phone.draft.checkin, phone.draft.asked) == (None, "dates")
    assert phone.last.body.startswith(TEXTS(f"dates.fault.{fault}"))


def test_a_stay_may_not_end_beyond_the_horizon():
    phone = Phone()
    phone.say("pawna 20 nov 2027")
    phone.say("30")
    assert phone.draft.checkout is None
    assert TEXTS("dates.fault.too_far") in phone.last.body


@pytest.mark.parametrize(
    "text",
    ["page.x", "page.-1", "page.999", "2026-13-45", "२०२६-१२-२५", "other", "d:1:guests=4", "g::"],
)
def test_typed_codes_of_buttons_harm_nothing(text):
    phone = Phone()
    for begin in ("hi", "pawna", "25 to 27 dec"):
        phone.say(begin)
        phone.say(text)
    assert phone.shown
