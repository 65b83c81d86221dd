"""Checksums, envelopes and answers, by Paytm's own rules and on whatever else arrives."""

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.protocol import (
    BadSignature,
    NotJson,
    PaytmKey,
    envelope,
    json_text,
    open_answer,
    rupees_json,
    sign_body,
    verify_form,
)

KEY = PaytmKey("DEMOMID0001", "DemoKey_16bytes!")
OTHER = PaytmKey("DEMOMID0001", "OtherKey16bytes!")
NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
FORM = {
    "ORDERID": "BK1042-1",
    "MID": "DEMOMID0001",
    "TXNAMOUNT": "500.00",
    "STATUS": "TXN_SUCCESS",
    "BANKNAME": "null",
    "BANKTXNID": "",
}
FORM_SIGNATURE = (
    "UL412INieAiQQSLA9mZvBGqImKI3hhRawQI/eUp1RUWp3UWrDWHZbdaZHGauZ6NC"
    "t73zj641A53U0LPDSqG3gNMpdj9dd86zs4dVRP7C0PA="
)
BODY_TEXT = '{"mid":"DEMOMID0001","orderId":"BK1042-1"}'
BODY_SIGNATURE = (
    "5yOZBNfZvAfr6FyNTQYLQMQ6jUci3/+6vIhZrJFB4za7kzBMVfSFVZMqjaxNmb2v"
    "enyyD3SL2uR3t6XG7550X49G39GVSUPp53v7hsnH6yU="
)

words = st.text(max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(words, json_values, max_size=4)


def signed_form(fields: dict[str, str], key: PaytmKey = KEY) -> dict[str, str]:
    joined = "|".join(
        "" if fields[name].lower() == "null" else fields[name] for name in sorted(fields)
    )
    return {**fields, "CHECKSUMHASH": sign_body(key, joined)}


def answer(body: str, head: str) -> bytes:
    return f'{{"head":{head},"body":{body}}}'.encode()


# --- the key ---------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["", "short", "x" * 15, "x" * 17, "x" * 24, "é" * 8, "é" * 16])
def test_a_key_that_is_not_16_characters_is_refused_by_its_setting_s_name(secret: str) -> None:
    with pytest.raises(ValueError, match="PAYTM_MERCHANT_KEY") as refused:
        PaytmKey("MID", secret)
    assert not secret or secret not in str(refused.value)


def test_no_repr_shows_the_key() -> None:
    assert "DemoKey" not in f"{KEY!r} {KEY} {[KEY]}"


# --- signatures ------------------------------------------------------------------------------


def test_the_known_form_and_body_verify() -> None:
    assert verify_form(KEY, {**FORM, "CHECKSUMHASH": FORM_SIGNATURE})
    signed = answer(BODY_TEXT, json.dumps({"signature": BODY_SIGNATURE}))
    assert open_answer(KEY, signed)["orderId"] == "BK1042-1"


@given(st.dictionaries(words, words, max_size=5))
def test_a_signed_form_verifies_and_stays_as_it_was(fields: dict[str, str]) -> None:
    fields.pop("CHECKSUMHASH", None)
    form = signed_form(fields)
    before = dict(form)
    assert verify_form(KEY, form)
    assert form == before
    assert not verify_form(OTHER, form)


@given(st.sampled_from(sorted(FORM)), words)
def test_an_altered_value_does_not_verify(name: str, value: str) -> None:
    form = {**FORM, "CHECKSUMHASH": FORM_SIGNATURE}
    same = {value.lower(), FORM[name].lower()} <= {"", "null"} or value == FORM[name]
    assert verify_form(KEY, {**form, name: value}) == same


@given(st.dictionaries(words, words | st.none() | st.integers() | st.binary(), max_size=5))
def test_garbage_never_verifies_and_never_raises(fields: dict[str, object]) -> None:
    assert verify_form(KEY, fields) is False  # type: ignore[arg-type]  # on purpose


@given(st.text(max_size=120) | st.text("AZaz09+/=", min_size=107, max_size=109) | st.none())
def test_a_garbage_checksum_never_verifies_and_never_raises(checksum: str | None) -> None:
    assert verify_form(KEY, {**FORM, "CHECKSUMHASH": checksum}) is False  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text[:50] + "*" + text[50:],
        lambda text: text[:-2] + chr(ord(text[-2]) + 1) + "=",  # unused bits of base64
        lambda text: text.replace("/", " "),
        lambda text: text[:-4],
        lambda text: text.swapcase(),
        lambda text: text.encode(),
    ],
)
def test_only_the_exact_spelling_of_a_checksum_verifies(spoil: Callable[[str], object]) -> None:
    assert not verify_form(KEY, {**FORM, "CHECKSUMHASH": spoil(FORM_SIGNATURE)})  # type: ignore[dict-item]  # bytes on purpose


# --- envelopes -------------------------------------------------------------------------------


@given(bodies)
def test_the_signed_text_is_the_sent_text(body: dict[str, object]) -> None:
    sent = envelope(KEY, body, timestamp=NOON, link_call=True)
    assert sent.isascii()
    assert json.loads(sent)["body"] == body
    assert open_answer(KEY, sent) == body
    with pytest.raises(BadSignature):
        open_answer(OTHER, sent)


def test_only_link_calls_carry_the_longer_head() -> None:
    def head(*, link_call: bool) -> dict[str, str]:
        sent = envelope(KEY, {}, timestamp=NOON, link_call=link_call)
        return dict(json.loads(sent)["head"])

    assert head(link_call=False).keys() == {"signature"}
    link_head = head(link_call=True)
    assert len(link_head.pop("signature")) == 108
    assert link_head == {"tokenType": "AES", "timestamp": "1795501800", "channelId": "WEB"}


def test_the_amount_is_a_number_with_two_decimals_and_floats_have_no_place() -> None:
    assert json_text({"amount": rupees_json(360_000)}) == '{"amount":3600.00}'
    for value in (3600.0, Decimal("NaN"), Decimal("Infinity"), NOON):
        with pytest.raises(TypeError):
            json_text({"amount": value})


# --- answers ---------------------------------------------------------------------------------

TRAPS = [
    '{"note":"\\"body\\":{}","head":{"signature":"x"}}',
    '{"a":"}}","b":["]","{"],"body":{"body":"body"}}',
    '{"emoji":"\\ud83c\\udfd5 बुकिंग","back":"\\\\"}',
    '{"comment":"CHECKSUMHASH"}',
    '{ "spaced" : [ 1 , 2.50 ] ,\n "deep" : { "x" : { } } }',
    "{}",
]


@pytest.mark.parametrize("body", TRAPS)
@pytest.mark.parametrize("shape", ["%(h)s,%(b)s", "%(b)s,%(h)s", ' %(b)s ,\n"x":1, %(h)s '])
def test_the_body_s_own_text_is_verified_wherever_it_stands(body: str, shape: str) -> None:
    head = json.dumps({"signature": sign_body(KEY, body)})
    raw = "{" + shape % {"h": f'"head": {head}', "b": f'"body": {body}'} + "}"
    assert open_answer(KEY, raw.encode()) == json.loads(body, parse_float=Decimal)
    with pytest.raises(BadSignature):
        open_answer(OTHER, raw.encode())


@pytest.mark.parametrize("head", ["{}", "null", '{"signature":null}', '{"signature":""}'])
def test_an_unsigned_answer_is_opened(head: str) -> None:
    assert open_answer(KEY, answer('{"amount":1.10}', head)) == {"amount": Decimal("1.10")}


@pytest.mark.parametrize("signature", ['"x"', "1", "[]", "{}", "true", "false", "0"])
def test_a_malformed_signature_is_a_bad_one(signature: str) -> None:
    with pytest.raises(BadSignature):
        open_answer(KEY, answer("{}", f'{{"signature":{signature}}}'))


def test_an_answer_altered_on_its_way_is_refused() -> None:
    text = '{"txnAmount":"1.00"}'
    raw = answer(text, json.dumps({"signature": sign_body(KEY, text)}))
    with pytest.raises(BadSignature):
        open_answer(KEY, raw.replace(b'"1.00"', b'"9.00"'))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>Gateway error</html>",
        b"[]",
        b"{}",
        b"null",
        b'{"body":[]}',
        b'{"body":{}} trailing',
        b'{"body":{},}',
        b'{"body":{},"body":{"paid":true}}',
        b'{"body":{},"head":"x"}',
        b'{"body":{"x":NaN}}',
        b'{"body":{"x":1e99999999999999999999}}',
        b'{"body":{"x":' + b"9" * 5000 + b"}}",
        b'{"body":' + b"[" * 100_000,
        b'{"body":{}',
        b'{"body"',
        b'{"body":',
        b"{1:2}",
        b'\xef\xbb\xbf{"body":{}}',
        b'{"body":{"x":"\xff"}}',
    ],
)
def test_what_is_no_answer_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(NotJson):
        open_answer(KEY, raw)


@given(st.binary(max_size=60) | st.text('{}[]":, body\\', max_size=40).map(str.encode))
def test_no_bytes_make_the_reader_stumble(raw: bytes) -> None:
    with contextlib.suppress(NotJson):
        assert isinstance(open_answer(KEY, raw), dict)


def test_only_the_key_in_use_signs_and_both_are_believed() -> None:
    changing = PaytmKey(KEY.mid, OTHER.secret, KEY.secret)
    for key in (KEY, OTHER):
        head = f'{{"signature":"{sign_body(key, "{}")}"}}'
        assert open_answer(changing, answer("{}", head)) == {}
    assert verify_form(OTHER, {"A": "1", "CHECKSUMHASH": sign_body(changing, "1")})
    assert not verify_form(KEY, {"A": "1", "CHECKSUMHASH": sign_body(changing, "1")})
    with pytest.raises(ValueError, match="16 ASCII"):
        PaytmKey(KEY.mid, KEY.secret, "short")
    assert KEY.secret not in repr(changing)
