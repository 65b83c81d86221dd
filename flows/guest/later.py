"""Answers about what exists already: the open payment, a waiting or confirmed booking."""

from datetime import date

from flows import format as fmt
from flows.booking import Status
from flows.dialogue import OTHER, Option
from flows.facts import Booking
from flows.guest.days import first_day
from flows.guest.decision import Decision
from flows.guest.scene import Scene
from flows.messages import MOST_ROWS, ROW_TEXT, Button, Kind, Message, Row, clip
from flows.property import price_of
from flows.refund_policy import later_shares

LIVE = (
    Status.BOOKING_REQUEST_SENT_TO_OWNER,
    Status.TICKET_GENERATED,
    Status.CHECKED_IN,
    Status.OWNER_CANCELLED,
    Status.REFUND_REQUIRED,
    Status.REFUND_INITIATED,
)
TICKETED = (Status.TICKET_GENERATED, Status.CHECKED_IN)
CANCEL_YES = "cancel_yes"  # followed by = and the paise that were shown
SHORT = {
    Status.BOOKING_REQUEST_SENT_TO_OWNER: "waiting",
    Status.TICKET_GENERATED: "confirmed",
    Status.CHECKED_IN: "checked_in",
    Status.OWNER_CANCELLED: "waiting",
    Status.REFUND_REQUIRED: "refund",
    Status.REFUND_INITIATED: "refund",
}
CANCELLABLE = (Status.BOOKING_REQUEST_SENT_TO_OWNER, Status.TICKET_GENERATED)


def buttons(scene: Scene, *pairs: tuple[str, str]) -> tuple[Button, ...]:
    """Reply buttons from (id, text id)."""
    return tuple(Button(key, scene.texts(text)) for key, text in pairs)


def pay_link(booking: Booking, scene: Scene, lead: str) -> Message:
    """The open payment's button again; while Paytm has not made the link, a promise."""
    texts = scene.texts
    if booking.link_url is None:
        words = texts("guest.link_late.body")
        return Message(Kind.TEXT, f"{lead}\n\n{words}".strip())
    minutes = max(1, int((booking.hold_until - scene.now).total_seconds() // 60))
    body = texts("review.open", lead=lead, place=booking.place.name, n=minutes).strip()
    label = texts("guest.review.pay", amount=fmt.rupees(booking.advance))
    return Message(Kind.LINK, body, label=label, url=booking.link_url)


def hold_over(booking: Booking, scene: Scene, lead: str) -> Message:
    """That the dates are no longer held, with the way to hold them again."""
    pairs = (
        (f"g:{booking.booking_id}:again", "guest.button.again"),
        ("g:dates", "dates.other"),
        ("g:restart", "guest.button.restart"),
    )
    over = scene.texts("guest.hold_over", minutes=scene.rules.hold_minutes)
    return Message(Kind.BUTTONS, f"{lead}\n\n{over}".strip(), buttons=buttons(scene, *pairs))


def live(scene: Scene) -> list[Booking]:
    """The guest's bookings that are not over."""
    return [each for each in scene.bookings if each.status in LIVE]


def last_stay(scene: Scene) -> Booking | None:
    """The last stay that ended as it should, at a place that can be booked again (G18)."""
    open_places = {each.property_id: each for each in scene.places if not each.paused}
    for each in scene.bookings:
        ended_well = each.status is Status.CLOSED and each.token and each.refund_due is None
        place = open_places.get(each.place.property_id)
        if ended_well and place is not None and each.guests <= place.most_guests:
            return each
    return None


def ask_again(scene: Scene) -> str:
    """Last time's place and guests, and what they would cost on the next free weekend."""
    texts, draft, place = scene.texts, scene.draft, scene.place
    last = last_stay(scene)
    assert place and draft.guests and last
    lines = [
        texts("again.hello", name=(scene.name or last.guest_name).partition(" ")[0]),
        texts("again.last", place=place.name, guests=texts("guests.n", n=draft.guests)),
    ]
    if weekend := _next_weekend(scene):
        price = price_of(place, draft.guests, (weekend[1] - weekend[0]).days)
        lines.append(
            texts(
                "again.free",
                dates=fmt.span(texts, *weekend),
                total=fmt.rupees(price.total),
                advance=fmt.rupees(price.advance),
            )
        )
    return "\n".join(lines)


def again_options(scene: Scene) -> tuple[Option, ...]:
    """The same on the next free weekend, or on other days."""
    other = Option(OTHER, scene.texts("guest.button.same_dates"))
    if (weekend := _next_weekend(scene)) is None:
        return (other,)
    return Option(f"{weekend[0]}..{weekend[1]}", scene.texts("guest.button.same")), other


def _next_weekend(scene: Scene) -> tuple[date, date] | None:
    if scene.calendar is None:
        return None
    return next(scene.calendar.weekends(first_day(scene), scene.units), None)


def greet(scene: Scene, lead: str = "") -> Decision:
    """Somebody with a booking hears of it first."""
    mine = live(scene)
    pairs = (
        (f"g:{mine[0].booking_id}:status", "guest.button.status"),
        ("g:new", "guest.button.new"),
        ("g:human", "guest.button.human"),
    )
    body = f"{lead}\n\n{state_line(mine[0], scene)}".strip()
    return Decision(scene.draft, (Message(Kind.BUTTONS, body, buttons=buttons(scene, *pairs)),))


def state_line(booking: Booking, scene: Scene) -> str:
    """One booking in words: what it is and what is true of it now."""
    texts, zone = scene.texts, scene.rules.zone
    promised = booking.promise(scene.now)
    by = fmt.hour_or_day(texts, promised, scene.now, zone) if promised else ""
    return texts(
        f"state.{booking.status}",
        booking=fmt.shown_id(booking.booking_id),
        place=booking.place.name,
        dates=fmt.dates(texts, booking.first, booking.last),
        advance=fmt.rupees(booking.advance),
        due=fmt.rupees(booking.due),
        refund=fmt.rupees(booking.refund_due or 0),
        by=by,
    )


def about(verb: str, booking: Booking, scene: Scene) -> Message:
    """The answer to a button or a command about one booking."""
    texts = scene.texts
    if verb == "cancel" and booking.status in CANCELLABLE:
        return _ask_cancel(booking, scene)
    if verb == "ticket" and booking.status in TICKETED:
        label = texts("guest.button.ticket")
        url = f"{scene.rules.public_url}/eticket/{booking.booking_id}-{booking.token}"
        return Message(Kind.LINK, state_line(booking, scene), label=label, url=url)
    if verb == "map" and booking.status in TICKETED:
        body, label = state_line(booking, scene), texts("guest.button.map")
        return Message(Kind.LINK, body, label=label, url=booking.place.map_url)
    choices = []
    if booking.status in CANCELLABLE and verb != "keep":
        choices.append((f"g:{booking.booking_id}:cancel", "guest.button.cancel"))
    if booking.status in TICKETED:
        choices.append((f"g:{booking.booking_id}:ticket", "guest.button.ticket"))
    choices.append(("g:human", "guest.button.human"))
    return Message(Kind.BUTTONS, state_line(booking, scene), buttons=buttons(scene, *choices))


def refund_of(booking: Booking, scene: Scene) -> int:
    """What a guest who cancels now gets back, in paise."""
    return booking.back_on(scene.today)


def _ask_cancel(booking: Booking, scene: Scene) -> Message:
    """The amount first, then the question; the button knows the amount that was shown (G10)."""
    refund = refund_of(booking, scene)
    body = scene.texts(
        "cancel.ask",
        booking=fmt.shown_id(booking.booking_id),
        place=booking.place.name,
        dates=fmt.dates(scene.texts, booking.first, booking.last),
        refund=fmt.rupees(refund),
        advance=fmt.rupees(booking.advance),
        later=_less_later(booking, scene),
    ).strip()
    pairs = (
        (f"g:{booking.booking_id}:{CANCEL_YES}={refund}", "cancel.yes"),
        (f"g:{booking.booking_id}:keep", "cancel.keep"),
    )
    return Message(Kind.BUTTONS, body, buttons=buttons(scene, *pairs))


def _less_later(booking: Booking, scene: Scene) -> str:
    """From which days on less goes back; empty where nothing changes, or nothing counts yet."""
    if booking.status is not Status.TICKET_GENERATED:
        return ""
    texts, steps = scene.texts, booking.place.refund_steps
    parts = [
        texts("cancel.later", day=fmt.day_and_month(texts, day), share=_share(percent, scene))
        for day, percent in later_shares(steps, booking.first, scene.today)
    ]
    return f"({' '.join(parts)})" if parts else ""


def _share(percent: int, scene: Scene) -> str:
    named = {0: "cancel.share.nothing", 50: "cancel.share.half"}.get(percent)
    return scene.texts(named) if named else scene.texts("cancel.share.part", percent=str(percent))


def human(scene: Scene) -> Message:
    """How to reach a person."""
    phone = scene.rules.host_phone
    return Message(
        Kind.TEXT, scene.texts("human.call", phone=phone) if phone else scene.texts("human")
    )


def concerned(word: str, scene: Scene) -> list[Booking]:
    """The bookings that a command can be about."""
    wanted = {"ticket": TICKETED, "map": TICKETED, "cancel": CANCELLABLE}.get(word, LIVE)
    return [each for each in scene.bookings if each.status in wanted]


def which(verb: str, mine: list[Booking], scene: Scene) -> Message:
    """Several bookings: which one is meant (G16)."""
    texts = scene.texts
    rows = [
        Row(f"g:{each.booking_id}:{verb}", fmt.shown_id(each.booking_id), _short(each, scene))
        for each in mine[: MOST_ROWS - 1]
    ]
    if verb == "status":
        rows.append(_new_row(scene))
    body, label = texts("which.booking"), texts("which.label")
    return Message(Kind.LIST, body, rows=tuple(rows), label=label)


def _new_row(scene: Scene) -> Row:
    """A new booking; one that was begun is named, and a tap offers to go on with it."""
    title = scene.texts("guest.button.new")
    if not scene.draft.is_begun or scene.draft.booking_id is not None:
        return Row("g:new", title)
    begun = scene.texts("which.begun", form=scene.answers())
    return Row("g:hi", title, clip(begun, ROW_TEXT))


def _short(booking: Booking, scene: Scene) -> str:
    """A booking in one row: state, dates and, as far as it fits, the place."""
    state = scene.texts(f"short.{SHORT[booking.status]}")
    dates = fmt.dates(scene.texts, booking.first, booking.last)
    return clip(f"{state} · {dates} · {booking.place.name}", ROW_TEXT)


def check_answer(booking: Booking, scene: Scene) -> Message:
    """Where the payment stands, from Paytm and not from a screenshot."""
    if booking.status is Status.PAYMENT_PENDING:
        return pay_link(booking, scene, scene.texts("check.open"))
    if booking.status is Status.PAYMENT_EXPIRED:
        return hold_over(booking, scene, scene.texts("check.open"))
    return about("status", booking, scene)
