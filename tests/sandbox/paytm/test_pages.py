"""The payer's pages: safe, honest about the demo, one button for each outcome."""

import base64
import hashlib
import re
from typing import Any

import pytest

from sandbox.paytm.looks import rupees

from .conftest import Merchant, Service

LABELS = [
    "Success",
    "Failed",
    "Pending then success",
    "Pending then failed",
    "Close without paying",
    "Success twice",
    "Success after the hold",
    "Callback lost",
    "Wrong amount",
    "Wrong checksum",
]


async def opened(merchant: Merchant, url: str, **kwargs: Any) -> tuple[int, str, Any]:
    async with merchant.session.request(kwargs.pop("method", "GET"), url, **kwargs) as response:
        return response.status, await response.text(), response


def buttons(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<button name="outcome" value="(\w+)"[^>]*>([^<]+)<', html)


async def test_the_page_shows_amount_order_and_every_outcome(merchant: Merchant) -> None:
    link = await merchant.link(amount=123456.5, linkOrderId="LC-7K2M9X")
    status, html, _ = await opened(merchant, link["longUrl"])
    assert status == 200
    for text in ("Demo Paytm: no real money", "₹1,23,456.50", "LC-7K2M9X", "<script"):
        assert (text in html) == (text != "<script")
    assert [label for _, label in buttons(html)] == LABELS


async def test_the_short_address_leads_to_the_page(merchant: Merchant) -> None:
    link = await merchant.link()
    status, _, response = await opened(merchant, link["shortUrl"])
    assert (status, str(response.url)) == (200, link["longUrl"])


async def test_looking_changes_nothing(merchant: Merchant, service: Service) -> None:
    link = await merchant.link()
    before = await merchant.control("GET", "/books")
    for method in ("GET", "HEAD"):
        await opened(merchant, link["longUrl"], method=method)
        await opened(merchant, link["shortUrl"], method=method)
    assert await merchant.control("GET", "/books") == before
    assert service.posts == []


@pytest.mark.parametrize(
    ("outcome", "heading", "rows"),
    [
        ("success", "Payment successful", ["SUCCESS"]),
        ("failed", "Payment failed", ["FAILURE"]),
        ("pending_success", "Payment is being confirmed", ["PENDING"]),
        ("close", "Nothing was paid", []),
        ("success_twice", "Payment successful", ["SUCCESS", "SUCCESS"]),
        ("success_after_hold", "Waiting in the UPI app", []),
        ("wrong_amount", "Payment successful", ["SUCCESS"]),
    ],
)
async def test_a_button_pays_and_sends_the_payer_back(
    merchant: Merchant, outcome: str, heading: str, rows: list[str]
) -> None:
    link = await merchant.link()
    _, page, _ = await opened(merchant, link["longUrl"])
    action = re.findall(r'<form method="post" action="([^"]+)">', page)[0]
    url = link["longUrl"].rsplit("/", 1)[0] + "/" + action
    status, html, _ = await opened(merchant, url, method="POST", data={"outcome": outcome})
    assert (status, f"<h1>{heading}</h1>" in html) == (200, True)
    assert "return to WhatsApp" in html
    assert [row["orderStatus"] for row in await merchant.rows(link)] == rows


async def test_an_expired_page_offers_only_the_payer_who_was_already_paying(
    merchant: Merchant,
) -> None:
    link = await merchant.link()
    await merchant.later(minutes=15)
    _, html, _ = await opened(merchant, link["longUrl"])
    assert "This payment link has expired" in html
    assert [outcome for outcome, _ in buttons(html)] == ["success_after_hold"]
    pay = link["longUrl"] + "/pay"
    assert (await opened(merchant, pay, method="POST", data={"outcome": "success"}))[0] == 409
    late = await opened(merchant, pay, method="POST", data={"outcome": "success_after_hold"})
    assert late[0] == 200


async def test_a_paid_page_takes_no_more(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.pay(link, "success")
    _, html, _ = await opened(merchant, link["longUrl"])
    assert ("This payment link is paid" in html, buttons(html)) == (True, [])
    pay = await opened(
        merchant, link["longUrl"] + "/pay", method="POST", data={"outcome": "success"}
    )
    assert pay[0] == 409


async def test_a_generic_page_asks_for_the_amount(merchant: Merchant) -> None:
    link = await merchant.link(linkType="GENERIC")
    _, html, _ = await opened(merchant, link["longUrl"])
    assert 'name="amount"' in html
    form = {"outcome": "success", "amount": "12.50"}
    await opened(merchant, link["longUrl"] + "/pay", method="POST", data=form)
    assert (await merchant.rows(link))[0]["txnAmount"] == "12.50"


@pytest.mark.parametrize("form", [{}, {"outcome": "steal"}, {"outcome": "success", "amount": "x"}])
async def test_an_unknown_choice_is_refused(merchant: Merchant, form: dict[str, str]) -> None:
    link = await merchant.link()
    pay = await opened(merchant, link["longUrl"] + "/pay", method="POST", data=form)
    assert pay[0] == 400
    assert await merchant.rows(link) == []


async def test_an_unknown_address_is_not_found(merchant: Merchant) -> None:
    link = await merchant.link()
    for url in (
        link["longUrl"].replace("Booking", "Other"),
        f"{merchant.base}/paytm/link/BookingLC7K2M9X/LL_7",
        f"{merchant.base}/paytm/s/xx-yyyy",
    ):
        assert (await opened(merchant, url))[0] == 404


async def test_text_of_the_merchant_stays_text(merchant: Merchant) -> None:
    link = await merchant.link(linkOrderId='"><b onclick=x>', merchantRequestId=None)
    _, html, _ = await opened(merchant, link["longUrl"])
    assert "<b onclick" not in html
    assert "&lt;b onclick=x&gt;" in html


async def test_the_policy_allows_its_own_style_and_the_sandboxs_frame(merchant: Merchant) -> None:
    link = await merchant.link()
    _, html, response = await opened(merchant, link["longUrl"])
    policy = response.headers["Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*" in policy
    assert "X-Frame-Options" not in response.headers


@pytest.mark.parametrize(
    ("paise", "shown"),
    [(0, "₹0"), (5, "₹0.05"), (99900, "₹999"), (100000, "₹1,000"), (1234567890, "₹1,23,45,678.90")],
)
def test_rupees_are_grouped_as_in_india(paise: int, shown: str) -> None:
    assert rupees(paise) == shown
