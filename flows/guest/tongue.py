"""The language that a guest reads: heard in what is written, kept once it is settled.

The first text that gives a language away changes the answers; two in a row, or a request, settle
it, and then a single text in another language no longer does (facts/ux.md 1.3, rule 10, and 3.1).
Hindi or Marathi in Latin letters is answered in simple English, with a hint, once.
"""

import re
from typing import Any

from flows.guest import words
from flows.inbound import Inbound, What
from flows.record import record, replace, values

ENGLISH, HINDI, MARATHI, MIXED = "en", "hi", "mr", "mixed"
SETTLES = 2  # texts in a row in one language, and words of a list that make a text one of it
DEVANAGARI = re.compile(r"[\u0904-\u0939\u0958-\u0961\u0972]")
HINDI_WORDS = words.listed(
    """है हैं हूँ हूं का की के में से को चाहिए चाहिये लोग लोगों मुझे हमें हम मैं कितना
    कितने कितनी कल परसों नहीं कब कहाँ कहां करना करनी करें करो कीजिए लिए और या क्या
    नमस्ते दिसंबर जनवरी फरवरी हाँ हां जी"""
)
MARATHI_WORDS = words.listed(
    """आहे आहेत ते मला आम्हाला आम्ही मी किती उद्या परवा नको नाही हवे हवं हवी पाहिजे पाहिजेत
    जण जणं लोक आणि किंवा कधी कुठे करायचे करायचं करा आहात नमस्कार डिसेंबर जानेवारी
    फेब्रुवारी येत्या हो ला चा ची चे"""
)
MARATHI_SIGNS = ("साठी", "पर्यंत", "मध्ये", "ांना", "ायचे", "ायचं")
LATIN_WORDS = words.listed(
    """hai hain kya kitna kitne kitni chahiye chahie mujhe hume humko hum log logo ke ka ki
    ko mein me liye karo karna karni karenge hoga nahi nahin parso kal se tak kab kahan
    kaha aur bhai ji haan ahe aahe ahet aahet kiti udya mala amhala pahije pahijet hava
    havi have sathi jan jana kuthe kadhi nako karaycha karayche ani aani madhe"""
)
ENGLISH_WORDS = words.listed(
    """the i we is are am want need would like please can could you your my me our us do
    does did have what when how which where there this that will it in of with any"""
)


@record
class Tongue:
    """What was heard so far of one guest's language."""

    heard: str = ""  # the language that the last telling text was in
    times: int = 0  # telling texts in a row in it
    settled: bool = False
    hinted: bool = False  # that Hindi and Marathi are spoken here has been said

    def to_json(self) -> dict[str, Any]:
        """A JSON-able form that `Tongue(**...)` reads back."""
        return values(self)


def hear(inbound: Inbound, before: Tongue, language: str) -> tuple[Tongue, str]:
    """What is known after a message, and the language in which it is to be answered."""
    if wished := _wished(inbound):
        return replace(before, heard=wished, times=SETTLES, settled=True), wished
    spoken = spoken_in(inbound.text, language) if inbound.what is What.TEXT else ""
    if not spoken or spoken == MIXED:
        return replace(before, heard=spoken or before.heard), language
    times = before.times + 1 if spoken == before.heard else 1
    if spoken == language:
        settled = before.settled or times >= SETTLES
        return replace(before, heard=spoken, times=times, settled=settled), language
    if before.settled and times < SETTLES:
        return replace(before, heard=spoken, times=times), language
    return replace(before, heard=spoken, times=times, settled=times >= SETTLES), spoken


def wants_hint(tongue: Tongue, language: str) -> bool:
    """Whether this guest should be told that Hindi and Marathi are spoken here."""
    return tongue.heard == MIXED and language == ENGLISH and not tongue.hinted


def _wished(inbound: Inbound) -> str | None:
    """The language that is asked for by its name, written or tapped."""
    said = inbound.payload.removeprefix("g:") if inbound.what is What.TAP else ""
    command = words.command(inbound.text) if inbound.what is What.TEXT else said
    mark, _, wished = (command or "").partition(".")
    return wished if mark == "language" and wished in (ENGLISH, HINDI, MARATHI) else None


def spoken_in(text: str, language: str = ENGLISH) -> str:
    """The language of a text: en, hi, mr, mixed (in Latin letters), or "" where it may be any."""
    said = re.findall(r"[\w\u0900-\u0963]+", words.plain(text))
    if DEVANAGARI.search(text):
        return _in_devanagari(text, said, language)
    if sum(word in LATIN_WORDS for word in said) >= SETTLES:
        return MIXED
    return ENGLISH if sum(word in ENGLISH_WORDS for word in said) >= SETTLES else ""


def _in_devanagari(text: str, said: list[str], language: str) -> str:
    """Hindi or Marathi; what may be both stays what it was."""
    hindi = sum(word in HINDI_WORDS for word in said)
    marathi = sum(word in MARATHI_WORDS or word.endswith(MARATHI_SIGNS) for word in said)
    marathi += "ळ" in text
    if hindi == marathi:
        return language if language in (HINDI, MARATHI) else HINDI
    return MARATHI if marathi > hindi else HINDI
