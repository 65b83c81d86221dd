"""What people need who use a keyboard, a screen reader or little contrast: checked in Chromium."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.stage import Stage, Window, buttons, rows

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CHECKS = (Path(__file__).parent / "complaints.js").read_text("utf-8")


async def furnish(stage: Stage) -> None:
    for key in ("rahul", "suresh"):
        await stage.say(key, "hi")
    await stage.send("rahul", rows("Pawna Lakeview Camp"))
    await stage.send(
        "suresh", buttons("Confirm", "Cancel", body="*LC-7K2M9X* https://looncamp.shop")
    )
    await stage.control("POST", "people/rahul/send", {"type": "audio"})
    await stage.control("POST", "people/suresh/say", {"text": "haan"})


async def complaints(page: Page) -> list[str]:
    return await page.evaluate(CHECKS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_part_has_contrast_a_name_and_a_size(stage: Stage, window: Window, scheme: str):
    await furnish(stage)
    page = await window.open()
    await page.emulate_media(color_scheme=scheme)
    await page.locator("#phone-owner").get_by_role("button", name="Confirm").click()
    for tab in ("Timeline", "State", "Trouble"):
        await page.get_by_role("tab", name=tab).click()
        assert await complaints(page) == [], tab
    await page.locator("#phone-owner .bubble.in").last.hover()
    await page.locator("#phone-owner .bubble.in").last.get_by_label("Inspect").click()
    assert await complaints(page) == [], "Message"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_dialogs_and_the_narrow_page_too(stage: Stage, narrow: Window, scheme: str):
    await furnish(stage)
    page = await narrow.open()
    await page.emulate_media(color_scheme=scheme)
    assert await complaints(page) == []
    for name in ("Choose a place", "Attach", "Guest: more"):
        await page.locator("#phone-guest").get_by_role("button", name=name).click()
        assert await complaints(page) == [], name
        await page.keyboard.press("Escape")
    await page.locator("#show-tools").click()
    assert await complaints(page) == []


async def test_the_checks_find_what_is_wrong(stage: Stage, window: Window):
    page = await window.open()
    await page.evaluate(
        """() => {
          const make = (tag) => document.createElement(tag);
          const [faint, nameless, twice] = ["p", "button", "i"].map(make);
          faint.textContent = "hard to read";
          faint.style.color = "#ccc";
          faint.style.background = "#fff";
          twice.id = "phones";
          document.body.append(faint, nameless, twice);
        }"""
    )
    found = [complaint.split(":")[0] for complaint in await complaints(page)]
    assert any(each.startswith("contrast 1.6") for each in found)
    assert {"no name", "id twice"} <= set(found)


async def test_new_messages_are_announced_politely(stage: Stage, window: Window):
    page = await window.open()
    for name in ("Guest", "Owner", "Admin"):
        log = page.get_by_role("log", name=f"Chat of {name}")
        await expect(log).to_have_attribute("aria-live", "polite")


async def test_a_booking_tap_needs_no_mouse(stage: Stage, window: Window):
    await stage.say("rahul", "hi")
    await stage.send("rahul", rows("Pawna Lakeview Camp", "Mulshi Forest Camp"))
    page = await window.open()
    await page.locator("#phone-guest").get_by_role("button", name="Choose a place").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("radio", name="Pawna").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#phone-guest .bubble").last).to_contain_text("Mulshi Forest Camp")


async def test_focus_is_seen(stage: Stage, window: Window):
    page = await window.open()
    await page.keyboard.press("Tab")
    style = "getComputedStyle(document.activeElement)"
    assert await page.evaluate(f"{style}.outlineStyle") == "solid"
    assert float((await page.evaluate(f"{style}.outlineWidth")).removesuffix("px")) >= 2
