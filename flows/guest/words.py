"""Words that mean something by themselves: commands, fillers, numbers of guests, phones."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from flows.property import Property

COMMANDS: dict[str, tuple[str, ...]] = {
    "hi": ("hi", "hii", "hello", "hey", "menu", "start", "namaste", "namaskar", "नमस्ते", "नमस्कार"),
    "status": ("status", "स्थिति", "स्थिती", "kya hua"),
    "help": ("help", "madad", "मदद"),
    "cancel": ("cancel", "cancel booking", "रद्द", "cancel karo", "रद्द करा", "रद्द करो"),
    "back": ("back", "peeche", "वापस", "मागे"),
    "restart": ("start over", "restart", "phir se", "पुन्हा", "new booking"),
    "human": ("human", "agent", "person", "talk to a person", "insaan", "माणूस", "व्यक्ति"),
    "edit": ("edit", "change", "badlo", "बदला", "change details"),
    "ticket": ("ticket", "pdf", "टिकट", "तिकीट"),
    "map": ("map", "location", "नकाशा"),
    "stop": ("stop", "बंद"),
}
WORD_TO_COMMAND = {word: command for command, words in COMMANDS.items() for word in words}
FILLERS = frozenset(
    "ok okay k hmm hm yes yeah yep ya haan ha ho ji fine done sure thanks thank_you thx good nice"
    " great cool हाँ हां हो जी ठीक ठीक_है बरं धन्यवाद no nahi nako नहीं नको accha acha".replace(
        "_", " "
    ).split(" ")
) | {"thank you", "ठीक है"}

NUMBER_WORDS = {
    word: number
    for number, words in {
        1: "one ek एक", 2: "two do दो दोन don", 3: "three teen तीन tin", 4: "four char chaar चार",
        5: "five paanch panch पांच पाच पाँच", 6: "six chhe che छह सहा saha", 7: "seven saat सात",
        8: "eight aath आठ", 9: "nine nau नौ नऊ", 10: "ten das दस दहा daha",
    }.items()
    for word in words.split()
}  # fmt: skip
_PEOPLE = (
    r"(?:guests?|people|persons?|ppl|pax|adults?|log|logo|jan|jane|logon|members?|heads?|of us|"
    r"लोग|लोक|जण|जणं|मेहमान|पाहुणे|व्यक्ति)"
)
_COUNT = r"(\d{1,3}|" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r")"
_KIDS = r"(?:kids?|children|child|bachche|bacche|बच्चे|मुले|मुलं)"
GUESTS = re.compile(
    rf"(?<![\w./-]){_COUNT}\s*{_PEOPLE}(?:\s*(?:and|aur|,|\+|&|आणि|और)?\s*{_COUNT}\s*{_KIDS})?"
    r"(?!\w)",
    re.IGNORECASE,
)
BARE_GUESTS = re.compile(rf"(?:for\s+|we are\s+)?{_COUNT}", re.IGNORECASE)
PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d[\d\s()-]{8,16}\d(?!\w)")
NAME = re.compile(
    r"(?:change\s+)?(?:my\s+)?(?:name|naam|नाम|नाव)\s*(?:is|hai|to|:|-)?\s+(.{2,60})", re.IGNORECASE
)
DIGITS = str.maketrans("०१२३४५६७८९", "0123456789")


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


NAMED = 3  # a score from here on means that a name or an area was said


def places_in(text: str, places: Iterable[Property], *, least: int = 1) -> list[Property]:
    """The places that fit a text best; a spelling mistake in a word is forgiven.

    Words of the name and the area weigh more than kind and description; `least=NAMED` asks for
    one of the former.
    """
    words = [word for word in re.findall(r"\w+", plain(text)) if len(word) > 2]
    scored = [(_score(words, place), place) for place in places if not place.paused]
    best = max((score for score, _ in scored), default=0)
    return [place for score, place in scored if score == best] if best >= least else []


GENERIC = frozenset({"camp", "villa", "the", "and", "book", "stay", "lake", "place", "tents"})


def _score(words: list[str], place: Property) -> int:
    own = set(re.findall(r"\w+", plain(f"{place.name} {place.area}")))
    also = set(re.findall(r"\w+", plain(f"{place.kind} {place.about}")))
    strong = sum(NAMED + (word in own) for word in words if _like(word, own - GENERIC))
    return strong + sum(1 for word in words if _like(word, (own & GENERIC) | also))


def _like(word: str, known: set[str]) -> bool:
    if word in known:
        return True
    return len(word) > 3 and bool(get_close_matches(word, known, n=1, cutoff=0.8))
