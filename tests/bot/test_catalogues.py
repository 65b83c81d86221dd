"""What a language lacks is said in English, and its templates go out in English."""

from dataclasses import replace

import pytest

from bot import catalogues
from bot.whatsapp import registration
from flows.notices import Writer
from flows.templates import TEMPLATES
from tests.flows.make import GUEST, OWNER, RULES, booking

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def half(tmp_path):
    """English, and a Hindi that has one template and nothing else."""
    english = (catalogues.FOLDER / "en.po").read_text("utf-8")
    (tmp_path / "en.po").write_text(english, "utf-8")
    hindi = 'msgid "template.guest_refunded.body"\nmsgstr "{refund} {booking} {ref}"\n'
    (tmp_path / "hi.po").write_text(HEAD + hindi, "utf-8")
    return catalogues.load(tmp_path)


def test_a_template_that_a_language_lacks_is_sent_in_english(half):
    write = Writer(half, RULES)
    hindi = {"guest": replace(GUEST, language="hi"), "owner": replace(OWNER, language="hi")}
    one = booking(**hindi)
    assert write.request(one).template.language == "en"
    assert write.paid(one).template.language == "en"
    assert write.to_guest("guest.refunded", one).template.language == "hi"


def test_a_text_that_a_language_lacks_is_borrowed(half):
    assert half["hi"]("help") == half["en"]("help")
    assert half["hi"].speaks("help") == "en"
    assert half["en"].borrowed == frozenset()


def test_only_templates_that_are_translated_are_published(half):
    own = [name for name, each in TEMPLATES.items()
           if registration.is_translated(each, half["hi"])]  # fmt: skip
    assert own == ["guest_refunded"]
