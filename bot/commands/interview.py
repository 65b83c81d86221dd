"""The questions of `setup`: what is asked, where it is found, and the check of each answer."""

import getpass
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping

from bot.config import BadConfig, load
from flows.record import record

Ask = Callable[[str, bool], str]  # the question, and whether the answer must not be shown
TRIES = 5


@record
class Question:
    """One setting that a person must bring."""

    name: str
    words: str
    secret: bool = False
    usual: Callable[[], str] | None = None  # what an empty answer means


QUESTIONS = (
    Question("PUBLIC_URL", "The https address under which this service is reached"),
    Question("WHATSAPP_TOKEN",
             "Permanent access token of a system user (business.facebook.com, Settings, System "
             "users; with whatsapp_business_messaging and whatsapp_business_management)", True),
    Question("WHATSAPP_PHONE_ID", "Phone number id (developers.facebook.com, WhatsApp, API setup)"),
    Question("WHATSAPP_BUSINESS_ID", "WhatsApp business account id (the same page)"),
    Question("WHATSAPP_APP_SECRET", "App secret (developers.facebook.com, App settings, Basic)",
             True),
    Question("WHATSAPP_VERIFY_TOKEN", "A word of your own for the webhook; empty makes one", True,
             lambda: secrets.token_urlsafe(16)),
    Question("PAYTM_MID", "Paytm merchant id (dashboard.paytmpayments.com, Developer settings)"),
    Question("PAYTM_MERCHANT_KEY", "Paytm merchant key, 16 characters (the same page)", True),
    Question("ADMIN_PHONES", "Who reads along, as +919800000000; several with commas"),
    Question("HOST_PHONE", "The number that guests may call; empty for none", False, lambda: ""),
)  # fmt: skip


def at_terminal(question: str, secret: bool) -> str:
    """Ask the person in front of the screen; a secret is not echoed."""
    return getpass.getpass(question) if secret else input(question)


def is_there(ask: Ask) -> bool:
    """Whether somebody can answer."""
    return ask is not at_terminal or sys.stdin.isatty()


def missing(known: Mapping[str, str]) -> list[Question]:
    """The questions that nothing answers yet."""
    return [each for each in QUESTIONS if each.usual is None and not known.get(each.name)]


def hold(ask: Ask, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each answer to what is not known, as it is given; raises BadConfig after too many wrong."""
    for question in QUESTIONS:
        if not known.get(question.name) and (answer := _one(ask, question)):
            yield question.name, answer


def _one(ask: Ask, question: Question) -> str:
    fault = ""
    for _ in range(TRIES):
        shown = f"{fault}{question.words}\n{question.name}: "
        answer = ask(shown, question.secret).strip()
        if not answer and question.usual:
            return question.usual()
        faults = faults_of(question.name, answer)
        if answer and not faults:
            return answer
        fault = f"  not that: {'; '.join(faults) or 'it is needed'}\n"
    raise BadConfig(f"{question.name}: {TRIES} answers that cannot be")


def faults_of(name: str, value: str) -> list[str]:
    """What is wrong with one setting, whatever the others are."""
    try:
        load(_env_file=None, **{name.lower(): value})
    except BadConfig as fault:
        mark = f"{name}: "
        lines = [line for line in str(fault).splitlines() if line.startswith(mark)]
        return [line.removeprefix(mark) for line in lines if "missing" not in line]
    return []
