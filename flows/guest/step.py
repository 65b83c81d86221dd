"""One step of the form: check what is filled, ask what is open, or order what is finished."""

from datetime import datetime, timedelta

from flows import format as fmt
from flows.booking import Status
from flows.dialogue import Option, Question, ask
from flows.facts import Booking
from flows.guest import later, taken
from flows.guest.decision import Act, Decision
from flows.guest.questions import FORM
from flows.guest.scene import Scene
from flows.messages import BUTTON_TITLE, Button, Kind, Message, clip
from flows.record import replace

OPEN = (Status.PAYMENT_PENDING, Status.PAYMENT_EXPIRED)
CLEARED = {
    "place": ("property_id",),
    "days": ("checkin", "checkout"),
    "dates": ("checkin", "checkout"),
    "nights": ("checkout",),
    "guests": ("guests",),
}


def joined(*parts: str) -> str:
    """Paragraphs of one message; empty ones are left out."""
    return "\n\n".join(part for part in parts if part)


def current(scene: Scene) -> Booking | None:
    """The checkout that the draft became, while it is there."""
    wanted = scene.draft.booking_id
    return next((each for each in scene.bookings if each.booking_id == wanted), None)


def advance(scene: Scene, lead: str = "") -> Decision:
    """Check what is filled, then ask what is open; a finished form is booked."""
    scene, note = _at_house_hours(scene)
    lead = joined(lead, note)
    if wrong := FORM.complaint(scene):
        question, words = wrong
        return complain(question.key, joined(lead, words), scene)
    if taken := full(scene, lead):
        return taken
    if (open_question := FORM.next(scene)) is not None:
        return put(open_question, scene, joined(new_price(scene), lead))
    previous, order = current(scene), scene.order()
    if previous and previous.status is Status.PAYMENT_PENDING and order.is_held_by(previous):
        return Decision(scene.draft, (later.pay_link(previous, scene, lead),))
    if news := new_price(scene):
        return summary(scene, joined(lead, news))
    replaced = previous.booking_id if previous and previous.status in OPEN else None
    return Decision(scene.draft, act=Act("book", replaced, order))


def _at_house_hours(scene: Scene) -> tuple[Scene, str]:
    """Hours outside those of the house become the house's own, and that is said (G2e)."""
    draft, place, texts = scene.draft, scene.place, scene.texts
    if place is None:
        return scene, ""
    notes = []
    if draft.checkin_time and draft.checkin_time < place.checkin:
        draft = draft.without("checkin_time")
        notes.append(texts("dates.early", time=fmt.clock_time(texts, place.checkin)))
    if draft.checkout_time and draft.checkout_time > place.checkout:
        draft = draft.without("checkout_time")
        notes.append(texts("dates.late", time=fmt.clock_time(texts, place.checkout)))
    return scene.with_draft(draft), "\n".join(notes)


def new_price(scene: Scene) -> str:
    """That the price is another one than was told before; empty: it is the same."""
    place, seen = scene.place, scene.draft.seen
    if place is None or seen in (None, place.nightly):
        return ""
    return scene.texts("back.price", place=place.name, price=fmt.rupees(place.nightly))


def summary(scene: Scene, lead: str) -> Decision:
    """What is filled, for a guest who must know something first: continue, or change."""
    draft, texts = replace(scene.draft, seen=None), scene.texts
    total = texts("back.total", total=fmt.rupees(scene.price.total)) if scene.price else ""
    other = ("g:dates", "dates.other") if draft.checkin else ("g:others", "places.other")
    pairs = (("g:continue", "back.continue"), other, ("g:new", "guest.button.new"))
    body = joined(lead, "\n".join(part for part in (scene.answers("*"), total) if part))
    return Decision(draft, (Message(Kind.BUTTONS, body, buttons=later.buttons(scene, *pairs)),))


def put(question: Question[Scene], scene: Scene, lead: str = "") -> Decision:
    """Put a question; it is pending from now on, and the price in it is told."""
    seen = scene.place.nightly if scene.place else None
    revision = scene.draft.revision + 1
    draft = replace(scene.draft, asked=question.key, revision=revision, seen=seen)
    scene = scene.with_draft(draft)
    return Decision(draft, (ask(question, scene, scene.texts, draft.revision, lead),))


def ask_next(scene: Scene, lead: str) -> Decision:
    """Say something, then repeat what is open; before the first answer that is the hello."""
    now = current(scene)
    if now is not None and now.status is Status.PAYMENT_PENDING:
        return Decision(scene.draft, (later.pay_link(now, scene, lead),))
    if now is not None and FORM.next(scene) is None:
        return lapsed(now, scene, lead)
    if scene.draft.is_untouched and later.live(scene):
        return later.greet(scene, lead)
    return advance(scene, lead)


def ask_place(scene: Scene, words: str = "") -> Decision:
    """The list of places, under the hello or under other words."""
    question = FORM["place"]
    return put(replace(question, prompt=lambda _: words) if words else question, scene)


def lapsed(booking: Booking, scene: Scene, lead: str = "") -> Decision:
    """The hold is over: what has changed is said first, then it can be held again (G6)."""
    return full(scene, lead) or Decision(
        scene.draft, (later.hold_over(booking, scene, joined(lead, _new_total(booking, scene))),)
    )


def _new_total(booking: Booking, scene: Scene) -> str:
    price = scene.price
    if price is None or price.total == booking.total:
        return ""
    same = scene.place is not None and scene.place.property_id == booking.place.property_id
    if not same or scene.draft.guests != booking.guests:
        return ""
    return scene.texts("back.total", total=fmt.rupees(price.total))


def complain(key: str, words: str, scene: Scene) -> Decision:
    """Say what is wrong with an answer and ask for it again."""
    draft = scene.draft.without(*CLEARED.get(key, ()))
    scene = scene.with_draft(draft)
    if key in ("dates", "days", "guests", "nights") and scene.place is None:
        return ask_next(scene, words)
    if key == "advance":
        return put(FORM[key], scene, words)
    if key == "guests" or (key == "name" and scene.name) or (key == "phone" and scene.phone):
        asked = replace(draft, asked=key, revision=draft.revision + 1)
        return Decision(asked, (Message(Kind.TEXT, words),))
    open_question = FORM.next(scene) if FORM[key].skip(scene) else FORM[key]
    return put(open_question, scene, words) if open_question else advance(scene, words)


def choose(key: str, choices: tuple[Option, ...], scene: Scene, lead: str = "") -> Decision:
    """Offer what an ambiguous answer may mean."""
    draft = replace(scene.draft, revision=scene.draft.revision + 1)
    texts, mark = scene.texts, f"d:{draft.revision}:{key}="
    if key == "place":
        words = lead or texts("place.which")
        question = replace(FORM["place"], prompt=lambda _: words, options=lambda _: choices)
        return put(question, scene)
    buttons = [Button(mark + each.value, clip(each.title, BUTTON_TITLE)) for each in choices]
    buttons.append(Button(mark + "other", texts("dates.other")))
    body = joined(lead, texts("dates.which"))
    return Decision(draft, (Message(Kind.BUTTONS, body, buttons=tuple(buttons)),))


def full(scene: Scene, lead: str = "") -> Decision | None:
    """The wished nights are taken: the nearest free ones and the places free on them (G2f)."""
    draft, place = scene.draft, scene.place
    if place is None or scene.calendar is None or not draft.checkin or not draft.checkout:
        return None
    if scene.calendar.is_free(draft.checkin, draft.checkout, scene.units):
        return None
    kept = replace(draft, revision=draft.revision + 1, asked="dates")
    return Decision(kept, (taken.instead(scene.with_draft(kept), place, lead),))


def lost_race(scene: Scene) -> Decision:
    """Somebody else took the nights in the same moment."""
    return full(scene) or ask_next(
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
