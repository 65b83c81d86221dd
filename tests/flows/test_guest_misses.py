"""What a guest says that is no answer: fillers, nonsense, old buttons, pictures, other people."""

from dataclasses import replace

import pytest

from flows.booking import Status
from flows.guest.words import COMMANDS
from flows.inbound import What
from flows.messages import Kind
from tests.flows.make import GUEST, PAWNA, TEXTS, booking
from tests.flows.phone import Phone

NAMELESS = replace(GUEST, name="👍")
HIDDEN = replace(GUEST, phone=None)

# How to come to each question, and who is asked it.
TO = {
    "place": (GUEST, ["hi"]),
    "dates": (GUEST, ["hi", "pawna"]),
    "days": (GUEST, ["pawna", "other"]),
    "nights": (GUEST, ["pawna 25 dec"]),
    "guests": (GUEST, ["pawna 25 to 27 dec"]),
    "name": (NAMELESS, ["pawna 25 to 27 dec 4 people"]),
    "phone": (HIDDEN, ["pawna 25 to 27 dec 4 people"]),
}
FILLERS = [
    "ok",
    "OK!",
    "hmm",
    "👍",
    "👍🏽👍🏽",
    "yes",
    "haan ji",
    "ok 👍",
    "...",
    "?",
    "thanks 🙏",
    "ठीक है",
]


def at(question):
    person, texts = TO[question]
    phone = Phone(person=person)
    for text in texts:
        phone.say(text)
    assert phone.draft.asked == question
    return phone


@pytest.mark.parametrize("question", TO)
@pytest.mark.parametrize("filler", FILLERS)
def test_a_filler_is_never_data(question, filler):
    phone = at(question)
    before = phone.draft.form()
    phone.say(filler)
    assert phone.draft.form() == before
    assert phone.draft.asked == question


@pytest.mark.parametrize("question", TO)
def test_three_misses_are_answered_differently_and_then_comes_a_person(question):
    phone = at(question)
    asked = phone.last.body
    bodies = [phone.say("👍").body for _ in range(3)]
    assert len({asked, *bodies}) == 4
    other = "All places" if question == "place" else "Start over"
    assert set(phone.titles) == {"Talk to a person", other}
    phone.tap("Talk to a person")
    assert phone.act.verb == "human"
    assert phone.draft.asked == question, "the draft is kept"


def test_an_understood_answer_forgets_the_misses():
    phone = at("dates")
    for _ in range(2):
        phone.say("hmm")
    phone.say("25 to 27 dec")
    phone.say("hmm")
    assert phone.last.body.startswith(TEXTS("missed.1.guests"))


@pytest.mark.parametrize("question", TO)
@pytest.mark.parametrize("what", [each for each in What if each not in (
    What.TEXT, What.TAP, What.SILENT)])  # fmt: skip
def test_what_is_not_text_is_answered_and_the_question_repeated(question, what):
    phone = at(question)
    before = phone.last
    phone.send(what)
    assert phone.last.body.startswith(TEXTS(f"not_text.{what}"))
    assert phone.last.kind is before.kind
    assert phone.draft.asked == question
    assert len(phone.titles) == len([*before.buttons, *before.rows])


@pytest.mark.parametrize("question", [each for each in TO if each not in ("name", "phone")])
def test_an_old_button_says_so_and_repeats_the_question(question):
    phone = at(question)
    old = phone.last
    phone.say("hmm")
    before = phone.draft.form()
    phone.press(old.buttons[0].id if old.buttons else old.rows[0].id)
    assert phone.last.body.startswith(TEXTS("tap.stale"))
    assert phone.draft.form() == before


@pytest.mark.parametrize(
    "payload",
    ["", "x", "d:", "d:x:y=z", "d:99999999:guests=4", "d:1:no_such=1", "d:1:guests=",
     "d:1:guests=abc", "d:1:days=abc", "d:1:edit=nothing", "g:", "g:xyz", "g:LCXXXXXX:cancel",
     "o:LC7K2M9X:confirm"],
)  # fmt: skip
@pytest.mark.parametrize("question", TO)
def test_a_made_up_button_is_answered_and_changes_nothing(question, payload):
    phone = at(question)
    before = phone.draft.form()
    phone.press(payload.replace("d:1:", f"d:{phone.draft.revision}:"))
    assert phone.draft.form() == before
    assert not phone.booked


def test_a_button_of_somebody_elses_booking_is_not_found():
    phone = Phone()
    phone.say("hi")
    for verb in ("status", "cancel", "cancel_yes", "ticket", "check", "again"):
        phone.press(f"g:LC7K2M9X:{verb}")
        assert phone.last.body.startswith(TEXTS("tap.not_yours"))
        assert phone.act is None


@pytest.mark.parametrize("profile", ["👍", "", "  ", "9822012345", "A", "https://evil.example/x"])
def test_a_profile_without_a_name_is_asked_for_one(profile):
    phone = Phone(person=replace(GUEST, name=profile))
    phone.say("pawna 25 to 27 dec 4 people")
    assert phone.last.body == TEXTS("ask.name")
    phone.say("12")
    assert phone.draft.name is None
    phone.say("Asha Kulkarni")
    assert phone.booked[0].guest_name == "Asha Kulkarni"


def test_a_number_beside_the_name_is_not_part_of_it():
    phone = at("name")
    phone.say("98220 99999")
    assert phone.draft.name is None
    assert phone.draft.phone == "+919822099999"


@pytest.mark.parametrize("written", ["98220 12345", "9822012345", "+91 98220-12345", "098220 12345",
                                     "0091 9822012345", "९८२२०१२३४५", "my number is 9822012345"])  # fmt: skip
def test_a_number_is_read_as_people_write_it(written):
    phone = at("phone")
    assert phone.last.kind is Kind.ASK_CONTACT
    phone.say(written)
    assert phone.booked[0].guest_phone == "+919822012345"


@pytest.mark.parametrize(
    "written", ["12345 67890", "022 2345 6789", "+91 12345 67890", "5822012345", "98220 123456 7"]
)
def test_what_is_no_mobile_number_is_refused_with_the_rule(written):
    phone = at("phone")
    phone.say(written)
    assert phone.last.body.startswith(TEXTS("phone.wrong"))
    assert phone.draft.phone is None
    assert phone.draft.asked == "phone"


@pytest.mark.parametrize("written", ["12345", "98220", "+0000000000"])
def test_a_piece_of_a_number_is_no_number(written):
    phone = at("phone")
    phone.say(written)
    assert phone.draft.phone is None
    assert phone.draft.asked == "phone"


def test_a_number_from_abroad_keeps_its_country():
    phone = at("phone")
    phone.say("+44 7911 123456")
    assert phone.booked[0].guest_phone == "+447911123456"


def test_a_shared_contact_counts_only_while_the_number_is_asked():
    phone = at("dates")
    phone.send(What.CONTACT, "+919999999999")
    assert phone.draft.phone is None
    assert phone.last.body.startswith(TEXTS("not_text.contact"))
    phone = at("phone")
    phone.send(What.CONTACT, "+919999999999")
    assert not phone.booked, "anybody's card may be shared"
    phone.send(What.CONTACT, "+919999999999", own=True)
    assert phone.booked[0].guest_phone == "+919999999999"


def test_a_picture_at_the_pay_link_asks_paytm():
    phone = Phone()
    phone.say("pawna 25 to 27 dec 4 people")
    phone.send(What.PICTURE)
    assert (phone.act.verb, phone.act.booking_id) == ("check", "LC000000")
    assert phone.last.body.startswith(TEXTS("check.open"))


def test_a_picture_after_the_hold_does_not_promise_the_dates():
    phone = Phone()
    phone.say("pawna 25 to 27 dec 4 people")
    phone.settle("LC000000", Status.PAYMENT_EXPIRED)
    phone.send(What.PICTURE)
    assert "is held" not in phone.last.body
    assert "Hold again" in phone.titles


@pytest.mark.parametrize("text", ["?", "hello", "ok", "when?"])
def test_who_waits_for_the_host_gets_the_state_every_time(text):
    phone = Phone(bookings=(booking(),))
    for _ in range(3):
        phone.say(text)
        assert phone.last.body.startswith("*LC-7K2M9X*")
        assert "Status" in phone.titles


def test_a_sticker_while_waiting_shows_the_state():
    phone = Phone(bookings=(booking(),))
    phone.send(What.STICKER)
    assert "*LC-7K2M9X*" in phone.last.body


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("question", TO)
def test_every_command_is_answered_at_every_question(question, command):
    for word in COMMANDS[command]:
        phone = at(question)
        shown = len(phone.shown)
        phone.say(f"{word.upper()} !")
        assert len(phone.shown) == shown + 1


def test_a_command_inside_a_sentence_is_no_command():
    phone = at("guests")
    phone.say("cancel mat karo")
    assert phone.draft.property_id == PAWNA.property_id
    phone.say("do not cancel")
    assert phone.draft.property_id == PAWNA.property_id
