"""Payment links: what may be created, found, changed, ended."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Merchant


async def test_a_created_link_echoes_what_was_asked(merchant: Merchant) -> None:
    link = await merchant.link(amount=1234.5)
    assert link["linkType"] == "FIXED"
    assert Decimal(str(link["amount"])) == Decimal("1234.50")
    assert link["merchantRequestId"] == "LC7K2M9X-1"
    assert link["isActive"] is True
    assert link["longUrl"] == f"{merchant.base}/paytm/link/BookingLC7K2M9X/LL_{link['linkId']}"
    assert link["shortUrl"].startswith(f"{merchant.base}/paytm/s/")
    assert link["resultInfo"]["resultStatus"] == "SUCCESS"


@pytest.mark.parametrize(
    "name",
    [
        "Booking LC7K2M9X",
        "Booking-LC7K2M9X",
        "तंबूबुकिंग",
        "Booking⛺",
        "Booking₹",
    ],
)
async def test_a_special_character_in_the_name_is_code_5007(merchant: Merchant, name: str) -> None:
    answer = await merchant.call("/link/create", **merchant.wish(linkName=name))
    assert (answer.http, answer.status, answer.code) == (200, "FAILED", "5007")


@pytest.mark.parametrize(
    "change",
    [
        {"linkName": None},
        {"linkName": "AB"},
        {"linkName": "A" * 65},
        {"linkName": 12345},
        {"linkDescription": None},
        {"linkDescription": "AB"},
        {"linkDescription": "A" * 31},
        {"linkDescription": "Advance for ₹500"},
        {"linkDescription": "Advance-500"},
        {"linkDescription": "अग्रिम राशि"},
        {"linkType": None},
        {"linkType": "REUSABLE"},
        {"linkType": ["FIXED"]},
        {"linkType": "INVOICE"},
        {"amount": None},
        {"amount": 0},
        {"amount": -1},
        {"amount": 0.001},
        {"amount": 500.005},
        {"amount": "5e2"},
        {"amount": "500,00"},
        {"amount": True},
        {"amount": 1e300},
        {"amount": float("nan")},
        {"amount": 10**12},
        {"amount": {"value": "500.00"}},
        {"singleTransactionOnly": True},
        {"singleTransactionOnly": "yes"},
        {"partialPayment": "true"},
        {"maxPaymentsAllowed": "0"},
        {"maxPaymentsAllowed": -1},
        {"maxPaymentsAllowed": "one"},
        {"maxPaymentsAllowed": True},
        {"merchantRequestId": "x" * 65},
        {"merchantRequestId": 5},
        {"linkOrderId": "x" * 51},
        {"linkNotes": "\ud800"},
        {"sendSms": "false"},
        {"statusCallbackUrl": "example.in/callback"},
        {"customerContact": "9800000000"},
        {"customerContact": {"customerMobile": "+919800000000"}},
        {"customerContact": {"customerMobile": "98000"}},
    ],
    ids=str,
)
async def test_a_link_outside_the_rules_is_refused_and_not_made(
    merchant: Merchant, change: dict[str, Any]
) -> None:
    answer = await merchant.call("/link/create", **merchant.wish(**change))
    assert (answer.http, answer.status) == (200, "FAILED"), answer.text
    assert (await merchant.control("GET", "/books"))[1]["links"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"linkName": "A" * 64},
        {"linkDescription": "A" * 30},
        {"amount": "500.00"},
        {"amount": 1},
        {"maxPaymentsAllowed": 3},
        {"linkType": "GENERIC", "amount": None},
        {"linkType": "INVOICE", "invoiceId": "INV7"},
        {"expiryDate": None},
        {"merchantRequestId": None},
        {"customerContact": {"customerName": "Ramesh", "customerMobile": "9800000000"}},
    ],
    ids=str,
)
async def test_a_link_at_the_limits_is_made(merchant: Merchant, change: dict[str, Any]) -> None:
    assert (await merchant.link(**change))["linkId"]


@pytest.mark.parametrize(
    "expiry",
    ["2030-11-24T18:30:00", "24-11-2030 18:30:00", "24/11/30", "31/02/2027", "", 5, "1/1/2027"],
)
async def test_another_date_format_is_code_5021(merchant: Merchant, expiry: object) -> None:
    answer = await merchant.call("/link/create", **merchant.wish(expiryDate=expiry))
    assert answer.code == "5021"


@pytest.mark.parametrize("ahead", [timedelta(seconds=-1), timedelta(days=400)])
async def test_an_end_in_the_past_or_too_far_is_refused(
    merchant: Merchant, ahead: timedelta
) -> None:
    answer = await merchant.call("/link/create", **merchant.wish(expiryDate=merchant.ist(ahead)))
    assert answer.code == "5021"


async def test_a_link_without_an_end_lives_a_year(merchant: Merchant) -> None:
    link = await merchant.link(expiryDate=None)
    assert link["expiryDate"] == merchant.ist(timedelta(days=365))


async def test_a_day_alone_means_its_end(merchant: Merchant) -> None:
    today = merchant.ist(timedelta())[:10]
    assert (await merchant.link(expiryDate=today))["expiryDate"] == f"{today} 23:59:59"


async def test_the_same_request_id_makes_a_second_link(merchant: Merchant) -> None:
    first, second = await merchant.link(), await merchant.link()
    assert first["linkId"] != second["linkId"]
    found = await merchant.call("/link/fetch", merchantRequestId="LC7K2M9X-1")
    assert [row["linkId"] for row in found.body["links"]] == [second["linkId"], first["linkId"]]


@pytest.mark.parametrize(
    ("habit", "status", "links"), [("refused", "FAILED", 1), ("replayed", "SUCCESS", 1)]
)
async def test_a_repeated_request_id_may_behave_otherwise(
    merchant: Merchant, habit: str, status: str, links: int
) -> None:
    await merchant.dialect(repeated_request=habit)
    await merchant.link()
    assert (await merchant.call("/link/create", **merchant.wish())).status == status
    assert len((await merchant.control("GET", "/books"))[1]["links"]) == links


async def test_contact_fields_outside_customer_contact_are_ignored(merchant: Merchant) -> None:
    await merchant.link(customerMobile="9800000000")
    [link] = (await merchant.control("GET", "/books"))[1]["links"]
    assert link["customer_mobile"] == ""


async def test_fetch_finds_by_each_field_and_404_otherwise(merchant: Merchant) -> None:
    link = await merchant.link()
    for field in (
        {"linkId": link["linkId"]},
        {"linkId": str(link["linkId"])},
        {"merchantRequestId": "LC7K2M9X-1"},
        {"linkTypeMultiple": ["FIXED"]},
        {"paymentStatus": "INIT"},
        {"searchFilterRequestBody": {"isActive": True}},
        {"searchFilterRequestBody": {"fromDate": link["createdDate"][:10]}},
    ):
        answer = await merchant.call("/link/fetch", **field)
        assert [row["linkId"] for row in answer.body["links"]] == [link["linkId"]], field
    for field in (
        {"linkId": 7},
        {"merchantRequestId": "LC7K2M9X-2"},
        {"linkTypeMultiple": ["GENERIC"]},
        {"paymentStatus": "PAID"},
        {"searchFilterRequestBody": {"isActive": False}},
        {"searchFilterRequestBody": {"toDate": "01/01/2020"}},
    ):
        answer = await merchant.call("/link/fetch", **field)
        assert (answer.status, answer.code) == ("FAILED", "404"), field


async def test_fetch_pages(merchant: Merchant) -> None:
    ids = [(await merchant.link())["linkId"] for _ in range(3)]
    first = await merchant.call("/link/fetch", pageNo=1, pageSize=2)
    second = await merchant.call("/link/fetch", pageNo="2", pageSize="2")
    rows = first.body["links"] + second.body["links"]
    assert [row["linkId"] for row in rows] == ids[::-1]
    assert (await merchant.call("/link/fetch", pageNo=0)).status == "FAILED"


async def test_fetch_tells_the_state_of_the_payment(merchant: Merchant) -> None:
    async def state(link: dict[str, Any]) -> str:
        answer = await merchant.call("/link/fetch", linkId=link["linkId"])
        return str(answer.body["links"][0]["paymentStatus"])

    link, other = await merchant.link(), await merchant.link()
    assert await state(link) == "INIT"
    await merchant.pay(link, "pending_success")
    assert await state(link) == "PENDING"
    await merchant.later(minutes=16)
    assert (await state(link), await state(other)) == ("PAID", "EXPIRED")


async def test_a_link_ends_by_the_sandbox_clock(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.later(minutes=15)
    assert (await merchant.control("POST", f"/links/{link['linkId']}/pay", outcome="success"))[
        0
    ] == 409
    row = (await merchant.call("/link/fetch", linkId=link["linkId"])).body["links"][0]
    assert (row["isActive"], row["linkStatus"]) == (False, "EXPIRED")


async def test_a_link_ends_by_call_and_repeats_are_harmless(merchant: Merchant) -> None:
    link = await merchant.link()
    for _ in range(2):
        answer = await merchant.call("/link/expire", linkId=link["linkId"])
        assert (answer.status, answer.body["isActive"]) == ("SUCCESS", False)
    status, refused = await merchant.control(
        "POST", f"/links/{link['linkId']}/pay", outcome="success"
    )
    assert (status, refused) == (409, {"error": "this link has expired"})
    assert await merchant.rows(link) == []


async def test_an_unknown_link_cannot_be_ended(merchant: Merchant) -> None:
    assert (await merchant.call("/link/expire", linkId=7)).code == "404"
    assert (await merchant.call("/link/expire", linkId="x")).status == "FAILED"


async def test_an_update_moves_the_end_but_never_the_amount(merchant: Merchant) -> None:
    link = await merchant.link()
    later = merchant.ist(timedelta(minutes=45))
    answer = await merchant.call(
        "/link/update", linkId=link["linkId"], expiryDate=later, linkNotes="n"
    )
    assert (answer.status, answer.body["expiryDate"], answer.body["linkNotes"]) == (
        "SUCCESS",
        later,
        "n",
    )
    refused = await merchant.call("/link/update", linkId=link["linkId"], amount=1)
    assert refused.status == "FAILED"
    await merchant.later(minutes=30)
    assert (await merchant.pay(link, "success"))[0]["amount_paise"] == 50000


async def test_an_ended_link_is_not_revived(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.call("/link/expire", linkId=link["linkId"])
    later = merchant.ist(timedelta(minutes=45))
    answer = await merchant.call("/link/update", linkId=link["linkId"], expiryDate=later)
    assert answer.status == "FAILED"


async def test_a_link_is_sent_again_to_a_contact(merchant: Merchant) -> None:
    link = (await merchant.link())["linkId"]
    contact = {"customerName": "Ramesh", "customerMobile": "9800000000"}
    sent = await merchant.call(
        "/link/resendNotification", linkId=link, sendSms=True, notifyContact=contact
    )
    assert sent.body["notificationDetails"][0]["contact"] == "9800000000"
    none = await merchant.call(
        "/link/resendNotification", linkId=link, sendSms=False, notifyContact=contact
    )
    assert none.status == "FAILED"


async def test_the_limit_counts_successes_only(merchant: Merchant) -> None:
    link = await merchant.link()
    await merchant.pay(link, "failed")
    await merchant.pay(link, "success")
    status, answer = await merchant.control(
        "POST", f"/links/{link['linkId']}/pay", outcome="success"
    )
    assert (status, answer) == (409, {"error": "this link is paid"})


@pytest.mark.parametrize(("limits", "times"), [({"maxPaymentsAllowed": "2"}, 2), ({}, 4)])
async def test_a_fixed_link_without_single_takes_more(
    merchant: Merchant, limits: dict[str, str], times: int
) -> None:
    wished: dict[str, Any] = {"singleTransactionOnly": None, "maxPaymentsAllowed": None} | limits
    link = await merchant.link(**wished)
    for _ in range(times):
        await merchant.pay(link, "success")
    status, _ = await merchant.control("POST", f"/links/{link['linkId']}/pay", outcome="success")
    assert status == (409 if limits else 200)


async def test_a_generic_link_lets_the_payer_choose(merchant: Merchant) -> None:
    link = await merchant.link(linkType="GENERIC", amount=500)
    assert link["amount"] is None
    [payment] = await merchant.pay(link, "success", amount_paise=100)
    assert payment["amount_paise"] == 100
    assert (await merchant.call("/link/fetch", linkId=link["linkId"])).body["links"][0][
        "amount"
    ] is None
