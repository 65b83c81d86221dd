"""Named instants at which a process may be told to die: before and after each commit and call.

`CRASH_AT="after send"` ends the process there as SIGKILL would, `CRASH_AT="after send:3"` at the
third time. The sweep of `run.py chaos --sweep` dies at every one of them; only the sandbox may.
"""

import os
from enum import StrEnum
from types import TracebackType
from typing import Final

VARIABLE: Final = "CRASH_AT"


class Moment(StrEnum):
    """What is committed, or asked of somebody outside."""

    ARRIVED = "arrived"  # a webhook's events are in the inbox; its answer comes after
    TALK = "talk"  # many guests' messages and their answers
    EVENT = "event"  # one event with everything that it causes
    STATUSES = "statuses"  # what WhatsApp reports, out of the inbox
    CLAIM = "claim"  # rows of the outbox are in this process's hands
    SEND = "send"  # WhatsApp is handed a message
    OUTCOMES = "outcomes"  # that WhatsApp took messages, and what it has just reported of some
    SEND_LATER = "send_later"  # a message that was refused for now is due again
    SEND_OTHERWISE = "send_otherwise"  # the same message, in another form
    SEND_NEVER = "send_never"  # a message that cannot arrive is parked, or dropped as too late
    CIRCUIT = "circuit"  # WhatsApp refuses us as a whole
    SWEPT = "swept"  # the rows of processes that died are free again
    JOB_KEPT = "job_kept"  # a long job stays in the same hands
    JOB_DONE = "job_done"
    JOB_AGAIN = "job_again"  # a job that goes on later
    JOB_LATER = "job_later"  # a job that could not be done now
    TIMER = "timer"  # a move of the clock
    REMINDER = "reminder"
    HOLD_LAPSED = "hold_lapsed"
    STATE_TOLD = "state_told"  # a guest asked where the money is
    CALLBACK = "callback"  # Paytm's hint is noted; its answer comes after
    LINK_KEPT = "link_kept"  # a pay link and the review that shows it
    LINK_LATE = "link_late"  # Paytm is away: the guest hears that the link comes later
    LINK_REFUSED = "link_refused"
    SETTLED = "settled"  # payments that Paytm shows are booked
    PROGRESS = "progress"  # a payment failed or is pending
    REFUND_MEANT = "refund_meant"  # a refund will be asked for, whatever becomes of the answer
    REFUND_NOTED = "refund_noted"  # what Paytm says of a refund
    REFUND_TOLD = "refund_told"  # the admin asked how the refunds stand
    SLOTS = "slots"  # recurring work that came due is queued
    DIGEST = "digest"
    OWNER_ROUND = "owner_round"
    CALENDAR = "calendar"  # another site's calendar is taken over
    BOOKS = "books"  # the differences between Paytm's books and ours
    DATA_CHECK = "data_check"  # the invariants that are broken, and those that hold again
    ERASED = "erased"
    LINK_CREATE = "/link/create"
    LINK_FETCH = "/link/fetch"
    LINK_PAYMENTS = "/link/fetchTransaction"
    LINK_EXPIRE = "/link/expire"
    ORDER_STATUS = "/v3/order/status"
    REFUND_APPLY = "/refund/apply"
    REFUND_STATUS = "/v2/refund/status"
    PASSBOOK = "/merchant-passbook/search/list/order/v2"


SIDES: Final = ("before", "after")
POINTS: Final = tuple(f"{side} {moment}" for moment in Moment for side in SIDES)


class _End:
    """Where this process is to die, and how often it is still to come by before."""

    __slots__ = ("left", "point")

    def __init__(self) -> None:
        self.point, self.left = "", 0


_end = _End()


def arm(wanted: str) -> None:
    """Die at this point of POINTS, `point` or `point:times`; at none where it is empty."""
    _end.point, _, times = wanted.partition(":")
    _end.left = int(times) if times.isdecimal() else 1


def fault(*, in_sandbox: bool) -> str | None:
    """What is wrong with CRASH_AT, in words; None where nothing is."""
    if not _end.point:
        return None
    if not in_sandbox:
        return f"{VARIABLE}: ends the process on purpose, and never beside real credentials"
    if _end.point not in POINTS:
        return f"{VARIABLE}: {_end.point!r} is none of: {', '.join(POINTS)}"
    return None


def before(moment: Moment) -> None:
    """Die here if told to: everything is ready, nothing is done."""
    if _end.point:
        _come_by(f"before {moment}")


def after(moment: Moment) -> None:
    """Die here if told to: it is done, and nobody in this process knows."""
    if _end.point:
        _come_by(f"after {moment}")


def _come_by(point: str) -> None:
    if point == _end.point:
        _end.left -= 1
        if _end.left == 0:
            os.write(2, f"crashed {point}\n".encode())
            os._exit(9)


class crossing:  # noqa: N801  # reads as a verb: `with crossing(Moment.SEND):`
    """Around a call or a single statement that commits by itself: before it, and after it."""

    __slots__ = ("_moment",)

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def __enter__(self) -> None:
        before(self._moment)

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if kind is None:
            after(self._moment)


arm(os.environ.get(VARIABLE, ""))
