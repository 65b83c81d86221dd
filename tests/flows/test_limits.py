"""Everything that can be said, said with the longest real data, passes WhatsApp's limits."""

import re
import unicodedata

import polib
import pytest

from bot.catalogues import FOLDER
from flows.messages import Kind, problems
from flows.templates import MOST_BODY, TEMPLATES, faults
from tests.flows.make import CATALOGUES
from tests.flows.said import everything

# Texts of the e-ticket page and of the templates' own bodies are not said in the chat.
NOT_SAID = ("ticket.", "template.", "setup.")
LONGEST_PAYLOAD = 100  # bytes; facts/whatsapp.md 4.2


def own_texts(language):
    """The ids that a language's own catalogue has filled."""
    entries = polib.pofile(str(FOLDER / f"{language}.po")).translated_entries()
    return {entry.msgid for entry in entries}


LANGUAGES = sorted(CATALOGUES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_passes_the_limits(language):
    said = everything(language)
    assert len(said.messages) > 500
    assert {name: found for name, each in said.messages.items() if (found := problems(each))} == {}


def test_every_text_has_been_said():
    """A new text must be said by tests/flows/said.py, or its limits are not known."""
    asked = {key for key in CATALOGUES["en"].entries if not key.startswith(NOT_SAID)}
    assert asked - everything("en").texts == set()


def test_every_kind_of_message_has_been_said():
    assert {each.kind for each in everything("en").messages.values()} == set(Kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_filled_and_no_place_is_left(language):
    for name, message in everything(language).messages.items():
        shown = [message.body, message.header, message.footer, message.label]
        shown += [part.title for part in (*message.buttons, *message.rows)]
        assert "{" not in " ".join(shown), name
        assert "None" not in " ".join(shown), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_has_an_emoji(language):
    """Several providers refuse them and screen readers read them aloud (facts/ux.md 1.6)."""
    for name, message in everything(language).messages.items():
        labels = [message.label, *(button.title for button in message.buttons)]
        assert not [c for c in "".join(labels) if unicodedata.category(c) == "So"], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_and_row_is_short_enough_to_be_read(language):
    """A label that had to be cut is a label that nobody reads to its end; names may be cut."""
    cut = {
        button.title
        for message in everything(language).messages.values()
        for button in message.buttons
        if button.title.endswith("…")
    }
    assert cut == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_that_is_used_fits_when_it_is_filled(language):
    used = set()
    for name, notice in everything(language).notices.items():
        if notice.template is None:
            continue
        call = notice.template
        used.add(call.name)
        texts = CATALOGUES[call.language]
        body = texts(f"template.{call.name}.body").format_map(call.values)
        assert len(body) <= MOST_BODY, name
        assert set(call.values) == set(TEMPLATES[call.name].examples), name
        assert not [text for text in call.values.values() if text != " ".join(text.split())], name
        assert all(call.values.values()), name
        assert len(call.payloads) == len(TEMPLATES[call.name].replies), name
        assert all(len(payload.encode()) <= LONGEST_PAYLOAD for payload in call.payloads), name
    assert used == set(TEMPLATES), "a template that nothing uses, or that was not said here"


def test_what_has_no_template_is_said_only_to_somebody_who_has_just_written():
    without = {each.intent for each in everything("en").notices.values() if each.template is None}
    assert without <= {
        "guest.review", "guest.hold_ends_soon", "guest.payment_failed", "guest.pending",
        "guest.payment_failed_late",
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_every_template_would_pass_the_review(template, language):
    if f"template.{template.name}.body" in own_texts(language):
        assert faults(template, CATALOGUES[language]) == []


def test_english_has_every_template():
    assert {f"template.{name}.body" for name in TEMPLATES} <= own_texts("en")
    bodies = [CATALOGUES["en"](f"template.{name}.body") for name in TEMPLATES]
    assert len(set(bodies)) == len(bodies), "the same content under two names is refused"


def test_no_template_is_listed_twice():
    import inspect

    from flows import templates

    source = inspect.getsource(templates)
    made = re.findall(r'Template\(\s*"(\w+)"', source)
    assert sorted(made) == sorted(TEMPLATES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_there_twice(language):
    polib.pofile(str(FOLDER / f"{language}.po"), check_for_duplicates=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_asks_for_nothing_that_makes_it_marketing(language):
    """facts/whatsapp.md 5: utility names the booking and praises nothing."""
    for name in TEMPLATES:
        body = CATALOGUES[language](f"template.{name}.body")
        assert "{booking}" in body, name
        assert "!" not in body, name
