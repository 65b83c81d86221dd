"""The guest's flow: from a reading and the facts to the answer and the act."""

from flows.booking import Status
from flows.dialogue import Option
from flows.facts import Booking
from flows.guest import faq, later, words
from flows.guest.commands import commanded
from flows.guest.decision import Act, Decision
from flows.guest.places import MOST_CHOICES, areas, rows
from flows.guest.questions import FORM
from flows.guest.read import Reading
from flows.guest.scene import Scene
from flows.guest.search import near_names, nearest
from flows.guest.step import (
    OPEN,
    advance,
    ask_next,
    ask_place,
    choose,
    complain,
    current,
    full,
    lapsed,
    lost_race,
    too_many_holds,
)
from flows.inbound import Inbound, What
from flows.messages import LIMITS, Kind, Message
from flows.names import usable_name
from flows.record import replace

LONGEST_NAME = 3  # words; whoever writes more says something else

__all__ = ["decide", "fresh", "lost_race", "too_many_holds", "with_hint"]


def decide(inbound: Inbound, reading: Reading, scene: Scene) -> Decision:
    """The answer to one message; exactly one message is said, here or by the act's outcome."""
    scene = scene.with_draft(reading.draft)
    decision = _decide(inbound, reading, scene)
    return Decision(replace(decision.draft, at=scene.now), decision.messages, decision.act)


def _decide(inbound: Inbound, reading: Reading, scene: Scene) -> Decision:
    if reading.act is not None:
        return _tapped(reading.act, scene)
    if reading.command is not None:
        return commanded(reading.command, scene)
    if reading.stale:
        return ask_next(scene, scene.texts("tap.stale"))
    if inbound.what not in (What.TEXT, What.TAP) and not reading.understood:
        return _not_text(inbound, scene)
    if reading.complaint is not None and reading.choices and reading.about == "dates":
        return choose(reading.about, reading.choices, scene, reading.complaint)
    if reading.complaint is not None:
        return complain(reading.about, reading.complaint, scene)
    if reading.choices:
        return choose(reading.about, reading.choices, scene)
    if reading.subject is not None:
        fine = scene.with_draft(replace(scene.draft, misses=0))
        say = advance if reading.understood else ask_next
        return say(fine, faq.answer(reading.subject, scene))
    if not reading.understood:
        return _missed(inbound.text, scene)
    return advance(scene.with_draft(replace(scene.draft, misses=0)))


def fresh(scene: Scene) -> Scene:
    """Before a message is read: a draft that was paid or forgotten gives way to a new one."""
    draft, now = scene.draft, current(scene)
    if draft.is_forgotten(scene.now):
        return scene.with_draft(replace(draft.start_over(), last=draft.property_id))
    if draft.booking_id is None or (now is not None and now.status in OPEN):
        return scene
    return scene.with_draft(draft.start_over())


def with_hint(decision: Decision, scene: Scene) -> Decision:
    """The answer to somebody who writes Hindi in Latin letters: that we speak it is added."""
    said, hint = decision.messages[0], scene.texts("language.hint")
    body = f"{said.body}\n\n{hint}"
    if len(body) > LIMITS[said.kind]:
        return decision
    form = replace(said.form, body=f"{said.form.body}\n\n{hint}") if said.form else None
    return replace(decision, messages=(replace(said, body=body, form=form),))


def _missed(text: str, scene: Scene) -> Decision:
    """Not understood: an example, then other words, then a person (ux.md 1.3, rule 5)."""
    texts, now = scene.texts, current(scene)
    draft = replace(scene.draft, misses=scene.draft.misses + 1)
    scene = scene.with_draft(draft)
    if now is not None and now.status is Status.PAYMENT_PENDING:
        return Decision(draft, (later.pay_link(now, scene, texts("review.tap_to_pay")),))
    if now is not None:
        return lapsed(now, scene)
    if draft.is_untouched:
        return later.greet(scene) if later.live(scene) else ask_place(scene)
    question = FORM.next(scene)
    if question is None:
        return advance(scene)
    if draft.misses > 2:
        return Decision(draft, (_lost(question.key, scene),))
    if question.key == "place":
        return _no_such_place(text, scene)
    key = "dates" if full(scene) else question.key
    return advance(scene, texts(f"missed.{draft.misses}.{key}"))


def _lost(key: str, scene: Scene) -> Message:
    """Not understood three times: a person, or all places, or a new start (G14)."""
    if key == "place":
        body = "missed.3.place"
        pairs = (("g:others", "place.all"), ("g:human", "guest.button.human"))
    else:
        body = "missed.3"
        pairs = (("g:human", "guest.button.human"), ("g:restart", "guest.button.restart"))
    return Message(Kind.BUTTONS, scene.texts(body), buttons=later.buttons(scene, *pairs))


def _as_name(text: str) -> str | None:
    """A text as it can be repeated, where it is short enough to be the name of a place."""
    is_short = len(text.split()) <= LONGEST_NAME and words.may_be_name(text)
    return usable_name(text) if is_short else None


def _no_such_place(text: str, scene: Scene) -> Decision:
    """No place is called so: the nearest names, else all places; then the areas (G1, G14)."""
    texts, said = scene.texts, _as_name(text)
    if scene.draft.misses > 1:
        return choose("place", areas(scene), scene, texts("missed.2.place"))
    if said is None:
        return ask_place(scene, texts("missed.1.place"))
    if not (near := near_names(said, scene.places)):
        return ask_place(scene, texts("place.none", said=said))
    shown = (*rows(scene, near), Option("page.0", texts("place.all")))
    return choose("place", shown, scene, texts("place.none.near", said=said))


def _not_text(inbound: Inbound, scene: Scene) -> Decision:
    """A voice note, a picture, a sticker: say so and repeat the question (G17)."""
    now = current(scene)
    if inbound.what is What.PICTURE and now is not None:
        return Decision(scene.draft, act=Act("check", now.booking_id))
    if inbound.what is What.LOCATION and (near := _near(inbound, scene)):
        return choose("place", near, scene, scene.texts("near.places"))
    return ask_next(scene, scene.texts(f"not_text.{inbound.what}"))


def _near(inbound: Inbound, scene: Scene) -> tuple[Option, ...]:
    """The places nearest to a location, while the place is what is asked."""
    if inbound.latitude is None or inbound.longitude is None or scene.place is not None:
        return ()
    found = nearest(scene.places, inbound.latitude, inbound.longitude)[:MOST_CHOICES]
    shown_rows = rows(scene, [place for _, place in found])
    return tuple(
        replace(
            shown,
            description=scene.texts(
                "near.km", km=round(kilometres), about=shown.description
            ),
        )
        for (kilometres, _), shown in zip(found, shown_rows, strict=True)
    )  # fmt: skip


def _tapped(act: tuple[str, str], scene: Scene) -> Decision:
    verb, booking_id = act
    booking = next((each for each in scene.bookings if each.booking_id == booking_id), None)
    if booking is None:
        return ask_next(scene, scene.texts("tap.not_yours"))
    if verb == "again" and booking.status is Status.PAYMENT_EXPIRED:
        mine = booking_id == scene.draft.booking_id
        return advance(scene) if mine else ask_next(scene, scene.texts("tap.stale"))
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
