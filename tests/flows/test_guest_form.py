"""The booking as one form: what it offers, what is believed of what comes back."""

from dataclasses import replace
from datetime import date

import pytest

from bot.whatsapp import wire
from flows.availability import Taken
from flows.guest import form
from flows.inbound import Inbound, What
from flows.messages import Message
from tests.flows.make import CATALOGUES, FIRST, GUEST, MULSHI, NOW, PAWNA, PLACES, TEXTS
from tests.flows.phone import Phone

DAYS = {"stay.start_date": "2026-12-25", "stay.end_date": "2026-12-27"}
LAST = date(2026, 12, 27)


def opened(**more):
    """A phone that shows the form behind "Other dates"."""
    phone = Phone(**more)
    phone.say("pawna")
    phone.tap("Other dates")
    assert phone.last.form
    return phone


def test_other_dates_and_guests_in_one_form_are_enough_for_the_pay_link():
    phone = opened()
    phone.fill(**DAYS, guests="5")
    (order,) = phone.booked
    assert (order.place, order.first, order.last, order.guests) == (PAWNA, FIRST, LAST, 5)
    assert (order.guest_name, order.guest_phone) == (GUEST.name, GUEST.phone)


def test_the_whole_booking_is_two_messages():
    phone = Phone()
    phone.say("form")
    assert [each["id"] for each in phone.last.form.data["places"]] == [
        each.property_id for each in PLACES
    ]
    phone.fill(**DAYS, place=MULSHI.property_id, guests="2")
    assert [(each.place, each.guests) for each in phone.booked] == [(MULSHI, 2)]


def test_the_form_also_has_what_is_asked_where_no_form_can_be_shown():
    phone = opened()
    assert phone.last.rows
    phone.tap(phone.titles[0])
    assert phone.draft.asked == "nights"


def test_dates_written_instead_of_the_form_count():
    phone = opened()
    phone.say("25 to 27 dec")
    assert (phone.draft.checkin, phone.draft.asked) == (FIRST, "guests")


def test_days_on_which_nobody_can_come_or_leave_are_greyed():
    everything = tuple(Taken(n, FIRST, LAST) for n in range(1, PAWNA.units + 1))
    phone = opened(taken={PAWNA.property_id: everything})
    assert phone.last.form.data["taken"] == ["2026-12-26"]
    two_left = everything[:-1]
    assert opened(taken={PAWNA.property_id: two_left}).last.form.data["taken"] == []


def test_dates_that_went_meanwhile_are_said_to_be_taken():
    phone = opened()
    phone.taken = {PAWNA.property_id: tuple(Taken(n, FIRST, LAST) for n in range(1, 11))}
    phone.fill(**DAYS, guests="4")
    assert not phone.booked
    assert phone.last.body.startswith(TEXTS("dates.full", dates="25–27 Dec", place=PAWNA.name))


def test_a_price_that_changed_meanwhile_is_said_before_anything_is_held():
    phone = opened()
    phone.places = (replace(PAWNA, price=200_000), *PLACES[1:])
    phone.fill(**DAYS, guests="4")
    assert not phone.booked
    assert "₹2,000" in phone.last.body
    phone.tap("Continue")
    assert phone.booked[0].price.total == 4 * 2 * 200_000


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"stay.start_date": "2026-13-45"}, "days"),
        ({"stay.start_date": "2026-12-27", "stay.end_date": "2026-12-25"}, "days"),
        ({"stay.start_date": "2020-12-25", "stay.end_date": "2020-12-27"}, "dates"),
        ({"place": "somebody-elses", "guests": "4"}, "days"),
        (DAYS | {"guests": "x"}, "guests"),
        (DAYS | {"guests": "-4"}, "guests"),
        (DAYS | {"guests": "999"}, "guests"),
        (DAYS | {"guests": "0"}, "guests"),
    ],
)
def test_a_field_that_cannot_be_true_is_asked_for_again(values, asked):
    phone = opened()
    phone.fill(**({"guests": ""} | values))
    assert not phone.booked
    assert phone.draft.asked == asked


@pytest.mark.parametrize(
    ("values", "words"),
    [({"name": "👍"}, "name.unusable"), ({"phone": "12345"}, "phone.wrong")],
)
def test_a_name_or_number_that_is_none_is_refused_in_words(values, words):
    phone = opened()
    phone.fill(**(DAYS | values), guests="4")
    assert phone.last.body.startswith(TEXTS(words))


def test_name_and_number_of_the_form_stand_on_the_booking():
    phone = opened()
    phone.fill(**DAYS, guests="4", name="Asha Kulkarni", phone="98765 43210")
    order = phone.booked[0]
    assert (order.guest_name, order.guest_phone) == ("Asha Kulkarni", "+919876543210")


@pytest.mark.parametrize("token", ["2.1", "1.0", "", "x", "1.999"])
def test_a_form_of_somebody_else_or_of_before_changes_nothing(token):
    phone = opened()
    before = phone.draft.form()
    phone.fill(**DAYS, flow_token=token, ref=token)
    assert phone.draft.form() == before
    assert phone.last.body.startswith(TEXTS("tap.stale"))


def test_a_phone_that_leaves_the_token_out_is_known_by_the_reference_in_the_form():
    phone = opened()
    ref = phone.last.form.data["ref"]
    pairs = (("place", PAWNA.property_id), ("stay.start-date", "2026-12-25"),
             ("stay.end-date", "2026-12-27"), ("guests", "4"), ("ref", ref))  # fmt: skip
    phone._send(Inbound("w", What.FORM, NOW, form=pairs))
    assert phone.booked


def test_the_same_form_twice_is_one_booking():
    phone = opened()
    shown = phone.last
    phone.fill(**DAYS, guests="4")
    phone.shown.append(shown)
    phone.fill(**DAYS, guests="4")
    assert len(phone.booked) == 1


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_layout_asks_only_for_what_the_message_gives(language):
    layout = form.definition(CATALOGUES[language])
    (screen,) = layout["screens"]
    *fields, footer = screen["layout"]["children"]
    assert screen["terminal"]
    assert {each["name"] for each in fields} == set(form.FIELDS)
    phone = opened(person=replace(GUEST, language=language)) if language == "en" else Phone()
    data = phone.last.form.data if language == "en" else screen["data"]
    assert set(screen["data"]) == set(data)
    assert all("__example__" in each for each in screen["data"].values())
    labels = [each["label"] for each in fields if isinstance(each["label"], str)]
    assert all(0 < len(label) <= 20 for label in labels)
    assert len(footer["label"]) <= 35
    assert len(screen["title"]) <= 30


def test_on_the_wire_it_is_a_published_flow_with_its_data():
    shown = opened().last
    assert wire.free_form(shown)[1]["type"] == "list", "no form is published"
    published = replace(shown, form=replace(shown.form, flow_id="77"))
    assert Message.from_json(published.to_json()) == published
    kind, content = wire.free_form(published)
    assert (kind, content["type"]) == ("interactive", "flow")
    parameters = content["action"]["parameters"]
    assert parameters["flow_id"] == "77"
    assert parameters["flow_action_payload"] == {"screen": "STAY", "data": shown.form.data}
