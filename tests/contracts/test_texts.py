"""Every text that the code names is in the catalogue, and every text is named by the code."""

import ast
import re
from functools import cache

import polib
import pytest

from flows.booking import Actor, Status
from flows.notices import REASONS
from flows.owner.home import ROWS
from flows.owner.requests import OUTCOMES, VERBS
from flows.templates import TEMPLATES
from tests.contracts.source import ROOT, nodes, text_of

ID = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
PARTS = ("", ".body", ".header")  # an intent names the texts of its message
QUOTED = re.compile(r"""["']([a-z_]+(?:\.[a-z0-9_]+)+)["']""")
FILES = re.compile(r".*\.(html|css|toml|sql|json|po|py)")
PLACE = r"{[a-z_]+}"


@cache
def catalogue() -> frozenset[str]:
    entries = polib.pofile(str(ROOT / "locale" / "en.po"))
    return frozenset(entry.msgid for entry in entries)


@cache
def said() -> frozenset[str]:
    """Every string in the code and in the pages, {} for what is filled in at run time."""
    code = {text for _, node in nodes() if (text := text_of(node))}
    pages = (ROOT / "tickets").rglob("*.html")
    return frozenset(code | {word for page in pages for word in QUOTED.findall(page.read_text())})


@cache
def intents() -> frozenset[str]:
    """What messages are for, where they carry no text of that name."""
    calls = (node for _, node in nodes() if isinstance(node, ast.Call))
    made = (call for call in calls if text_of_name(call.func) == "Outgoing")
    return frozenset(text for call in made for each in call.args if (text := text_of(each)))


def text_of_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\{\}", "[A-Za-z0-9_]+"))


@cache
def built() -> tuple[re.Pattern[str], ...]:
    """The ids that are put together, as patterns; "{}.none" stands for every word said."""
    texts = [text for text in said() if "{}" in text and "." in text and " " not in text]
    whole = [text for text in texts if not text.startswith("{}")]
    ends = [text.removeprefix("{}") for text in texts if text.startswith("{}.")]
    words = [text for text in said() if text.isidentifier()]
    return tuple(pattern(text) for text in whole + [word + end for word in words for end in ends])


def is_named(text_id: str) -> bool:
    bases = [text_id.removesuffix(part) for part in PARTS if text_id.endswith(part)]
    return any(base in said() or any(each.fullmatch(base) for each in built()) for base in bases)


def known(text_id: str) -> bool:
    return any(text_id + part in catalogue() for part in PARTS)


def test_every_text_that_is_named_exists():
    first = {text_id.split(".")[0] for text_id in catalogue() if text_id}
    whole = (text for text in said() if ID.fullmatch(text) and not text.endswith("_"))
    named = {text for text in whole if text.split(".")[0] in first and not FILES.fullmatch(text)}
    assert len(named) > 50, "the search finds nothing"
    assert {text for text in named - intents() if not known(text)} == set()


def test_every_text_of_the_catalogue_is_named():
    assert {text_id for text_id in catalogue() if text_id and not is_named(text_id)} == set()


ENUMERATED = [
    *(f"state.{status}" for status in Status if status is not Status.NONE),
    *(f"actor.{actor}" for actor in Actor),
    *(f"owner.already.{event}" for event in VERBS.values()),
    *(f"owner.stands.{outcome}" for outcome in (*OUTCOMES.values(), "guest_cancelled", "unpaid")),
    *(f"owner.home.{verb}{end}" for verb in ROWS for end in ("", ".more")),
    *(f"reason.{key}" for key in REASONS),
    *(f"reason.{key}.told" for key in (*REASONS, "none")),
    *(f"decision.confirmed_by_{who}" for who in ("owner", "admin")),
    *(f"decision.cancelled_by_{who}" for who in ("owner", "admin", "clock", "guest")),
    *(f"owner.cancelled_by_{who}" for who in ("admin", "clock")),
    *(f"{who}.{kind}" for who in ("guest", "admin") for kind in ("surplus", "mismatch")),
    *(f"template.{name}.body" for name in TEMPLATES),
]


@pytest.mark.parametrize("text_id", ENUMERATED)
def test_every_id_that_is_put_together_exists(text_id):
    assert known(text_id)


def test_every_text_with_places_can_be_filled():
    """A brace that is no place would raise when the text is said."""
    entries = polib.pofile(str(ROOT / "locale" / "en.po"))
    forms = {form: entry.msgid for entry in entries for form in (entry.msgstr, *_plurals(entry))}
    assert [
        text_id for form, text_id in forms.items() if re.sub(PLACE, "", form) != bare(form)
    ] == []


def _plurals(entry: polib.POEntry) -> list[str]:
    return [str(form) for form in entry.msgstr_plural.values()]


def bare(form: str) -> str:
    """What is left when the braces themselves are removed as well."""
    return re.sub(r"[{}]", "", re.sub(PLACE, "", form))


OTHERS = sorted(path.stem for path in (ROOT / "locale").glob("*.po") if path.stem != "en")


@cache
def entries_of(language: str) -> dict[str, polib.POEntry]:
    """The filled texts of a language by their id."""
    file = polib.pofile(str(ROOT / "locale" / f"{language}.po"))
    return {entry.msgid: entry for entry in file.translated_entries()}


@pytest.mark.parametrize("language", OTHERS)
def test_no_language_lacks_a_text_or_has_one_too_many(language):
    english, own = entries_of("en").keys(), entries_of(language).keys()
    assert english - own == set()
    assert own - english == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_form_of_every_text_has_the_places_of_the_english_one(language):
    english = entries_of("en")
    wrong = {
        (text_id, form)
        for text_id, entry in entries_of(language).items()
        for form in [entry.msgstr, *_plurals(entry)]
        if form and places(form) != places(_english_form(english[text_id]))
    }
    assert wrong == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_has_plurals_where_the_english_one_has_them(language):
    english = entries_of("en")
    own = entries_of(language)
    assert {each for each in own if bool(_plurals(own[each])) != bool(_plurals(english[each]))} == (
        set()
    )


def places(form: str) -> set[str]:
    return set(re.findall(PLACE, form))


def _english_form(entry: polib.POEntry) -> str:
    return " ".join([entry.msgstr, *_plurals(entry)])


# One word for one thing: what is said, and what must not be said beside it.
OTHER_WORDS = {
    "hi": "मालिक वापसी अनुरोध संदेश ग्राहक",
    "mr": "यजमान मालक संदर्भ संदेश ग्राहक अॅ इथे",
}


def forms(language: str) -> list[tuple[str, str]]:
    """Every text of a language in each of its forms, by id."""
    entries = polib.pofile(str(ROOT / "locale" / f"{language}.po"))
    return [
        (entry.msgid, form)
        for entry in entries
        for form in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
    ]


@pytest.mark.parametrize("language", OTHER_WORDS)
def test_one_thing_has_one_word(language: str) -> None:
    """The host is होस्ट to everybody, money that goes back is रिफ़ंड or परतावा, and so on."""
    words = OTHER_WORDS[language].split()
    said = [(key, word) for key, form in forms(language) for word in words if word in form]
    assert said == []


def test_a_hindi_sentence_ends_with_a_danda() -> None:
    """A full stop only after an abbreviation (नं.)."""
    stop = re.compile(r"[\u0900-\u097f})*](?<!नं)\.(?=\s|$)")
    assert [key for key, form in forms("hi") if stop.search(form)] == []


@pytest.mark.parametrize(("language", "clock"), [("hi", "बजे"), ("mr", "वाजता")])
def test_a_time_that_is_filled_in_has_its_own_pm(language: str, clock: str) -> None:
    """It may also be a day: "Fri 25 Dec, 2 pm o'clock" is no language."""
    assert [key for key, form in forms(language) if re.search(rf"}}\s*{clock}", form)] == []
