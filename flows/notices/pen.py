"""What every notice is made with: the reader's language, the booking's values, the templates."""

from datetime import datetime

from flows import format as fmt
from flows.facts import Booking, Person
from flows.messages import Button, Kind, Message, Outgoing, TemplateCall
from flows.record import record
from flows.rules import Rules
from flows.templates import TEMPLATES
from flows.texts import Catalogues, Texts

SAME_TEMPLATE = {
    "owner.undone": "owner.reminder",
    "owner.last_reminder": "owner.reminder",
    "guest.refunded_by_hand": "guest.refunded",
}
REASONS = ("booked", "repair", "weather", "own", "many", "price", "guest", "other")


@record
class Pen:
    """Writes in each reader's own language."""

    catalogues: Catalogues
    rules: Rules

    def texts(self, reader: Person) -> Texts:
        """The catalogue of the reader's language."""
        return self.catalogues.get(reader.language) or self.catalogues["en"]

    def template_language(self, name: str, reader: Person) -> str:
        """The language in which a template goes to a reader: only what is translated exists."""
        return self.texts(reader).speaks(f"template.{name}.body")

    def values(self, booking: Booking, reader: Person) -> dict[str, str]:
        """Everything a text may want to say about a booking, written for this reader."""
        texts, zone = self.texts(reader), self.rules.zone
        return {
            "booking": fmt.shown_id(booking.booking_id),
            "place": booking.place.name,
            "checkin": fmt.moment(texts, booking.checkin, zone, year=True),
            "checkout": fmt.moment(texts, booking.checkout, zone, year=True),
            "dates": fmt.dates(texts, booking.first, booking.last),
            "nights": texts("count.nights", n=booking.nights),
            "guests": str(booking.guests),
            "guest": booking.guest_name,
            "phone": fmt.phone(booking.guest_phone),
            "owner": booking.place.owner_name,
            "owner_phone": fmt.phone(booking.place.owner_phone),
            "total": fmt.rupees(booking.total),
            "advance": fmt.rupees(booking.advance),
            "due": fmt.rupees(booking.due),
            "percent": str(booking.advance * 100 // booking.total),
            "txn": booking.txn_id or "-",
            "by": self._promised(booking, booking.answer_by, reader),
            "deadline": self._promised(booking, booking.deadline, reader),
            "reason": self.reason(booking, reader),
            "refund": fmt.rupees(booking.refund_due or 0),
            "refund_id": booking.refund_id or "-",
            "ref": booking.bank_reference or booking.refund_id or "-",
            "ticket": self.ticket_url(booking),
            "map": booking.place.map_url,
            "host": self.rules.host_name,
            "host_phone": fmt.phone(self.rules.host_phone or ""),
            "call": ", ".join(
                part
                for part in (self.rules.host_name, fmt.phone(self.rules.host_phone or ""))
                if part
            ),
            "minutes": str(self.rules.hold_minutes),
            "again": texts("guest.button.again"),
            "held_until": fmt.clock_time(
                texts, booking.hold_until.astimezone(self.rules.zone).time().replace(second=0)
            ),
        }

    def _promised(self, booking: Booking, moment: datetime | None, reader: Person) -> str:
        if moment is None:
            return "-"
        return fmt.hour_or_day(self.texts(reader), moment, booking.asked_at, self.rules.zone)

    def reason(self, booking: Booking, reader: Person) -> str:
        """Why it was cancelled: a known reason's text, somebody's own words, or the usual one."""
        texts = self.texts(reader)
        if booking.reason in REASONS:
            return texts(f"reason.{booking.reason}.told")
        return booking.reason or texts("reason.none.told")

    def ticket_url(self, booking: Booking) -> str:
        """The address of the e-ticket page; empty while there is none."""
        if booking.token is None:
            return ""
        return f"{self.rules.public_url}/eticket/{booking.booking_id}-{booking.token}"

    def _say(
        self, intent: str, booking: Booking, to: Person, kind: Kind = Kind.TEXT, **parts: object
    ) -> Outgoing:
        """A notice whose body, and header if there is one, are the texts named by the intent."""
        texts, values = self.texts(to), self.values(booking, to)
        header = texts(f"{intent}.header", **values) if texts.has(f"{intent}.header") else ""
        message = Message(kind, texts(f"{intent}.body", **values), header=header, **parts)  # type: ignore[arg-type]  # the parts of Message by name
        return Outgoing(to.person_id, intent, message, self._template(intent, booking, to))

    def _template(self, intent: str, booking: Booking, to: Person) -> TemplateCall | None:
        template = TEMPLATES.get(SAME_TEMPLATE.get(intent, intent).replace(".", "_"))
        if template is None:
            return None
        cancel = f"o:{booking.booking_id}:cancel"
        if intent == "admin.owner_silent":
            cancel = f"a:cancel:{booking.booking_id}"  # which shows the amount first
        payloads = (f"o:{booking.booking_id}:confirm", cancel)
        chosen = payloads if template.replies else ()
        language = self.template_language(template.name, to)
        return template.call(language, self.values(booking, to), chosen)

    def _buttons(self, to: Person, *pairs: tuple[str, str]) -> tuple[Button, ...]:
        texts = self.texts(to)
        return tuple(Button(key, texts(text)) for key, text in pairs)

    def _offer(
        self, intent: str, booking: Booking, to: Person, *pairs: tuple[str, str]
    ) -> Outgoing:
        """A notice with buttons: what comes back of each, and the id of its title."""
        buttons = self._buttons(to, *pairs)
        return self._say(intent, booking, to, Kind.BUTTONS, buttons=buttons)
