"""Second thoughts: a draft that was given up comes back, more is paid at once."""

from datetime import timedelta

import pytest

from flows.availability import Taken
from flows.booking import Status
from tests.flows.make import FIRST, MULSHI, PAWNA, TEXTS, many
from tests.flows.phone import Phone

LAST = FIRST + timedelta(days=2)
FULL = {PAWNA.property_id: tuple(Taken(n, FIRST, LAST) for n in range(1, PAWNA.units + 1))}


def said(*texts):
    phone = Phone()
    for text in texts:
        phone.say(text)
    return phone


@pytest.mark.parametrize("way", ["tap", "word"])
@pytest.mark.parametrize("give_up", ["cancel", "start over"])
@pytest.mark.parametrize("texts", [["pawna"], ["pawna", "25 to 27 dec"], ["4 people"]])
def test_a_draft_that_was_given_up_comes_back_with_its_question(texts, give_up, way):
    phone = said(*texts)
    before = phone.draft
    phone.say(give_up)
    assert phone.draft.form() != before.form()
    phone.tap("Undo") if way == "tap" else phone.say("undo")
    assert (phone.draft.form(), phone.draft.asked) == (before.form(), before.asked)
    assert phone.last.body.startswith(TEXTS("undo.done"))


@pytest.mark.parametrize("give_up", ["cancel", "start over"])
def test_the_dates_of_a_pay_link_are_held_again(give_up):
    phone = said("pawna, 25 to 27 dec, 4 people", give_up)
    assert phone.bookings[0].status is Status.PAYMENT_EXPIRED
    phone.tap("Undo")
    assert phone.bookings[0].status is Status.PAYMENT_PENDING
    assert phone.booked[0] == phone.booked[1]


def test_dates_that_went_meanwhile_are_said():
    phone = said("pawna, 25 to 27 dec, 4 people", "cancel")
    phone.taken = FULL
    phone.tap("Undo")
    assert TEXTS("dates.full", dates="25–27 Dec", place=PAWNA.name) in phone.last.body
    assert len(phone.booked) == 1


@pytest.mark.parametrize("between", ["mulshi", "2 people", "25 dec"])
def test_what_was_given_up_never_replaces_what_was_begun_since(between):
    phone = said("pawna, 25 to 27 dec", "cancel")
    old = phone.last
    phone.say(between)
    begun = phone.draft.form()
    phone.tap("Undo", old)
    assert phone.last.body.startswith(TEXTS("tap.stale"))
    phone.say("undo")
    assert phone.last.body.startswith(TEXTS("undo.none"))
    assert phone.draft.form() == begun


def test_starting_over_twice_still_brings_back_the_answers():
    phone = said("mulshi", "start over", "start over")
    phone.tap("Undo")
    assert phone.draft.property_id == MULSHI.property_id


def test_with_nothing_begun_there_is_nothing_to_undo():
    phone = said("cancel")
    assert "Undo" not in phone.titles
    assert said("hi", "undo").last.body.startswith(TEXTS("undo.none"))


@pytest.mark.parametrize("count", range(1, 32))
def test_the_row_of_the_undo_leaves_every_place_reachable(count):
    phone = Phone(places=many(count))
    phone.say("2 people")
    phone.say("start over")
    assert [title for title in phone.titles if title == "Undo"] == ["Undo"]
    seen = []
    while True:
        rows = phone.last.rows
        seen += [row.title for row in rows if row.title.startswith("Camp")]
        if TEXTS("place.more") not in phone.titles:
            break
        phone.tap(TEXTS("place.more"))
    assert seen == [place.name for place in phone.places]


# ------------------------------------------------------------------ pay more now


def advance_of(phone):
    return phone.booked[-1].price.advance


@pytest.mark.parametrize(
    "answer", ["=100", "12000", "₹12,000", "Rs. 12000", "100", "100 %", "१२०००"]
)
def test_all_may_be_paid_at_once(answer):
    phone = said("pawna, 25 to 27 dec, 4 people", "edit")
    phone.tap("edit=advance")
    assert phone.titles == ["₹3,600", "₹6,000", "₹12,000"]
    phone.tap(answer) if "=" in answer else phone.say(answer)
    assert advance_of(phone) == 1_200_000
    assert "*Advance now ₹12,000*" in phone.last.body
    assert "Due at check-in ₹0" in phone.last.body


def test_the_usual_advance_can_be_chosen_again_and_makes_one_link_each_time():
    phone = said("pawna, 25 to 27 dec, 4 people")
    for share, paise in (("=50", 600_000), ("=30", 360_000)):
        phone.say("edit")
        phone.tap("edit=advance")
        phone.tap(share)
        assert advance_of(phone) == paise
    assert len(phone.booked) == 3


def test_the_share_is_kept_when_something_else_changes():
    phone = said("pawna, 25 to 27 dec, 4 people", "edit")
    phone.tap("edit=advance")
    phone.tap("=50")
    phone.say("5 guests")
    assert advance_of(phone) == 750_000


@pytest.mark.parametrize("sum_", ["7", "1000", "99 %", "0"])
def test_another_sum_is_asked_again(sum_):
    phone = said("pawna, 25 to 27 dec, 4 people", "edit")
    phone.tap("edit=advance")
    phone.say(sum_)
    assert phone.last.body.startswith(TEXTS("advance.which"))
    assert len(phone.last.buttons) == 3
    assert len(phone.booked) == 1


def test_something_else_said_instead_counts():
    phone = said("pawna, 25 to 27 dec, 4 people", "edit")
    phone.tap("edit=advance")
    phone.say("5 guests")
    assert (phone.booked[-1].guests, advance_of(phone)) == (5, 450_000)


def test_before_there_is_a_price_there_is_nothing_to_pay():
    phone = said("pawna", "25 to 27 dec", "edit")
    assert TEXTS("edit.advance") not in phone.titles
