"""The question of the place: the pages of the list, and what a text says of it."""

import re
from collections.abc import Iterable

from flows import format as fmt
from flows.dialogue import UNDO, Answer, Option
from flows.guest.scene import Scene
from flows.guest.search import NAMED, places_in
from flows.messages import MOST_ROWS, ROW_TEXT
from flows.property import Property

MOST_CHOICES = 10
MIDDLE_PAGE, LAST_PAGE = 8, 9
AREA = "area."  # and its name: the value of a row of the list of areas
PAGE = re.compile(r"page\.(\d{1,3})", re.ASCII)


def ask(scene: Scene) -> str:
    """The hello, by name where one is known."""
    hello = "ask.place" if scene.name is None else "ask.place.name"
    return scene.texts(hello, name=(scene.name or "").partition(" ")[0])


def parse(text: str, scene: Scene) -> Answer | None:
    """A page of the list, or the places that a text fits."""
    if turned := PAGE.fullmatch(text):
        return Answer({"page": int(turned[1]), "property_id": None})
    exact = [
        place
        for place in scene.places
        if text == place.property_id or (text == AREA + place.area and can_take(place, scene))
    ]
    least = 1 if scene.place is None else NAMED
    found = exact or places_in(text, scene.places, least=least)
    if not found:
        return None
    if len(found) == 1:
        return Answer({"property_id": found[0].property_id, "page": 0})
    return Answer(choices=rows(scene, found[:MOST_CHOICES]))


def rows(scene: Scene, places: Iterable[Property]) -> tuple[Option, ...]:
    """Places as rows of the list; where no dates are known, with the next weekend if it is free."""
    texts, soon = scene.texts, ""
    if not scene.draft.checkin:
        soon = " · " + texts("place.free", dates=fmt.dates(texts, *scene.weekend))
    options = []
    for place in places:
        unit = "place.per_guest" if place.price else "place.per_unit"
        about = texts(unit, about=place.about or place.area, price=fmt.rupees(place.nightly))
        if soon and len(about) + len(soon) <= ROW_TEXT and is_free_soon(place, scene):
            about += soon
        options.append(Option(place.property_id, place.name, about))
    return tuple(options)


def is_free_soon(place: Property, scene: Scene) -> bool:
    """Whether the guests can have a place on the next weekend."""
    free = place.units - scene.busy.get(place.property_id, 0)
    return place.units_for(scene.draft.guests or 1) <= free


def can_take(place: Property, scene: Scene) -> bool:
    """Whether a place is open and, where dates and guests are known, has room for them."""
    guests = scene.draft.guests or 1
    free = place.units - scene.full.get(place.property_id, 0)
    return not place.paused and guests <= place.most_guests and place.units_for(guests) <= free


def options(scene: Scene) -> tuple[Option, ...]:
    """One page of places: nine and "More", or eight between "Earlier" and "More".

    On the first page the draft that was given up takes the last row.
    """
    places, undo = _in_order(scene), _undo(scene)
    if len(places) + len(undo) <= MOST_ROWS:
        return (*rows(scene, places), *undo)
    first = MOST_ROWS - 1 - len(undo)
    page = min(scene.draft.page, _last_page(len(places) - first))
    start = 0 if page == 0 else first + (page - 1) * MIDDLE_PAGE
    rest = places[start:]
    is_last = page > 0 and len(rest) <= LAST_PAGE
    shown = rest[: first if page == 0 else LAST_PAGE if is_last else MIDDLE_PAGE]
    options = [*rows(scene, shown)]
    if page > 0:
        options.append(Option(f"page.{page - 1}", scene.texts("place.earlier")))
    if later := rest[len(shown) :]:
        options.append(_more(scene, page, later))
    return (*options, *(undo if page == 0 else ()))


def areas(scene: Scene) -> tuple[Option, ...]:
    """The areas in which there are places, each with their names, and the way to all places."""
    names: dict[str, list[str]] = {}
    for place in _in_order(scene):
        names.setdefault(place.area, []).append(place.name)
    rows = [Option(f"{AREA}{area}", area, ", ".join(each)) for area, each in names.items()]
    return (*rows[: MOST_ROWS - 1], Option("page.0", scene.texts("place.all")))


def _in_order(scene: Scene) -> list[Property]:
    """The places that can take these guests then: last time's, those free soon, the others."""
    places = [place for place in scene.places if can_take(place, scene)]
    places = places or [place for place in scene.places if not place.paused]
    return sorted(
        places,
        key=lambda place: (
            place.property_id != scene.draft.last,
            not is_free_soon(place, scene),
        ),
    )


def _last_page(count: int) -> int:
    """The number of the last page, with so many places behind the first one."""
    return max(1, -(-(count - 1) // MIDDLE_PAGE))


def _more(scene: Scene, page: int, later: list[Property]) -> Option:
    names = ", ".join(place.area for place in later[:3])
    more = scene.texts("place.more.n", n=len(later), names=names)
    return Option(f"page.{page + 1}", scene.texts("place.more"), more)


def _undo(scene: Scene) -> tuple[Option, ...]:
    """The way back to a draft that was given up."""
    draft = scene.draft.brought_back
    if draft is None:
        return ()
    return (Option(UNDO, scene.texts("undo"), scene.with_draft(draft).answers()),)


def check(scene: Scene) -> str | None:
    """That the place of the draft takes no bookings."""
    if scene.place is not None and scene.place.paused:
        return scene.texts("place.paused", place=scene.place.name)
    return None
