"""Questions beside the form: price, pool, food, pets, photos, location (facts/ux.md 1.3)."""

import re

from flows import format as fmt
from flows.guest import words
from flows.guest.scene import Scene

SUBJECTS = {
    "price": "price prices rate rates cost costs charge charges tariff rent much kimat keemat kitna"
    " bhada paise किंमत कीमत दर भाव भाडे किराया रेट दाम पैसे खर्च कितना",
    "pool": "pool swimming स्विमिंग पूल",
    "food": "food meal meals breakfast lunch dinner veg nonveg khana khane jevan nashta खाना खाने"
    " भोजन नाश्ता जेवण नाष्टा",
    "pets": "pet pets dog dogs cat cats kutta kutra पालतू कुत्ता कुत्ते कुत्रा",
    "photos": "photo photos pic pics picture pictures image images video फोटो तस्वीर तस्वीरें",
    "location": "location address where map distance far route kahan kaha kuthe पता पत्ता कहाँ कहां कुठे"
    " लोकेशन रास्ता रस्ता",
}
SUBJECT_OF = {
    words.plain(word): subject for subject, row in SUBJECTS.items() for word in row.split()
}
# What may stand beside such a word without saying anything else.
COURTESY = words.listed(
    """is are there a an any the do does you have it its this that what whats how about can
    could i we me my our bring allowed show send see get give tell please and or of for
    in at to from per night person day place included available near hai hain kya ka ki
    ke ko mein me se milega milegi dikhao bhejo batao ahe aahe kay cha chi che milel
    dakhva patva sanga है हैं क्या का की के को में से मिलेगा मिलेगी दिखाओ दिखाइए भेजो
    भेजिए बताओ बताइए आहे काय चा ची चे मिळेल दाखवा पाठवा सांगा तिथे वहाँ वहां लाना ला
    सकते allow"""
)


def subject_in(text: str) -> str | None:
    """What a text asks about; None: about none of these."""
    return next((SUBJECT_OF[word] for word in _said(text) if word in SUBJECT_OF), None)


def only_asks(text: str) -> bool:
    """Whether a text asks such a question and says nothing else."""
    said = _said(text)
    return subject_in(text) is not None and all(
        word in SUBJECT_OF or word in COURTESY for word in said
    )


def _said(text: str) -> list[str]:
    return re.findall(r"[\w\u0900-\u0963]+", words.plain(text))


def answer(subject: str, scene: Scene) -> str:
    """At most two lines; what is not known is said to be not known."""
    place, texts = scene.place, scene.texts
    if place is None:
        return texts("faq.no_place")
    if subject == "price":
        unit = "price.per_guest" if place.price else "price.per_unit"
        price = texts(unit, price=fmt.rupees(place.nightly))
        return texts("faq.price", place=place.name, price=price, percent=place.advance_percent)
    if subject == "location":
        return texts("faq.location", place=place.name, area=place.area, url=place.map_url)
    own_words = dict(place.answers).get(subject)
    if own_words is None and subject == "pool" and "pool" in place.about.casefold():
        own_words = place.about
    if own_words is None:
        return texts("faq.unknown", place=place.name)
    return texts("faq.answer", place=place.name, answer=own_words)
