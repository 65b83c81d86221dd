from collections.abc import AsyncIterator

import pytest

from tests.journeys.town import Town, founded


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    async with founded(database_url) as town:
        yield town
