"""A callback is read only when every cheap rule and the checksum hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.callback_form import BadCallback, Hint, read_callback
from payments.protocol import PaytmKey, sign_body

KEY = PaytmKey("DEMOMID0001", "DemoKey_16bytes!")
OTHER = PaytmKey("DEMOMID0001", "OtherKey16bytes!")
FORM = {
    "MID": "DEMOMID0001",
    "ORDERID": "202611241731000012",
    "TXNID": "20261124011640000861100000000000001",
    "TXNAMOUNT": "500.00",
    "CURRENCY": "INR",
    "PAYMENTMODE": "UPI",
    "STATUS": "TXN_SUCCESS",
    "RESPCODE": "01",
    "RESPMSG": "Txn Success",
    "BANKTXNID": "632800000001",
    "BANKNAME": "",
    "TXNDATETIME": "2026-11-24 17:31:05.0",
    "MERC_UNQ_REF": "LI_31309",
    "LINKNOTES": "BK1042-1",
}
Pairs = list[tuple[str, str]]


def signed(changes: dict[str, str | None] | None = None, key: PaytmKey = KEY) -> Pairs:
    """The form with `changes` (None removes a field), signed."""
    merged = {**FORM, **(changes or {})}
    form = {name: value for name, value in merged.items() if value is not None}
    values = ("" if form[name].lower() == "null" else form[name] for name in sorted(form))
    return [*form.items(), ("CHECKSUMHASH", sign_body(key, "|".join(values)))]


def reason(pairs: Pairs) -> str:
    with pytest.raises(BadCallback) as refused:
        read_callback(KEY, pairs)
    return refused.value.reason


def test_a_signed_callback_is_a_hint() -> None:
    assert read_callback(KEY, signed()) == Hint(
        txn_id="20261124011640000861100000000000001",
        order_id="202611241731000012",
        status="TXN_SUCCESS",
        amount="500.00",
        link_id="31309",
    )


def test_unknown_fields_are_hashed_and_ignored() -> None:
    pairs = signed({"SETTLEMENTHINT": "T1", "Masked_customer_mobile_number": "99xx"})
    assert read_callback(KEY, pairs).link_id == "31309"
    assert reason([pair for pair in pairs if pair[0] != "SETTLEMENTHINT"]) == "a wrong checksum"


def test_an_early_failure_has_few_fields() -> None:
    kept = {"MID", "ORDERID", "TXNAMOUNT", "STATUS", "RESPCODE", "RESPMSG"}
    hint = read_callback(KEY, signed({name: None for name in FORM if name not in kept}))
    assert (hint.txn_id, hint.link_id) == ("", None)


@pytest.mark.parametrize("word", ["null", "NULL", ""])
def test_paytm_s_null_is_empty(word: str) -> None:
    assert read_callback(KEY, signed({"TXNID": word, "BANKTXNID": word})).txn_id == ""
    assert reason(signed({"ORDERID": word})) == "a required field is missing"


@pytest.mark.parametrize("reference", ["INV_7", "LI_", "LI_x", "LI_1 ", "LI_١", "", "null"])
def test_only_a_link_s_own_reference_names_a_link(reference: str) -> None:
    assert read_callback(KEY, signed({"MERC_UNQ_REF": reference})).link_id is None


@pytest.mark.parametrize("name", ["ORDERID", "STATUS"])
def test_a_missing_field_is_named_as_the_reason(name: str) -> None:
    assert reason(signed({name: None})) == "a required field is missing"


@pytest.mark.parametrize("mid", ["OTHERMID0001", "", "demomid0001", None])
def test_another_merchant_s_callback_is_refused(mid: str | None) -> None:
    assert reason(signed({"MID": mid})) == "another merchant's id"


@pytest.mark.parametrize("name", [*FORM, "CHECKSUMHASH"])
def test_a_repeated_field_is_refused(name: str) -> None:
    pairs = signed()
    assert reason([*pairs, (name, dict(pairs)[name])]) == "a repeated field"


@pytest.mark.parametrize("name", ["RESPMSG", "LINKNOTES", "STATUS", "EXTRA"])
def test_a_pipe_is_refused_even_when_it_is_signed(name: str) -> None:
    assert reason(signed({name: "a|b"})) == "a pipe in a value"


def test_a_border_moved_between_two_values_is_refused() -> None:
    form = dict(signed())
    form["BANKNAME"], form["BANKTXNID"] = form["BANKNAME"] + "|" + form["BANKTXNID"], ""
    assert reason(list(form.items())) == "a pipe in a value"


def test_no_checksum_and_a_wrong_one_are_told_apart() -> None:
    pairs = signed()
    assert reason(pairs[:-1]) == "no checksum"
    assert reason(signed(key=OTHER)) == "a wrong checksum"
    assert reason([*pairs[:-1], ("CHECKSUMHASH", "x")]) == "a wrong checksum"


@given(st.sampled_from(sorted(FORM.keys() - {"MID"})), st.text("abc019.-", max_size=8))
def test_an_altered_value_is_refused(name: str, value: str) -> None:
    form = {**dict(signed()), name: value}
    if value != FORM[name]:
        assert reason(list(form.items())) in {"a wrong checksum", "a required field is missing"}


@pytest.mark.parametrize("value", ["a\x00b", "a b", "<b>", "x" * 65, "é", "\ud800", "a\n"])
@pytest.mark.parametrize("name", ["ORDERID", "TXNID", "STATUS", "TXNAMOUNT"])
def test_fields_that_are_read_hold_plain_characters(name: str, value: str) -> None:
    form = {**dict(signed()), name: value}
    assert reason(list(form.items())) == "strange characters in a field"


def test_cheap_rules_come_before_the_cipher() -> None:
    assert reason([(f"F{n}", "") for n in range(101)]) == "too many fields"
    assert reason([*signed(), ("MID", "OTHER")]) == "a repeated field"
    assert reason([*signed(), ("<script>", "")]) == "a strange field name"


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=6))
def test_garbage_is_refused_with_a_reason(pairs: Pairs) -> None:
    assert reason(pairs)


@given(st.text(max_size=20))
def test_a_reason_never_quotes_the_form(text: str) -> None:
    said = reason([*signed()[:-1], ("EXTRA", text + "unlikely words")])
    assert "unlikely words" not in said
