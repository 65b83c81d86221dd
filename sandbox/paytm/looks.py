"""The payer's pages as HTML: server-rendered, no script, safe with any text in them."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from sandbox.paytm.payer import FOR_LINKS_ONLY, Outcome
from sandbox.paytm.records import Payment, PaymentStatus

_FOLDER = Path(__file__).parent / "pages"
_CSS = (_FOLDER / "page.css").read_text("utf-8")
_CSS_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
_PAGES = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True)
# The sandbox page shows these pages in a pane and may be open under either loopback name.
_FRAMES = "'self' http://localhost:* http://127.0.0.1:*"


@dataclass(frozen=True, slots=True)
class Button:
    """One choice of the demo page."""

    outcome: Outcome
    label: str
    hint: str
    main: bool = False


GROUPS: tuple[tuple[str, tuple[Button, ...]], ...] = (
    (
        "What happens at the bank?",
        (
            Button(Outcome.SUCCESS, "Success", "The payment goes through", main=True),
            Button(Outcome.FAILED, "Failed", "The bank declines"),
            Button(Outcome.PENDING_SUCCESS, "Pending then success", "Confirmed after 30 seconds"),
            Button(Outcome.PENDING_FAILED, "Pending then failed", "Declined after 30 seconds"),
            Button(Outcome.CLOSE, "Close without paying", "Nothing is paid"),
        ),
    ),
    (
        "Unusual endings",
        (
            Button(Outcome.SUCCESS_TWICE, "Success twice", "Two payments on one link"),
            Button(
                Outcome.SUCCESS_AFTER_HOLD, "Success after the hold", "Paid after the link's end"
            ),
            Button(Outcome.CALLBACK_LOST, "Callback lost", "Paid, but the merchant is not told"),
            Button(Outcome.WRONG_AMOUNT, "Wrong amount", "Another amount than asked is paid"),
            Button(Outcome.WRONG_CHECKSUM, "Wrong checksum", "Paid, but the message looks forged"),
        ),
    ),
)
_RESULTS = {
    PaymentStatus.SUCCESS: ("good", "Payment successful", "Your payment has gone through."),
    PaymentStatus.FAILURE: ("bad", "Payment failed", "Your bank declined the payment."),
    PaymentStatus.PENDING: ("", "Payment is being confirmed", "Your bank has not answered yet."),
    PaymentStatus.WAITING: ("", "Waiting in the UPI app", "The payment ends after the link's end."),
}


def rupees(amount_paise: int) -> str:
    """An amount for people: ₹ with Indian grouping, paise only when there are any."""
    whole, rest = divmod(amount_paise, 100)
    head, tail = str(whole)[:-3], str(whole)[-3:]
    pairs = [head[max(i - 2, 0) : i] for i in range(len(head), 0, -2)][::-1]
    return "₹" + ",".join([*pairs, tail]) + (f".{rest:02}" if rest else "")


def groups(*, late: bool = False, order: bool = False) -> list[tuple[str, list[Button]]]:
    """The buttons that make sense: an expired link has one, an order none of the link's own."""
    found = []
    for heading, buttons in GROUPS:
        fitting = [b for b in buttons if _fits(b.outcome, late=late, order=order)]
        if fitting:
            found.append((heading, fitting))
    return found


def _fits(outcome: Outcome, *, late: bool, order: bool) -> bool:
    if late:
        return outcome is Outcome.SUCCESS_AFTER_HOLD
    return not (order and outcome in FOR_LINKS_ONLY)


def page(template: str, *, status: int = 200, posts_to: str = "", **values: Any) -> web.Response:
    """A rendered page under a policy that allows its own style, its own form and nothing else."""
    html = _PAGES.get_template(template).render(css=Markup(_CSS), **values)  # noqa: S704  our own file
    headers = {
        "Content-Security-Policy": _policy(posts_to),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(text=html, status=status, content_type="text/html", headers=headers)


def notice(title: str, text: str, *, status: int = 200, mood: str = "bad") -> web.Response:
    """A page that only says something."""
    return page("result.html", status=status, title=title, text=text, mood=mood)


def result(payments: list[Payment], *, form: dict[str, str], action: str) -> web.Response:
    """What became of the payer's choice; the hosted page goes back by a form post."""
    if not payments:
        return page("result.html", title="Nothing was paid", text="You closed the page.", mood="")
    mood, title, text = _RESULTS[payments[-1].status]
    return page(
        "result.html",
        posts_to=action,
        title=title,
        text=text,
        mood=mood,
        amount=rupees(sum(p.amount_paise for p in payments)),
        form=form,
        action=action,
    )


def _policy(posts_to: str) -> str:
    target = urlsplit(posts_to)
    also = f" {target.scheme}://{target.netloc}" if target.netloc else ""
    return (
        f"default-src 'none'; style-src 'sha256-{_CSS_HASH}'; base-uri 'none'; "
        f"form-action 'self'{also}; frame-ancestors {_FRAMES}"
    )
