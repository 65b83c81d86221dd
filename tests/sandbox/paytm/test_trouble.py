"""A Paytm that fails: every way the answer can be missing, and what was done meanwhile."""

import asyncio

import aiohttp
import pytest

from .conftest import Merchant


async def links(merchant: Merchant) -> int:
    return len((await merchant.control("GET", "/books"))[1]["links"])


async def test_down_answers_503_html_everywhere(merchant: Merchant) -> None:
    link = await merchant.link()
    merchant.trouble(down=True)
    answer = await merchant.call("/link/create", **merchant.wish())
    assert (answer.http, answer.text.startswith("<html>")) == (503, True)
    async with merchant.session.get(link["longUrl"]) as page:
        assert page.status == 503
    merchant.trouble(down=False)
    assert (await merchant.call("/link/create", **merchant.wish())).code == "200"


@pytest.mark.parametrize(("fault", "http"), [("500", 500), ("html", 200)])
async def test_a_failing_server_did_nothing(merchant: Merchant, fault: str, http: int) -> None:
    merchant.trouble(fail=fault)
    answer = await merchant.call("/link/create", **merchant.wish())
    assert (answer.http, answer.body) == (http, {})
    assert await links(merchant) == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/link/create", "FAILED"),
        ("/v3/order/status", "TXN_FAILURE"),
        ("/v2/refund/status", "PENDING"),
        ("/order/initiate", "U"),
    ],
)
async def test_a_system_error_has_code_501_in_each_familys_words(
    merchant: Merchant, path: str, status: str
) -> None:
    merchant.trouble(fail="501")
    answer = await merchant.call(path, **merchant.wish())
    assert (answer.http, answer.status, answer.code) == (200, status, "501")


async def test_a_reset_loses_the_answer_but_not_the_link(merchant: Merchant) -> None:
    merchant.trouble(fail="reset", fail_next=1)
    with pytest.raises(aiohttp.ClientError):
        await merchant.call("/link/create", **merchant.wish())
    found = await merchant.call("/link/fetch", merchantRequestId="LC7K2M9X-1")
    assert len(found.body["links"]) == 1


async def test_a_hanging_answer_never_comes_but_the_link_is_made(merchant: Merchant) -> None:
    merchant.trouble(fail="hang", fail_next=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(merchant.call("/link/create", **merchant.wish()), 0.3)
    assert await links(merchant) == 1


async def test_only_the_next_calls_fail(merchant: Merchant) -> None:
    merchant.trouble(fail="500", fail_next=2)
    answers = [await merchant.call("/link/create", **merchant.wish()) for _ in range(3)]
    assert [answer.http for answer in answers] == [500, 500, 200]
    assert merchant.world.trouble["paytm"]["fail"] is None


async def test_pages_still_open_while_the_api_fails(merchant: Merchant) -> None:
    link = await merchant.link()
    merchant.trouble(fail="500")
    async with merchant.session.get(link["longUrl"]) as page:
        assert page.status == 200
