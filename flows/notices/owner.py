"""What the owner reads of a booking's life."""

from flows.facts import Booking
from flows.messages import Kind, Outgoing, Row
from flows.notices.pen import REASONS, Pen
from flows.record import record
from flows.templates import TEMPLATES


@record
class ToOwner(Pen):
    """Notices to the owner."""

    def request(self, booking: Booking, intent: str = "owner.request") -> Outgoing:
        """The question to the owner with its two buttons (O1, O4)."""
        return self._offer(
            intent, booking, booking.owner,
            (f"o:{booking.booking_id}:confirm", "owner.request.confirm"),
            (f"o:{booking.booking_id}:cancel", "owner.request.cancel"),
        )  # fmt: skip

    def owner_confirmed(self, booking: Booking) -> Outgoing:
        """Confirmed: the guest's number, what to collect, and what comes next (O2).

        Where LoonCamp confirmed for him, the owner hears who it was and whom to call (A4).
        """
        by_admin = booking.decided_by == "admin"
        intent = "owner.confirmed_by_admin" if by_admin else "owner.confirmed"
        return self._offer(
            intent, booking, booking.owner,
            ("h:today", "owner.button.today"),
            ("h:waiting", "owner.home.waiting"),
            ("h:block", "owner.home.block"),
        )  # fmt: skip

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

    def to_owner(self, intent: str, booking: Booking) -> Outgoing:
        """A plain notice to the owner; outside the window it goes as the general update."""
        said = self._say(intent, booking, booking.owner)
        values = self.values(booking, booking.owner) | {"news": said.message.body}
        language = self.template_language("owner_update", booking.owner)
        news = TEMPLATES["owner_update"].call(language, values)
        return Outgoing(said.to, intent, said.message, said.template or news)
