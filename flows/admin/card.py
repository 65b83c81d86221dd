"""The card of one booking, with the buttons that its state allows (facts/ux.md A1-A4)."""

from collections.abc import Sequence
from datetime import datetime

from flows import format as fmt
from flows.admin import lists
from flows.admin.words import payload
from flows.booking import WAITING_FOR_MONEY_BACK, Status
from flows.facts import Booking, Person
from flows.messages import LIMITS, Button, Kind, Message, Row, clip
from flows.notices import Writer
from flows.record import record
from flows.refund_talk import check_button, mark_button
from flows.rules import Rules
from flows.texts import Texts

ASKS = ("to_guest", "to_owner", "note")  # rows of "More" that wait for a text
WAITING = Status.BOOKING_REQUEST_SENT_TO_OWNER
Pair = tuple[str, str]


@record
class Asked:
    """How the owner was asked, and whether he has seen it; how many other stays the guest had."""

    at: tuple[datetime, ...] = ()
    seen: bool = False
    others: int = 0


@record
class Happened:
    """One line of a booking's history: an event, or a note in an admin's words."""

    at: datetime
    what: str
    actor: str
    note: str = ""
    name: str = ""


def card(booking: Booking, asked: Asked, write: Writer, reader: Person, lead: str = "") -> Message:
    """Everything about a booking in one message."""
    texts = write.texts(reader)
    values = write.values(booking, reader)
    values["stays"] = texts("admin.card.stays", n=asked.others) if asked.others else texts(
        "admin.card.new_guest"
    )  # fmt: skip
    body = texts("admin.card.body", **values)
    if booking.status is WAITING and asked.at:
        body += "\n" + _asked(texts, asked, write.rules)
    title = f"{values['booking']} · {lists.state(texts, booking.status)}"
    pairs = buttons_for(booking, refunds_auto=write.rules.refunds_auto)
    return Message(
        Kind.BUTTONS,
        clip(f"{lead}\n\n{body}".strip(), LIMITS[Kind.BUTTONS]),
        header=title,
        footer=_closes(booking, texts, write.rules),
        buttons=tuple(Button(key, texts(label)) for key, label in pairs),
    )


def buttons_for(booking: Booking, *, refunds_auto: bool) -> tuple[Pair, ...]:
    """The two things that an admin most likely wants in this state, and More."""
    booking_id = booking.booking_id
    own = {
        Status.PAYMENT_PENDING: ("link", "release"),
        Status.OWNER_CANCELLED: ("overrule", "history"),
        Status.TICKET_GENERATED: ("ticket", "cancel"),
        Status.CHECKED_IN: ("ticket", "history"),
    }.get(booking.status, ("history",))
    pairs = tuple((payload(verb, booking_id), f"admin.button.{verb}") for verb in own)
    if booking.status is WAITING:
        confirm = (f"o:{booking_id}:confirm", "admin.confirm_for_owner")
        pairs = (confirm, (payload("cancel", booking_id), "admin.button.cancel"))
    elif booking.status in WAITING_FOR_MONEY_BACK and booking.refund_id:
        begin = (f"o:{booking_id}:refund", "admin.refund_now")
        not_begun = booking.status is Status.REFUND_REQUIRED and not refunds_auto
        mark = mark_button(booking_id, booking.refund_id)
        pairs = (begin if not_begun else check_button(booking_id), mark)
    return (*pairs, (payload("more", booking_id), "admin.button.more"))


def _asked(texts: Texts, asked: Asked, rules: Rules) -> str:
    """When the owner was asked and reminded, and whether he has read it."""
    hours = [fmt.clock_time(texts, each.astimezone(rules.zone).time()) for each in asked.at]
    seen = texts("admin.card.read" if asked.seen else "admin.card.unread")
    if len(hours) == 1:
        return texts("admin.card.asked", time=hours[0], seen=seen)
    return texts("admin.card.reminded", time=hours[0], times=", ".join(hours[1:]), seen=seen)


def _closes(booking: Booking, texts: Texts, rules: Rules) -> str:
    end = {Status.PAYMENT_PENDING: booking.hold_until, WAITING: booking.deadline}.get(
        booking.status
    )
    return texts("admin.card.closes", time=fmt.moment(texts, end, rules.zone)) if end else ""


def more(booking: Booking, texts: Texts) -> Message:
    """What else can be done with a booking."""
    verbs = ["history", "money", "others", *ASKS]
    rows = tuple(
        Row(payload(verb, booking.booking_id), texts(f"admin.more.{verb}")) for verb in verbs
    )
    body = texts("admin.more", booking=fmt.shown_id(booking.booking_id))
    return Message(Kind.LIST, body, rows=rows, label=texts("admin.button.more"))


def ask_cancel(booking: Booking, by_rules: int, texts: Texts) -> Message:
    """The amount before the tap: what the rules give today, or all of it (A2)."""
    booking_id = booking.booking_id
    amounts = dict.fromkeys((by_rules, booking.advance))
    made = [
        Button(
            payload("cancelled", f"{booking_id}={paise}"),
            texts("admin.cancel.amount", amount=fmt.rupees(paise)),
        )
        for paise in amounts
    ]
    made.append(Button(payload("card", booking_id), texts("admin.button.back")))
    words = texts(
        "admin.cancel.ask", booking=fmt.shown_id(booking_id), place=booking.place.name,
        dates=fmt.dates(texts, booking.first, booking.last), guest=booking.guest_name,
        advance=fmt.rupees(booking.advance), rules=fmt.rupees(by_rules),
    )  # fmt: skip
    return Message(Kind.BUTTONS, words, buttons=tuple(made))


def ask_overrule(booking: Booking, texts: Texts) -> Message:
    """The owner has just cancelled: confirming against him takes a second tap (A4)."""
    pairs = (
        (payload("overruled", booking.booking_id), "admin.overrule.yes"),
        (payload("card", booking.booking_id), "admin.button.back"),
    )
    words = texts("admin.overrule.ask", booking=fmt.shown_id(booking.booking_id),
                  owner=booking.place.owner_name)  # fmt: skip
    return Message(
        Kind.BUTTONS, words, buttons=tuple(Button(key, texts(label)) for key, label in pairs)
    )


def ask_words(verb: str, booking: Booking, texts: Texts) -> Message:
    """What is to be said, or noted: the next text is it."""
    made = (Button(payload("card", booking.booking_id), texts("admin.button.back")),)
    words = texts(
        f"admin.ask.{verb}", booking=fmt.shown_id(booking.booking_id), guest=booking.guest_name,
        owner=booking.place.owner_name,
    )  # fmt: skip
    return Message(Kind.BUTTONS, words, buttons=made)


def history(booking: Booking, lines: Sequence[Happened], write: Writer, reader: Person) -> Message:
    """What happened, the oldest first; what is too long loses its beginning."""
    texts, zone = write.texts(reader), write.rules.zone
    said = []
    for each in lines:
        who = each.name or texts(f"actor.{each.actor}")
        what = f"“{each.note}”" if each.what == "note" else texts(f"admin.event.{each.what}")
        said.append(f"{fmt.moment(texts, each.at, zone)} · {what} · {who}")
    head = f"*{fmt.shown_id(booking.booking_id)}*"
    while len(head) + sum(map(len, said)) + len(said) > LIMITS[Kind.BUTTONS] and len(said) > 1:
        del said[0]
    body = clip("\n".join([head, *said]), LIMITS[Kind.BUTTONS])
    made = (Button(payload("card", booking.booking_id), texts("admin.button.card")),)
    return Message(Kind.BUTTONS, body, buttons=made)
