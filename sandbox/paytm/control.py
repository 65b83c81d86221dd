"""The sandbox page's hand in Paytm: its books, the payer's choices, the refund desk."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox.paytm import callbacks
from sandbox.paytm.payer import PENDING_SECONDS, ClosedError, Outcome, Wish, pay_link
from sandbox.paytm.records import Payment, PaymentStatus, Refund, RefundStatus
from sandbox.paytm.refunds import by_dashboard
from sandbox.paytm.results import FAILURE_CODES, PENDING_CODES, RefusedError
from sandbox.paytm.settle import catch_up, end_refund, finish
from sandbox.paytm.till import TILL, Till

_API = "/sandbox/api/paytm"
_ENDS = {"success": PaymentStatus.SUCCESS, "failed": PaymentStatus.FAILURE}
_DESK = {
    "done": (RefundStatus.DONE, "10"),
    "failed": (RefundStatus.FAILED, "600"),
    "slow": (RefundStatus.SLOW, "628"),
}
Work = Callable[[Till, web.Request, dict[str, Any]], dict[str, Any]]


class _ControlError(Exception):
    """A control call that cannot be done: its HTTP status and why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def routes(paytm: web.Application) -> list[web.RouteDef]:
    """The control routes of one Paytm, with their full paths, for the sandbox's own application."""
    till = paytm[TILL]
    return [
        web.get(f"{_API}/books", _handler(till, _books)),
        web.get(f"{_API}/dialect", _handler(till, _dialect)),
        web.put(f"{_API}/dialect", _handler(till, _change_dialect)),
        web.post(f"{_API}/links/{{link_id}}/pay", _handler(till, _pay)),
        web.post(f"{_API}/payments/{{txn_id}}/resolve", _handler(till, _resolve)),
        web.post(f"{_API}/payments/{{txn_id}}/callback", _handler(till, _callback)),
        web.post(f"{_API}/payments/{{txn_id}}/refund", _handler(till, _dashboard)),
        web.post(f"{_API}/refunds/{{ref_id}}", _handler(till, _decide)),
    ]


def _handler(till: Till, work: Work) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            fields = await request.json() if request.body_exists else {}
            if not isinstance(fields, dict):
                raise _ControlError(400, "a JSON object is expected")
            catch_up(till)
            done = work(till, request, fields)
            catch_up(till)
            return web.json_response(done)
        except _ControlError as no:
            return web.json_response({"error": str(no)}, status=no.status)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    return handle


def _books(till: Till, _request: web.Request, _fields: dict[str, Any]) -> dict[str, Any]:
    books = till.books
    return {
        "links": [till.shown(link) for link in books.links.values()],
        "payments": [till.shown(payment) for payment in books.payments.values()],
        "refunds": [till.shown(refund) for refund in books.refunds.values()],
    }


def _dialect(till: Till, _request: web.Request, _fields: dict[str, Any]) -> dict[str, Any]:
    return asdict(till.dialect)


def _change_dialect(till: Till, _request: web.Request, fields: dict[str, Any]) -> dict[str, Any]:
    till.dialect = till.dialect.changed(fields)
    return asdict(till.dialect)


def _pay(till: Till, request: web.Request, fields: dict[str, Any]) -> dict[str, Any]:
    """An outcome, optionally with "code", "after_seconds" and "amount_paise"."""
    number = request.match_info["link_id"]
    link = till.books.links.get(int(number)) if number.isdecimal() else None
    if link is None:
        raise _ControlError(404, "no such link")
    try:
        made = pay_link(till, link, _wish(fields))
    except ClosedError as closed:
        raise _ControlError(409, str(closed)) from closed
    return {"payments": [till.shown(payment) for payment in made]}


def _wish(fields: dict[str, Any]) -> Wish:
    code = fields.get("code", "")
    if code and code not in FAILURE_CODES | PENDING_CODES:
        raise ValueError("code is not one of a failed or pending payment")
    return Wish(
        Outcome(fields.get("outcome", "")),
        code=code,
        after_seconds=_whole(fields, "after_seconds") or PENDING_SECONDS,
        amount_paise=_whole(fields, "amount_paise"),
    )


def _whole(fields: dict[str, Any], name: str) -> int | None:
    value = fields.get(name)
    if value is not None and (type(value) is not int or not 1 <= value <= 10**11):
        raise ValueError(f"{name} must be a whole number above zero")
    return value


def _resolve(till: Till, request: web.Request, fields: dict[str, Any]) -> dict[str, Any]:
    payment, end = _payment(till, request), _ENDS.get(fields.get("to", ""))
    if end is None:
        raise _ControlError(400, "to is success or failed")
    if not payment.open:
        raise _ControlError(409, f"the payment is {payment.status.value} already")
    return till.shown(finish(till, payment, end))


def _callback(till: Till, request: web.Request, fields: dict[str, Any]) -> dict[str, Any]:
    payment, variant = _payment(till, request), callbacks.Variant(fields.get("as", ""))
    if not callbacks.post(till, payment, variant):
        raise _ControlError(409, "the payment's link has no statusCallbackUrl")
    return {"posted": variant.value}


def _dashboard(till: Till, request: web.Request, fields: dict[str, Any]) -> dict[str, Any]:
    """The merchant's people pay back in Paytm's dashboard, past every program."""
    payment = _payment(till, request)
    amount = _whole(fields, "amount_paise") or payment.amount_paise
    try:
        return till.shown(by_dashboard(till, payment, amount))
    except RefusedError as no:
        raise _ControlError(409, f"{no.code}: {no}") from no


def _decide(till: Till, request: web.Request, fields: dict[str, Any]) -> dict[str, Any]:
    refund, choice = _refund(till, request), _DESK.get(fields.get("to", ""))
    if choice is None:
        raise _ControlError(400, "to is done, failed or slow")
    if not refund.open:
        raise _ControlError(409, f"the refund is {refund.status.value} already")
    return till.shown(end_refund(till, refund, *choice))


def _payment(till: Till, request: web.Request) -> Payment:
    payment = till.books.payments.get(request.match_info["txn_id"])
    if payment is None:
        raise _ControlError(404, "no such payment")
    return payment


def _refund(till: Till, request: web.Request) -> Refund:
    refund = till.books.refunds.get(request.match_info["ref_id"])
    if refund is None:
        raise _ControlError(404, "no such refund")
    return refund
