"""The addresses a payer opens: the link's page, its short form, and the hosted page of an order."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.paytm import callbacks, looks, money, orders, times
from sandbox.paytm.payer import ClosedError, Outcome, Wish, pay_link, pay_order
from sandbox.paytm.records import Link, Order, Payment, Told
from sandbox.paytm.settle import catch_up
from sandbox.paytm.till import TILL, Till

PAID = "This payment link is paid"
EXPIRED = "This payment link has expired"


async def short(request: web.Request) -> web.Response:
    """The short address leads to the long one; looking at either changes nothing."""
    till = request.app[TILL]
    link = till.books.link_by_code(request.match_info["code"])
    if link is None:
        return _unknown()
    return web.Response(status=302, headers={"Location": till.long_url(link)})


async def show(request: web.Request) -> web.Response:
    """The link's page: amount, order and a button for each outcome."""
    till = request.app[TILL]
    catch_up(till)
    link = _link(till, request)
    return _unknown() if link is None else _page_of(till, link)


async def pay(request: web.Request) -> web.Response:
    """The payer's choice on the link's page."""
    till = request.app[TILL]
    catch_up(till)
    link, form = _link(till, request), await _form(request)
    if link is None:
        return _unknown()
    try:
        made = pay_link(till, link, _wish(form))
    except ClosedError:
        return _page_of(till, link, status=409)
    except ValueError:
        return looks.notice("This choice is not known", "Please go back.", status=400)
    return looks.result(made, form={}, action="")


async def show_order(request: web.Request) -> web.Response:
    """The hosted page, opened by a form post with the order's token (facts/paytm.md 4)."""
    till, form = request.app[TILL], await _form(request)
    order = _order(till, form)
    if order is None or not orders.fresh(till, order):
        return looks.notice("Session expired", "Please start the payment again.", status=400)
    return looks.page(
        "pay.html",
        title="Pay the merchant",
        amount=looks.rupees(order.amount_paise),
        rows=[("Order", order.order_id)],
        action="pay",
        hidden=[("orderId", order.order_id), ("txnToken", order.token)],
        groups=looks.groups(order=True),
    )


async def pay_hosted(request: web.Request) -> web.Response:
    """The payer's choice on the hosted page; its result page posts back to callbackUrl."""
    till, form = request.app[TILL], await _form(request)
    order = _order(till, form)
    if order is None or not orders.fresh(till, order):
        return looks.notice("Session expired", "Please start the payment again.", status=400)
    try:
        made = pay_order(till, order, _wish(form))
    except ClosedError as closed:
        return looks.notice("No payment taken", str(closed).capitalize() + ".", status=409)
    except ValueError:
        return looks.notice("This choice is not known", "Please go back.", status=400)
    back = _way_back(till, made[-1]) if order.callback_url else {}
    return looks.result(made, form=back, action=order.callback_url if back else "")


def _way_back(till: Till, payment: Payment) -> dict[str, str]:
    if payment.told is Told.NOT_AT_ALL:
        return {}
    forged = payment.told is Told.UNDER_A_WRONG_KEY
    variant = callbacks.Variant.WRONG_KEY if forged else callbacks.Variant.AGAIN
    return callbacks.signed(till, payment, variant)


def _page_of(till: Till, link: Link, *, status: int = 200) -> web.Response:
    if till.used_up(link):
        return looks.notice(PAID, "There is nothing left to pay.", status=status, mood="good")
    late = link.expired(till.now())
    values: dict[str, Any] = {
        "title": EXPIRED if late else link.description,
        "notice": "Only a payer who was already in the UPI app can still finish." if late else "",
        "amount": _amount(link),
        "rows": _facts(link),
        "ask_amount": link.amount_paise is None,
        "action": f"LL_{link.link_id}/pay",
        "hidden": [],
        "groups": looks.groups(late=late),
    }
    return looks.page("pay.html", status=status, **values)


def _amount(link: Link) -> str:
    return "Any amount" if link.amount_paise is None else looks.rupees(link.amount_paise)


def _facts(link: Link) -> list[tuple[str, str]]:
    order = link.link_order_id or link.merchant_request_id or link.reference
    return [("Order", order), ("Valid until", times.slashed(link.expires_at))]


def _link(till: Till, request: web.Request) -> Link | None:
    """The link of the address; its name must be right too, as a real one's."""
    link = till.books.links.get(int(request.match_info["id"]))
    return link if link and link.name == request.match_info["name"] else None


def _order(till: Till, form: Mapping[str, str]) -> Order | None:
    order = till.books.orders.get(form.get("orderId", ""))
    return order if order and form.get("txnToken") == order.token else None


async def _form(request: web.Request) -> dict[str, str]:
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _wish(form: Mapping[str, str]) -> Wish:
    """The outcome of the pressed button. Raises ValueError for an unknown one or a bad amount."""
    amount = money.paise(form["amount"]) if form.get("amount") else None
    return Wish(Outcome(form.get("outcome", "")), amount_paise=amount)


def _unknown() -> web.Response:
    return looks.notice("This link is not known", "Please ask for a new one.", status=404)
