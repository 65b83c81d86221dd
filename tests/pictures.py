"""Takes the pictures of the README: `python -m tests.pictures`."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from bot.rehearsal import play_confirmed, stage_in

FOLDER = Path("docs/pictures")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


async def take(folder: Path) -> None:
    """Play a booking, then picture the three phones and the ticket."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("needs Chromium: make browser")
    async with stage_in(folder) as stage, async_playwright() as playwright:
        _, ticket = await play_confirmed(stage)
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(f"{stage.sandbox}/sandbox?shot=1")
        await page.wait_for_selector("body[data-ready]")
        await page.locator("#phone-guest .bubble").last.wait_for()
        await page.screenshot(path=FOLDER / "three-phones.png")
        phone = await browser.new_page(viewport={"width": 360, "height": 640})
        await phone.goto(ticket)
        await phone.screenshot(path=FOLDER / "ticket.png", full_page=True)
        await browser.close()


def main() -> None:
    """Write docs/pictures/three-phones.png and ticket.png."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="looncamp-") as name:
        Path(name).chmod(0o755)
        asyncio.run(take(Path(name)))


if __name__ == "__main__":
    main()
