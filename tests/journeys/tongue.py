"""A guest of one language: what is typed, and what must be read, by the catalogue's own texts."""

import re
from dataclasses import dataclass, field
from typing import Any

from flows.texts import Texts
from sandbox.scenarios import words_of
from tests.journeys.town import Town

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "hello": "hi", "sentence": "Pawna Lakeview, 25 to 27 dec, 3 people",
        "full": "Karjat Farm Villa, 25 to 27 dec, 2 people", "place": "pawna lakeview",
        "range": "25 to 27 dec", "day": "25 dec", "early": "25 dec 8am", "unclear": "next sat",
        "festival": "christmas", "people": "5 people", "nobody": "0 people", "crowd": "50 people",
        "name": "name Asha Patil", "nonsense": "blorf", "past": "20 nov", "reversed": "27 to 25 dec",
        "long": "25 dec to 30 jan", "filler": "ok", "search": "villa with pool",
        "price": "what is the price", "food": "is there food", "pets": "dogs allowed?",
        "status": "status", "help": "help", "cancel": "cancel", "back": "back", "edit": "edit",
        "restart": "start over", "ticket": "ticket", "map": "map", "stop": "stop",
        "start": "start", "form": "form", "language": "language", "human": "human",
        "correction": "no, 6 guests", "nearly": "palwan",
    },
    "hi": {
        "hello": "नमस्ते", "sentence": "पवना लेकव्यू, 25 से 27 दिसंबर, 3 लोग",
        "full": "Karjat Farm Villa, 25 से 27 दिसंबर, 2 लोग", "place": "पवना लेकव्यू",
        "range": "25 से 27 दिसंबर", "day": "25 दिसंबर", "early": "25 दिसंबर सुबह 8 बजे",
        "unclear": "अगले शनिवार", "festival": "क्रिसमस", "people": "5 लोग", "nobody": "0 लोग",
        "crowd": "50 लोग", "name": "नाम आशा पाटिल", "nonsense": "ब्लोर्फ़", "past": "20 नवंबर",
        "reversed": "27 से 25 दिसंबर", "long": "25 दिसंबर से 30 जनवरी", "filler": "ठीक है",
        "search": "विला पूल", "price": "कीमत क्या है", "food": "खाना मिलेगा क्या",
        "pets": "कुत्ता ला सकते हैं", "status": "स्थिति", "help": "मदद", "cancel": "रद्द",
        "back": "वापस", "edit": "बदलाव", "restart": "फिर से", "ticket": "टिकट", "map": "नक्शा",
        "stop": "बंद", "start": "शुरू", "form": "फ़ॉर्म", "language": "भाषा", "human": "इंसान",
        "correction": "नहीं, 6 लोग", "nearly": "पालवना",
    },
    "mr": {
        "hello": "नमस्कार", "sentence": "पवना लेकव्ह्यू, 25 ते 27 डिसेंबर, 3 जण",
        "full": "Karjat Farm Villa, 25 ते 27 डिसेंबर, 2 जण", "place": "पवना लेकव्ह्यू",
        "range": "25 ते 27 डिसेंबर", "day": "25 डिसेंबर", "early": "25 डिसेंबर सकाळी 8 वाजता",
        "unclear": "पुढच्या शनिवारी", "festival": "नाताळ", "people": "5 जण", "nobody": "0 जण",
        "crowd": "50 जण", "name": "नाव आशा पाटील", "nonsense": "ब्लोर्फळ", "past": "20 नोव्हेंबर",
        "reversed": "27 ते 25 डिसेंबर", "long": "25 डिसेंबर ते 30 जानेवारी", "filler": "ठीक आहे",
        "search": "व्हिला पूल", "price": "किंमत काय आहे", "food": "जेवण मिळेल का",
        "pets": "कुत्रा आणला तर चालेल", "status": "स्थिती", "help": "मदत", "cancel": "रद्द",
        "back": "मागे", "edit": "बदल", "restart": "पुन्हा", "ticket": "तिकीट", "map": "नकाशा",
        "stop": "थांबा", "start": "सुरू", "form": "फॉर्म", "language": "भाषा", "human": "माणूस",
        "correction": "नको, 6 जण", "nearly": "पालवना",
    },
}  # fmt: skip
LANGUAGES = tuple(WORDS)
PLACE = r"{[a-z_]+}"


@dataclass
class Guest:
    """Somebody with a phone who reads and writes one language."""

    town: Town
    language: str
    key: str = ""
    seen: set[str] = field(default_factory=set)

    async def arrive(self, name: str = "Rahul Deshmukh", phone: str | None = "new") -> "Guest":
        """A new person, whose language is already known from earlier."""
        added = await self.town.api("POST", "people", name=name, phone=phone)
        guest = Guest(self.town, self.language, added["key"], self.seen)
        await guest.town.say(guest.key, self.texts(f"language.{self.language}"))
        return guest

    @property
    def texts(self) -> Texts:
        return self.town.service.write.catalogues[self.language]

    async def say(self, word: str) -> None:
        await self.town.say(self.key, WORDS[self.language].get(word, word))

    async def tap(self, text_id: str, **values: Any) -> None:
        await self.town.tap(self.key, self.texts(text_id, **values))
        self.seen.add(text_id)

    async def choose(self, title: str) -> None:
        await self.town.choose(self.key, title)

    async def send(self, kind: str, **fields: Any) -> None:
        await self.town.send(self.key, kind, **fields)

    async def reads(self, *text_ids: str) -> None:
        """The newest message holds each of these texts, whatever fills their places."""
        shown = _shown((await self.town.from_bot(self.key))[-1])
        for text_id in text_ids:
            assert self._is_in(text_id, shown), (text_id, shown)
            self.seen.add(text_id)

    async def has_read(self, text_id: str) -> None:
        """One of the messages holds this text."""
        shown = [_shown(each) for each in await self.town.from_bot(self.key)]
        assert any(self._is_in(text_id, each) for each in shown), (text_id, shown[-3:])
        self.seen.add(text_id)

    def _is_in(self, text_id: str, shown: str) -> bool:
        flat = " ".join(shown.split())
        return any(_pattern(form).search(flat) for form in self.texts.entries[text_id])


def _shown(message: dict[str, Any]) -> str:
    """All that is read, with what stands below the rows of a list."""
    sections = (message["list"] or {}).get("sections", [])
    below = [row["description"] for section in sections for row in section["rows"]]
    return "\n".join([words_of(message), *below]).casefold()


def _pattern(form: str) -> re.Pattern[str]:
    plain = re.sub(r"[*_~`]+", "", re.sub(PLACE, "\0", form)).casefold()
    parts = " ".join(plain.split()).split("\0")
    return re.compile(".*?".join(re.escape(part.strip()) for part in parts), re.DOTALL)
