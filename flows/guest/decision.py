"""What a flow decides: the new draft, what to say, and what to do first."""

from flows.guest.draft import Draft
from flows.messages import Message
from flows.orders import Order
from flows.record import record


@record
class Act:
    """Something to be done through the database; its outcome may have an answer of its own."""

    verb: str  # book, withdraw, cancel, check, human, hush or unhush
    booking_id: str | None = None
    order: Order | None = None


@record
class Decision:
    """The new draft, what to say, and what to do."""

    draft: Draft
    messages: tuple[Message, ...] = ()
    act: Act | None = None
