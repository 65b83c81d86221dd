"""The callback's fields, and the messages that look like it."""

from typing import Any

import pytest

from sandbox.paytm import checksum

from .conftest import MID, Merchant, Service, honest

FIELDS = {
    "MID", "ORDERID", "TXNID", "TXNAMOUNT", "CURRENCY", "PAYMENTMODE", "STATUS", "RESPCODE",
    "RESPMSG", "BANKTXNID", "GATEWAYNAME", "BANKNAME", "TXNDATE", "TXNDATETIME", "CUSTID",
    "MERC_UNQ_REF", "PAYMENTEMAILID", "PAYMENTMOBILENUMBER", "LINKNOTES", "LINKDESCRIPTION",
    "PAYMENTFORM", "CHECKSUMHASH",
}  # fmt: skip


async def posted(merchant: Merchant, payment: dict[str, Any], variant: str) -> None:
    path = f"/payments/{payment['txn_id']}/callback"
    assert (await merchant.control("POST", path, **{"as": variant}))[0] == 200
    await merchant.world.deliveries.flush()


async def test_a_callback_carries_the_documented_fields(
    merchant: Merchant, service: Service
) -> None:
    link = await merchant.link(
        customerContact={"customerName": "R", "customerMobile": "9800000000", "customerId": "C1"}
    )
    [payment] = await merchant.pay(link, "success")
    [form] = service.forms
    assert set(form) == FIELDS
    expected = {
        "MID": MID,
        "TXNID": payment["txn_id"],
        "TXNAMOUNT": "500.00",
        "CURRENCY": "INR",
        "STATUS": "TXN_SUCCESS",
        "RESPCODE": "01",
        "MERC_UNQ_REF": f"LI_{link['linkId']}",
        "LINKNOTES": "LC7K2M9X-1",
        "CUSTID": "C1",
        "PAYMENTMOBILENUMBER": "9800000000",
        "BANKTXNID": payment["bank_reference"],
    }
    assert {name: form[name] for name in expected} == expected
    assert service.posts[0][0] == "/paytm/callback/secret-1"


async def test_the_order_id_is_paytms_own(merchant: Merchant, service: Service) -> None:
    await merchant.pay(await merchant.link(linkOrderId="LC7K2M9X-1"), "success")
    assert service.forms[0]["ORDERID"].isdecimal()


async def test_an_invoice_link_names_its_invoice(merchant: Merchant, service: Service) -> None:
    await merchant.pay(await merchant.link(linkType="INVOICE", invoiceId="INV7"), "success")
    assert service.forms[0]["MERC_UNQ_REF"] == "INV_INV7"


async def test_a_link_without_an_address_is_not_called_back(
    merchant: Merchant, service: Service
) -> None:
    payment = await merchant.paid(statusCallbackUrl=None)
    assert service.posts == []
    path = f"/payments/{payment['txn_id']}/callback"
    assert (await merchant.control("POST", path, **{"as": "again"}))[0] == 409


async def test_again_repeats_the_same_values(merchant: Merchant, service: Service) -> None:
    await posted(merchant, await merchant.paid(), "again")
    first, second = service.forms
    assert honest(second)
    assert {**first, "CHECKSUMHASH": ""} == {**second, "CHECKSUMHASH": ""}


@pytest.mark.parametrize("outcome", ["failed", "success"])
async def test_relabelled_verifies_and_lies(
    merchant: Merchant, service: Service, outcome: str
) -> None:
    link = await merchant.link()
    [payment] = await merchant.pay(link, outcome)
    await posted(merchant, payment, "relabelled")
    form = service.forms[-1]
    assert honest(form)
    assert (form["STATUS"], form["RESPCODE"], form["TXNAMOUNT"]) == ("TXN_SUCCESS", "01", "500.00")
    assert (form["MID"], form["TXNID"]) == (MID, payment["txn_id"])
    assert "TXN_FAILURE" in form.values()
    assert not any("|" in value for value in form.values())


async def test_relabelled_has_the_values_of_a_failed_callback_in_its_order(
    merchant: Merchant, service: Service
) -> None:
    [payment] = await merchant.pay(await merchant.link(), "failed")
    await posted(merchant, payment, "relabelled")
    genuine, forged = (checksum.joined(form).split("|") for form in service.forms)
    typed = {"01", "Txn Success", "TXN_SUCCESS"}
    assert [v for v in genuine if v] == [v for v in forged if v and v not in typed]


async def test_stale_pending_is_honest_about_the_past(merchant: Merchant, service: Service) -> None:
    await posted(merchant, await merchant.paid(), "stale_pending")
    form = service.forms[-1]
    assert (form["STATUS"], form["RESPCODE"], honest(form)) == ("PENDING", "402", True)


async def test_a_wrong_key_and_an_altered_amount_do_not_verify(
    merchant: Merchant, service: Service
) -> None:
    payment = await merchant.paid()
    await posted(merchant, payment, "wrong_key")
    await posted(merchant, payment, "altered_amount")
    wrong_key, altered = service.forms[1:]
    assert not honest(wrong_key)
    assert not honest(altered)
    assert (wrong_key["TXNAMOUNT"], altered["TXNAMOUNT"]) == ("500.00", "501.00")


async def test_no_variant_touches_the_books(merchant: Merchant) -> None:
    payment = await merchant.paid()
    before = (await merchant.control("GET", "/books"))[1]
    for variant in ("again", "relabelled", "stale_pending", "wrong_key", "altered_amount"):
        await posted(merchant, payment, variant)
    assert (await merchant.control("GET", "/books"))[1] == before


async def test_blank_fields_may_say_null_and_unknown_ones_may_come(
    merchant: Merchant, service: Service
) -> None:
    await merchant.dialect(null_text=True, extra_field=True)
    await merchant.paid()
    [form] = service.forms
    assert (form["BANKNAME"], "SETTLEMENTHINT" in form, honest(form)) == ("null", True, True)


async def test_salts_hold_more_than_letters_and_every_one_verifies(
    merchant: Merchant, service: Service
) -> None:
    payment = await merchant.paid()
    for _ in range(25):
        await posted(merchant, payment, "again")
    assert all(honest(form) for form in service.forms)
    assert len({form["CHECKSUMHASH"] for form in service.forms}) == 26


async def test_callbacks_get_lost_or_doubled_by_a_switch(
    merchant: Merchant, service: Service
) -> None:
    merchant.trouble(duplicate_callbacks=2)
    await merchant.paid()
    assert len(service.posts) == 3
    merchant.trouble(lose_callbacks=True)
    await merchant.paid()
    assert len(service.posts) == 3
    assert merchant.world.journal.entries[-1].kind == "paytm.callback"
