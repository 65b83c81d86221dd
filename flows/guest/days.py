"""The questions of the stay: dates, days to choose from, nights."""

import re
from datetime import date, timedelta
from typing import Any

from flows import format as fmt
from flows.availability import DAY
from flows.dates import Stay, horizon, stay_in
from flows.dialogue import OTHER, Answer, Option
from flows.guest import words
from flows.guest.scene import Scene
from flows.messages import MOST_ROWS

MOST_NIGHTS = 30
OFFERED_WEEKENDS = 2
OFFERED_DAYS = MOST_ROWS - 1
LATER = "days.later"  # the value of the row behind the days that are offered
ISO = r"\d{4}-\d\d-\d\d"
TAPPED_DATES = re.compile(rf"({ISO})(?:\.\.({ISO}))?", re.ASCII)


def ask_dates(scene: Scene) -> str:
    """Price and hours of the place, and which dates are wished."""
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


def parse_dates(text: str, scene: Scene) -> Answer | None:
    """A tapped range or day, or the dates that a text says."""
    if (tapped := TAPPED_DATES.fullmatch(text)) and (days := _real_days(*tapped.groups())):
        return Answer(
            {"checkin": days[0], "checkout": days[-1] if tapped[2] else None, "asked": None}
        )
    if text == OTHER:
        return Answer({"checkin": None, "checkout": None, "asked": "days"})
    if text == LATER:
        return Answer(complaint=scene.texts("days.later.how"))
    found = stay_in(text, scene.today, scene.festivals)
    return _stay_answer(*found, scene) if found else None


def _real_days(*written: str | None) -> list[date]:
    """The days of a tapped button; none where the calendar has no such day."""
    try:
        return [date.fromisoformat(each) for each in written if each]
    except ValueError:
        return []


def _stay_answer(stay: Stay, rest: str, scene: Scene) -> Answer:
    if stay.fault is not None:
        wrong = scene.texts(f"dates.fault.{stay.fault}")
        return Answer(rest=rest, complaint=wrong, choices=_choices(stay, scene, year=True))
    if stay.options:
        return Answer(rest=rest, choices=_choices(stay, scene))
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


def _choices(stay: Stay, scene: Scene, *, year: bool = False) -> tuple[Option, ...]:
    """The days that may be meant; after a fault those that may have been meant instead."""
    return tuple(
        Option(day.isoformat(), fmt.day(scene.texts, day, year=year)) for day in stay.options[:2]
    )


def weekends(scene: Scene) -> tuple[Option, ...]:
    """The next free weekends, and other dates."""
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


def ask_days(scene: Scene) -> str:
    """Which of the free days."""
    return scene.texts("ask.days", place=scene.place.name if scene.place else "")


def days_free(scene: Scene) -> tuple[Option, ...]:
    """The next days on which a stay can begin, each with its free nights, and later ones."""
    if scene.calendar is None:
        return ()
    texts, options = scene.texts, []
    for day, nights in scene.calendar.days(first_day(scene), scene.units):
        options.append(Option(day.isoformat(), fmt.day(texts, day), texts("days.free", n=nights)))
        if len(options) == OFFERED_DAYS:
            break
    if options:
        options.append(Option(LATER, texts("days.later"), texts("days.later.more")))
    return tuple(options)


def ask_nights(scene: Scene) -> str:
    """How long, once only the day of check-in is known."""
    place, draft, texts = scene.place, scene.draft, scene.texts
    assert place and draft.checkin
    at = fmt.clock_time(texts, draft.checkin_time or place.checkin)
    out = fmt.clock_time(texts, draft.checkout_time or place.checkout)
    return texts("ask.nights", day=fmt.day(texts, draft.checkin), time=at, checkout=out)


def parse_nights(text: str, scene: Scene) -> Answer | None:
    """A number of nights, where it was asked for."""
    found = re.fullmatch(r"(\d{1,2})(?: ?n(?:ights?)?)?", words.plain(text))
    if scene.draft.asked != "nights" or found is None or scene.draft.checkin is None:
        return None
    nights = int(found[1])
    if not 1 <= nights <= MOST_NIGHTS:
        return Answer(complaint=scene.texts("dates.fault.too_long"))
    return Answer({"checkout": scene.draft.checkin + nights * DAY})


def night_options(scene: Scene) -> tuple[Option, ...]:
    """One night up to three, as far as they are free."""
    first, texts = scene.draft.checkin, scene.texts
    if first is None or scene.calendar is None:
        return ()
    most = scene.calendar.nights_free(first, scene.units, 3)
    return tuple(
        Option(str(n), texts("nights.till", n=n, till=fmt.day_and_month(texts, first + n * DAY)))
        for n in range(1, most + 1)
    )


def check(scene: Scene) -> str | None:
    """What is wrong with the dates that stand, in words."""
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


def show_checkin(scene: Scene) -> str:
    """The moment of check-in in full."""
    if scene.place is None or scene.draft.checkin is None:
        return ""
    return fmt.moment(scene.texts, scene.checkin(), scene.rules.zone, year=True)


def show_checkout(scene: Scene) -> str:
    """The moment of check-out in full."""
    if scene.place is None or scene.draft.checkout is None:
        return ""
    return fmt.moment(scene.texts, scene.checkout(), scene.rules.zone, year=True)
