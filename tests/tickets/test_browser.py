"""The pages as Chromium lays them out: on a small phone, on a desk and on paper."""

import re

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from tests.tickets.hostile import SCRIPTS
from tests.tickets.samples import LONG

PHONE, DESK, NARROW = (
    {"width": 360, "height": 640},
    {"width": 1280, "height": 800},
    {"width": 320, "height": 568},
)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def aiohttp_client():
    """Clients in the browser's event loop."""
    clients = []

    async def opened(app):
        clients.append(TestClient(TestServer(app)))
        await clients[-1].start_server()
        return clients[-1]

    yield opened
    for each in clients:
        await each.close()


@pytest_asyncio.fixture(loop_scope="session")
async def client(desk):
    return await desk.open()


async def seen(browser, url, viewport, **settings):
    """The open page, and the list of everything it requested or complained about."""
    page = await browser.new_page(viewport=viewport, **settings)
    noted = []
    page.on("request", lambda request: noted.append(request.url))
    page.on("console", lambda line: noted.append(line.text))
    page.on("dialog", lambda dialog: noted.append(dialog.message))
    await page.goto(url)
    return page, noted


async def box(page, selector):
    return await page.locator(selector).first.bounding_box()


async def test_the_due_amount_is_seen_without_scrolling(desk, client, browser):
    for changes in ({}, LONG):
        url = str(client.make_url(desk.put(**changes)))
        for viewport in (PHONE, DESK):
            page, noted = await seen(browser, url, viewport)
            due = await box(page, ".due")
            assert due["y"] + due["height"] <= viewport["height"]
            assert noted == [url]


async def test_nothing_overflows_a_narrow_phone(desk, client, browser):
    unbroken = {"property_name": "W" * 64, "guest_name": "M" * 64, "host_name": "W" * 40}
    for changes in ({}, LONG, unbroken, {"status": "GUEST_CANCELLED", **unbroken}):
        page, _ = await seen(browser, str(client.make_url(desk.put(**changes))), NARROW)
        assert await page.evaluate("document.documentElement.scrollWidth") == 320


async def test_sizes_follow_the_order_of_importance(desk, client, browser):
    page, _ = await seen(browser, str(client.make_url(desk.put())), PHONE)
    size = "found => parseFloat(getComputedStyle(found).fontSize)"
    sizes = [
        await page.locator(place).first.evaluate(size)
        for place in (".due", "h1", ".days dd", ".paid")
    ]
    assert sizes == [42, 30, 16, 14]
    assert (await box(page, ".qr"))["width"] >= 190
    for link in await page.locator("nav a").all():
        assert (await link.bounding_box())["height"] >= 48


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_code_stays_black_on_white(desk, client, browser, scheme):
    page, _ = await seen(browser, str(client.make_url(desk.put())), PHONE, color_scheme=scheme)
    colours = await page.locator(".qr path").evaluate_all(
        "paths => [getComputedStyle(paths[0]).fill, getComputedStyle(paths[1]).stroke]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(11, 17, 14)") == (scheme == "dark")


async def test_the_ticket_prints_on_one_a5_page(desk, client, browser):
    for changes in ({}, LONG):
        page, _ = await seen(browser, str(client.make_url(desk.put(**changes))), DESK)
        paper = await page.pdf(prefer_css_page_size=True)
        boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
        assert len(boxes) == 1
        width, height = map(float, boxes[0])
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (148, 210)


async def test_hostile_names_run_nothing_and_fetch_nothing(desk, client, browser):
    page, noted = await seen(browser, str(client.make_url(desk.put())), PHONE)
    for guest, place, host in zip(*[iter([*SCRIPTS, SCRIPTS[0]])] * 3, strict=True):
        noted.clear()
        path = desk.put(guest_name=guest, property_name=place, host_name=host)
        url = str(client.make_url(path))
        await page.goto(url)
        assert noted == [url]
        assert await page.locator("script, img, iframe, form, object, video").count() == 0


async def test_the_pages_that_show_no_ticket_are_styled_too(desk, client, browser):
    dead = desk.put(booking_id="LC222222", status="REFUNDED")
    for path in (dead, "/eticket/LC7K2M9X-wrong"):
        page, _ = await seen(browser, str(client.make_url(path)), PHONE)
        assert (
            await page.locator("h1").evaluate("found => getComputedStyle(found).fontSize") == "24px"
        )
