"""Scenarios played in the page, exports, and the page on a narrow screen."""

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from sandbox import scenarios
from tests.sandbox.page.stage import Stage, Window, buttons, rows, text

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

STEPS = [
    {"note": "Rahul chooses a place."},
    {"who": "rahul", "choose": "Pawna Lakeview Camp"},
    {"who": "rahul", "say": "{+30} to {+32}"},
    {"who": "suresh", "tap": 1},
    {"clock": "+15m"},
    {"who": "suresh", "sees": "new booking"},
    {"who": "suresh", "sees_not": "cancelled"},
]


async def play(stage: Stage, window: Window, steps: list[dict[str, object]], pace: str = "fast"):
    story = [{"key": "a", "title": "A story", "about": "", "steps": steps}]
    # Before the page is there: a page that is open may still ask past a new route.
    await window.context.route("**/api/scenarios", lambda route: route.fulfill(json=story))
    page = await window.open()
    await page.keyboard.press("Control+k")
    await page.get_by_role("dialog").get_by_label("Pace").select_option(pace)
    await page.get_by_role("dialog").get_by_role("button", name="A story").click()
    return page


async def prepare(stage: Stage) -> None:
    for key in ("rahul", "suresh"):
        await stage.say(key, "hi")
    await stage.send("rahul", rows("Pawna Lakeview Camp"))
    await stage.send("suresh", buttons("Confirm", "Cancel", body="New booking"))


async def test_a_scenario_types_and_taps_by_itself(stage: Stage, window: Window):
    await prepare(stage)
    page = await play(stage, window, STEPS)
    await expect(page.locator("#player.done")).to_be_visible(timeout=20000)
    await stage.control("POST", "flush")
    rahul = [m for m in stage.heard() if m["from"].endswith("12345")]
    assert rahul[1]["interactive"]["list_reply"]["title"] == "Pawna Lakeview Camp"
    assert "{" not in rahul[2]["text"]["body"]
    assert stage.heard()[-1]["interactive"]["button_reply"]["title"] == "Confirm"
    assert (await stage.control("GET", "clock"))["offset_seconds"] == pytest.approx(900, abs=2)


async def test_a_scenario_stops_where_the_phone_shows_something_else(stage: Stage, window: Window):
    await prepare(stage)
    page = await play(stage, window, [{"who": "suresh", "sees_not": "new booking"}])
    await expect(page.locator("#player.failed")).to_contain_text("Step 1")


async def test_a_paused_scenario_goes_on_when_told(stage: Stage, window: Window):
    await prepare(stage)
    page = await play(stage, window, [{"note": "Wait"}, {"who": "rahul", "say": "one"}], "normal")
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator("#player.paused")).to_be_visible()
    await page.locator("#player").get_by_label("Pace").select_option("fast")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#phone-guest .bubble").last).to_contain_text("one")


async def test_an_exported_story_is_a_scenario_file(stage: Stage, window: Window, tmp_path: Path):
    await prepare(stage)
    page = await window.open()
    await page.locator("#phone-owner").get_by_role("button", name="Confirm").click()
    await expect(page.locator("#phone-owner .bubble")).to_have_count(3)
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Export").click()
    await (await waiting.value).save_as(tmp_path / "story.json")
    steps = json.loads((tmp_path / "story.json").read_text("utf-8"))["steps"]
    assert {"who": "suresh", "tap": "Confirm"} in steps
    assert {"who": "rahul", "sees": "choose a place below."} in steps
    assert len(scenarios.load(tmp_path)[0].steps) == len(steps)


async def test_a_narrow_screen_has_tabs_with_badges(stage: Stage, narrow: Window):
    await stage.say("suresh", "start")
    page = await narrow.open()
    await expect(page.locator("#phone-guest")).to_be_visible()
    await expect(page.locator("#phone-owner")).to_be_hidden()
    await stage.send("suresh", text("New booking"))
    tab = page.locator("#show-owner")
    await expect(tab.locator(".badge")).to_have_text("1")
    await tab.click()
    await expect(page.locator("#phone-owner .bubble").last).to_contain_text("New booking")
    await expect(tab.locator(".badge")).to_be_hidden()


async def test_a_narrow_screen_needs_no_sideways_scrolling(stage: Stage, narrow: Window):
    await stage.say("rahul", "hi")
    await stage.send("rahul", text("https://looncamp.shop/" + "a" * 200))
    page = await narrow.open()
    for name in ("guest", "tools"):
        await page.locator(f"#show-{name}").click()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 400
