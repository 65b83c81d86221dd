"""The emulator's own checksum against the written vectors and against Paytm's library."""

import base64
import string

import paytmchecksum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.paytm import checksum

KEY = "DemoKey_16bytes!"
FORM = {
    "ORDERID": "BK1042-1",
    "MID": "DEMOMID0001",
    "TXNAMOUNT": "500.00",
    "STATUS": "TXN_SUCCESS",
    "BANKNAME": "null",
    "BANKTXNID": "",
}
FORM_SIGNATURE = (
    "UL412INieAiQQSLA9mZvBGqImKI3hhRawQI/eUp1RUWp3UWrDWHZbdaZHGauZ6NCt73zj641A53U0LPDSqG3g"
    "NMpdj9dd86zs4dVRP7C0PA="
)
TEXT = '{"mid":"DEMOMID0001","orderId":"BK1042-1"}'
TEXT_SIGNATURE = (
    "5yOZBNfZvAfr6FyNTQYLQMQ6jUci3/+6vIhZrJFB4za7kzBMVfSFVZMqjaxNmb2venyyD3SL2uR3t6XG7550X"
    "49G39GVSUPp53v7hsnH6yU="
)
SALTS = st.text(string.ascii_letters + string.digits + "+/!@#$&_", min_size=4, max_size=4)


def test_a_form_is_its_values_in_the_order_of_their_names() -> None:
    assert checksum.joined(FORM) == "||DEMOMID0001|BK1042-1|TXN_SUCCESS|500.00"


def test_a_form_gets_the_known_signature() -> None:
    assert checksum.sign(checksum.joined(FORM), KEY, "aB3x") == FORM_SIGNATURE


def test_a_text_gets_the_known_signature() -> None:
    assert checksum.sign(TEXT, KEY, "Zz09") == TEXT_SIGNATURE


@given(st.text(), SALTS)
def test_the_library_accepts_what_we_sign(text: str, salt: str) -> None:
    assert paytmchecksum.verifySignature(text, KEY, checksum.sign(text, KEY, salt))


@given(st.text())
def test_we_accept_what_the_library_signs(text: str) -> None:
    assert checksum.verify(text, paytmchecksum.generateSignature(text, KEY), KEY)


@given(st.dictionaries(st.text(string.ascii_uppercase, min_size=1), st.text() | st.none()))
def test_the_library_joins_forms_as_we_do(form: dict[str, str | None]) -> None:
    signature = checksum.sign(checksum.joined(form), KEY, "aB3x")
    assert paytmchecksum.verifySignature(dict(form), KEY, signature)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        5,
        "",
        "x" * 108,
        "é" * 108,
        TEXT_SIGNATURE + "\n",
        TEXT_SIGNATURE.replace("+", " "),
        FORM_SIGNATURE,
        checksum.sign(TEXT, "AnotherKey16byte", "Zz09"),
        checksum.sign(TEXT + " ", KEY, "Zz09"),
    ],
)
def test_what_is_no_signature_of_this_text_is_refused(wrong: object) -> None:
    assert not checksum.verify(TEXT, wrong, KEY)


@given(st.integers(0, 79), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    raw = bytearray(base64.b64decode(TEXT_SIGNATURE))
    raw[place] ^= change
    assert not checksum.verify(TEXT, base64.b64encode(raw).decode(), KEY)
