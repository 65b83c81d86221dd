"""Every page that people see, looked at by axe: no violation."""

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from bot.commands.rehearsal import Stage, play_confirmed
from tests.journeys.test_page import served, stage

__all__ = ["served", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def no_violation(page: Page, what: str) -> None:
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{what}:\n{found.generate_report()}"


async def test_axe_finds_no_violation_on_any_page(stage: Stage, browser: Browser) -> None:
    _, ticket = await play_confirmed(stage)
    link = (await stage.call("GET", "paytm/books"))["links"][0]["short_url"]
    for scheme in ("light", "dark"):
        for width in (1280, 400):
            context = await browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme
            )
            page = await context.new_page()
            await page.goto(f"{stage.sandbox}/sandbox")
            await page.wait_for_selector("body[data-ready]")
            await no_violation(page, f"sandbox {width} {scheme}")
            for address in (ticket, link, re.sub(r".$", "_", ticket)):
                await page.goto(address)
                await no_violation(page, f"{address} {width} {scheme}")
            await context.close()


async def test_axe_can_see_a_violation(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<html><body><img src='x'><input></body></html>")
    assert (await Axe().run(page)).violations_count > 0
