"""Paytm's callback over HTTP: believed in nothing; a good one only makes us ask Paytm."""

import asyncio
from urllib.parse import urlencode

import paytmchecksum
import pytest

from tests.bot.conftest import PAYTM_KEY, PAYTM_MID
from tests.db import stock

LINK = "77001"


@pytest.fixture
async def secret(service) -> str:
    """The secret of a checkout whose link is out."""
    place = await stock.add_property(service.pool)
    booking = await stock.hold(service.pool, service.door, place)
    row = await service.pool.fetchrow(
        "UPDATE checkout SET link_id = $2 WHERE booking_id = $1 RETURNING callback_secret",
        booking.booking_id, LINK,
    )  # fmt: skip
    return row["callback_secret"]


def form(key: str = PAYTM_KEY, **changes: str | None) -> dict[str, str]:
    """A form signed by Paytm's own library; None leaves a field out."""
    usual = {
        "MID": PAYTM_MID, "ORDERID": "O1", "TXNID": "T1", "TXNAMOUNT": "540.00",
        "STATUS": "TXN_SUCCESS", "CURRENCY": "INR", "RESPCODE": "01", "BANKTXNID": "",
        "MERC_UNQ_REF": f"LI_{LINK}", "RESPMSG": "Txn Success",
    }  # fmt: skip
    fields = {name: text for name, text in (usual | changes).items() if text is not None}
    return fields | {"CHECKSUMHASH": paytmchecksum.generateSignature(fields, key)}


async def post(client, secret: str, raw: str | bytes, **headers: str) -> int:
    usual = {"Content-Type": "application/x-www-form-urlencoded"}
    async with client.post(
        f"/paytm/callback/{secret}", data=raw, headers=usual | headers
    ) as response:
        return response.status


async def looks(service) -> int:
    return await service.pool.fetchval("SELECT count(*) FROM message WHERE intent = 'look'")


async def books(service) -> tuple[int, ...]:
    """Everything that a forged callback must not touch."""
    row = await service.pool.fetchrow(
        "SELECT (SELECT count(*) FROM booking), (SELECT count(*) FROM payment), "
        "(SELECT count(*) FROM booking_event), (SELECT count(*) FROM message)"
    )
    return tuple(row)


def counted(service, outcome: str) -> float:
    return service.metrics.callbacks.labels(outcome)._value.get()


async def test_a_good_callback_asks_paytm_and_changes_nothing_itself(service, client, secret):
    before = await books(service)
    assert await post(client, secret, urlencode(form())) == 200
    assert await books(service) == (*before[:3], before[3] + 1)
    assert await looks(service) == 1
    assert counted(service, "accepted") == 1


async def test_a_repeated_callback_asks_once(service, client, secret):
    raw = urlencode(form())
    answers = await asyncio.gather(*(post(client, secret, raw) for _ in range(8)))
    assert set(answers) == {200}
    assert await looks(service) == 1


async def test_another_outcome_of_the_same_payment_asks_again(service, client, secret):
    for status in ("PENDING", "TXN_SUCCESS"):
        assert await post(client, secret, urlencode(form(STATUS=status))) == 200
    assert await looks(service) == 2


async def test_an_amount_in_the_form_is_not_believed(service, client, secret):
    assert await post(client, secret, urlencode(form(TXNAMOUNT="1.00"))) == 200
    assert await service.pool.fetchval("SELECT count(*) FROM booking") == 0


REPEATED = urlencode([*form().items(), ("STATUS", "TXN_SUCCESS")])
REFUSED = {
    "signed with another key": urlencode(form("AnotherKey16byte")),
    "altered after signing": urlencode(form() | {"TXNAMOUNT": "1.00"}),
    "status altered": urlencode(form(STATUS="TXN_FAILURE") | {"STATUS": "TXN_SUCCESS"}),
    "a field added": urlencode(form() | {"EXTRA": "1"}),
    "no checksum": urlencode({k: v for k, v in form().items() if k != "CHECKSUMHASH"}),
    "empty checksum": urlencode(form() | {"CHECKSUMHASH": ""}),
    "garbage checksum": urlencode(form() | {"CHECKSUMHASH": "é☃|=="}),
    "another merchant": urlencode(form(MID="OTHERMID0001")),
    "no merchant": urlencode(form(MID=None)),
    "a repeated field": REPEATED,
    "a pipe in a value": urlencode(form(RESPMSG="Txn|Success")),
    "another booking's link": urlencode(form(MERC_UNQ_REF="LI_99999")),
    "no order": urlencode(form(ORDERID="")),
    "nothing": "",
    "JSON": '{"MID": "x"}',
    "not UTF-8": b"MID=\xff\xfe",
    "too many fields": urlencode({f"F{n}": "x" for n in range(500)}),
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED.keys())
async def test_a_callback_that_is_not_right_is_400_and_changes_nothing(
    service, client, secret, raw
):
    before = await books(service)
    assert await post(client, secret, raw) == 400
    assert await books(service) == before
    assert counted(service, "accepted") == 0


async def test_a_callback_that_is_much_too_long_is_413_and_changes_nothing(service, client, secret):
    before = await books(service)
    assert await post(client, secret, "A=" + "x" * 70_000) == 413
    assert await books(service) == before


@pytest.mark.parametrize(
    "path", ["unknown", "%00", "%ED%A0%80", "%FF", "x" * 3000, "..%2f..%2fetc", "%F0%9F%8F%95"]
)
async def test_an_unknown_secret_is_404_however_well_the_form_is_signed(
    service, client, secret, path
):
    before = await books(service)
    assert await post(client, path, urlencode(form())) == 404
    assert await books(service) == before
    assert counted(service, "unknown_secret") == 1


async def test_the_secret_of_one_booking_is_not_the_key_to_another(service, client, secret):
    place = await stock.add_property(service.pool)
    other = await stock.hold(service.pool, service.door, place)
    foreign = await service.pool.fetchval(
        "UPDATE checkout SET link_id = '88001' WHERE booking_id = $1 RETURNING callback_secret",
        other.booking_id,
    )
    assert await post(client, foreign, urlencode(form())) == 400
    assert await looks(service) == 0


async def test_an_encoded_body_is_refused(service, client, secret):
    raw = urlencode(form())
    assert await post(client, secret, raw, **{"Content-Encoding": "gzip"}) == 400
    assert await looks(service) == 0


async def test_a_callback_is_only_ever_posted(client, secret):
    async with client.get(f"/paytm/callback/{secret}") as response:
        assert response.status == 405


# ---------------------------------------------------------------- while the key is changed

BEFORE = "KeyBefore_16byte"


@pytest.fixture
def changed(config_changes):
    config_changes["paytm_merchant_key_old"] = BEFORE
    return config_changes


async def test_while_the_key_is_changed_both_are_believed(changed, service, client, secret):
    for key, txn in ((PAYTM_KEY, "T1"), (BEFORE, "T2")):
        assert await post(client, secret, urlencode(form(key, TXNID=txn))) == 200
    assert await looks(service) == 2
    assert await post(client, secret, urlencode(form("AnotherKey16byte"))) == 400


async def test_after_the_change_the_old_key_is_no_key(service, client, secret):
    assert await post(client, secret, urlencode(form(BEFORE))) == 400
    assert await looks(service) == 0
