"""Talking to people: language, LoonCamp's team, and what the desk does not understand."""

from flows.messages import LIMITS, Button, Kind, Message, clip
from flows.owner.reply import Reply, buttons, text
from flows.record import replace
from flows.texts import Texts

LANGUAGES = ("en", "hi", "mr")
NAMES = {"en": "English", "hi": "हिंदी", "mr": "मराठी"}  # each in itself, whatever is spoken
MOST_KEPT = 600  # characters of a text that is passed on


def which_language(texts: Texts) -> Reply:
    """The three languages, each in its own letters."""
    made = tuple(Button(f"h:language:{code}", NAMES[code]) for code in LANGUAGES)
    return Reply(Message(Kind.BUTTONS, texts("owner.language"), buttons=made))


def called(texts: Texts, phone: str | None) -> Reply:
    """The team has been told; where there is a number, it may be called as well."""
    key = "owner.called.phone" if phone else "owner.called"
    return text(texts(key, phone=phone))


def prices(texts: Texts) -> Reply:
    """Prices are changed by LoonCamp; whoever wants that writes to them."""
    return buttons(
        texts, texts("owner.prices"),
        ("h:human", "owner.button.human"), ("h:home", "owner.button.home"),
    )  # fmt: skip


def pass_on(texts: Texts, words: str) -> Reply:
    """Something that is no command: ask whether LoonCamp is to read it."""
    asked = buttons(
        texts, texts("owner.pass", words=clip(words, 200)),
        ("h:pass:yes", "owner.pass.yes"), ("h:pass:no", "owner.pass.no"),
    )  # fmt: skip
    return asked.asking("pass", kept=clip(words, MOST_KEPT))


def passed(texts: Texts) -> Reply:
    """LoonCamp has it."""
    return buttons(texts, texts("owner.passed"), ("h:home", "owner.button.home"))


def led(reply: Reply, words: str) -> Reply:
    """The same answer with something said before it."""
    message = reply.message
    if message is None:
        return reply
    body = clip(f"{words}\n\n{message.body}", LIMITS[message.kind])
    return replace(reply, message=replace(message, body=body))
