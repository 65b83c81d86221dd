"""Words that are commands when the whole message is one of them (facts/ux.md G13)."""

from collections.abc import Callable

from flows.dialogue import UNDO, Question
from flows.guest import faq, form, later
from flows.guest.back import step_back
from flows.guest.days import first_day
from flows.guest.decision import Act, Decision
from flows.guest.questions import FORM
from flows.guest.scene import Scene
from flows.guest.step import (
    advance,
    ask_next,
    ask_place,
    current,
    full,
    joined,
    new_price,
    put,
    summary,
)
from flows.messages import ROW_TEXT, Button, Kind, Message, Row, clip
from flows.record import replace

EDITABLE = ("place", "dates", "nights", "guests", "name", "phone", "advance")
LANGUAGES = ("en", "hi", "mr")


def commanded(command: str, scene: Scene) -> Decision:
    """The answer to a command; `edit.guests` is the command edit with its part."""
    word, _, part = command.partition(".")
    if part and word == "edit":
        return _edit_one(part, scene)
    if part and word == "language":
        return ask_next(scene, scene.texts("language.set"))
    if part and word == UNDO:
        return ask_next(scene, scene.texts("undo.none"))
    return TABLE.get(word, _continue)(scene)


def _hi(scene: Scene) -> Decision:
    """A hello: what is going on is shown, a form that was begun is offered again (G15)."""
    if current(scene) is not None:
        return ask_next(scene, "")
    if scene.draft.is_begun:
        return _welcome(scene)
    return later.greet(scene) if later.live(scene) else ask_place(scene)


def _welcome(scene: Scene) -> Decision:
    mine = later.live(scene)
    lead = later.state_line(mine[0], scene) if mine else ""
    if FORM.complaint(scene) or full(scene):
        return advance(scene, lead)
    return summary(scene, joined(lead, new_price(scene), scene.texts("back.welcome")))


def _again(scene: Scene) -> Decision:
    """A returning guest: the last stay once more, on the next free weekend (G18)."""
    question = replace(FORM["dates"], prompt=later.ask_again, options=later.again_options)
    decision = put(question, scene)
    said = decision.messages[0]
    other = Button("g:others", scene.texts("places.other"))
    return replace(decision, messages=(replace(said, buttons=(*said.buttons[:2], other)),))


def _restart(scene: Scene) -> Decision:
    withdrawn = scene.draft.booking_id
    decision = ask_place(scene.with_draft(scene.draft.give_up()))
    return replace(decision, act=Act("withdraw", withdrawn)) if withdrawn else decision


def _undo(scene: Scene) -> Decision:
    """The draft that was given up is the draft again; it goes on where it was."""
    return advance(scene, scene.texts("undo.done"))


def _others(scene: Scene) -> Decision:
    return ask_place(scene.with_draft(scene.draft.without("property_id", "seen")))


def _dates(scene: Scene) -> Decision:
    """Other days for what is filled already."""
    days = scene.draft.without("checkin", "checkout")
    return advance(scene.with_draft(replace(days, asked="days")))


def _continue(scene: Scene) -> Decision:
    if current(scene) is not None:
        return ask_next(scene, "")
    return advance(scene.with_draft(replace(scene.draft, misses=0)))


def _human(scene: Scene) -> Decision:
    return Decision(scene.draft, (later.human(scene),), Act("human"))


def _help(scene: Scene) -> Decision:
    return ask_next(scene, scene.texts("help"))


def _stop(scene: Scene) -> Decision:
    said = Message(Kind.TEXT, scene.texts("stop"))
    return Decision(scene.draft, (said,), Act("hush"))


def _start(scene: Scene) -> Decision:
    decision = _hi(scene)
    return decision if decision.act else replace(decision, act=Act("unhush"))


def _language(scene: Scene) -> Decision:
    texts = scene.texts
    buttons = tuple(Button(f"g:language.{each}", texts(f"language.{each}")) for each in LANGUAGES)
    return Decision(scene.draft, (Message(Kind.BUTTONS, texts("language.ask"), buttons=buttons),))


def _form(scene: Scene) -> Decision:
    """The whole booking as a form; where WhatsApp has none, what is asked next."""
    question = FORM.next(scene) or FORM["place"]
    return put(replace(question, form=lambda now: form.offer(now, first_day(now))), scene)


def _edit(scene: Scene) -> Decision:
    """Everything that can be changed, each with what stands now (G5)."""
    texts = scene.texts
    if scene.place is None:
        return ask_next(scene, texts("edit.none"))
    draft = replace(scene.draft, revision=scene.draft.revision + 1)
    mark = f"d:{draft.revision}:edit="
    rows = [
        Row(mark + key, texts(f"edit.{key}"), clip(shown, ROW_TEXT))
        for key in EDITABLE
        if (shown := FORM[key].show(scene))
    ]
    rows.append(Row(mark + "language", texts("edit.language"), texts(f"language.{texts.language}")))
    rows.append(Row(mark + "back", texts("edit.back")))
    body, label = texts("edit.what"), texts("edit.label")
    return Decision(draft, (Message(Kind.LIST, body, rows=tuple(rows), label=label),))


def _edit_one(key: str, scene: Scene) -> Decision:
    """Ask for one answer again; a row of a list whose form is gone asks what is open."""
    question: Question[Scene] = FORM[key]
    if not question.show(scene):
        return ask_next(scene, scene.texts("tap.stale"))
    return put(question, scene)


def _cancel(scene: Scene) -> Decision:
    """Give up the form that is being filled, or the booking that must be meant."""
    draft = scene.draft
    if draft.booking_id is not None:
        return Decision(draft.give_up(), (_dropped(scene),), Act("withdraw", draft.booking_id))
    if draft.is_begun and not any(each.status in later.CANCELLABLE for each in scene.bookings):
        return Decision(draft.give_up(), (_dropped(scene),))
    return _about("cancel", scene)


def _dropped(scene: Scene) -> Message:
    """That the draft is given up, with the way to bring it back."""
    undo = Button(f"d:{scene.draft.give_up().revision}:{UNDO}=", scene.texts("undo"))
    return Message(Kind.BUTTONS, scene.texts("draft.dropped"), buttons=(undo,))


def _status(scene: Scene) -> Decision:
    """The state of what is booked, and of what is being filled."""
    mine, draft = later.live(scene), scene.draft
    if draft.is_begun and current(scene) is None and len(mine) < 2:
        open_form = scene.texts("status.draft", form=scene.answers("*"))
        state = later.state_line(mine[0], scene) if mine else ""
        return ask_next(scene, joined(state, open_form))
    return _about("status", scene)


def _ticket(scene: Scene) -> Decision:
    return _about("ticket", scene)


def _map(scene: Scene) -> Decision:
    """The way to a confirmed booking, else to the place that is being chosen."""
    ticketed = any(each.status in later.TICKETED for each in scene.bookings)
    if scene.place is not None and not ticketed:
        return ask_next(scene, faq.answer("location", scene))
    return _about("map", scene)


def _about(word: str, scene: Scene) -> Decision:
    """A word that concerns bookings: the only one, a choice, or that there is none."""
    mine, texts = later.concerned(word, scene), scene.texts
    if not mine:
        return ask_next(scene, texts(f"{word}.none"))
    if len(mine) == 1:
        return Decision(scene.draft, (later.about(word, mine[0], scene),))
    return Decision(scene.draft, (later.which(word, mine, scene),))


TABLE: dict[str, Callable[[Scene], Decision]] = {
    "hi": _hi,
    "again": _again,
    "new": _restart,
    "restart": _restart,
    "undo": _undo,
    "others": _others,
    "dates": _dates,
    "continue": _continue,
    "human": _human,
    "help": _help,
    "stop": _stop,
    "start": _start,
    "language": _language,
    "form": _form,
    "edit": _edit,
    "cancel": _cancel,
    "back": step_back,
    "status": _status,
    "ticket": _ticket,
    "map": _map,
}
