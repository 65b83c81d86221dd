"""Who arrives, and what is to be collected (facts/ux.md O9)."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from flows import format as fmt
from flows.booking import Status
from flows.facts import Booking
from flows.messages import LIMITS, MOST_ROWS, ROW_TEXT, Button, Kind, Message, Row, clip
from flows.owner.reply import Reply
from flows.record import record
from flows.rules import Rules
from flows.texts import Texts

DAYS = {"today": (0, 1), "tomorrow": (1, 2), "week": (0, 7)}  # from today: first, after the last
NOT_PAID = "not_paid"  # the note of a check-in whose amount is still to be collected
ROOM = LIMITS[Kind.LIST] - 200  # characters for the lines; the rest is for heading and total


@record
class Arrival:
    """A confirmed booking that begins; `note` is what the check-in said about the money."""

    booking: Booking
    note: str = ""

    @property
    def arrived(self) -> bool:
        """Whether the guest has checked in."""
        return self.booking.status is not Status.TICKET_GENERATED

    @property
    def to_collect(self) -> int:
        """What is still open, in paise."""
        settled = self.arrived and self.note != NOT_PAID
        return 0 if settled else self.booking.due


def days(span: str, today: date) -> tuple[date, date]:
    """The first day of a span and the day after its last."""
    first, after = DAYS[span]
    return today + timedelta(days=first), today + timedelta(days=after)


def listed(
    texts: Texts, arrivals: Sequence[Arrival], span: str, today: date, rules: Rules
) -> Reply:
    """The arrivals of a span with the total; those who have not arrived can be marked."""
    first, after = days(span, today)
    when = fmt.day(texts, first) if span != "week" else fmt.dates(texts, first, after)
    others = [(f"h:{each}", f"owner.arrivals.{each}") for each in DAYS if each != span]
    if not arrivals:
        words = texts("owner.arrivals.none", when=when)
        made = tuple(Button(key, texts(label)) for key, label in others)
        return Reply(Message(Kind.BUTTONS, words, buttons=made))
    rows = [Row(key, texts(label)) for key, label in others]
    open_ones = [each for each in arrivals if not each.arrived][: MOST_ROWS - len(rows)]
    rows = [_row(texts, each.booking) for each in open_ones] + rows
    body = "\n".join(
        [texts("owner.arrivals.head", when=when), *_lines(texts, arrivals, span, rules)]
    )
    return Reply(
        Message(Kind.LIST, f"{body}\n\n{total(texts, arrivals)}", rows=tuple(rows),
                label=texts("owner.arrivals.label"))
    )  # fmt: skip


def total(texts: Texts, arrivals: Sequence[Arrival]) -> str:
    """The last line: how much is to be collected from how many."""
    still = [each.to_collect for each in arrivals if each.to_collect]
    return texts("owner.arrivals.total", n=len(still), amount=fmt.rupees(sum(still)))


def _row(texts: Texts, booking: Booking) -> Row:
    title = texts("owner.arrivals.mark", booking=fmt.shown_id(booking.booking_id))
    who = texts("owner.arrivals.who", guest=booking.guest_name, n=booking.guests)
    return Row(f"o:{booking.booking_id}:checkin", clip(title, 24), clip(who, ROW_TEXT))


def _lines(texts: Texts, arrivals: Sequence[Arrival], span: str, rules: Rules) -> list[str]:
    """One line each, under its day and place; what does not fit is counted."""
    lines: list[str] = []
    number = 0

    def heading(each: Arrival) -> str:
        day = fmt.day(texts, each.booking.first) + " · " if span == "week" else ""
        return f"*{day}{each.booking.place.name}*"

    for head, group in groupby(arrivals, heading):
        lines.append(head)
        for each in group:
            number += 1
            lines.append(line(texts, number, each, rules))
            if sum(map(len, lines)) + len(lines) > ROOM:
                more = len(arrivals) - number + 1
                return [*lines[:-1], texts("owner.arrivals.more", n=more)]
    return lines


def line(texts: Texts, number: int, arrival: Arrival, rules: Rules) -> str:
    """One arrival: hour, name, guests, money, number."""
    booking = arrival.booking
    state = "open"
    if arrival.arrived:
        state = "unpaid" if arrival.to_collect else "paid"
    return texts(
        f"owner.arrivals.line.{state}",
        number=number,
        booking=fmt.shown_id(booking.booking_id),
        time=fmt.clock_time(texts, booking.checkin.astimezone(rules.zone).time()),
        guest=booking.guest_name,
        n=booking.guests,
        due=fmt.rupees(booking.due),
        phone=fmt.phone(booking.guest_phone),
    )
