"""What Paytm posts to the merchant when a payment has ended (facts/paytm.md 3.6), honest or not."""

from enum import StrEnum
from urllib.parse import urlencode

from sandbox.paytm import checksum, money, times
from sandbox.paytm.records import Link, Order, Payment, PaymentStatus, Told
from sandbox.paytm.results import PAYMENT_TEXTS
from sandbox.paytm.till import Till

TXN_STATUS = {
    PaymentStatus.SUCCESS: "TXN_SUCCESS",
    PaymentStatus.FAILURE: "TXN_FAILURE",
    PaymentStatus.PENDING: "PENDING",
    PaymentStatus.WAITING: "PENDING",
}
WRONG_KEY = "NotTheRealKey16!"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Variant(StrEnum):
    """AGAIN is honest; each other one is a message that a merchant must not believe."""

    AGAIN = "again"
    RELABELLED = "relabelled"
    STALE_PENDING = "stale_pending"
    WRONG_KEY = "wrong_key"
    ALTERED_AMOUNT = "altered_amount"


def told(till: Till, payment: Payment) -> None:
    """Post the callback of a payment that reached its end, unless it is to get lost."""
    if payment.told is Told.NOT_AT_ALL:
        ids = {"txn_id": payment.txn_id, "link_id": payment.link_id}
        till.world.journal.add("paytm.callback", status=None, lost=True, **ids)
        return
    forged = payment.told is Told.UNDER_A_WRONG_KEY
    post(till, payment, Variant.WRONG_KEY if forged else Variant.AGAIN)


def post(till: Till, payment: Payment, variant: Variant) -> bool:
    """Queue one callback to the link's address; False when the merchant gave none."""
    link = till.books.links.get(payment.link_id or 0)
    if link is None or not link.callback_url:
        return False
    form = signed(till, payment, variant)
    note = {"txn_id": payment.txn_id, "link_id": link.link_id, "as": variant.value, "form": form}
    body = urlencode(form).encode()
    till.world.deliveries.post(link.callback_url, body, FORM, area="paytm", retry=False, note=note)
    return True


def signed(till: Till, payment: Payment, variant: Variant = Variant.AGAIN) -> dict[str, str]:
    """The fields of a callback with their CHECKSUMHASH, spoilt in the way that `variant` says."""
    match variant:
        case Variant.RELABELLED:
            return _relabelled(_sealed(till, _failed_with_typed_words(till, payment)))
        case Variant.STALE_PENDING:
            return _sealed(till, _restated(fields_of(till, payment), "PENDING", "402"))
        case Variant.WRONG_KEY:
            return _sealed(till, fields_of(till, payment), WRONG_KEY)
        case Variant.ALTERED_AMOUNT:
            altered = money.text(payment.amount_paise + 100)
            return {**_sealed(till, fields_of(till, payment)), "TXNAMOUNT": altered}
    return _sealed(till, fields_of(till, payment))


def fields_of(till: Till, payment: Payment) -> dict[str, str]:
    """The unsigned fields of a callback; those of a link only where there is one."""
    ended = payment.completed_at or payment.started_at
    form = {
        "MID": till.config.paytm_mid,
        "ORDERID": payment.order_id,
        "TXNID": payment.txn_id,
        "TXNAMOUNT": money.text(payment.amount_paise),
        "CURRENCY": "INR",
        "PAYMENTMODE": "UPI",
        "STATUS": TXN_STATUS[payment.status],
        "RESPCODE": payment.code,
        "RESPMSG": PAYMENT_TEXTS.get(payment.code, ""),
        "BANKTXNID": payment.bank_reference if payment.status is PaymentStatus.SUCCESS else "",
        "GATEWAYNAME": "DEMO",
        "BANKNAME": "",
        "TXNDATE": times.dashed(ended)[:10],
        "TXNDATETIME": times.dashed(ended) + ".0",
    } | _payer_fields(till, payment)
    if till.dialect.extra_field:
        form["SETTLEMENTHINT"] = "T1"
    return {name: value or _blank(till) for name, value in form.items()}


def _payer_fields(till: Till, payment: Payment) -> dict[str, str]:
    link = till.books.links.get(payment.link_id or 0)
    order = till.books.orders.get(payment.order_id)
    return _link_fields(link) if link else _order_fields(order)


def _link_fields(link: Link) -> dict[str, str]:
    return {
        "CUSTID": link.customer_id,
        "MERC_UNQ_REF": link.reference,
        "PAYMENTEMAILID": link.customer_email,
        "PAYMENTMOBILENUMBER": link.customer_mobile,
        "LINKNOTES": link.notes,
        "LINKDESCRIPTION": link.description,
        "PAYMENTFORM": "",
    }


def _order_fields(order: Order | None) -> dict[str, str]:
    return {"CUSTID": order.customer_id if order else ""}


def _blank(till: Till) -> str:
    return "null" if till.dialect.null_text else ""


def _sealed(till: Till, form: dict[str, str], key: str = "") -> dict[str, str]:
    text = checksum.joined(form)
    return {**form, "CHECKSUMHASH": checksum.sign(text, key or till.config.paytm_key, till.salt())}


def _restated(form: dict[str, str], status: str, code: str) -> dict[str, str]:
    return {**form, "STATUS": status, "RESPCODE": code, "RESPMSG": PAYMENT_TEXTS[code]}


def _failed_with_typed_words(till: Till, payment: Payment) -> dict[str, str]:
    """A genuine failed callback of a payer who typed odd words into the fields of the page."""
    typed = {
        "PAYMENTEMAILID": "01",
        "PAYMENTFORM": "Txn Success",
        "PAYMENTMOBILENUMBER": "TXN_SUCCESS",
    }
    return {**_restated(fields_of(till, payment), "TXN_FAILURE", "227"), **typed}


def _relabelled(form: dict[str, str]) -> dict[str, str]:
    """The same values in the same order under other names: it verifies, and says success.

    The checksum covers values only, in the order of their names (facts/paytm.md 2.3), so
    whoever saw one failed callback can make this without the key.
    """
    new_names = {
        "PAYMENTEMAILID": "RESPCODE",
        "PAYMENTFORM": "RESPMSG",
        "PAYMENTMOBILENUMBER": "STATUS",
        "PAYMENTMODE": "SUBS_ID",
        "RESPCODE": "T1",
        "RESPMSG": "T2",
        "STATUS": "T3",
    }
    return {new_names.get(name, name): value for name, value in form.items()}
