"""The README's pictures, taken of a running LoonCamp: `python -m tests.pictures`."""

import asyncio
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.commands.rehearsal import NotAsItShouldBe, Stage, play_confirmed, stage_in
from bot.commands.sandbox_process import ROOT

FOLDER = ROOT / "docs" / "pictures"
PAGE, TICKET = (1280, 800), (360, 720)
MOST_BYTES = 200_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SETTLE_MS = 800  # ticks, fonts and scrolling come to rest


async def take(browser: Browser, url: str, size: tuple[int, int], path: Path, ready: str) -> None:
    """Photograph what a browser of this size shows once `ready` is on the page."""
    width, height = size
    page = await browser.new_page(
        viewport={"width": width, "height": height}, reduced_motion="reduce", color_scheme="light"
    )
    await page.goto(url)
    await page.wait_for_selector(ready)
    await page.wait_for_timeout(SETTLE_MS)
    picture = await page.screenshot(full_page=True)
    await page.close()
    await asyncio.to_thread(path.write_bytes, smaller(picture))


def smaller(png: bytes) -> bytes:
    """The same 8-bit RGB picture unfiltered and well packed: flat surfaces need a quarter less."""
    chunks, place = [], len(SIGNATURE)
    while place < len(png):
        (size,) = struct.unpack_from(">I", png, place)
        chunks.append((png[place + 4 : place + 8], png[place + 8 : place + 8 + size]))
        place += size + 12
    head, end = chunks[0], chunks[-1]
    width, _, depth, colour = struct.unpack_from(">IIBB", head[1])
    assert (depth, colour) == (8, 2), "Chromium's screenshots are 8-bit RGB"
    packed = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    rows = b"".join(b"\0" + row for row in unfiltered(packed, width * 3))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (head, (b"IDAT", zlib.compress(rows, 9)), end)
    )


def unfiltered(packed: bytes, width: int) -> Iterator[bytes]:
    """The rows of an RGB PNG as plain bytes, `width` of them each (PNG specification, 9)."""
    above = bytearray(width + 3)
    for place in range(0, len(packed), width + 1):
        guess = GUESSES[packed[place]]
        row = bytearray(3) + packed[place + 1 : place + 1 + width]
        for n in range(3, width + 3):
            row[n] = (row[n] + guess(row[n - 3], above[n], above[n - 3])) & 255
        yield bytes(row[3:])
        above = row


def _paeth(left: int, up: int, corner: int) -> int:
    near = left + up - corner
    return min((left, up, corner), key=lambda each: abs(near - each))


GUESSES: tuple[Callable[[int, int, int], int], ...] = (
    lambda left, up, corner: 0,
    lambda left, up, corner: left,
    lambda left, up, corner: up,
    lambda left, up, corner: (left + up) // 2,
    _paeth,
)


async def take_both(stage: Stage, ticket: str) -> list[Path]:
    """The three phones after a confirmed booking, and the e-ticket as a phone shows it."""
    phones, page = FOLDER / "three-phones.png", FOLDER / "ticket.png"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox"],
        )
        url = f"{stage.sandbox}/sandbox?shot=1"
        await take(browser, url, PAGE, phones, "body[data-ready] .bubble")
        await take(browser, ticket, TICKET, page, "h1")
        await browser.close()
    return [phones, page]


async def main() -> int:
    """Play a booking and take the pictures; 1 where something is not as it should be."""
    with tempfile.TemporaryDirectory(prefix="looncamp-") as name:
        folder = Path(name)
        await asyncio.to_thread(folder.chmod, 0o755)  # the database has a user of its own
        async with stage_in(folder) as stage:
            _, ticket = await play_confirmed(stage)
            await stage.call("POST", "flush")
            taken = await take_both(stage, ticket)
    for path in taken:
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)}  {size // 1000} kB")
        if size > MOST_BYTES:
            raise NotAsItShouldBe(f"{path.name} has more than {MOST_BYTES // 1000} kB")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main()))
    except NotAsItShouldBe as fault:
        sys.exit(f"NOT as it should be: {fault}")
