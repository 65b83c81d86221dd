"""Instead of nights that are taken: the nearest free ones, and places that are free on them."""

from flows import format as fmt
from flows.guest.days import first_day
from flows.guest.places import can_take
from flows.guest.scene import Scene
from flows.messages import BUTTON_TITLE, MOST_BUTTONS, Button, Kind, Message, clip
from flows.property import Property

MOST_NAMED = 3  # places that are named in the text; the others are counted


def instead(scene: Scene, place: Property, lead: str = "") -> Message:
    """The answer about taken nights (facts/ux.md G2f): other nights and other places to tap."""
    draft, texts = scene.draft, scene.texts
    assert scene.calendar and draft.checkin and draft.checkout
    near = scene.calendar.nearest(draft.checkin, draft.nights, first_day(scene), scene.units)
    words = texts("dates.full", dates=scene.dates_text(), place=place.name)
    buttons = []
    if near is not None:
        last = near + (draft.checkout - draft.checkin)
        span = fmt.span(texts, near, last)
        words += " " + texts("dates.nearest", dates=span)
        mark = f"d:{draft.revision}:dates={near}..{last}"
        buttons.append(Button(mark, clip(span, BUTTON_TITLE)))
    free = elsewhere(scene, place)
    if free:
        words += "\n" + _named(scene, free)
    labelled = [(each, label) for each in free if (label := short_name(each))]
    for each, label in labelled[:1]:
        buttons.append(Button(f"d:{draft.revision}:place={each.property_id}", label))
    if len(free) > len(labelled[:1]):
        buttons.append(Button("g:others", texts("places.other")))
    if len(buttons) < MOST_BUTTONS:
        buttons.append(Button(f"d:{draft.revision}:dates=other", texts("dates.other")))
    else:
        words += "\n" + texts("dates.or_write")
    return Message(Kind.BUTTONS, f"{lead}\n\n{words}".strip(), buttons=tuple(buttons))


def elsewhere(scene: Scene, place: Property) -> list[Property]:
    """The other places with room on the wished nights, those most like this one first."""
    others = [
        each for each in scene.places
        if each.property_id != place.property_id and can_take(each, scene)
    ]  # fmt: skip
    return sorted(others, key=lambda each: (each.kind != place.kind, each.area != place.area))


def _named(scene: Scene, free: list[Property]) -> str:
    names = ", ".join(each.name for each in free[:MOST_NAMED])
    key = "places.free_then" if len(free) <= MOST_NAMED else "places.free_then.more"
    more = len(free) - MOST_NAMED
    return scene.texts(key, dates=scene.dates_text(), places=names, n=more)


def short_name(place: Property) -> str:
    """A name that fits a button: the place's own, else its area; empty where neither does."""
    fits = (each for each in (place.name, place.area) if len(each) <= BUTTON_TITLE)
    return next(fits, "")
