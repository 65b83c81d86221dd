"""The questions of who comes and pays: guests, name, number to call, how much now."""

import re

from flows import format as fmt
from flows.dialogue import OTHER, Answer, Option
from flows.guest import words
from flows.guest.phones import mobile
from flows.guest.scene import Scene
from flows.names import usable_name
from flows.property import share_of

OFFERED_GUESTS = (2, 4)
OFFERED_SHARES = (50, 100)  # percent of the price to pay now, beside what the place asks for
SUM = re.compile(r"(?:₹|rs\.?)? ?([\d,]{1,12})(?: ?%)?", re.ASCII)


def ask_guests(scene: Scene) -> str:
    """How many come, and how many the place takes."""
    place, texts = scene.place, scene.texts
    assert place
    return texts(
        "ask.guests", dates=scene.dates_text(), n=scene.draft.nights, most=place.most_guests
    )


def parse_guests(text: str, scene: Scene) -> Answer | None:
    """A number of guests; a bare one only where it was asked for."""
    if text == OTHER:
        most = scene.place.most_guests if scene.place else OFFERED_GUESTS[-1]
        return Answer({"asked": "guests"}, complaint=scene.texts("guests.other", most=most))
    found = words.guests_in(text, bare=scene.draft.asked == "guests")
    if found is None:
        return None
    return Answer({"guests": found[0]}, found[1])


def guest_options(scene: Scene) -> tuple[Option, ...]:
    """Usual numbers that the place takes, and another one."""
    place, texts = scene.place, scene.texts
    most = place.most_guests if place else OFFERED_GUESTS[0]
    counts = [number for number in OFFERED_GUESTS if number <= most]
    options = [Option(str(number), texts("guests.n", n=number)) for number in counts]
    return (*options, Option(OTHER, texts("guests.more")))


def check_guests(scene: Scene) -> str | None:
    """That nobody comes, or more than the place takes."""
    place, guests = scene.place, scene.draft.guests
    if guests is None or place is None or 1 <= guests <= place.most_guests:
        return None
    key = "guests.none" if guests < 1 else "guests.too_many"
    return scene.texts(key, most=place.most_guests)


def parse_name(text: str, scene: Scene) -> Answer | None:
    """A name that is said to be one, or the answer to the question."""
    written = words.name_in(text)
    if written is None and scene.draft.asked == "name" and words.may_be_name(text):
        written = text
    if written is None:
        return None
    name = usable_name(written)
    if name is None:
        return Answer(complaint=scene.texts("name.unusable"))
    return Answer({"name": name})


def parse_phone(text: str, scene: Scene) -> Answer | None:
    """A mobile number."""
    found = words.phone_in(text)
    if found is None:
        return None
    if (phone := mobile(found[0])) is None:
        return Answer(rest=found[1], complaint=scene.texts("phone.wrong"))
    return Answer({"phone": phone}, found[1])


def ask_advance(scene: Scene) -> str:
    """How much is paid now, of how much."""
    assert scene.price
    return scene.texts("ask.advance", total=fmt.rupees(scene.price.total))


def show_advance(scene: Scene) -> str:
    """What is paid now and of how much; empty where there is no choice."""
    price = scene.price
    if price is None or len(advance_options(scene)) < 2:
        return ""
    advance, total = fmt.rupees(price.advance), fmt.rupees(price.total)
    return scene.texts("edit.advance.of", advance=advance, total=total)


def advance_options(scene: Scene) -> tuple[Option, ...]:
    """What the place asks for, half and all of the price."""
    place, price = scene.place, scene.price
    if place is None or price is None:
        return ()
    least = place.advance_percent
    shares = [least, *(share for share in OFFERED_SHARES if share > least)]
    return tuple(Option(str(share), fmt.rupees(share_of(price.total, share))) for share in shares)


def parse_advance(text: str, scene: Scene) -> Answer | None:
    """A share that is offered, as percent or as its sum, where it was asked for."""
    found = SUM.fullmatch(words.plain(text))
    if scene.draft.asked != "advance" or found is None:
        return None
    said = found[1].replace(",", "")
    for option in advance_options(scene):
        if said in (option.value, re.sub(r"[^\d]", "", option.title)):
            return Answer({"percent": int(option.value), "asked": None})
    return Answer(complaint=scene.texts("advance.which"))
