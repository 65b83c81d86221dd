"""The form of a booking: each question as one record, in the order in which it is asked."""

from flows.dialogue import Dialogue, Question, Shape
from flows.guest import days, form, party, places
from flows.guest.scene import Scene


def _fine(scene: Scene) -> str | None:
    return None


FORM: Dialogue[Scene] = Dialogue(
    (
        Question(
            "place", places.ask, Shape.LIST, places.parse, places.check, places.options,
            skip=lambda scene: scene.place is not None,
            show=lambda scene: scene.place.name if scene.place else "",
            header=lambda scene: scene.texts("ask.place.header"),
            footer=lambda scene: scene.texts("ask.place.footer"),
            label="place.label",
        ),
        Question(
            "days", days.ask_days, Shape.LIST, days.parse_dates, _fine, days.days_free,
            skip=lambda scene: scene.draft.asked != "days" or scene.draft.checkin is not None,
            show=days.show_checkin, label="days.label",
            form=lambda scene: form.offer(scene, days.first_day(scene)),
        ),
        Question(
            "dates", days.ask_dates, Shape.BUTTONS, days.parse_dates, days.check, days.weekends,
            skip=lambda scene: scene.draft.checkin is not None,
            show=days.show_checkin,
            footer=lambda scene: scene.texts("ask.dates.footer"),
        ),
        Question(
            "nights", days.ask_nights, Shape.BUTTONS, days.parse_nights, _fine, days.night_options,
            skip=lambda scene: scene.draft.checkout is not None, show=days.show_checkout,
        ),
        Question(
            "guests", party.ask_guests, Shape.BUTTONS, party.parse_guests, party.check_guests,
            party.guest_options,
            skip=lambda scene: scene.draft.guests is not None,
            show=lambda scene: str(scene.draft.guests or ""),
        ),
        Question(
            "name", lambda scene: scene.texts("ask.name"), Shape.TEXT, party.parse_name, _fine,
            lambda scene: (),
            skip=lambda scene: scene.name is not None, show=lambda scene: scene.name or "",
        ),
        Question(
            "phone", lambda scene: scene.texts("ask.phone"), Shape.CONTACT, party.parse_phone,
            _fine, lambda scene: (),
            skip=lambda scene: scene.phone is not None, show=lambda scene: scene.phone or "",
        ),
        Question(  # never asked by itself: the place's own share is the usual one
            "advance", party.ask_advance, Shape.BUTTONS, party.parse_advance, _fine,
            party.advance_options, skip=lambda scene: True, show=party.show_advance,
        ),
    )
)  # fmt: skip
