"""Records are changed by making others, whatever class their fields come from."""

import pytest

from flows.record import names, record, replace, values


@record
class Place:
    name: str
    nights: int = 1


@record
class Camp(Place):
    """A record with the fields of another."""


@record
class Villa(Place):
    rooms: int = 2


@pytest.mark.parametrize("kind", [Place, Camp, Villa])
def test_a_record_is_replaced_with_every_field_it_inherits(kind):
    one = kind("Pawna")
    other = replace(one, nights=3)
    assert type(other) is kind
    assert values(other) == values(one) | {"nights": 3}
    assert one.nights == 1
    assert names(kind)[:2] == ("name", "nights")


def test_records_of_two_kinds_are_never_equal():
    assert Camp("Pawna") != Place("Pawna")
    assert replace(Villa("Pawna"), rooms=2) == Villa("Pawna")
