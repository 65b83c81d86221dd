"""Words that mean something by themselves: commands, fillers, numbers of guests, phones."""

import re
import unicodedata
from functools import lru_cache


def listed(row: str) -> frozenset[str]:
    """The words of a row, as they are compared."""
    return frozenset(unicodedata.normalize("NFC", row).split())


COMMANDS: dict[str, tuple[str, ...]] = {
    "hi": (
        "hi", "hii", "hiii", "hello", "hey", "menu", "namaste", "namaskar", "good morning",
        "good evening", "नमस्ते", "नमस्कार", "हाय", "हैलो", "हॅलो", "मेनू",
    ),
    "status": (
        "status", "my booking", "my bookings", "kya hua", "kay zala", "स्थिति", "स्थिती",
        "क्या हुआ", "काय झाले", "मेरी बुकिंग", "माझे बुकिंग", "माझी बुकिंग",
    ),
    "help": ("help", "madad", "madat", "मदद", "मदत", "सहायता"),
    "cancel": (
        "cancel", "cancel booking", "cancel karo", "cancel kara", "radd karo", "radd kara", "रद्द",
        "रद्द करा", "रद्द करो", "रद्द करें", "कैंसल", "कॅन्सल", "बुकिंग रद्द करें", "बुकिंग रद्द करा",
    ),
    "back": ("back", "go back", "peeche", "wapas", "mage", "पीछे", "वापस", "मागे", "मागे जा"),
    "restart": (
        "start over", "restart", "new booking", "phir se", "punha", "फिर से", "फिर से शुरू करें",
        "पुन्हा", "पुन्हा सुरू करा", "नई बुकिंग", "नवीन बुकिंग",
    ),
    "undo": ("undo", "wapas lao", "parat aana", "वापस लाएँ", "वापस लाएं", "परत आणा"),
    "human": (
        "human", "agent", "person", "call", "call me", "talk to a person", "insaan", "manus",
        "insaan se baat karo", "इंसान", "माणूस", "व्यक्ति", "व्यक्ती", "किसी से बात करें", "माणसाशी बोला",
    ),
    "edit": (
        "edit", "change", "change details", "badlo", "badla", "badlaav", "बदलो", "बदलाव", "बदलें",
        "बदला", "बदल", "बदल करा",
    ),
    "ticket": ("ticket", "e-ticket", "eticket", "pdf", "टिकट", "ई-टिकट", "तिकीट", "ई-तिकीट"),
    "map": ("map", "location", "naksha", "मैप", "नक्शा", "नकाशा", "मॅप", "लोकेशन"),
    "language": ("language", "bhasha", "भाषा"),
    "language.en": ("english", "angrezi", "अंग्रेज़ी", "अंग्रेजी", "इंग्रजी", "इंग्लिश"),
    "language.hi": ("hindi", "हिंदी", "हिन्दी"),
    "language.mr": ("marathi", "मराठी"),
    "form": ("form", "booking form", "फॉर्म", "फ़ॉर्म"),
    "stop": ("stop", "band", "band karo", "बंद", "बंद करें", "बंद करा", "थांबा"),
    "start": ("start", "शुरू", "सुरू"),
}  # fmt: skip
WORD_TO_COMMAND = {
    unicodedata.normalize("NFC", word): command
    for command, words in COMMANDS.items()
    for word in words
}
FILLERS = listed(
    """ok okay k hmm hm yes yeah yep ya haan ha ho ji fine done sure thanks thank thx good
    nice great cool हाँ हां हो जी ठीक है आहे बरं अच्छा चालेल धन्यवाद no nahi nako नहीं
    नाही नको accha acha chalega chalel thik theek hai ahe please plz pls u you"""
)

NUMBER_WORDS = {
    word: number
    for number, words in {
        1: "one ek एक", 2: "two do दो दोन don", 3: "three teen तीन tin", 4: "four char chaar चार",
        5: "five paanch panch पांच पाच पाँच", 6: "six chhe che छह सहा saha", 7: "seven saat सात",
        8: "eight aath आठ", 9: "nine nau नौ नऊ", 10: "ten das दस दहा daha",
        11: "eleven gyarah akra ग्यारह अकरा",
        12: "twelve barah bara बारह बारा", 15: "fifteen pandrah pandhra पंद्रह पंधरा",
        20: "twenty bees vees बीस वीस",
    }.items()
    for word in words.split()
}  # fmt: skip
_PEOPLE = (
    r"(?:guests?|people|persons?|ppl|pax|adults?|log|logo|jan|jane|logon|members?|heads?|of us|"
    r"लोग|लोक|जण|जणं|मेहमान|पाहुणा|पाहुणे|व्यक्ति|व्यक्ती)(?:ांसाठी|ांना|ों|ं)?"
)
_COUNT = r"(\d{1,3}|" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r")"
_KIDS = r"(?:kids?|children|child|bachche|bacche|बच्चे|मुले|मुलं)"
GUESTS = re.compile(
    rf"(?<![\w./-]){_COUNT}\s*{_PEOPLE}(?:\s*(?:and|aur|,|\+|&|आणि|और)?\s*{_COUNT}\s*{_KIDS})?"
    r"(?!\w)",
    re.IGNORECASE,
)
WE_ARE = re.compile(rf"\bwe(?: are|'re)\s+{_COUNT}(?![\w./-])(?!\s*(?:nights?|days?))")
BARE_GUESTS = re.compile(rf"(?:for\s+|we are\s+)?{_COUNT}", re.IGNORECASE)
PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d[\d\s()-]{8,16}\d(?!\w)")
NAME = re.compile(
    r"(?:change\s+)?(?:my\s+)?(?:name|naam|नाम|नाव)\s*(?:is|hai|to|:|-)?\s+(.{2,60})", re.IGNORECASE
)
DIGITS = str.maketrans("०१२३४५६७८९", "0123456789")


@lru_cache(maxsize=1000)  # a message is looked at from many sides
def plain(text: str) -> str:
    """A text as it is compared: NFC, ASCII digits, lower case, no outer punctuation."""
    folded = unicodedata.normalize("NFC", text).translate(DIGITS).casefold()
    return " ".join(folded.split()).strip(" .!?,;:।")


def command(text: str) -> str | None:
    """The command that the whole message is; None: it is something else."""
    return WORD_TO_COMMAND.get(plain(text))


def is_filler(text: str) -> bool:
    """Whether the whole message says nothing: ok, haan ji, a thumb, a dot."""
    said = "".join(c if _is_spoken(c) else " " for c in plain(text)).split()
    return all(word in FILLERS or not any(c.isalnum() for c in word) for word in said)


def _is_spoken(character: str) -> bool:
    """Letters, digits and the marks on them; not emoji and punctuation."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def guests_in(text: str, *, bare: bool) -> tuple[int, str] | None:
    """A number of guests, children counted, and the text without it.

    A bare number counts only where guests were asked for.
    """
    folded = plain(text)
    if found := GUESTS.search(folded):
        number = _number(found[1]) + (_number(found[2]) if found[2] else 0)
        return number, folded[: found.start()] + " " + folded[found.end() :]
    if found := WE_ARE.search(folded):
        return _number(found[1]), folded[: found.start()] + " " + folded[found.end() :]
    if bare and (found := BARE_GUESTS.fullmatch(folded)):
        return _number(found[1]), ""
    return None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBER_WORDS[word]


def phone_in(text: str) -> tuple[str, str] | None:
    """Something written like a telephone number, and the text without it."""
    folded = text.translate(DIGITS)
    if found := PHONE.search(folded):
        return found[0], folded[: found.start()] + " " + folded[found.end() :]
    return None


def name_in(text: str) -> str | None:
    """The name in "name Rahul Patil"."""
    found = NAME.fullmatch(" ".join(text.split()))
    return found[1].strip() if found else None


def may_be_name(text: str) -> bool:
    """Whether a text may be a person's name: not a filler, and without any digit."""
    return not is_filler(text) and not any(character.isdigit() for character in text)
