"""Which language is answered: heard in a text, settled by two, changed on request."""

import pytest

from flows.guest.tongue import MIXED, Tongue, hear, spoken_in
from flows.inbound import Inbound, What
from tests.flows.make import CATALOGUES, NOW, TEXTS
from tests.flows.phone import Phone

HINDI = ["मुझे पवना में 4 लोगों के लिए टेंट चाहिए", "25 दिसंबर को कितना है", "क्या पूल है"]
MARATHI = ["मला पवना येथे 4 जणांसाठी तंबू हवा आहे", "25 डिसेंबरला किती आहे", "तळ्याजवळ जागा"]
HINGLISH = ["pawna me 4 log ke liye chahiye", "kitna hai per night", "mala udya pahije 4 jan"]
ENGLISH = ["I want to book for 4 people", "What is the price of this?", "can we bring our dog"]
ANY = ["25 dec", "pawna", "4", "ok", "25-27/12", "👍", "Rahul Patil", "9822012345", ""]


@pytest.mark.parametrize(
    ("texts", "language"), [(HINDI, "hi"), (MARATHI, "mr"), (HINGLISH, MIXED), (ENGLISH, "en"), (ANY, "")]
)  # fmt: skip
def test_a_language_is_heard_in_its_texts(texts, language):
    assert {text: spoken_in(text) for text in texts} == dict.fromkeys(texts, language)


@pytest.mark.parametrize("language", ["hi", "mr"])
def test_devanagari_that_may_be_both_stays_what_it_was(language):
    assert spoken_in("पवना २५", language) == language
    assert spoken_in("पवना २५", "en") == "hi"


def heard(texts, language="en"):
    """The languages in which these texts are answered one after the other."""
    tongue, answers = Tongue(), []
    for text in texts:
        tongue, language = hear(Inbound("w", What.TEXT, NOW, text), tongue, language)
        answers.append(language)
    return answers


def test_the_first_text_that_gives_a_language_away_is_answered_in_it():
    assert heard(["hi", HINDI[0], "4", MARATHI[0]]) == ["en", "hi", "hi", "mr"]


def test_after_two_in_a_row_one_other_changes_nothing_and_two_do():
    turns = [HINDI[0], HINDI[1], ENGLISH[0], HINDI[2], ENGLISH[0], ENGLISH[1]]
    assert heard(turns) == ["hi", "hi", "hi", "hi", "hi", "en"]


def test_a_request_settles_at_once():
    assert heard(["मराठी", HINDI[0], "english", MARATHI[0]]) == ["mr", "mr", "en", "en"]


def test_hinglish_is_answered_in_english_with_one_hint():
    phone = Phone()
    hint = TEXTS("language.hint")
    assert phone.say(HINGLISH[0]).body.endswith(hint)
    assert hint not in phone.say(HINGLISH[1]).body
    assert phone.person.language == "en"


@pytest.mark.parametrize(
    ("word", "language"), [("हिंदी", "hi"), ("Marathi", "mr"), ("मराठी!", "mr")]
)
def test_a_switch_repeats_the_question_in_the_new_language(word, language):
    phone = Phone()
    phone.say("pawna")
    phone.say(word)
    assert phone.last.body.startswith(CATALOGUES[language]("language.set"))
    assert phone.draft.asked == "dates"
    assert phone.titles[-1] == CATALOGUES[language]("dates.other")


def test_the_edit_list_changes_the_language():
    phone = Phone()
    phone.say("pawna, 25 to 27 dec, 4 people")
    phone.say("edit")
    phone.tap("Language")
    phone.tap("मराठी")
    assert phone.person.language == "mr"


def test_stop_and_start_are_acts():
    phone = Phone()
    phone.say("stop")
    assert phone.act.verb == "hush"
    phone.say("start")
    assert phone.act.verb == "unhush"
