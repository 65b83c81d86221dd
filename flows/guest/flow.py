"""The guest's flow: from a reading and the facts to the answer and the act."""

from dataclasses import replace
from datetime import datetime, timedelta

from flows import format as fmt
from flows.booking import Status
from flows.dialogue import Option, Question, ask
from flows.facts import Booking
from flows.guest import later
from flows.guest.decision import Act, Decision
from flows.guest.draft import Draft
from flows.guest.questions import FORM, first_day
from flows.guest.read import Reading
from flows.guest.scene import Scene
from flows.inbound import Inbound, What
from flows.messages import BUTTON_TITLE, ROW_TEXT, Button, Kind, Message, Row, clip

OPEN = (Status.PAYMENT_PENDING, Status.PAYMENT_EXPIRED)


def decide(inbound: Inbound, reading: Reading, scene: Scene) -> Decision:
    """The answer to one message; exactly one message is said, here or by the act's outcome."""
    scene = scene.with_draft(reading.draft)
    if reading.act is not None:
        return _tapped(reading.act, scene)
    if reading.command is not None:
        return _commanded(reading.command, scene)
    if reading.stale:
        return _ask_next(scene, scene.texts("tap.stale"))
    if inbound.what not in (What.TEXT, What.TAP) and not reading.understood:
        return _not_text(inbound.what, scene)
    if reading.complaint is not None:
        return _complain(reading.about, reading.complaint, scene)
    if reading.choices:
        return _choose(reading.about, reading.choices, scene)
    if not reading.understood:
        return _missed(inbound, scene)
    return advance(scene.with_draft(replace(scene.draft, misses=0)))


def fresh(scene: Scene) -> Scene:
    """Before a message is read: a draft that was paid has become a booking, the next starts new."""
    draft = scene.draft
    current = _current(scene)
    if draft.booking_id is None or (current is not None and current.status in OPEN):
        return scene
    return scene.with_draft(draft.start_over())


def _current(scene: Scene) -> Booking | None:
    wanted = scene.draft.booking_id
    return next((each for each in scene.bookings if each.booking_id == wanted), None)


def advance(scene: Scene, lead: str = "") -> Decision:
    """Check what is filled, then ask what is open; a finished form is booked."""
    if wrong := FORM.complaint(scene):
        question, words = wrong
        return _complain(question.key, f"{lead}\n\n{words}".strip(), scene)
    if full := _full(scene, lead):
        return full
    if (open_question := FORM.next(scene)) is not None:
        return _ask(open_question, scene, lead)
    previous, order = _current(scene), scene.order()
    if previous and previous.status is Status.PAYMENT_PENDING and order.is_held_by(previous):
        return Decision(scene.draft, (later.pay_link(previous, scene, lead),))
    replaced = previous.booking_id if previous and previous.status in OPEN else None
    return Decision(scene.draft, act=Act("book", replaced, order))


def _ask(question: Question[Scene], scene: Scene, lead: str = "") -> Decision:
    draft = replace(scene.draft, asked=question.key, revision=scene.draft.revision + 1)
    scene = scene.with_draft(draft)
    return Decision(draft, (ask(question, scene, scene.texts, draft.revision, lead),))


def _ask_next(scene: Scene, lead: str) -> Decision:
    """Say something, then repeat what is open; before the first answer that is the hello."""
    current = _current(scene)
    if current is not None and current.status is Status.PAYMENT_PENDING:
        return Decision(scene.draft, (later.pay_link(current, scene, lead),))
    if current is not None and FORM.next(scene) is None:
        return later.lapsed(scene.draft, current, scene, lead)
    if _untouched(scene.draft) and later.live(scene):
        return later.greet(scene, _ask_place, lead)
    return advance(scene, lead)


def _ask_place(scene: Scene) -> Decision:
    return _ask(FORM["place"], scene)


def _begun(draft: Draft) -> bool:
    return draft.form() != Draft(name=draft.name, phone=draft.phone).form()


def _untouched(draft: Draft) -> bool:
    """Whether no form is being filled: nothing is answered and nothing asked."""
    return draft.asked is None and not _begun(draft)


CLEARED = {
    "place": ("property_id",),
    "days": ("checkin", "checkout"),
    "dates": ("checkin", "checkout"),
    "nights": ("checkout",),
    "guests": ("guests",),
}


def _complain(key: str, words: str, scene: Scene) -> Decision:
    """Say what is wrong with an answer and ask for it again."""
    draft = scene.draft.without(*CLEARED.get(key, ()))
    scene = scene.with_draft(draft)
    if key in ("dates", "days", "guests", "nights") and scene.place is None:
        return _ask_next(scene, words)
    if key == "guests" or (key == "name" and scene.name) or (key == "phone" and scene.phone):
        asked = replace(draft, asked=key, revision=draft.revision + 1)
        return Decision(asked, (Message(Kind.TEXT, words),))
    open_question = FORM.next(scene) if FORM[key].skip(scene) else FORM[key]
    return _ask(open_question, scene, words) if open_question else advance(scene, words)


def _choose(key: str, choices: tuple[Option, ...], scene: Scene) -> Decision:
    """Offer what an ambiguous answer may mean."""
    draft = replace(scene.draft, revision=scene.draft.revision + 1)
    texts, mark = scene.texts, f"d:{draft.revision}:{key}="
    if key == "place":
        question = replace(FORM["place"], options=lambda _: choices)
        return _ask(question, scene, texts("place.which"))
    buttons = [Button(mark + each.value, clip(each.title, BUTTON_TITLE)) for each in choices]
    buttons.append(Button(mark + "other", texts("dates.other")))
    body = texts("dates.which")
    return Decision(draft, (Message(Kind.BUTTONS, body, buttons=tuple(buttons)),))


def _full(scene: Scene, lead: str = "") -> Decision | None:
    """The wished nights are taken: the nearest free ones and other places (G2f)."""
    draft, place, texts = scene.draft, scene.place, scene.texts
    if place is None or scene.calendar is None or not draft.checkin or not draft.checkout:
        return None
    if scene.calendar.is_free(draft.checkin, draft.checkout, scene.units):
        return None
    near = scene.calendar.nearest(draft.checkin, draft.nights, first_day(scene), scene.units)
    taken = texts("dates.full", dates=scene.dates_text(), place=place.name)
    words = f"{lead}\n\n{taken}".strip()
    revision = draft.revision + 1
    mark = f"d:{revision}:dates="
    buttons = [
        Button("g:others", texts("places.other")),
        Button(mark + "other", texts("dates.other")),
    ]
    if near is not None:
        last = near + (draft.checkout - draft.checkin)
        span = fmt.span(texts, near, last)
        words += " " + texts("dates.nearest", dates=span)
        buttons.insert(0, Button(f"{mark}{near}..{last}", clip(span, BUTTON_TITLE)))
    kept = replace(draft, revision=revision, asked="dates")
    return Decision(kept, (Message(Kind.BUTTONS, words, buttons=tuple(buttons)),))


def lost_race(scene: Scene) -> Decision:
    """Somebody else took the nights in the same moment."""
    return _full(scene) or _ask_next(
        scene.with_draft(scene.draft.without("checkin", "checkout")),
        scene.texts("dates.full", dates=scene.dates_text(), place=scene.order().place.name),
    )


def too_many_holds(scene: Scene, again: datetime) -> Decision:
    """Dates held so often within the hour that others must be let in; says when it goes on."""
    local = again.astimezone(scene.rules.zone) + timedelta(minutes=1)
    words = scene.texts(
        "guest.too_many_holds",
        count=str(scene.rules.holds_an_hour),
        time=fmt.clock_time(scene.texts, local.time()),
    )
    return Decision(scene.draft, (Message(Kind.TEXT, words),))


def _missed(inbound: Inbound, scene: Scene) -> Decision:
    """Not understood: an example, then other words, then a person (ux.md 1.3, rule 5)."""
    texts, current = scene.texts, _current(scene)
    draft = replace(scene.draft, misses=scene.draft.misses + 1)
    scene = scene.with_draft(draft)
    if current is not None and current.status is Status.PAYMENT_PENDING:
        return Decision(draft, (later.pay_link(current, scene, texts("review.tap_to_pay")),))
    if current is not None:
        return later.lapsed(draft, current, scene)
    if _untouched(draft):
        return later.greet(scene, _ask_place)
    question = FORM.next(scene)
    if question is None:
        return advance(scene)
    if draft.misses > 2:
        buttons = (
            Button("g:human", texts("guest.button.human")),
            Button("g:restart", texts("guest.button.restart")),
        )
        return Decision(draft, (Message(Kind.BUTTONS, texts("missed.3"), buttons=buttons),))
    key = "dates" if _full(scene) else question.key
    return advance(scene, texts(f"missed.{draft.misses}.{key}"))


def _not_text(what: What, scene: Scene) -> Decision:
    """A voice note, a picture, a sticker: say so and repeat the question (G17)."""
    current = _current(scene)
    if what is What.PICTURE and current is not None:
        return Decision(scene.draft, act=Act("check", current.booking_id))
    return _ask_next(scene, scene.texts(f"not_text.{what}"))


def _commanded(command: str, scene: Scene) -> Decision:
    if command in ("new", "restart"):
        draft = scene.draft.start_over()
        withdrawn = scene.draft.booking_id
        decision = _ask(FORM["place"], scene.with_draft(draft))
        return replace(decision, act=Act("withdraw", withdrawn)) if withdrawn else decision
    if command == "others":
        return _ask(FORM["place"], scene.with_draft(scene.draft.without("property_id")))
    if command == "back":
        return _back(scene)
    if command == "human":
        return Decision(scene.draft, (later.human(scene),), Act("human"))
    if command == "cancel" and (dropped := _drop(scene)):
        return dropped
    current = _current(scene)
    if command == "hi" and current is not None:
        return _ask_next(scene, "")
    if command == "edit":
        return _edit(scene)
    if command.startswith("edit."):
        return _edit_one(FORM[command.removeprefix("edit.")], scene)
    return later.command(command, scene, current, lambda lead: _ask_next(scene, lead))


EDITABLE = ("place", "dates", "nights", "guests", "name", "phone")


def _edit(scene: Scene) -> Decision:
    """Everything that can be changed, each with what stands now (G5)."""
    texts = scene.texts
    if scene.place is None:
        return _ask_next(scene, texts("edit.none"))
    draft = replace(scene.draft, revision=scene.draft.revision + 1)
    rows = [
        Row(f"d:{draft.revision}:edit={key}", texts(f"edit.{key}"), clip(shown, ROW_TEXT))
        for key in EDITABLE
        if (shown := FORM[key].show(scene))
    ]
    rows.append(Row(f"d:{draft.revision}:edit=back", texts("edit.back")))
    body, label = texts("edit.what"), texts("edit.label")
    return Decision(draft, (Message(Kind.LIST, body, rows=tuple(rows), label=label),))


def _edit_one(question: Question[Scene], scene: Scene) -> Decision:
    """Ask for one answer again; a row of a list whose form is gone asks what is open."""
    if not question.show(scene):
        return _ask_next(scene, scene.texts("tap.stale"))
    return _ask(question, scene)


def _drop(scene: Scene) -> Decision | None:
    """Give up the form that is being filled, unless a booking must be meant."""
    draft, words = scene.draft, Message(Kind.TEXT, scene.texts("draft.dropped"))
    if draft.booking_id is not None:
        return Decision(draft.start_over(), (words,), Act("withdraw", draft.booking_id))
    if not _begun(draft) or any(each.status in later.CANCELLABLE for each in scene.bookings):
        return None
    return Decision(draft.start_over(), (words,))


def _back(scene: Scene) -> Decision:
    """The question before; from a change that was begun at the pay link, back to the link."""
    current, draft = _current(scene), scene.draft
    if current is not None and draft.asked is not None and FORM.next(scene) is None:
        return _ask_next(scene.with_draft(replace(draft, asked=None)), "")
    stepped = scene.with_draft(_step_back(draft))
    return _ask(FORM.next(stepped) or FORM["place"], stepped)


def _step_back(draft: Draft) -> Draft:
    """The draft without its last answer."""
    for keys in (("guests",), ("checkin", "checkout"), ("property_id",)):
        if any(getattr(draft, key) is not None for key in keys):
            return draft.without(*keys, "asked")
    return draft


def _tapped(act: tuple[str, str], scene: Scene) -> Decision:
    verb, booking_id = act
    booking = next((each for each in scene.bookings if each.booking_id == booking_id), None)
    if booking is None:
        return _ask_next(scene, scene.texts("tap.not_yours"))
    if verb == "again" and booking.status is Status.PAYMENT_EXPIRED:
        mine = booking_id == scene.draft.booking_id
        return advance(scene) if mine else _ask_next(scene, scene.texts("tap.stale"))
    if verb == "check":
        return Decision(scene.draft, act=Act("check", booking_id))
    if verb.startswith(f"{later.CANCEL_YES}="):
        return _cancel(booking, verb.removeprefix(f"{later.CANCEL_YES}="), scene)
    return Decision(scene.draft, (later.about(verb, booking, scene),))


def _cancel(booking: Booking, shown: str, scene: Scene) -> Decision:
    """Cancel for the amount that was shown; where it has changed since, ask again."""
    changed = shown != str(later.refund_of(booking, scene))
    if changed and booking.status in later.CANCELLABLE:
        return Decision(scene.draft, (later.about("cancel", booking, scene),))
    return Decision(scene.draft, act=Act("cancel", booking.booking_id))
