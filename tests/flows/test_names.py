"""A stranger's name can neither format, link, turn the text around nor carry a number."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.guest.draft import Draft
from flows.names import LONGEST, harmless, usable_name
from tests.flows.make import GUEST, LONG_NAME
from tests.flows.phone import Phone

PEOPLE = ["Rahul Deshmukh", "राहुल देशमुख", "Asha K", "O'Brien-Patil", "श्रीमती क्षमा", "李小龙", "علي خان",
          "Rahul 2", "Anna 👩‍👩‍👧", "José", "Ștefan", "പ്രിയ"]  # fmt: skip
# Pieces that are put together at random, among whatever else hypothesis thinks of.
PIECES = st.sampled_from(
    ["*", "_", "~", "`", "\n", "\r\n", "\t", "\x00", "\u202e", "\u2066", "\u200b", "\ufeff", "\u200d",
     "\U000e0041", "98220 12345", "+91-98220-12345", "९८२२०१२३४५", "9️⃣8️⃣2️⃣2️⃣0️⃣", "https://evil.example/x",
     "www.evil.com", "evil.com", "wa.me/91982", "a@b.co", "pay.in", "Rahul", "क्ष", "\u0301" * 9, "👍🏽",
     "\ud800", "🇮🇳", "  ", "\u2028", "⑨⑧⑦⑥⑤④"]
)  # fmt: skip
SCRIBBLES = st.lists(PIECES | st.text(max_size=12), max_size=20).map("".join)
LINK = re.compile(r"://|www\.\w|\w\.(com|in|co|me|org|net)\b|@\w", re.IGNORECASE)


def written(names):
    return [name for name in map(usable_name, names) if name is not None]


@pytest.mark.parametrize("name", PEOPLE)
def test_peoples_names_stay_as_they_are(name):
    assert usable_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("scribble", ["", " ", "👍", "A", "9822012345", "****", "\n\n", "https://x.example/ab",
                                      "\u202e\u202d", "1234", "é", "🇮🇳🇮🇳", "‎"])  # fmt: skip
def test_what_holds_no_two_letters_is_no_name(scribble):
    assert usable_name(scribble) is None


@pytest.mark.parametrize(
    ("attack", "name"),
    [
        ("*CONFIRMED* ✅ Pay to 98220 12345", "CONFIRMED ✅ Pay to"),
        ("Rahul\n\nLC-7K2M9X is paid", "Rahul LC-7K2M9X is paid"),
        ("Rahul https://evil.example/pay now", "Rahul now"),
        ("Rahul evil.com/x", "Rahul"),
        ("Rahul @ wa.me/919822012345", "Rahul"),
        ("Rahul +91 (98220) 123-45", "Rahul"),
        ("Rahul ९८२२०१२३४५", "Rahul"),
        ("\u202elohuR\u202c Patil", "lohuR Patil"),
        ("Ra\u200bhul\ufeff", "Rahul"),
        ("~Rahul~ `Patil` _x_", "Rahul Patil x"),
        ("Rahul.Patil", "Rahul. Patil"),
        ("J.P. Singh", "J. P. Singh"),
    ],
)
def test_an_attack_becomes_a_plain_name(attack, name):
    assert usable_name(attack) == name


@given(SCRIBBLES)
def test_a_usable_name_is_harmless(scribble):
    for name in written([scribble]):
        assert 2 <= len(name) <= LONGEST
        assert name == " ".join(name.split())
        assert not set(name) & set("*_~`\n\r\t")
        assert not [c for c in name if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn")]
        assert {c for c in name if unicodedata.category(c) == "Cf"} <= {"\u200c", "\u200d"}
        assert not LINK.search(name)
        assert not re.search(r"\d(\W{0,3}\d){4}", name)
        assert not unicodedata.category(name[0]).startswith("M")


@given(SCRIBBLES)
def test_a_usable_name_is_usable_again_and_stays(scribble):
    for name in written([scribble]):
        assert usable_name(name) == name


@given(st.text(min_size=61, max_size=200))
def test_a_cut_never_leaves_half_of_a_letter(text):
    for name in written(["Ab " + text]):
        assert not name.endswith(("\u200d", "\u200c"))


def test_a_long_profile_is_cut_between_letters():
    name = usable_name("क्षमा" * 40)
    assert name is not None
    assert len(name) <= LONGEST
    assert name + ("क्षमा" * 40)[len(name) :] == "क्षमा" * 40
    assert usable_name(LONG_NAME)


@given(SCRIBBLES)
def test_a_name_in_the_chat_survives_its_row(scribble):
    for name in written([scribble]):
        assert Draft.from_json(Draft(name=name).to_json()).name == name


@pytest.mark.parametrize("said", ["name {}", "change name {}", "my name is {}", "नाव {}"])
def test_a_name_written_in_the_chat_is_cleaned_too(said):
    phone = Phone(person=GUEST)
    phone.say(said.format("*Rahul* https://evil.example/x Patil"))
    assert phone.draft.name == "Rahul Patil"


@example("A\U00018d09" + "\u0301" * 9)
@example("A" + "\u0301" * 9 + "\u202e" + "\u0301" * 9)
@given(SCRIBBLES)
def test_words_that_are_passed_on_are_one_harmless_line(scribble):
    words = harmless(scribble)
    assert words == " ".join(words.split())
    assert not any(c in "*_~`" for c in words)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in words)
    assert not any(unicodedata.category(c) == "Cf" and c not in "\u200c\u200d" for c in words)
    assert harmless(words) == words


@pytest.mark.parametrize(
    "words", ["गेट की चाबी श्रीमती के पास है", "call me on 98220 12345, https://x.in", "👩‍👩‍👧 ok"]
)
def test_words_that_are_passed_on_keep_what_they_say(words):
    assert harmless(words) == words
