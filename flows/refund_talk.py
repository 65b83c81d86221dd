"""What the admin says and hears about money on its way back: look again, or done by hand."""

import re

from flows import format as fmt
from flows.facts import Booking, Person
from flows.messages import Button, Kind, Message
from flows.notices import Writer
from flows.record import record

# What banks, UPI apps and Paytm print: at least one digit, no line break, not a whole sentence.
_REFERENCE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 ./:_-]{3,39}")
OPEN = ("due", "initiated")
UNDER_WAY = ("601", "617", "628", "501")


@record
class Refund:
    """One refund as it stands: paise, and Paytm's last code."""

    ref_id: str
    amount: int
    status: str  # due, initiated or refunded
    code: str | None
    reference: str | None

    @property
    def open(self) -> bool:
        """Whether the money is still owed."""
        return self.status in OPEN


@record
class Tap:
    """A tapped button about refunds: check them all, or mark one as paid back by hand."""

    booking_id: str
    ref_id: str | None = None  # None: check


def check_button(booking_id: str) -> tuple[str, str]:
    """The id and the text of the button that asks Paytm now."""
    return f"r:{booking_id}:check", "admin.check_refund"


def mark_button(booking_id: str, ref_id: str) -> tuple[str, str]:
    """The id and the text of the button that marks one refund as done outside."""
    return f"r:{booking_id}:hand:{ref_id}", "admin.mark_refunded"


def read_tap(payload: str) -> Tap | None:
    """The tap of one of the two buttons; None: the id is none of these."""
    match payload.split(":"):
        case ["r", booking_id, "check"]:
            return Tap(booking_id)
        case ["r", booking_id, "hand", ref_id]:
            return Tap(booking_id, ref_id)
    return None


def reference_in(text: str) -> str | None:
    """The payment's reference number that somebody wrote; None where there is none."""
    words = " ".join(text.split())
    return words if _REFERENCE.fullmatch(words) else None


def ask_reference(refund: Refund, booking: Booking, write: Writer, reader: Person) -> Message:
    """Ask for the number of the payment that was made outside; warn where Paytm has it as well."""
    texts = write.texts(reader)
    words = texts(
        "admin.ask_reference",
        booking=fmt.shown_id(booking.booking_id),
        amount=fmt.rupees(refund.amount),
        guest=booking.guest_name,
    )
    if refund.status == "initiated" and refund.code in UNDER_WAY:
        words += "\n\n" + texts("admin.ask_reference.under_way", code=refund.code)
    payload, label = check_button(booking.booking_id)
    return Message(Kind.BUTTONS, words, buttons=(Button(payload, texts(label)),))


def stand(
    refunds: tuple[Refund, ...], booking: Booking, write: Writer, reader: Person, lead: str = ""
) -> Message:
    """How every refund of a booking stands, with the buttons for the first that is open."""
    texts = write.texts(reader)
    shown = fmt.shown_id(booking.booking_id)
    lines = [_line(refund, write, reader) for refund in refunds]
    body = "\n".join([f"*{shown}*", *(lines or [texts("refund.line.none")])])
    body = f"{lead}\n\n{body}".strip()
    owed = next((refund for refund in refunds if refund.open), None)
    if owed is None:
        return Message(Kind.TEXT, body)
    pairs = (check_button(booking.booking_id), mark_button(booking.booking_id, owed.ref_id))
    buttons = tuple(Button(payload, texts(label)) for payload, label in pairs)
    return Message(Kind.BUTTONS, body, buttons=buttons)


def _line(refund: Refund, write: Writer, reader: Person) -> str:
    return write.texts(reader)(
        f"refund.line.{refund.status}",
        amount=fmt.rupees(refund.amount),
        refund_id=refund.ref_id,
        code=refund.code or "-",
        ref=refund.reference or refund.ref_id,
    )
