"""Reading: what a guest's message says, before anything is looked up."""

from functools import cache
from typing import Any

from flows.booking import OVER
from flows.dialogue import UNDO, Answer, Option, Question, read_tap
from flows.guest import faq, form, later, words
from flows.guest.draft import Draft
from flows.guest.questions import FORM
from flows.guest.scene import Scene
from flows.inbound import Inbound, What
from flows.record import record, replace

INSTEAD = ("others", "dates")  # what may be booked instead of a booking that came to nothing


@record
class Reading:
    """What a message changed in the draft, and what else it was."""

    draft: Draft
    understood: bool = False
    command: str | None = None
    act: tuple[str, str] | None = None  # (verb, booking id) of a tapped button
    complaint: str | None = None
    choices: tuple[Option, ...] = ()
    about: str = ""  # key of the question that the complaint or the choices belong to
    stale: bool = False  # a button of an earlier prompt
    subject: str | None = None  # what a question beside the form is about


def read(inbound: Inbound, scene: Scene) -> Reading:
    """What one message says; pure, and before availability is known."""
    if inbound.what is What.TAP:
        return _read_tap(inbound.payload, scene)
    if inbound.what is What.CONTACT and inbound.phone:
        return _read_contact(inbound, scene)
    if inbound.what is What.FORM and inbound.form:
        return _read_form(dict(inbound.form), scene)
    if inbound.what is not What.TEXT:
        return Reading(scene.draft)
    command = words.command(inbound.text)
    if command is not None:
        return _read_command(command, scene)
    if words.is_filler(inbound.text):
        return Reading(scene.draft)
    if scene.place is not None and faq.only_asks(inbound.text):
        return Reading(scene.draft, subject=faq.subject_in(inbound.text))
    reading = _read_text(inbound.text, scene)
    moved = reading.understood and reading.draft.property_id != scene.draft.property_id
    subject = None if moved else faq.subject_in(inbound.text)
    return replace(reading, subject=subject) if subject else reading


def _read_command(command: str, scene: Scene) -> Reading:
    """A command; a hello of somebody who was here before fills in what was booked last."""
    if command == UNDO:
        return _bring_back(scene.draft)
    known = Reading(scene.draft, understood=True, command=command)
    if command != "hi" or not scene.draft.is_untouched or later.live(scene):
        return known
    if (last := later.last_stay(scene)) is None:
        return known
    draft = replace(scene.draft, property_id=last.place.property_id, guests=last.guests)
    return replace(known, draft=draft, command="again")


def _bring_back(draft: Draft) -> Reading:
    """The draft that was given up, read here so that its dates are looked up like any others."""
    before = draft.brought_back
    return Reading(before or draft, understood=True, command=UNDO if before else f"{UNDO}.none")


def _read_contact(inbound: Inbound, scene: Scene) -> Reading:
    """A contact counts only as the answer to our request: any other card may be anybody's."""
    if scene.draft.asked != "phone" or not inbound.own_phone:
        return Reading(scene.draft)
    return Reading(replace(scene.draft, phone=inbound.phone), understood=True)


def _read_form(values: dict[str, str], scene: Scene) -> Reading:
    """A form that came back; what it says is looked at like everything else that is said."""
    changes = form.changes(values, scene)
    if changes is None:
        return Reading(scene.draft, understood=True, stale=True)
    about, words = form.complaint(values, scene)
    draft = replace(scene.draft, **_consistent(scene.draft, changes))
    return Reading(draft, understood=bool(changes), complaint=words or None, about=about)


def _read_tap(payload: str, scene: Scene) -> Reading:
    draft = scene.draft
    if (tapped := read_tap(payload)) is not None:
        revision, key, value = tapped
        if revision != draft.revision:
            return Reading(draft, understood=True, stale=True)
        if UNDO in (key, value):
            return _bring_back(draft)
        if key == "edit":
            return Reading(draft, understood=True, command=_edited(value))
        answer = FORM[key].parse(value, scene) if _known(key) else None
        return _apply(draft, key, answer) if answer else Reading(draft, stale=True)
    mark, _, rest = payload.partition(":")
    booking_id, _, verb = rest.rpartition(":")
    if mark != "g":
        return Reading(draft, understood=True, stale=True)
    if not booking_id:
        return Reading(draft, understood=True, command=verb)
    if verb in INSTEAD and (answers := _instead(booking_id, scene)):
        return Reading(answers, understood=True, command=verb)
    return Reading(draft, understood=True, act=(verb, booking_id))


def _instead(booking_id: str, scene: Scene) -> Draft | None:
    """A draft with the answers of a booking that came to nothing; None: it is not known here."""
    before = next((each for each in scene.bookings if each.booking_id == booking_id), None)
    if before is None or before.status not in OVER:
        return None
    return replace(
        scene.draft.give_up(),
        property_id=before.place.property_id,
        checkin=before.first,
        checkout=before.last,
        guests=before.guests,
    )


def _edited(value: str) -> str:
    """The command of a row in the edit list; anything unknown goes back."""
    if value == "language":
        return value
    return f"edit.{value}" if _known(value) else "continue"


def _known(key: str) -> bool:
    return any(question.key == key for question in FORM.questions)


def _apply(draft: Draft, key: str, answer: Answer) -> Reading:
    changed = replace(draft, **_consistent(draft, answer.changes))
    return Reading(
        changed,
        understood=True,
        complaint=answer.complaint,
        choices=answer.choices,
        about=key if answer.complaint or answer.choices else "",
    )


def _consistent(draft: Draft, changes: dict[str, Any]) -> dict[str, Any]:
    """Another place keeps dates and guests, but not the hours and price of the place before."""
    if draft.property_id and changes.get("property_id") not in (None, draft.property_id):
        return {"checkin_time": None, "checkout_time": None, "seen": None} | changes
    return changes


def _read_text(text: str, scene: Scene) -> Reading:
    """Run a text through every question, the pending one first; all that is found counts."""
    rest, reading = text, Reading(scene.draft)
    for question in _reading_order(scene.draft.asked):
        answer = question.parse(rest, scene)
        if answer is None:
            continue
        found = _apply(reading.draft, question.key, answer)
        scene = scene.with_draft(found.draft)
        reading = replace(
            found,
            complaint=reading.complaint or found.complaint,
            choices=reading.choices or found.choices,
            about=reading.about or found.about,
        )
        rest = answer.rest
        if not rest.strip():
            break
    return reading


# Where a text is searched: a number that is a date must not be taken for a phone or for guests.
ORDER = ("name", "nights", "dates", "guests", "phone", "place")


@cache
def _reading_order(asked: str | None) -> list[Question[Scene]]:
    """Every question once, the pending one first unless it would swallow anything."""
    first = [asked] if asked in ("nights", "guests", "advance") else []
    return [FORM[key] for key in dict.fromkeys([*first, *ORDER])]
