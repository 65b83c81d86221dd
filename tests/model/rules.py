"""The house's rules in plain values: what the database is compared with, step by step.

Written from the promise (README, decisions), not from the code: it knows no SQL, no table of moves
and no function of ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

INDIA = timezone(timedelta(hours=5, minutes=30))
UNITS, PER_UNIT = 4, 3
MARGIN = timedelta(hours=2)  # an owner must have answered so long before check-in
STEPS = ((7, 100), (2, 50))  # until so many days before the stay, so many percent
LOOKS = (60, 300, 1800, 7200, 21600)
UNPAID = ("PAYMENT_PENDING", "PAYMENT_EXPIRED")
ASKED, CONFIRMED = "BOOKING_REQUEST_SENT_TO_OWNER", "TICKET_GENERATED"
PAID_AND_HELD = (ASKED, CONFIRMED, "CHECKED_IN", "OWNER_CANCELLED")


@dataclass(slots=True)
class Payment:
    """A successful payment at Paytm; `place` is what it was settled as, once we saw it."""

    txn: str
    amount: int
    place: str = ""


@dataclass(slots=True)
class Back:
    """Money on its way back."""

    payment: Payment
    amount: int
    status: str = "due"
    at_paytm: str = ""  # PENDING, DONE, FAILED; empty: Paytm does not know it
    looks: int = 0
    look_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it still has to be brought to an end."""
        return self.status in ("due", "initiated")


@dataclass(slots=True)
class Stay:
    """What one guest ordered, and what became of it."""

    booking_id: str
    person: int
    first: date
    nights: int
    units: int
    advance: int
    checkin: datetime
    made: datetime
    status: str = "PAYMENT_PENDING"
    linked: bool = False
    paid_at: datetime | None = None
    ticket: bool = False
    refund_due: int | None = None
    payments: list[Payment] = field(default_factory=list)
    backs: list[Back] = field(default_factory=list)

    @property
    def days(self) -> frozenset[date]:
        """Its nights."""
        return frozenset(self.first + timedelta(days=each) for each in range(self.nights))


@dataclass(slots=True)
class House:
    """One place with all its stays; `taken` says whose each unit is on each night."""

    stays: list[Stay] = field(default_factory=list)
    taken: dict[tuple[int, date], str] = field(default_factory=dict)

    # ------------------------------------------------------------ dates

    def free(self, days: frozenset[date]) -> list[int]:
        """The units that are free on all of these nights, the lowest first."""
        units = range(1, UNITS + 1)
        return [unit for unit in units if not any((unit, day) in self.taken for day in days)]

    def take(self, stay: Stay) -> bool:
        """Give a stay its units, or nothing."""
        free = self.free(stay.days)
        if len(free) < stay.units:
            return False
        chosen = free[: stay.units]
        self.taken |= {(unit, day): stay.booking_id for unit in chosen for day in stay.days}
        return True

    def leave(self, stay: Stay) -> None:
        """Give its units back."""
        self.taken = {key: who for key, who in self.taken.items() if who != stay.booking_id}

    def block(self, days: frozenset[date]) -> bool:
        """The owner keeps every free unit, unless a guest has one of these nights."""
        if any(who for (_, day), who in self.taken.items() if day in days):
            return False
        for unit in range(1, UNITS + 1):
            for day in days:
                self.taken.setdefault((unit, day), "")
        return True

    def pending_of(self, person: int) -> Stay | None:
        """The one unpaid hold of a guest."""
        mine = (stay for stay in self.stays if stay.person == person)
        return next((stay for stay in mine if stay.status == "PAYMENT_PENDING"), None)

    # ------------------------------------------------------------ money comes

    def see(self, stay: Stay, now: datetime) -> None:
        """Everything that Paytm has is given its place."""
        for payment in stay.payments:
            if not payment.place:
                self._settle(stay, payment, now)

    def _settle(self, stay: Stay, payment: Payment, now: datetime) -> None:
        if payment.amount != stay.advance:
            payment.place = "mismatch"
        elif stay.status in UNPAID and not self._paid_twin(stay):
            payment.place = "booking"
            self._honour(stay, payment, now)
            return
        else:
            payment.place = "surplus"
        stay.backs.append(Back(payment, payment.amount))

    def _honour(self, stay: Stay, payment: Payment, now: datetime) -> None:
        stay.paid_at, late = now, stay.status == "PAYMENT_EXPIRED"
        if late and (stay.checkin - MARGIN <= now or not self.take(stay)):
            self.owe(stay, payment, stay.advance)
        else:
            stay.status = ASKED

    def _paid_twin(self, stay: Stay) -> bool:
        """The guest paid another order for these nights after he had made this one."""
        return any(
            other is not stay and other.person == stay.person and other.days & stay.days
            and other.status in PAID_AND_HELD and other.paid_at and stay.made < other.paid_at
            for other in self.stays
        )  # fmt: skip

    # ------------------------------------------------------------ people decide

    def withdraw(self, stay: Stay) -> bool:
        if stay.status != "PAYMENT_PENDING":
            return False
        stay.status = "PAYMENT_EXPIRED"
        self.leave(stay)
        return True

    def confirm(self, stay: Stay) -> bool:
        if stay.status != ASKED:
            return False
        stay.status, stay.ticket = CONFIRMED, True
        return True

    def cancel_for_host(self, stay: Stay) -> bool:
        if stay.status != ASKED:
            return False
        stay.status, stay.refund_due = "OWNER_CANCELLED", stay.advance
        return True

    def cancel_for_guest(self, stay: Stay, now: datetime) -> bool:
        if stay.status not in (ASKED, CONFIRMED):
            return False
        back = stay.advance if stay.status == ASKED else _share(stay, now)
        stay.status, stay.refund_due = "GUEST_CANCELLED", back
        self.leave(stay)
        return True

    def undo(self, stay: Stay) -> bool:
        if stay.status != "OWNER_CANCELLED":
            return False
        stay.status, stay.refund_due = ASKED, None
        return True

    def arrive(self, stay: Stay) -> bool:
        if stay.status != CONFIRMED:
            return False
        stay.status = "CHECKED_IN"
        return True

    # ------------------------------------------------------------ time passes

    def lapse(self, stay: Stay, now: datetime) -> None:
        if stay.linked:
            self.see(stay, now)
        if stay.status == "PAYMENT_PENDING":
            stay.status = "PAYMENT_EXPIRED"
            self.leave(stay)

    def settle_cancellation(self, stay: Stay) -> None:
        if stay.status not in ("OWNER_CANCELLED", "GUEST_CANCELLED"):
            return
        self.leave(stay)
        if stay.refund_due:
            self.owe(stay, next(p for p in stay.payments if p.place == "booking"), stay.refund_due)
        else:
            stay.status = "CLOSED"

    def end(self, stay: Stay) -> None:
        if stay.status in (CONFIRMED, "CHECKED_IN"):
            stay.status = "CLOSED"
            self.leave(stay)

    # ------------------------------------------------------------ money goes back

    def owe(self, stay: Stay, payment: Payment, amount: int) -> None:
        """The booking's own money is to go back."""
        stay.status, stay.refund_due = "REFUND_REQUIRED", amount
        stay.backs.append(Back(payment, amount))

    def refund(self, stay: Stay, now: datetime, *, lost: str) -> None:
        """One step of each refund that is due; `lost`: no answer comes, "after" Paytm acted."""
        due = [b for b in stay.backs if b.open and (b.look_at is None or b.look_at <= now)]
        for back in due:
            if lost and back.status == "initiated" and back.at_paytm:
                continue  # asking how it stands has no answer
            self._step(stay, back, now, lost)

    def _step(self, stay: Stay, back: Back, now: datetime, lost: str) -> None:
        if back.status == "initiated" and lost:
            return
        if back.status == "due" or not back.at_paytm:
            back.status = "initiated"
            if back.payment.place == "booking":
                stay.status = "REFUND_INITIATED"
            if lost != "before":
                back.at_paytm = "PENDING"
            if lost:
                return
        elif back.at_paytm == "DONE":
            self._refunded(stay, back)
            return
        elif back.at_paytm == "FAILED":
            self._failed(stay, back, now)
            return
        back.look_at = now + timedelta(seconds=LOOKS[min(back.looks, len(LOOKS) - 1)])
        back.looks += 1

    def _refunded(self, stay: Stay, back: Back) -> None:
        back.status = "refunded"
        if back.payment.place == "booking":
            stay.status = "REFUNDED"

    def _failed(self, stay: Stay, back: Back, now: datetime) -> None:
        back.status = "failed"
        again = Back(back.payment, back.amount, look_at=_next_settlement(now))
        stay.backs.append(again)
        if back.payment.place == "booking":
            stay.status = "REFUND_REQUIRED"

    def pay_by_hand(self, stay: Stay, back: Back) -> None:
        self._refunded(stay, back)

    # ------------------------------------------------------------ the whole

    def shown(self) -> dict[str, tuple[object, ...]]:
        """Each stay as the database is to show it."""
        return {stay.booking_id: tuple(self._row(stay)) for stay in self.stays}

    def _row(self, stay: Stay) -> Iterator[object]:
        yield stay.status
        yield stay.refund_due
        yield stay.ticket
        yield sorted(f"{p.txn} {p.amount} {p.place}" for p in stay.payments if p.place)
        yield sorted(f"{b.payment.txn} {b.amount} {b.status}" for b in stay.backs)

    def occupied(self) -> dict[tuple[int, date], str]:
        """Whose each unit is on each night."""
        return dict(self.taken)


def _share(stay: Stay, now: datetime) -> int:
    """What the steps leave of the advance today, up to the whole rupee."""
    left = (stay.first - now.astimezone(INDIA).date()).days
    percent = max((part for days, part in STEPS if left > days), default=0)
    return min(stay.advance, -(-stay.advance * percent // 10_000) * 100)


def _next_settlement(now: datetime) -> datetime:
    tomorrow = now.astimezone(INDIA).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(11), INDIA)
