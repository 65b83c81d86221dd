"""Places found by what a guest says: a name, an area, a kind, or where the guest is."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from flows.guest.words import plain
from flows.property import Property

NAMED = 3  # a score from here on means that a name or an area was said
GENERIC = frozenset({"camp", "villa", "the", "and", "book", "stay", "lake", "place", "tents"})
MOST_WORDS = 40  # of a text; whoever names a place does it before
EARTH_KM = 6371.0
CLOSE_ENOUGH = 0.8  # of difflib: one wrong letter in five
SOMEWHAT = 0.6  # of difflib: enough to ask whether it was meant
MOST_NEAR = 3

VIRAMA = "्"
# Devanagari as people write it in Latin letters; a consonant carries an "a" of its own.
CONSONANTS = dict(
    each.split("=")
    for each in re.findall(
        r"\S+",
        """क=k ख=kh ग=g घ=gh ङ=n च=ch छ=chh ज=j झ=jh ञ=n ट=t ठ=th ड=d ढ=dh ण=n त=t थ=th द=d ध=dh न=n
        प=p फ=f ब=b भ=bh म=m य=y र=r ल=l व=v श=sh ष=sh स=s ह=h ळ=l""",
    )
)
VOWELS = dict(
    each.split("=")
    for each in re.findall(
        r"\S+",
        """अ=a आ=a इ=i ई=i उ=u ऊ=u ए=e ऐ=ai ओ=o औ=au ऍ=a ऑ=o ा=a ि=i ी=i ु=u ू=u े=e ै=ai ो=o ौ=au
        ॅ=a ॉ=o ं=n ँ=n ः=h""",
    )
)
SIGNS = frozenset("ािीुूेैोौॅॉ")  # they replace the "a" of the consonant before them
# English words of places as Hindi and Marathi write them.
ENGLISH = {
    "camp": "कैंप कॅम्प",
    "villa": "विला व्हिला",
    "lake": "लेक तलाव झील",
    "lakeview": "लेकव्यू लेकव्ह्यू",
    "pool": "पूल",
    "tents": "टेंट तंबू",
    "farm": "फार्म",
    "river": "रिवर रिव्हर नदी",
    "beach": "बीच",
    "hill": "हिल",
    "forest": "फॉरेस्ट जंगल",
}
LOANED = {word: english for english, row in ENGLISH.items() for word in row.split()}


def places_in(text: str, places: Iterable[Property], *, least: int = 1) -> list[Property]:
    """The places that fit a text best; a spelling mistake in a word is forgiven.

    Words of the name and the area weigh more than kind and description; `least=NAMED` asks for
    one of the former.
    """
    places = list(places)
    said = re.findall(r"[\w\u0900-\u0963]+", plain(text))
    if not text.isascii():
        known = frozenset[str]().union(*map(_all_words, places))
        said = [_latin(word, known) for word in said]
    words = [word for word in said if len(word) > 2][:MOST_WORDS]
    scored = [(_score(words, place), place) for place in places if not place.paused]
    best = max((score for score, _ in scored), default=0)
    return [place for score, place in scored if score == best] if best >= least else []


def near_names(text: str, places: Iterable[Property]) -> list[Property]:
    """Open places with a word in name or area that is written somewhat like one of a text."""
    words = [romanized(word) for word in re.findall(r"[\w\u0900-\u0963]+", plain(text))]
    shown = [place for place in places if not place.paused]
    own = {place.property_id: _words_of(f"{place.name} {place.area}") - GENERIC for place in shown}
    known = sorted(frozenset[str]().union(*own.values()))
    like = [
        found for word in words for found in get_close_matches(word, known, MOST_NEAR, SOMEWHAT)
    ]
    near = sorted(shown, key=lambda place: _place_in(like, own[place.property_id]))
    return [place for place in near if not own[place.property_id].isdisjoint(like)][:MOST_NEAR]


def _place_in(likest: list[str], own: frozenset[str]) -> int:
    return next((place for place, word in enumerate(likest) if word in own), len(likest))


def _score(words: list[str], place: Property) -> int:
    own, also = f"{place.name} {place.area}", f"{place.kind} {place.about}"
    return sum(_weight(word, own, also) for word in words)


@lru_cache(maxsize=4096)  # the same words come again, and comparing them is slow
def _weight(word: str, named: str, told: str) -> int:
    """What a word says for a place that is named so, and of which that much is told."""
    own, also = _words_of(named), _words_of(told)
    strong = NAMED + (word in own) if _like(word, own - GENERIC) else 0
    return strong + _like(word, (own & GENERIC) | also)


def _all_words(place: Property) -> frozenset[str]:
    return _words_of(f"{place.name} {place.area} {place.about}")


@lru_cache(maxsize=4096)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", plain(text)))


def _like(word: str, known: frozenset[str]) -> bool:
    if word in known:
        return True
    return len(word) > 3 and bool(get_close_matches(word, known, n=1, cutoff=CLOSE_ENOUGH))


def _latin(word: str, known: frozenset[str]) -> str:
    """A word of Devanagari as a name that is known; its vowels may be spelt in many ways."""
    if word.isascii():
        return word
    bones = _bones(written := romanized(word))
    like = (each for each in sorted(known) if len(bones) > 2 and _bones(each) == bones)
    return next(like, written)


def _bones(word: str) -> str:
    return re.sub(r"[aeiouy]", "", word.replace("w", "v"))


def romanized(word: str) -> str:
    """A word of Devanagari in Latin letters, about as people spell it; others as they are."""
    if word in LOANED:
        return LOANED[word]
    letters: list[str] = []
    for at, sign in enumerate(word):
        follows = word[at + 1 : at + 2]
        if sign in CONSONANTS:
            bare = follows in ("", VIRAMA) or follows in SIGNS
            letters.append(CONSONANTS[sign] + ("" if bare else "a"))
        elif sign in VOWELS:
            letters.append(VOWELS[sign])
        elif sign.isascii():
            letters.append(sign)
    return "".join(letters)


def nearest(
    places: Iterable[Property], latitude: float, longitude: float
) -> list[tuple[float, Property]]:
    """The open places whose coordinates are known, with the kilometres to each, nearest first."""
    known = [
        (_kilometres(latitude, longitude, place.latitude, place.longitude), place)
        for place in places
        if place.latitude is not None and place.longitude is not None and not place.paused
    ]
    return sorted(known, key=lambda pair: pair[0])


def _kilometres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Along the great circle, by the haversine formula."""
    half = sin(radians(to_lat - lat) / 2) ** 2
    half += cos(radians(lat)) * cos(radians(to_lat)) * sin(radians(to_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
