"""What the admin reads of a booking's life, and what he writes in LoonCamp's name."""

from flows.facts import Booking
from flows.messages import LIMITS, Kind, Message, Outgoing, clip
from flows.notices.pen import Pen
from flows.record import record
from flows.templates import TEMPLATES

# With REFUNDS=manual these leave money with the admin, who pays it back by a tap.
OWES = frozenset({"admin.cancelled", "admin.paid_late", "admin.surplus", "admin.mismatch"})
# A refund that needs the admin's eye.
STUCK = frozenset(
    f"admin.refund_{what}" for what in ("failed", "failed_once", "balance", "slow", "stuck")
)
# The template that carries so many buttons about money.
_CARRIED = {1: "admin_refund_due", 2: "admin_refund_stuck"}


@record
class ToAdmin(Pen):
    """Cards for the admin."""

    def ask_admin(self, booking: Booking) -> Outgoing:
        """The owner is silent: the admin answers for him, with two buttons (O4, A4)."""
        return self._offer(
            "admin.owner_silent", booking, booking.admin,
            (f"o:{booking.booking_id}:confirm", "admin.confirm_for_owner"),
            (f"a:cancel:{booking.booking_id}", "admin.cancel_and_refund"),
        )  # fmt: skip

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
