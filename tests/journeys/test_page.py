"""The happy path, clicked in a real browser on the page that every newcomer sees."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.commands.rehearsal import Stage, stage_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SECONDS = 15_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """`run.py serve`, as a newcomer starts it."""
    folder = tmp_path_factory.mktemp("page")
    for path in (folder, *folder.parents[:3]):  # the database's own user must get through
        path.chmod(0o755)
    async with stage_in(folder) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def stage(served: Stage) -> Stage:
    """The same with nobody in it yet."""
    await served.call("POST", "reset")
    return served


async def write(phone: Locator, text: str) -> None:
    field = phone.get_by_role("textbox", name="Message")
    await field.fill(text)
    await field.press("Enter")


async def newest_says(phone: Locator, words: str) -> None:
    await expect(phone.locator(".bubble").last).to_contain_text(re.compile(words), timeout=SECONDS)


async def choose_place_and_dates(page: Page, guest: Locator) -> None:
    first = datetime.now(UTC).date() + timedelta(days=30)
    last = first + timedelta(days=2)
    await write(guest, "hi")
    await guest.get_by_role("button", name="Choose a place").click(timeout=SECONDS)
    sheet = page.get_by_role("dialog")
    await sheet.get_by_role("radio", name="Pawna Lakeview Camp").check()
    await sheet.get_by_role("button", name="Send").click()
    await newest_says(guest, "Which dates")
    await write(guest, f"{first:%-d %b} to {last:%-d %b}")
    await guest.get_by_role("button", name="4 guests").click(timeout=SECONDS)
    await newest_says(guest, "Advance now ₹3,600")


async def pay_in_the_pane(page: Page, guest: Locator) -> None:
    await guest.get_by_role("button", name="Pay ₹3,600").click()
    paytm = page.locator("#pane iframe").content_frame
    await paytm.locator("button.main").click(timeout=SECONDS)
    await expect(paytm.locator("body")).to_contain_text("WhatsApp", timeout=SECONDS)
    await page.get_by_role("button", name="Close the page").click()


async def test_the_form_is_filled_on_the_guests_phone(stage: Stage, browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(f"{stage.sandbox}/sandbox")
    await page.wait_for_selector("body[data-ready]")
    guest, sheet = page.locator("#phone-guest"), page.get_by_role("dialog")
    await write(guest, "form")
    await guest.get_by_role("button", name="Open the form").click(timeout=SECONDS)
    await sheet.get_by_label("Place").select_option("Kolad River Camp")
    first = datetime.now(UTC).date() + timedelta(days=30)
    await sheet.get_by_label("Check-in").fill(f"{first}")
    await sheet.get_by_label("Check-out").fill(f"{first + timedelta(days=2)}")
    assert await sheet.get_by_label("Guests").input_value() == "2"
    await sheet.get_by_role("button", name="See price and pay").click()
    await newest_says(guest, "Kolad River Camp")
    await newest_says(guest, "Advance now")


@pytest.mark.parametrize("width", [1280, 400])
async def test_a_whole_booking_is_clicked_on_the_three_phones(
    stage: Stage, browser: Browser, width: int, tmp_path: Path
) -> None:
    page = await browser.new_page(viewport={"width": width, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{stage.sandbox}/sandbox")
    await page.wait_for_selector("body[data-ready]")
    guest, owner = page.locator("#phone-guest"), page.locator("#phone-owner")
    await choose_place_and_dates(page, guest)
    await pay_in_the_pane(page, guest)
    await newest_says(guest, "advance payment is successful")
    if width < 900:
        await page.locator("#show-owner").click()
    await owner.get_by_role("button", name="Confirm booking").click(timeout=SECONDS)
    await newest_says(owner, "Collect ₹8,400")
    if width < 900:
        await page.locator("#show-guest").click()
    await newest_says(guest, "Booking confirmed")
    await guest.get_by_role("button", name="Open e-ticket").click()
    ticket = page.locator("#pane iframe").content_frame
    await expect(ticket.get_by_role("heading", name="Pawna Lakeview Camp")).to_be_visible()
    await page.screenshot(path=str(tmp_path / f"three-phones-{width}.png"))
    await page.reload()
    await newest_says(guest, "Booking confirmed")
    assert complaints == []
