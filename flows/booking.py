"""The booking's life: every state, every event, every legal move, in one literal table."""

from enum import StrEnum


class Status(StrEnum):
    """What is known of a booking; `-` is the moment before its first event."""

    NONE = "-"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    PAYMENT_EXPIRED = "PAYMENT_EXPIRED"
    PAYMENT_SUCCESS = "PAYMENT_SUCCESS"
    BOOKING_REQUEST_SENT_TO_OWNER = "BOOKING_REQUEST_SENT_TO_OWNER"
    OWNER_CONFIRMED = "OWNER_CONFIRMED"
    OWNER_CANCELLED = "OWNER_CANCELLED"
    GUEST_CANCELLED = "GUEST_CANCELLED"
    TICKET_GENERATED = "TICKET_GENERATED"
    CHECKED_IN = "CHECKED_IN"
    REFUND_REQUIRED = "REFUND_REQUIRED"
    REFUND_INITIATED = "REFUND_INITIATED"
    REFUNDED = "REFUNDED"
    CLOSED = "CLOSED"


class Event(StrEnum):
    """What happened to a booking, in the past tense."""

    LINK_CREATED = "link_created"
    PAYMENT_SUCCEEDED = "payment_succeeded"
    HOLD_LAPSED = "hold_lapsed"
    WITHDRAWN = "withdrawn"
    REQUEST_QUEUED = "request_queued"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    DEADLINE_PASSED = "deadline_passed"
    TICKET_ISSUED = "ticket_issued"
    UNDONE = "undone"
    SETTLED = "settled"
    CHECKED_IN = "checked_in"
    STAY_OVER = "stay_over"
    REFUND_REQUESTED = "refund_requested"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    REFUNDED_BY_HAND = "refunded_by_hand"


class Actor(StrEnum):
    """Who made it happen."""

    GUEST = "guest"
    OWNER = "owner"
    ADMIN = "admin"
    CLOCK = "clock"
    PAYTM = "paytm"


S, E, A = Status, Event, Actor

# (from, event, actors, to). The README's diagram and the database's table of legal moves are
# compared with this literal by tests. Where one (from, event, actor) has two targets, the mover
# must say which: paid late (dates free or gone), cancelled by the guest (money back or nothing).
TRANSITIONS: tuple[tuple[Status, Event, tuple[Actor, ...], Status], ...] = (
    (S.NONE, E.LINK_CREATED, (A.GUEST,), S.PAYMENT_PENDING),
    (S.PAYMENT_PENDING, E.PAYMENT_SUCCEEDED, (A.PAYTM,), S.PAYMENT_SUCCESS),
    (S.PAYMENT_PENDING, E.HOLD_LAPSED, (A.CLOCK,), S.PAYMENT_EXPIRED),
    (S.PAYMENT_PENDING, E.WITHDRAWN, (A.GUEST, A.ADMIN), S.PAYMENT_EXPIRED),
    (S.PAYMENT_EXPIRED, E.PAYMENT_SUCCEEDED, (A.PAYTM,), S.PAYMENT_SUCCESS),
    (S.PAYMENT_EXPIRED, E.PAYMENT_SUCCEEDED, (A.PAYTM,), S.REFUND_REQUIRED),
    (S.PAYMENT_SUCCESS, E.REQUEST_QUEUED, (A.CLOCK,), S.BOOKING_REQUEST_SENT_TO_OWNER),
    (S.BOOKING_REQUEST_SENT_TO_OWNER, E.CONFIRMED, (A.OWNER, A.ADMIN), S.OWNER_CONFIRMED),
    (S.BOOKING_REQUEST_SENT_TO_OWNER, E.CANCELLED, (A.OWNER, A.ADMIN), S.OWNER_CANCELLED),
    (S.BOOKING_REQUEST_SENT_TO_OWNER, E.DEADLINE_PASSED, (A.CLOCK,), S.OWNER_CANCELLED),
    (S.BOOKING_REQUEST_SENT_TO_OWNER, E.CANCELLED, (A.GUEST, A.ADMIN), S.GUEST_CANCELLED),
    (S.TICKET_GENERATED, E.CANCELLED, (A.GUEST, A.ADMIN), S.GUEST_CANCELLED),
    (S.OWNER_CONFIRMED, E.TICKET_ISSUED, (A.CLOCK,), S.TICKET_GENERATED),
    (S.OWNER_CANCELLED, E.UNDONE, (A.OWNER, A.ADMIN), S.BOOKING_REQUEST_SENT_TO_OWNER),
    (S.OWNER_CANCELLED, E.SETTLED, (A.CLOCK,), S.REFUND_REQUIRED),
    (S.GUEST_CANCELLED, E.SETTLED, (A.CLOCK,), S.REFUND_REQUIRED),
    (S.GUEST_CANCELLED, E.SETTLED, (A.CLOCK,), S.CLOSED),
    (S.TICKET_GENERATED, E.CHECKED_IN, (A.OWNER, A.ADMIN), S.CHECKED_IN),
    (S.TICKET_GENERATED, E.STAY_OVER, (A.CLOCK,), S.CLOSED),
    (S.CHECKED_IN, E.STAY_OVER, (A.CLOCK,), S.CLOSED),
    (S.REFUND_REQUIRED, E.REFUND_REQUESTED, (A.CLOCK, A.ADMIN), S.REFUND_INITIATED),
    (S.REFUND_INITIATED, E.REFUND_SUCCEEDED, (A.PAYTM,), S.REFUNDED),
    (S.REFUND_INITIATED, E.REFUND_FAILED, (A.PAYTM,), S.REFUND_REQUIRED),
    (S.REFUND_REQUIRED, E.REFUNDED_BY_HAND, (A.ADMIN,), S.REFUNDED),
    (S.REFUND_INITIATED, E.REFUNDED_BY_HAND, (A.ADMIN,), S.REFUNDED),
)

# Moves of the clock that need no waiting: made in the same transaction as the move before them.
AT_ONCE: dict[Status, Event] = {
    Status.PAYMENT_SUCCESS: Event.REQUEST_QUEUED,
    Status.OWNER_CONFIRMED: Event.TICKET_ISSUED,
}

# While a booking is in one of these states its units are taken.
HOLDING = frozenset(
    {
        Status.PAYMENT_PENDING,
        Status.PAYMENT_SUCCESS,
        Status.BOOKING_REQUEST_SENT_TO_OWNER,
        Status.OWNER_CONFIRMED,
        Status.OWNER_CANCELLED,  # until the undo time is over
        Status.TICKET_GENERATED,
        Status.CHECKED_IN,
    }
)

# The guest has paid and means to come.
STAYING = HOLDING - {Status.PAYMENT_PENDING, Status.OWNER_CANCELLED}

# Nobody will come, or has come and gone; whatever became of the money.
OVER = frozenset(
    {
        Status.OWNER_CANCELLED,
        Status.GUEST_CANCELLED,
        Status.REFUND_REQUIRED,
        Status.REFUND_INITIATED,
        Status.REFUNDED,
        Status.CLOSED,
    }
)

WAITING_FOR_MONEY_BACK = frozenset({Status.REFUND_REQUIRED, Status.REFUND_INITIATED})


def targets(status: Status, event: Event, actor: Actor) -> tuple[Status, ...]:
    """Where this event by this actor may lead from this status; empty: the move is illegal."""
    return tuple(
        to
        for source, what, actors, to in TRANSITIONS
        if source is status and what is event and actor in actors
    )


def legal_moves() -> tuple[tuple[str, str, str, str], ...]:
    """Every legal (from, event, actor, to), as the database's table holds them."""
    return tuple(
        (str(source), str(event), str(actor), str(to))
        for source, event, actors, to in TRANSITIONS
        for actor in actors
    )
