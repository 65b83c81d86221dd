"""Requests are checked over the exact text of their body; answers are signed over theirs."""

import json

import paytmchecksum
import pytest

from sandbox.paytm.wire import slices

from .conftest import KEY, Merchant


def signed(body_text: str, **head: object) -> dict[str, object]:
    signature = paytmchecksum.generateSignature(body_text, KEY)
    return {"tokenType": "AES", "channelId": "WEB", "signature": signature, **head}


@pytest.mark.parametrize("spaces", [(",", ":"), (", ", ": "), (" ,\n", "\t: ")])
@pytest.mark.parametrize("body_first", [True, False])
async def test_any_json_spelling_is_accepted_when_its_text_was_signed(
    merchant: Merchant, spaces: tuple[str, str], body_first: bool
) -> None:
    body = json.dumps(merchant.wish(linkNotes="तंबू"), separators=spaces, ensure_ascii=False)
    parts = [f'"head" : {json.dumps(signed(body))}', f'"body" :\n{body}']
    answer = await merchant.send(
        "/link/create", " {" + " , ".join(parts[::-1] if body_first else parts) + "} "
    )
    assert answer.code == "200", answer.text


async def test_the_same_values_in_another_spelling_do_not_verify(merchant: Merchant) -> None:
    head = signed(json.dumps(merchant.wish()))
    other = json.dumps(merchant.wish(), separators=(",", ":"))
    answer = await merchant.send("/link/create", f'{{"head":{json.dumps(head)},"body":{other}}}')
    assert (answer.status, answer.code) == ("FAILED", "330")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/link/create", "FAILED", "330"),
        ("/link/fetchTransaction", "FAILED", "330"),
        ("/theia/api/v1/initiateTransaction", "F", "2005"),
        ("/v3/order/status", "TXN_FAILURE", "330"),
        ("/refund/apply", "TXN_FAILURE", "330"),
        ("/v2/refund/status", "TXN_FAILURE", "330"),
    ],
)
@pytest.mark.parametrize("signature", [None, "", "x" * 108, 7])
async def test_a_wrong_signature_is_refused_everywhere(
    merchant: Merchant, path: str, status: str, code: str, signature: object
) -> None:
    answer = await merchant.call(path, {"signature": signature})
    assert (answer.http, answer.status, answer.code) == (200, status, code)


async def test_a_signature_by_another_key_is_refused(merchant: Merchant) -> None:
    body = json.dumps(merchant.wish())
    head = {"tokenType": "AES", "signature": paytmchecksum.generateSignature(body, "0" * 16)}
    answer = await merchant.send("/link/create", f'{{"head":{json.dumps(head)},"body":{body}}}')
    assert answer.code == "330"


@pytest.mark.parametrize("token", [None, "CHECKSUM"])
async def test_links_demand_token_type_aes(merchant: Merchant, token: str | None) -> None:
    answer = await merchant.call("/link/create", {"tokenType": token}, **merchant.wish())
    assert (answer.status, answer.body["resultInfo"]["resultMessage"]) == (
        "FAILED",
        "Invalid tokenType",
    )


async def test_orders_demand_no_token_type(merchant: Merchant) -> None:
    answer = await merchant.call("/v3/order/status", {"tokenType": None}, orderId="X")
    assert answer.code == "334"


@pytest.mark.parametrize("path", ["/link/fetch", "/link/update", "/link/expire"])
async def test_some_calls_demand_a_channel(merchant: Merchant, path: str) -> None:
    link = await merchant.link()
    answer = await merchant.call(path, {"channelId": None}, linkId=link["linkId"])
    assert answer.status == "FAILED"
    assert (await merchant.call(path, linkId=link["linkId"])).status == "SUCCESS"


@pytest.mark.parametrize("path", ["/link/create", "/v3/order/status", "/refund/apply"])
async def test_another_mid_is_told_apart(merchant: Merchant, path: str) -> None:
    answer = await merchant.call(path, **merchant.wish(mid="OTHER"))
    assert answer.code == "335"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ud7ff",
        "[" * 100_000,
        '{"head":{},"body":' + "[" * 100_000,
        "[]",
        "{}",
        '{"head":{}}',
        '{"head":1,"body":{}}',
        '{"head":{},"body":{},"body":{}}',
        "{",
    ],
    ids=lambda text: text[:20],
)
async def test_what_is_no_envelope_is_a_bad_request(merchant: Merchant, text: str) -> None:
    assert (await merchant.send("/v3/order/status", text)).http == 400


async def test_answers_verify_over_their_exact_text_and_the_head_moves(
    merchant: Merchant,
) -> None:
    link, first = await merchant.link(), set()
    await merchant.pay(link, "success")
    for _ in range(20):
        answer = await merchant.call("/link/fetchTransaction", linkId=link["linkId"])
        assert paytmchecksum.verifySignature(answer.body_text, KEY, answer.head["signature"])
        assert ", " not in answer.body_text
        first.add(next(iter(json.loads(answer.text))))
    assert first == {"head", "body"}


async def test_created_links_and_failures_carry_no_signature(merchant: Merchant) -> None:
    created = await merchant.call("/link/create", **merchant.wish())
    failed = await merchant.call("/link/create", **merchant.wish(linkName="a b"))
    unknown = await merchant.call("/v3/order/status", orderId="unknown")
    assert [("signature" in a.head) for a in (created, failed, unknown)] == [False] * 3
    assert (created.head["tokenType"], failed.head["tokenType"]) == ("AES", None)


async def test_created_links_are_signed_on_some_accounts(merchant: Merchant) -> None:
    await merchant.dialect(sign_create=True)
    answer = await merchant.call("/link/create", **merchant.wish())
    assert paytmchecksum.verifySignature(answer.body_text, KEY, answer.head["signature"])


async def test_odd_bytes_are_a_bad_request_and_odd_text_stays_printable(
    merchant: Merchant,
) -> None:
    url = f"{merchant.base}/paytm/v3/order/status"
    async with merchant.session.post(url, data=b"\xff\xfe{") as response:
        assert response.status == 400
    for text in ('{"head":NaN,"body":{}}', '{"head":{},"body":{"a":"\\ud800"}}'):
        await merchant.send("/v3/order/status", text)
    for entry in merchant.world.journal.entries:
        json.dumps(entry.data, ensure_ascii=False, allow_nan=False).encode()


def test_slices_keep_every_character_of_a_value() -> None:
    text = '{"a" : {"b":[1, 2.50,"}"]} ,"c":"x\\"y"}'
    assert slices(text) == {"a": '{"b":[1, 2.50,"}"]}', "c": '"x\\"y"'}
