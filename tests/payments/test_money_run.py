"""The money run: small in the suite, of full size with LOONCAMP_LONG=1."""

import os

from tests.payments import money_run

SIZE = money_run.FULL if os.environ.get("LOONCAMP_LONG") else money_run.SMALL


async def test_not_a_paisa_is_lost_or_made(database_url: str) -> None:
    result = await money_run.play(database_url, SIZE)
    print(money_run.table(result))
    assert set(result.kinds) == {*money_run.SHARES, "plain"}
    assert result.took > result.gave > 0
    assert result.difference == 0, result.differs
