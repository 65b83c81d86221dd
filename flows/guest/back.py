"""One step back: the question before, with the answer that was had to keep (facts/ux.md G13)."""

from flows.dialogue import OTHER, Option, Question
from flows.guest.decision import Decision
from flows.guest.draft import Draft
from flows.guest.questions import FORM
from flows.guest.scene import Scene
from flows.guest.step import ask_next, current, put
from flows.record import replace
from flows.texts import Texts


def step_back(scene: Scene) -> Decision:
    """The question before; from a change that was begun at the pay link, back to the link."""
    draft = scene.draft
    if current(scene) is not None and draft.asked is not None and FORM.next(scene) is None:
        return ask_next(scene.with_draft(replace(draft, asked=None)), "")
    stepped = scene.with_draft(_without_last(draft))
    question = FORM.next(stepped) or FORM["place"]
    if (had := _answer_of(question.key, scene)) is None:
        return put(question, stepped)
    return put(
        _with_answer(question, had, scene.texts), stepped, scene.texts("back.had", had=had.title)
    )


def _without_last(draft: Draft) -> Draft:
    """The draft without its last answer; the place stays the first of the list."""
    for keys in (("guests",), ("checkin", "checkout"), ("property_id",)):
        if any(getattr(draft, key) is not None for key in keys):
            last = draft.property_id if "property_id" in keys else draft.last
            return replace(draft.without(*keys, "asked"), last=last)
    return draft


def _answer_of(key: str, scene: Scene) -> Option | None:
    """The answer that a step back takes away, as an option to keep it."""
    draft = scene.draft
    if key == "place" and scene.place is not None:
        return Option(scene.place.property_id, scene.place.name)
    if key == "dates" and draft.checkin is not None and draft.checkout is not None:
        return Option(f"{draft.checkin}..{draft.checkout}", scene.dates_text())
    if key == "guests" and draft.guests is not None:
        return Option(str(draft.guests), scene.texts("guests.n", n=draft.guests))
    return None


def _with_answer(question: Question[Scene], had: Option, texts: Texts) -> Question[Scene]:
    """The question with buttons for the answer that was had and for another one."""
    if question.key == "place":  # a list, whose first row is the place that was had
        return question
    keep = Option(had.value, texts("back.keep", had=had.title))

    def options(scene: Scene) -> tuple[Option, ...]:
        *usual, other = question.options(scene) or (Option(OTHER, texts("dates.other")),)
        return (keep, *[each for each in usual if each.value != had.value][:1], other)

    return replace(question, options=options)
