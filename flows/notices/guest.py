"""What the guest reads of a booking's life."""

from flows import format as fmt
from flows.facts import Booking
from flows.messages import Kind, Message, Outgoing
from flows.notices.pen import Pen
from flows.record import record, replace
from flows.templates import TEMPLATES


@record
class ToGuest(Pen):
    """Notices to the guest."""

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
        return self._offer(
            "guest.pending", booking, booking.guest,
            (f"g:{booking.booking_id}:check", "guest.button.check"),
            ("g:human", "guest.button.human"),
        )  # fmt: skip

    def hold_again(self, booking: Booking) -> Outgoing:
        """A payment failed after its link had ended: the dates may be held anew (G11)."""
        return self._offer(
            "guest.payment_failed_late", booking, booking.guest,
            (f"g:{booking.booking_id}:again", "guest.button.again"),
            ("g:human", "guest.button.human"),
        )  # fmt: skip

    def paid(self, booking: Booking) -> Outgoing:
        """The advance has arrived, the owner is being asked (G7)."""
        return self._offer(
            "guest.paid", booking, booking.guest,
            (f"g:{booking.booking_id}:status", "guest.button.status"),
            (f"g:{booking.booking_id}:cancel", "guest.button.cancel"),
            ("g:human", "guest.button.human"),
        )  # fmt: skip

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

    def cancelled(self, booking: Booking) -> Outgoing:
        """Booking cancelled, why, that the advance comes back, and what to book instead (G9)."""
        return self._offer(
            "guest.cancelled", booking, booking.guest,
            (f"g:{booking.booking_id}:others", "places.other"),
            (f"g:{booking.booking_id}:dates", "dates.other"),
            ("g:human", "guest.button.human"),
        )  # fmt: skip

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
