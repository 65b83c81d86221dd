"""The questions of who comes: guests, the name for the ticket, the number to call."""

from flows.dialogue import OTHER, Answer, Option
from flows.guest import words
from flows.guest.phones import mobile
from flows.guest.scene import Scene
from flows.names import usable_name

OFFERED_GUESTS = (2, 4)


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
        return Answer({"asked": "guests"}, complaint=scene.texts("guests.other"))
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
