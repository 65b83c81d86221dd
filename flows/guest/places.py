"""The question of the place: the pages of the list, and what a text says of it."""

import re

from flows import format as fmt
from flows.dialogue import Answer, Option
from flows.guest.scene import Scene
from flows.guest.search import NAMED, places_in
from flows.property import Property

MOST_CHOICES = 10
FIRST_PAGE, MIDDLE_PAGE = 9, 8
PAGE = re.compile(r"page\.(\d{1,3})", re.ASCII)


def ask(scene: Scene) -> str:
    """The hello, by name where one is known."""
    hello = "ask.place" if scene.name is None else "ask.place.name"
    return scene.texts(hello, name=(scene.name or "").partition(" ")[0])


def parse(text: str, scene: Scene) -> Answer | None:
    """A page of the list, or the places that a text fits."""
    if turned := PAGE.fullmatch(text):
        return Answer({"page": int(turned[1]), "property_id": None})
    exact = [place for place in scene.places if place.property_id == text]
    least = 1 if scene.place is None else NAMED
    found = exact or places_in(text, scene.places, least=least)
    if not found:
        return None
    if len(found) == 1:
        return Answer({"property_id": found[0].property_id, "page": 0})
    return Answer(choices=tuple(row(scene, place) for place in found[:MOST_CHOICES]))


def row(scene: Scene, place: Property) -> Option:
    """A place as a row of the list."""
    texts = scene.texts
    unit = "place.per_guest" if place.price else "place.per_unit"
    about = texts(unit, about=place.about or place.area, price=fmt.rupees(place.nightly))
    return Option(place.property_id, place.name, about)


def can_take(place: Property, scene: Scene) -> bool:
    """Whether a place is open and, where dates and guests are known, has room for them."""
    guests = scene.draft.guests or 1
    free = place.units - scene.full.get(place.property_id, 0)
    return not place.paused and guests <= place.most_guests and place.units_for(guests) <= free


def options(scene: Scene) -> tuple[Option, ...]:
    """One page of places: nine and "More", or eight between "Earlier" and "More"."""
    texts, page = scene.texts, scene.draft.page
    places = [place for place in scene.places if can_take(place, scene)]
    places = places or [place for place in scene.places if not place.paused]
    places.sort(key=lambda place: place.property_id != scene.draft.last)
    if len(places) <= FIRST_PAGE + 1:
        return tuple(row(scene, place) for place in places)
    page = min(page, _last_page(len(places)))
    start = 0 if page == 0 else FIRST_PAGE + (page - 1) * MIDDLE_PAGE
    rest = places[start:]
    last_page = page > 0 and len(rest) <= FIRST_PAGE
    shown = rest[: FIRST_PAGE if page == 0 or last_page else MIDDLE_PAGE]
    options = [row(scene, place) for place in shown]
    if page > 0:
        options.append(Option(f"page.{page - 1}", texts("place.earlier")))
    if more := len(rest) - len(shown):
        names = ", ".join(place.area for place in rest[len(shown) :][:3])
        options.append(
            Option(
                f"page.{page + 1}", texts("place.more"), texts("place.more.n", n=more, names=names)
            )
        )
    return tuple(options)


def _last_page(count: int) -> int:
    """The number of the last page of more than ten places; the last one holds up to nine."""
    return max(1, -(-(count - FIRST_PAGE - 1) // MIDDLE_PAGE))


def check(scene: Scene) -> str | None:
    """That the place of the draft takes no bookings."""
    if scene.place is not None and scene.place.paused:
        return scene.texts("place.paused", place=scene.place.name)
    return None
