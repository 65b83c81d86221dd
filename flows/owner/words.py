"""What an owner may write instead of tapping, in English, Hindi and Marathi."""

import re

from flows.guest.words import plain
from flows.inbound import Inbound, What
from flows.record import record

WANTS_TO_BOOK = frozenset({"book", "बुक", "booking", "book a stay"})
WANTS_THE_DESK = frozenset({"desk", "owner", "मालक", "मालिक"})


@record
class Wish:
    """What an owner wants: a verb of the desk, and what it is about."""

    verb: str
    rest: str = ""


COMMANDS: dict[str, tuple[str, ...]] = {
    "confirm": (
        "confirm", "confirmed", "confirm booking", "confirm it", "confirm karo", "confirm kara",
        "yes", "haan", "haa", "ha", "ho", "hoy", "accept", "हो", "होय", "हाँ", "हां", "कन्फर्म",
        "कन्फर्म करो", "कन्फर्म करा", "मंजूर", "मंज़ूर",
    ),
    "cancel": (
        "cancel", "cancelled", "cancel booking", "cancel it", "cancel karo", "cancel kara", "no",
        "nahi", "nahin", "nako", "reject", "decline", "नाही", "नको", "नहीं", "नही", "रद्द",
        "रद्द करो", "रद्द करा", "कैंसल", "कॅन्सल",
    ),
    "home": (
        "hi", "hii", "hello", "hey", "menu", "start", "help", "home", "namaste", "namaskar",
        "नमस्ते", "नमस्कार", "मेनू", "मदद",
    ),
    "waiting": (
        "waiting", "waiting requests", "requests", "pending", "status", "विनंत्या", "अनुरोध",
        "बाकी",
    ),
    "today": ("today", "arrivals", "today's arrivals", "aaj", "aj", "आज"),
    "tomorrow": ("tomorrow", "kal", "udya", "कल", "उद्या"),
    "week": ("week", "this week", "hafta", "is hafte", "ya athavadyat", "हफ्ता", "आठवडा"),
    "block": ("block", "block dates", "close", "ब्लॉक", "बंद"),
    "unblock": ("unblock", "unblock dates", "blocked", "open", "अनब्लॉक", "खोलो", "उघडा"),
    "pause": ("pause", "pause / resume", "थांबवा", "रोको", "रोकें"),
    "resume": ("resume", "सुरू करा", "शुरू करो", "शुरू करें"),
    "language": ("language", "bhasha", "भाषा"),
    "language:en": ("english", "इंग्रजी", "अंग्रेजी", "अंग्रेज़ी"),
    "language:hi": ("hindi", "हिंदी", "हिन्दी"),
    "language:mr": ("marathi", "मराठी"),
    "human": (
        "human", "looncamp", "talk to looncamp", "person", "agent", "call", "insaan", "माणूस",
        "व्यक्ति", "कॉल",
    ),
}  # fmt: skip
VERBS = {word: verb for verb, words in COMMANDS.items() for word in words}
# Verbs that may be followed by what they are about: "block 25-27 dec", "confirm LC-7K2M9X".
WITH_MORE = ("confirm", "cancel", "block", "unblock", "pause", "resume")
STARTS = sorted(
    ((word, verb) for verb in WITH_MORE for word in COMMANDS[verb]), key=lambda each: -len(each[0])
)
# Crockford's letters as people misread them.
BOOKING = re.compile(r"\blc[- ]?([0-9a-z]{6})\b", re.IGNORECASE)
MISREAD = str.maketrans("OILU", "011V")


def wants_to_book(inbound: Inbound) -> bool:
    """Whether an owner or admin asks for the guest's conversation."""
    if inbound.what is What.TAP:
        return inbound.payload == "h:guest"
    return inbound.what is What.TEXT and plain(inbound.text) in WANTS_TO_BOOK


def wants_the_desk(inbound: Inbound) -> bool:
    """Whether somebody who books like a guest goes back to his own desk."""
    if inbound.what is What.TAP:
        return inbound.payload.startswith("h:")
    return inbound.what is What.TEXT and plain(inbound.text) in WANTS_THE_DESK


def read(inbound: Inbound) -> Wish | None:
    """What a tap of the desk's own buttons or a written command asks for; None: it is neither."""
    if inbound.what is What.TAP:
        mark, _, wish = inbound.payload.partition(":")
        verb, _, rest = wish.partition(":")
        return Wish(verb, rest) if mark == "h" else None
    return _written(plain(inbound.text)) if inbound.what is What.TEXT else None


def _written(text: str) -> Wish | None:
    if text in VERBS:
        verb, _, rest = VERBS[text].partition(":")
        return Wish(verb, rest)
    for word, verb in STARTS:
        if text.startswith(word + " "):
            return _about(verb, text[len(word) :].strip())
    return None


def _about(verb: str, rest: str) -> Wish | None:
    """An answer that moves money needs the booking and nothing else: not "no problem"."""
    if verb in ("confirm", "cancel"):
        found = BOOKING.fullmatch(rest)
        return Wish(verb, booking_in(rest) or "") if found else None
    return Wish(verb, rest)


def booking_in(text: str) -> str | None:
    """The booking id in a text, as it is stored, with misread letters put right."""
    found = BOOKING.search(text)
    return "LC" + found[1].upper().translate(MISREAD) if found else None
