import base64

import pytest

from tickets.token import Address, new_token, parse, same, ticket_path


def test_a_token_has_128_bits_and_needs_no_escaping():
    tokens = {new_token() for _ in range(2000)}
    assert len(tokens) == 2000
    for token in tokens:
        assert len(base64.urlsafe_b64decode(token + "==")) == 16
        assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("token", ["abc", "-starts-with-dash", "_", "Zx81kQ-3_mB7tY0pLr5vEw"])
def test_a_path_is_read_back_as_it_was_made(token):
    name = ticket_path("LC7K2M9X", token).removeprefix("/eticket/")
    assert parse(name) == Address("LC7K2M9X", token, calendar=False)
    assert parse(name + ".ics") == Address("LC7K2M9X", token, calendar=True)


MALFORMED = ["", "LC7K2M9X", "LC7K2M9X-", "-abc", "lc7k2m9x-abc", "LC7K2M9X-ab/c", "LC7K2M9X-é"]


@pytest.mark.parametrize("name", [*MALFORMED, "LC7K2M9X-a.pdf", "LC7K2M9X-a\n", "L" * 17 + "-a"])
def test_anything_else_is_no_address(name):
    assert parse(name) is None


def test_only_equal_tokens_are_the_same():
    assert same("abc", "abc")
    assert not same("abc", "abd")
    assert not same("abc", "ab")
    assert not same("é", "e")
    assert not same("\ud800", "abc")
