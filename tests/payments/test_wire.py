"""How requests look on the wire, and every spelling of a link that comes back."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from payments.client import Ambiguous, Refused
from payments.protocol import open_answer
from tests.payments.odd_paytm import KEY, LINK, NOW, ORDER, Odd, good, open_odd


@pytest.fixture
async def odd() -> AsyncIterator[Odd]:
    async with open_odd() as server:
        yield server


# --- how a request looks ---------------------------------------------------------------------


async def test_each_request_is_signed_json_with_an_id_of_its_own(odd: Odd) -> None:
    odd.says(good(**LINK))
    for _ in range(2):
        await odd.client.create_link(**ORDER)
    (path, headers, body), (_, other, _) = odd.requests
    assert path == "/link/create"
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Request-ID"] != other["X-Request-ID"]
    assert len(headers["X-Request-ID"]) == 32
    assert b'"amount":500.00,' in body
    sent = open_answer(KEY, body)
    assert sent["expiryDate"] == "24/11/2026 17:30:00"
    assert sent["mid"] == KEY.mid
    limits = ("singleTransactionOnly", "maxPaymentsAllowed", "partialPayment")
    assert tuple(sent[name] for name in limits) == ("true", "1", "false")
    assert json.loads(body)["head"]["timestamp"] == str(int(NOW.timestamp()))


async def test_a_link_id_travels_as_a_number(odd: Odd) -> None:
    odd.says(good())
    await odd.client.expire_link("31309")
    assert b'"linkId":31309' in odd.requests[0][2]


# --- links -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        {},
        {"linkId": None, "LinkID": "31309"},
        {"isActive": "true"},
        {"amount": "500.00", "expiryDate": "2026-11-24 18:30:00.0"},
        {"merchantRequestId": None},
    ],
)
async def test_every_spelling_of_a_link_is_read(odd: Odd, spelling: dict[str, Any]) -> None:
    odd.says(good(**LINK | spelling))
    link = await odd.client.create_link(**ORDER)
    assert (link.link_id, link.url, link.amount) == ("31309", "https://paytm.me/ab", 50_000)
    assert link.active
    assert link.expires_at == datetime(2026, 11, 24, 13, tzinfo=UTC)


async def test_the_long_address_serves_where_there_is_no_short_one(odd: Odd) -> None:
    row = {name: LINK[name] for name in LINK if name not in ("shortUrl", "isActive")}
    odd.says(good(**row, linkStatus="EXPIRED"))
    link = await odd.client.create_link(**ORDER)
    assert (link.url, link.active) == ("https://paytm.example/link/x/LL_31309", False)


@pytest.mark.parametrize(
    "change",
    [
        {"linkType": "GENERIC"},
        {"linkType": None},
        {"amount": 501},
        {"amount": "5.00"},
        {"merchantRequestId": "SOMEONE-ELSE"},
    ],
)
async def test_a_link_that_is_not_the_one_ordered_is_refused(
    odd: Odd, change: dict[str, Any]
) -> None:
    odd.says(good(**LINK | change))
    with pytest.raises(Refused):
        await odd.client.create_link(**ORDER)


@pytest.mark.parametrize(
    "change", [{"linkId": None}, {"shortUrl": "", "longUrl": None}, {"amount": None}]
)
async def test_a_made_link_that_cannot_be_read_is_ambiguous(
    odd: Odd, change: dict[str, Any]
) -> None:
    odd.says(good(**LINK | change))
    with pytest.raises(Ambiguous):
        await odd.client.create_link(**ORDER)


async def test_only_the_request_s_own_link_is_found_among_others(odd: Odd) -> None:
    others = [
        LINK | {"linkId": 1, "merchantRequestId": "LC7K2M9X-2"},
        LINK | {"linkId": 2, "linkType": "GENERIC"},
        LINK | {"linkId": 3, "merchantRequestId": None, "linkName": "BookingLC7K2M9X2"},
    ]
    odd.says(good(links=others))
    assert await odd.client.find_link("LC7K2M9X-1") is None
    named = LINK | {"linkId": 4, "merchantRequestId": None, "linkName": "BookingLC7K2M9X1"}
    odd.says(good(links=[*others, named]))
    found = await odd.client.find_link("LC7K2M9X-1")
    assert found is not None
    assert found.link_id == "4"
