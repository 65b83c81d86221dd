"""Every message that a booking's life sends, as a function of the booking (facts/ux.md 1, 2)."""

from datetime import datetime

from flows import format as fmt
from flows.facts import Booking, Person
from flows.messages import LIMITS, Button, Kind, Message, Outgoing, Row, TemplateCall, clip
from flows.record import record, replace
from flows.rules import Rules
from flows.templates import TEMPLATES
from flows.texts import Catalogues, Texts

# With REFUNDS=manual these leave money with the admin, who pays it back by a tap.
OWES = frozenset({"admin.cancelled", "admin.paid_late", "admin.surplus", "admin.mismatch"})
# A refund that needs the admin's eye.
STUCK = frozenset(
    f"admin.refund_{what}" for what in ("failed", "failed_once", "balance", "slow", "stuck")
)
# The template that carries so many buttons about money.
_CARRIED = {1: "admin_refund_due", 2: "admin_refund_stuck"}
SAME_TEMPLATE = {
    "owner.undone": "owner.reminder",
    "owner.last_reminder": "owner.reminder",
    "guest.refunded_by_hand": "guest.refunded",
}
REASONS = ("booked", "repair", "weather", "own", "many", "price", "guest", "other")


@record
class Writer:
    """Writes notices in each reader's own language."""

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

    def _answer_buttons(self, booking: Booking) -> tuple[Button, ...]:
        return self._buttons(
            booking.owner,
            (f"o:{booking.booking_id}:confirm", "owner.request.confirm"),
            (f"o:{booking.booking_id}:cancel", "owner.request.cancel"),
        )

    def review(self, booking: Booking, beside: tuple[str, ...] = ()) -> Outgoing:
        """Summary, advance and the pay link in one message (facts/ux.md G4).

        `beside` are the ids of the guest's other bookings on these days, said first (G16).
        """
        texts = self.texts(booking.guest)
        said = self._say(
            "guest.review", booking, booking.guest, Kind.LINK,
            label=texts("guest.review.pay", amount=fmt.rupees(booking.advance)),
            url=booking.link_url or "", footer=texts("guest.review.footer"),
        )  # fmt: skip
        if not beside:
            return said
        also = texts("guest.review.beside", bookings=", ".join(map(fmt.shown_id, beside)))
        return replace(said, message=replace(said.message, body=f"{also}\n\n{said.message.body}"))

    def pay_again(self, intent: str, booking: Booking) -> Outgoing:
        """The pay link once more: the hold runs out, or a payment failed (G6, G11)."""
        texts, failed = self.texts(booking.guest), intent == "guest.payment_failed"
        label_id = "guest.try_again" if failed else "guest.pay_again"
        return self._say(
            intent, booking, booking.guest, Kind.LINK,
            label=texts(label_id, amount=fmt.rupees(booking.advance)), url=booking.link_url or "",
            footer=texts("guest.payment_failed.footer") if failed else "",
        )  # fmt: skip

    def pending(self, booking: Booking) -> Outgoing:
        """The bank is still working: do not pay again (G12)."""
        buttons = self._buttons(
            booking.guest,
            (f"g:{booking.booking_id}:check", "guest.button.check"),
            ("g:human", "guest.button.human"),
        )
        return self._say("guest.pending", booking, booking.guest, Kind.BUTTONS, buttons=buttons)

    def hold_again(self, booking: Booking) -> Outgoing:
        """A payment failed after its link had ended: the dates may be held anew (G11)."""
        buttons = self._buttons(
            booking.guest,
            (f"g:{booking.booking_id}:again", "guest.button.again"),
            ("g:human", "guest.button.human"),
        )
        return self._say(
            "guest.payment_failed_late", booking, booking.guest, Kind.BUTTONS, buttons=buttons
        )

    def paid(self, booking: Booking) -> Outgoing:
        """The advance has arrived, the owner is being asked (G7)."""
        buttons = self._buttons(
            booking.guest,
            (f"g:{booking.booking_id}:status", "guest.button.status"),
            (f"g:{booking.booking_id}:cancel", "guest.button.cancel"),
            ("g:human", "guest.button.human"),
        )
        return self._say("guest.paid", booking, booking.guest, Kind.BUTTONS, buttons=buttons)

    def request(self, booking: Booking, intent: str = "owner.request") -> Outgoing:
        """The question to the owner with its two buttons (O1, O4)."""
        return self._say(
            intent, booking, booking.owner, Kind.BUTTONS, buttons=self._answer_buttons(booking)
        )

    def confirmed(self, booking: Booking) -> Outgoing:
        """Confirmed, with the essentials and the ticket (G8)."""
        label = self.texts(booking.guest)("guest.button.ticket")
        return self._say(
            "guest.confirmed", booking, booking.guest, Kind.LINK,
            label=label, url=self.ticket_url(booking),
        )  # fmt: skip

    def reminder(self, booking: Booking) -> Outgoing:
        """The stay begins tomorrow: place, hour, way, and what is to be paid (G8)."""
        said = self._say(
            "guest.reminder", booking, booking.guest, Kind.LINK,
            label=self.texts(booking.guest)("guest.button.map"), url=booking.place.map_url,
        )  # fmt: skip
        return replace(said, quote="guest.confirmed")

    def thanks(self, booking: Booking) -> Outgoing:
        """The stay is over: thanks, and where to write if something is left open."""
        return self._say("guest.thanks", booking, booking.guest)

    def owner_cancelled(self, booking: Booking) -> Outgoing:
        """The owner's acknowledgement with the reasons and the way back (O3)."""
        texts = self.texts(booking.owner)
        rows = [Row(f"o:{booking.booking_id}:undo", texts("owner.undo"), texts("owner.undo.more"))]
        rows += [
            Row(f"o:{booking.booking_id}:why:{key}", texts(f"reason.{key}")) for key in REASONS
        ]
        return self._say(
            "owner.cancelled", booking, booking.owner, Kind.LIST,
            rows=tuple(rows), label=texts("owner.reason"),
        )  # fmt: skip

    def cancelled(self, booking: Booking) -> Outgoing:
        """Booking cancelled, why, that the advance comes back, and what to book instead (G9)."""
        buttons = self._buttons(
            booking.guest,
            (f"g:{booking.booking_id}:others", "places.other"),
            (f"g:{booking.booking_id}:dates", "dates.other"),
            ("g:human", "guest.button.human"),
        )
        return self._say("guest.cancelled", booking, booking.guest, Kind.BUTTONS, buttons=buttons)

    def to_guest(self, intent: str, booking: Booking, **more: str) -> Outgoing:
        """A plain notice to the guest; outside the window it goes as the general update."""
        values = self.values(booking, booking.guest) | more
        words = self.texts(booking.guest)(f"{intent}.body", **values)
        template = self._template(intent, booking, booking.guest)
        language = self.template_language("guest_update", booking.guest)
        news = TEMPLATES["guest_update"].call(language, values | {"news": words})
        return Outgoing(
            booking.guest.person_id, intent, Message(Kind.TEXT, words), template or news
        )

    def owner_confirmed(self, booking: Booking) -> Outgoing:
        """Confirmed: the guest's number, what to collect, and what comes next (O2).

        Where LoonCamp confirmed for him, the owner hears who it was and whom to call (A4).
        """
        buttons = self._buttons(
            booking.owner,
            ("h:today", "owner.button.today"),
            ("h:waiting", "owner.home.waiting"),
            ("h:block", "owner.home.block"),
        )
        by_admin = booking.decided_by == "admin"
        intent = "owner.confirmed_by_admin" if by_admin else "owner.confirmed"
        return self._say(intent, booking, booking.owner, Kind.BUTTONS, buttons=buttons)

    def to_owner(self, intent: str, booking: Booking) -> Outgoing:
        """A plain notice to the owner; outside the window it goes as the general update."""
        said = self._say(intent, booking, booking.owner)
        values = self.values(booking, booking.owner) | {"news": said.message.body}
        language = self.template_language("owner_update", booking.owner)
        news = TEMPLATES["owner_update"].call(language, values)
        return Outgoing(said.to, intent, said.message, said.template or news)

    def from_looncamp(self, who: str, booking: Booking, words: str) -> Outgoing:
        """An admin's own words to the guest or owner, marked as such and quoted."""
        reader = booking.guest if who == "guest" else booking.owner
        values = self.values(booking, reader) | {"words": words, "news": f"“{words}”"}
        name = f"{who}_update"
        call = TEMPLATES[name].call(self.template_language(name, reader), values)
        body = clip(self.texts(reader)(f"from_looncamp.{who}.body", **values), LIMITS[Kind.BUTTONS])
        message = Message(Kind.TEXT, body)
        if who == "guest":
            buttons = self._buttons(reader, ("g:human", "guest.button.human"))
            message = Message(Kind.BUTTONS, body, buttons=buttons)
        return Outgoing(reader.person_id, f"from_looncamp.{who}", message, call)

    def ask_admin(self, booking: Booking) -> Outgoing:
        """The owner is silent: the admin answers for him, with two buttons (O4, A4)."""
        buttons = self._buttons(
            booking.admin,
            (f"o:{booking.booking_id}:confirm", "admin.confirm_for_owner"),
            (f"a:cancel:{booking.booking_id}", "admin.cancel_and_refund"),
        )
        return self._say(
            "admin.owner_silent", booking, booking.admin, Kind.BUTTONS, buttons=buttons
        )

    def to_admin(self, intent: str, booking: Booking, decision: str = "", **more: str) -> Outgoing:
        """A card for the admin's thread of this booking: waiting, decided, or an alert."""
        texts = self.texts(booking.admin)
        values = self.values(booking, booking.admin) | more
        values |= {"decision": decision and texts(decision, **values)}
        body = texts(f"{intent}.body", **values)
        template = TEMPLATES.get(intent.replace(".", "_"))
        taps = self._admin_taps(intent, booking, values["refund_id"])
        if taps or template is None:
            values["alert"] = clip(body, 300)
            template = TEMPLATES[_CARRIED.get(len(taps), "admin_alert")]
        message = Message(Kind.TEXT, body)
        if taps:
            buttons = self._buttons(booking.admin, *taps)
            message = Message(Kind.BUTTONS, clip(body, LIMITS[Kind.BUTTONS]), buttons=buttons)
        payloads = tuple(payload for payload, _ in taps)
        language = self.template_language(template.name, booking.admin)
        call = template.call(language, values, payloads)
        return Outgoing(booking.admin.person_id, intent, message, call, quote="admin.waiting")

    def _admin_taps(
        self, intent: str, booking: Booking, ref_id: str
    ) -> tuple[tuple[str, str], ...]:
        """What the admin can do at once about money: start paying it back, or look after it."""
        booking_id = booking.booking_id
        if intent in STUCK:
            return (
                (f"r:{booking_id}:check", "admin.check_refund"),
                (f"r:{booking_id}:hand:{ref_id}", "admin.mark_refunded"),
            )
        nothing_owed = intent == "admin.cancelled" and booking.refund_due == 0
        if intent in OWES and not nothing_owed and not self.rules.refunds_auto:
            return ((f"o:{booking_id}:refund", "admin.refund_now"),)
        return ()
