"""What a payer does on the page: the outcomes of the demo and what each leaves in the books."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sandbox.paytm import callbacks
from sandbox.paytm.records import Link, Order, Payment, PaymentStatus, Told
from sandbox.paytm.settle import catch_up
from sandbox.paytm.till import Till

PENDING_SECONDS = 30
CONFIRMED_WITHIN = timedelta(hours=72)  # then Paytm gives up on the bank (facts/paytm.md 5.6)


class Outcome(StrEnum):
    """The buttons of the demo page."""

    SUCCESS = "success"
    FAILED = "failed"
    PENDING_SUCCESS = "pending_success"
    PENDING_FAILED = "pending_failed"
    CLOSE = "close"
    SUCCESS_TWICE = "success_twice"
    SUCCESS_AFTER_HOLD = "success_after_hold"
    CALLBACK_LOST = "callback_lost"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CHECKSUM = "wrong_checksum"


class ClosedError(Exception):
    """The link or order takes no payment now; the text says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt that an outcome leaves behind."""

    status: PaymentStatus = PaymentStatus.SUCCESS
    becomes: PaymentStatus | None = None
    told: Told = Told.HONESTLY
    wrong_amount: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What the payer does, and the details a test may set: code, delay, amount."""

    outcome: Outcome
    code: str = ""  # of a failed or pending attempt; "": the usual one
    after_seconds: int = PENDING_SECONDS  # how long a pending attempt stays so
    amount_paise: int | None = None  # on a link whose payer types the amount


PLANS: dict[Outcome, tuple[Step, ...]] = {
    Outcome.SUCCESS: (Step(),),
    Outcome.FAILED: (Step(PaymentStatus.FAILURE),),
    Outcome.PENDING_SUCCESS: (Step(PaymentStatus.PENDING, PaymentStatus.SUCCESS),),
    Outcome.PENDING_FAILED: (Step(PaymentStatus.PENDING, PaymentStatus.FAILURE),),
    Outcome.CLOSE: (),
    Outcome.SUCCESS_TWICE: (Step(), Step()),
    Outcome.SUCCESS_AFTER_HOLD: (Step(PaymentStatus.WAITING, PaymentStatus.SUCCESS),),
    Outcome.CALLBACK_LOST: (Step(told=Told.NOT_AT_ALL),),
    Outcome.WRONG_AMOUNT: (Step(wrong_amount=True),),
    Outcome.WRONG_CHECKSUM: (Step(told=Told.UNDER_A_WRONG_KEY),),
}
FOR_LINKS_ONLY = frozenset({Outcome.SUCCESS_TWICE, Outcome.SUCCESS_AFTER_HOLD})
_USUAL_CODES = {
    PaymentStatus.SUCCESS: "01",
    PaymentStatus.FAILURE: "227",
    PaymentStatus.PENDING: "402",
    PaymentStatus.WAITING: "",
}
_CHOOSABLE = (PaymentStatus.FAILURE, PaymentStatus.PENDING)


def pay_link(till: Till, link: Link, wish: Wish) -> list[Payment]:
    """Play one outcome on a link. Raises ClosedError when the link takes no payment."""
    _admit(till, link, wish.outcome)
    amount = link.amount_paise if link.amount_paise is not None else wish.amount_paise
    if amount is None:
        raise ClosedError("the payer types the amount of this link, and none was given")
    made = [_attempt(till, step, wish, amount, link=link) for step in _steps(till, link, wish)]
    catch_up(till)
    return [till.books.payments[payment.txn_id] for payment in made]


def pay_order(till: Till, order: Order, wish: Wish) -> list[Payment]:
    """Play one outcome on an order of the hosted page. Raises ClosedError."""
    if wish.outcome in FOR_LINKS_ONLY:
        raise ClosedError("an order is paid once")
    if any(p.status is not PaymentStatus.FAILURE for p in till.books.of_order(order.order_id)):
        raise ClosedError("this order has a payment already")
    steps, wished = PLANS[wish.outcome], wish
    if wish.outcome is Outcome.CLOSE:
        # Leaving the hosted page is reported as an attempt of its own (facts/paytm.md 6, 141).
        steps, wished = (Step(PaymentStatus.FAILURE),), Wish(Outcome.FAILED, code="141")
    made = [_attempt(till, step, wished, order.amount_paise, order=order) for step in steps]
    catch_up(till)
    return made


def _admit(till: Till, link: Link, outcome: Outcome) -> None:
    if till.used_up(link):
        raise ClosedError("this link is paid")
    if link.expired(till.now()) and outcome is not Outcome.SUCCESS_AFTER_HOLD:
        raise ClosedError("this link has expired")


def _steps(till: Till, link: Link, wish: Wish) -> tuple[Step, ...]:
    """The plan of an outcome; a payer who comes back after the link's end pays at once."""
    late = wish.outcome is Outcome.SUCCESS_AFTER_HOLD and link.expired(till.now())
    return (Step(),) if late else PLANS[wish.outcome]


def _attempt(
    till: Till,
    step: Step,
    wish: Wish,
    amount: int,
    *,
    link: Link | None = None,
    order: Order | None = None,
) -> Payment:
    now = till.now()
    waits = timedelta(seconds=wish.after_seconds)
    payment = Payment(
        txn_id=till.books.txn_id(now),
        order_id=order.order_id if order else _order_id(till, link),
        link_id=link.link_id if link else None,
        amount_paise=_other(amount) if step.wrong_amount else amount,
        status=step.status,
        code=wish.code if wish.code and step.status in _CHOOSABLE else _USUAL_CODES[step.status],
        bank_reference=till.books.bank_reference(),
        started_at=now,
        told=step.told,
        becomes=step.becomes,
        due_at=now + min(waits, CONFIRMED_WITHIN) if step.becomes else None,
        completed_at=None if step.becomes else now,
    )
    return _kept(till, payment)


def _kept(till: Till, payment: Payment) -> Payment:
    till.keep(payment, payment.status.value.lower())
    if not payment.open:
        callbacks.told(till, payment)
    return payment


def _order_id(till: Till, link: Link | None) -> str:
    wanted = link.link_order_id if link and link.single and till.dialect.own_order_id else ""
    free = wanted and not till.books.of_order(wanted)
    return wanted if free else till.books.order_id(till.now())


def _other(amount: int) -> int:
    """An amount that is not the right one: half of it."""
    return amount // 2 or amount + 1
