"""Every message that a booking's life sends, as a function of the booking (facts/ux.md 1, 2).

One module for each reader; what all of them are written with is the pen.
"""

from flows.notices.admin import OWES, ToAdmin
from flows.notices.guest import ToGuest
from flows.notices.owner import ToOwner
from flows.notices.pen import REASONS
from flows.record import record

__all__ = ["OWES", "REASONS", "Writer"]


@record
class Writer(ToGuest, ToOwner, ToAdmin):
    """Writes notices to everybody, in each reader's own language."""
