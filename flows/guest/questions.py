"""The form of a booking: each question as one record, in the order in which it is asked."""

import re
from datetime import date, timedelta
from typing import Any

from flows import format as fmt
from flows.availability import DAY
from flows.dates import Stay, find_stay, horizon, read_stay
from flows.dialogue import Answer, Dialogue, Option, Question, Shape
from flows.guest import form, words
from flows.guest.phones import mobile
from flows.guest.scene import Scene
from flows.guest.search import NAMED, places_in
from flows.names import usable_name
from flows.property import Property

MOST_NIGHTS = 30
MOST_CHOICES = 10
OFFERED_WEEKENDS = 2
OFFERED_GUESTS = (2, 4)
FIRST_PAGE, MIDDLE_PAGE = 9, 8
OTHER = "other"
ISO = r"\d{4}-\d\d-\d\d"
TAPPED_DATES = re.compile(rf"({ISO})(?:\.\.({ISO}))?", re.ASCII)
PAGE = re.compile(r"page\.(\d{1,3})", re.ASCII)


# ------------------------------------------------------------------ place


def _ask_place(scene: Scene) -> str:
    hello = "ask.place" if scene.name is None else "ask.place.name"
    return scene.texts(hello, name=(scene.name or "").partition(" ")[0])


def _parse_place(text: str, scene: Scene) -> Answer | None:
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


def _places(scene: Scene) -> tuple[Option, ...]:
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


def _check_place(scene: Scene) -> str | None:
    if scene.place is not None and scene.place.paused:
        return scene.texts("place.paused", place=scene.place.name)
    return None


# ------------------------------------------------------------------ dates


def _ask_dates(scene: Scene) -> str:
    place, texts = scene.place, scene.texts
    assert place
    unit = "price.per_guest" if place.price else "price.per_unit"
    return texts(
        "ask.dates",
        place=place.name,
        price=texts(unit, price=fmt.rupees(place.nightly)),
        checkin=fmt.clock_time(texts, place.checkin),
        checkout=fmt.clock_time(texts, place.checkout),
    )


def _parse_dates(text: str, scene: Scene) -> Answer | None:
    if (tapped := TAPPED_DATES.fullmatch(text)) and (days := _real_days(*tapped.groups())):
        return Answer(
            {"checkin": days[0], "checkout": days[-1] if tapped[2] else None, "asked": None}
        )
    if text == OTHER:
        return Answer({"checkin": None, "checkout": None, "asked": "days"})
    if stay := read_stay(text, scene.today, scene.festivals):
        return _stay_answer(stay, "", scene)
    if found := find_stay(text, scene.today, scene.festivals):
        return _stay_answer(found[0], found[1], scene)
    return None


def _real_days(*written: str | None) -> list[date]:
    """The days of a tapped button; none where the calendar has no such day."""
    try:
        return [date.fromisoformat(each) for each in written if each]
    except ValueError:
        return []


def _stay_answer(stay: Stay, rest: str, scene: Scene) -> Answer:
    if stay.fault is not None:
        return Answer(rest=rest, complaint=scene.texts(f"dates.fault.{stay.fault}"))
    if stay.options:
        choices = tuple(
            Option(day.isoformat(), fmt.day(scene.texts, day)) for day in stay.options[:2]
        )
        return Answer(rest=rest, choices=choices)
    changes: dict[str, Any] = {}
    checkin = stay.checkin or scene.draft.checkin
    checkout = stay.checkout
    if checkout is None and checkin is not None and stay.nights:
        checkout = checkin + timedelta(days=stay.nights)
    times = {"checkin_time": stay.checkin_time, "checkout_time": stay.checkout_time}
    if checkout is None and stay.checkin is not None and scene.draft.asked == "nights":
        checkin, checkout = scene.draft.checkin, stay.checkin
        times = {"checkout_time": stay.checkin_time}
    if checkin is not None and checkin == scene.draft.checkin:
        checkout = checkout or scene.draft.checkout
    if checkin is not None:
        changes |= {"checkin": checkin, "checkout": checkout}
    return Answer(changes | {key: at for key, at in times.items() if at}, rest)


def _weekends(scene: Scene) -> tuple[Option, ...]:
    if scene.calendar is None:
        return ()
    free = []
    for first, last in scene.calendar.weekends(first_day(scene), scene.units):
        free.append(Option(f"{first}..{last}", fmt.span(scene.texts, first, last)))
        if len(free) == OFFERED_WEEKENDS:
            break
    return (*free, Option(OTHER, scene.texts("dates.other")))


def first_day(scene: Scene) -> date:
    """The first day on which a check-in at the house's hour leaves the owner time to answer."""
    earliest = scene.rules.earliest_checkin(scene.now).astimezone(scene.rules.zone)
    hour = scene.place.checkin if scene.place else earliest.time()
    return earliest.date() + (hour < earliest.time()) * DAY


def _ask_days(scene: Scene) -> str:
    return scene.texts("ask.days", place=scene.place.name if scene.place else "")


def _days(scene: Scene) -> tuple[Option, ...]:
    if scene.calendar is None:
        return ()
    texts, options = scene.texts, []
    for day, nights in scene.calendar.days(first_day(scene), scene.units):
        options.append(Option(day.isoformat(), fmt.day(texts, day), texts("days.free", n=nights)))
        if len(options) == 9:
            break
    return tuple(options)


def _ask_nights(scene: Scene) -> str:
    place, draft, texts = scene.place, scene.draft, scene.texts
    assert place and draft.checkin
    at = fmt.clock_time(texts, draft.checkin_time or place.checkin)
    out = fmt.clock_time(texts, draft.checkout_time or place.checkout)
    return texts("ask.nights", day=fmt.day(texts, draft.checkin), time=at, checkout=out)


def _parse_nights(text: str, scene: Scene) -> Answer | None:
    found = re.fullmatch(r"(\d{1,2})(?: ?n(?:ights?)?)?", words.plain(text))
    if scene.draft.asked != "nights" or found is None or scene.draft.checkin is None:
        return None
    nights = int(found[1])
    if not 1 <= nights <= MOST_NIGHTS:
        return Answer(complaint=scene.texts("dates.fault.too_long"))
    return Answer({"checkout": scene.draft.checkin + nights * DAY})


def _night_options(scene: Scene) -> tuple[Option, ...]:
    first, texts = scene.draft.checkin, scene.texts
    if first is None or scene.calendar is None:
        return ()
    most = scene.calendar.nights_free(first, scene.units, 3)
    return tuple(
        Option(str(n), texts("nights.till", n=n, till=fmt.day_and_month(texts, first + n * DAY)))
        for n in range(1, most + 1)
    )


def _check_dates(scene: Scene) -> str | None:
    draft, texts, place = scene.draft, scene.texts, scene.place
    if draft.checkin is None:
        return None
    if draft.checkin < scene.today:
        return texts("dates.fault.past")
    if draft.checkout is not None and draft.nights < 1:
        return texts("dates.fault.reversed")
    if draft.nights > MOST_NIGHTS:
        return texts("dates.fault.too_long")
    if (draft.checkout or draft.checkin) > horizon(scene.today):
        return texts("dates.fault.too_far")
    if place is not None and scene.checkin() < scene.rules.earliest_checkin(scene.now):
        return texts("dates.too_soon", day=fmt.day(texts, draft.checkin))
    return None


def _show_checkin(scene: Scene) -> str:
    if scene.place is None or scene.draft.checkin is None:
        return ""
    return fmt.moment(scene.texts, scene.checkin(), scene.rules.zone, year=True)


def _show_checkout(scene: Scene) -> str:
    if scene.place is None or scene.draft.checkout is None:
        return ""
    return fmt.moment(scene.texts, scene.checkout(), scene.rules.zone, year=True)


# ------------------------------------------------------------------ guests, name, phone


def _ask_guests(scene: Scene) -> str:
    place, texts = scene.place, scene.texts
    assert place
    return texts(
        "ask.guests", dates=scene.dates_text(), n=scene.draft.nights, most=place.most_guests
    )


def _parse_guests(text: str, scene: Scene) -> Answer | None:
    if text == OTHER:
        return Answer({"asked": "guests"}, complaint=scene.texts("guests.other"))
    found = words.guests_in(text, bare=scene.draft.asked == "guests")
    if found is None:
        return None
    return Answer({"guests": found[0]}, found[1])


def _guest_options(scene: Scene) -> tuple[Option, ...]:
    place, texts = scene.place, scene.texts
    most = place.most_guests if place else OFFERED_GUESTS[0]
    counts = [number for number in OFFERED_GUESTS if number <= most]
    options = [Option(str(number), texts("guests.n", n=number)) for number in counts]
    return (*options, Option(OTHER, texts("guests.more")))


def _check_guests(scene: Scene) -> str | None:
    place, guests = scene.place, scene.draft.guests
    if guests is None or place is None or 1 <= guests <= place.most_guests:
        return None
    key = "guests.none" if guests < 1 else "guests.too_many"
    return scene.texts(key, most=place.most_guests)


def _parse_name(text: str, scene: Scene) -> Answer | None:
    written = words.name_in(text)
    if written is None and scene.draft.asked == "name" and words.may_be_name(text):
        written = text
    if written is None:
        return None
    name = usable_name(written)
    if name is None:
        return Answer(complaint=scene.texts("name.unusable"))
    return Answer({"name": name})


def _parse_phone(text: str, scene: Scene) -> Answer | None:
    found = words.phone_in(text)
    if found is None:
        return None
    if (phone := mobile(found[0])) is None:
        return Answer(rest=found[1], complaint=scene.texts("phone.wrong"))
    return Answer({"phone": phone}, found[1])


def _fine(scene: Scene) -> str | None:
    return None


FORM: Dialogue[Scene] = Dialogue(
    (
        Question(
            "place", _ask_place, Shape.LIST, _parse_place, _check_place, _places,
            skip=lambda scene: scene.place is not None,
            show=lambda scene: scene.place.name if scene.place else "",
            header=lambda scene: scene.texts("ask.place.header"),
            footer=lambda scene: scene.texts("ask.place.footer"),
            label="place.label",
        ),
        Question(
            "days", _ask_days, Shape.LIST, _parse_dates, _fine, _days,
            skip=lambda scene: scene.draft.asked != "days" or scene.draft.checkin is not None,
            show=_show_checkin, label="days.label",
            form=lambda scene: form.offer(scene, first_day(scene)),
        ),
        Question(
            "dates", _ask_dates, Shape.BUTTONS, _parse_dates, _check_dates, _weekends,
            skip=lambda scene: scene.draft.checkin is not None,
            show=_show_checkin,
            footer=lambda scene: scene.texts("ask.dates.footer"),
        ),
        Question(
            "nights", _ask_nights, Shape.BUTTONS, _parse_nights, _fine, _night_options,
            skip=lambda scene: scene.draft.checkout is not None, show=_show_checkout,
        ),
        Question(
            "guests", _ask_guests, Shape.BUTTONS, _parse_guests, _check_guests, _guest_options,
            skip=lambda scene: scene.draft.guests is not None,
            show=lambda scene: str(scene.draft.guests or ""),
        ),
        Question(
            "name", lambda scene: scene.texts("ask.name"), Shape.TEXT, _parse_name, _fine,
            lambda scene: (),
            skip=lambda scene: scene.name is not None, show=lambda scene: scene.name or "",
        ),
        Question(
            "phone", lambda scene: scene.texts("ask.phone"), Shape.CONTACT, _parse_phone, _fine,
            lambda scene: (),
            skip=lambda scene: scene.phone is not None, show=lambda scene: scene.phone or "",
        ),
    )
)  # fmt: skip
