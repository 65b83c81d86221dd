"""The booking as one WhatsApp form (Flow): its static layout, what it shows, what came back.

Static: prices and free days enter once, with the message, and what comes back is only believed
after it has been looked at again (facts/whatsapp.md 10).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from flows.availability import DAY, Calendar
from flows.dates import horizon
from flows.guest.phones import mobile
from flows.guest.scene import Scene
from flows.messages import MOST_OPTIONS, OPTION_TITLE, Form, clip
from flows.names import usable_name
from flows.texts import Texts

SCREEN = "STAY"
VERSION = "7.3"
MOST_PLACES = 100
MOST_DAYS = 31  # from check-in to check-out, both counted
USUAL_GUESTS = 2
FIELDS = ("place", "stay", "guests", "name", "phone")

_OPTIONS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"id": {"type": "string"}, "title": {"type": "string"}},
    },
}


def definition(texts: Texts) -> dict[str, Any]:
    """The form's Flow JSON in one language; nothing in it changes from guest to guest."""
    payload = {field: f"${{form.{field}}}" for field in FIELDS} | {"ref": "${data.ref}"}
    finish = {
        "type": "Footer",
        "label": texts("form.send"),
        "on-click-action": {"name": "complete", "payload": payload},
    }
    screen = {
        "id": SCREEN,
        "title": texts("form.title"),
        "terminal": True,
        "data": _data_model(),
        "layout": {"type": "SingleColumnLayout", "children": [*_fields(texts), finish]},
    }
    return {"version": VERSION, "screens": [screen]}


def _data_model() -> dict[str, Any]:
    """What a message gives to the form, each with an example as WhatsApp asks."""
    options = [{"id": "4", "title": "4"}]
    text = {"type": "string", "__example__": "text"}
    day = {"type": "string", "__example__": "2026-12-25"}
    days = {"type": "array", "items": {"type": "string"}, "__example__": ["2026-12-25"]}
    return {
        "places": _OPTIONS | {"__example__": options},
        "counts": _OPTIONS | {"__example__": options},
        "taken": days,
        "first": day,
        "last": day,
    } | dict.fromkeys(("place", "guests", "name", "phone", "ref"), text)


def _fields(texts: Texts) -> Iterator[dict[str, Any]]:
    yield _dropdown("place", texts("form.place"), "places")
    yield {
        "type": "CalendarPicker",
        "name": "stay",
        "mode": "range",
        "label": {"start-date": texts("form.in"), "end-date": texts("form.out")},
        "required": {"start-date": True, "end-date": True},
        "min-date": "${data.first}",
        "max-date": "${data.last}",
        "max-days": MOST_DAYS,
        "unavailable-dates": "${data.taken}",
    }
    yield _dropdown("guests", texts("form.guests"), "counts")
    for name, kind in (("name", "text"), ("phone", "phone")):
        yield {
            "type": "TextInput",
            "name": name,
            "label": texts(f"form.{name}"),
            "input-type": kind,
            "required": True,
            "init-value": f"${{data.{name}}}",
        }


def _dropdown(name: str, label: str, source: str) -> dict[str, Any]:
    return {
        "type": "Dropdown",
        "name": name,
        "label": label,
        "required": True,
        "data-source": f"${{data.{source}}}",
        "init-value": f"${{data.{name}}}",
    }


def offer(scene: Scene, first: date) -> Form | None:
    """The form as this guest gets it, with days from `first` on; None: nothing can be booked."""
    places = [scene.place] if scene.place else [p for p in scene.places if not p.paused]
    if not places:
        return None
    texts, most = scene.texts, max(place.most_guests for place in places)
    counts = min(most, MOST_OPTIONS)
    return Form(
        language=texts.language,
        token=f"{scene.person.person_id}.{scene.draft.revision}",
        screen=SCREEN,
        body=texts("form.body"),
        label=texts("form.label"),
        data={
            "places": [_option(p.property_id, p.name) for p in places[:MOST_PLACES]],
            "place": places[0].property_id,
            "counts": [_option(str(n), str(n)) for n in range(1, counts + 1)],
            "guests": str(min(scene.draft.guests or USUAL_GUESTS, counts)),
            "first": first.isoformat(),
            "last": horizon(scene.today).isoformat(),
            "taken": [day.isoformat() for day in _taken(scene, first)],
            "name": scene.name or "",
            "phone": scene.phone or "",
            "ref": f"{scene.person.person_id}.{scene.draft.revision}",
        },
    )


def _option(value: str, title: str) -> dict[str, str]:
    return {"id": value, "title": clip(title, OPTION_TITLE)}


def _taken(scene: Scene, first: date) -> Iterator[date]:
    """Days on which nobody can arrive or leave: a taken night after a taken night."""
    calendar: Calendar | None = scene.calendar
    if calendar is None:
        return
    before, day = False, first
    while day <= horizon(scene.today):
        free = calendar.is_free(day, day + DAY, scene.units)
        if not free and before:
            yield day
        before = not free
        day += timedelta(days=1)


def changes(values: Mapping[str, str], scene: Scene) -> dict[str, Any] | None:
    """What a form that came back changes; None: it is not this guest's, or an older one.

    Each field is looked at by itself, and one that says nothing usable changes nothing.
    """
    if (values.get("flow_token") or values.get("ref")) != (
        f"{scene.person.person_id}.{scene.draft.revision}"
    ):
        return None
    found: dict[str, Any] = {}
    if values.get("place") in {each.property_id for each in scene.places}:
        found["property_id"] = values["place"]
    if stay := _stay(values):
        found |= {"checkin": stay[0], "checkout": stay[1], "asked": None}
    if re.fullmatch(r"\d{1,3}", values.get("guests", ""), re.ASCII):
        found["guests"] = int(values["guests"])
    return found | _who(values, scene)


def _stay(values: Mapping[str, str]) -> tuple[date, date] | None:
    try:
        first, last = (date.fromisoformat(values[f"stay.{end}-date"]) for end in ("start", "end"))
    except (KeyError, ValueError):
        return None
    return (first, last) if first < last else None


def _who(values: Mapping[str, str], scene: Scene) -> dict[str, str]:
    """Name and number, where they differ from what is known."""
    found = {}
    name, phone = usable_name(values.get("name", "")), mobile(values.get("phone", ""))
    if name is not None and name != scene.name:
        found["name"] = name
    if phone is not None and phone != scene.phone:
        found["phone"] = phone
    return found


def complaint(values: Mapping[str, str], scene: Scene) -> tuple[str, str]:
    """(question, words) of the first field that was written and is unusable; empty: none."""
    texts = scene.texts
    if values.get("name") and usable_name(values["name"]) is None:
        return "name", texts("name.unusable")
    if values.get("phone") and mobile(values["phone"]) is None:
        return "phone", texts("phone.wrong")
    return "", ""
