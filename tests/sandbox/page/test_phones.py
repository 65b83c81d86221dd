"""The three phones in a real Chromium, against a real sandbox, at 1280 px."""

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.stage import Stage, Window, buttons, link, rows, text

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def phone(page: Page, role: str = "guest"):
    return page.locator(f"#phone-{role}")


def bubbles(page: Page, role: str = "guest"):
    return phone(page, role).locator(".bubble")


async def write(page: Page, words: str, role: str = "guest") -> None:
    field = phone(page, role).get_by_role("textbox", name="Message")
    await field.fill(words)
    await field.press("Enter")


async def test_a_message_appears_on_its_own_phone_only(stage: Stage, window: Window):
    page = await window.open()
    await stage.say("suresh", "start")
    assert await stage.send("suresh", text("New booking")) == 200
    await expect(bubbles(page, "owner").last).to_contain_text("New booking")
    await expect(bubbles(page, "guest")).to_have_count(0)


async def test_markup_is_drawn_and_html_stays_text(stage: Stage, window: Window):
    await stage.say("rahul", "hi")
    await stage.send("rahul", text("*Camp* _lake_ ~old~ ```id``` <img src=x onerror=alert(1)>"))
    body = bubbles(await window.open()).last.locator(".body")
    for tag, words in {"strong": "Camp", "em": "lake", "s": "old", "code": "id"}.items():
        await expect(body.locator(tag)).to_have_text(words)
    await expect(body).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(body.locator("img")).to_have_count(0)


async def test_what_is_typed_reaches_the_service(stage: Stage, window: Window):
    page = await window.open()
    await write(page, "25 to 27 dec")
    await expect(bubbles(page).last).to_contain_text("25 to 27 dec")
    await expect(bubbles(page).last.locator(".status")).to_have_accessible_name("Delivered")
    await stage.control("POST", "flush")
    assert stage.heard()[-1]["text"] == {"body": "25 to 27 dec"}


async def test_reading_and_typing_of_the_bot_are_shown(stage: Stage, window: Window):
    page = await window.open()
    await stage.say("rahul", "hi")
    seen = {"status": "read", "message_id": stage.heard()[-1]["id"]}
    assert await stage.post(seen | {"typing_indicator": {"type": "text"}}) == 200
    await expect(bubbles(page).last.locator(".status")).to_have_accessible_name("Read")
    await expect(phone(page).locator(".bar")).to_contain_text("typing")
    await stage.send("rahul", text("Namaste"))
    await expect(phone(page).locator(".bar")).to_contain_text("online")
    await page.reload()
    await expect(bubbles(page).first.locator(".status")).to_have_accessible_name("Read")


async def test_a_used_button_turns_grey_and_can_be_tapped_again(stage: Stage, window: Window):
    await stage.say("rahul", "hi")
    await stage.send("rahul", buttons("Sat 5 Dec", "Other dates"))
    page = await window.open()
    button = phone(page).get_by_role("button", name="Sat 5 Dec")
    await button.click()
    await expect(button).to_have_class("used")
    await button.click()
    await expect(bubbles(page)).to_have_count(4)
    await stage.control("POST", "flush")
    taps = [m["interactive"]["button_reply"]["id"] for m in stage.heard() if "interactive" in m]
    assert taps == ["b0", "b0"]


async def test_tapping_twice_sends_two_taps(stage: Stage, window: Window):
    await stage.say("rahul", "hi")
    await stage.send("rahul", buttons("Confirm"))
    page = await window.open()
    await page.get_by_role("tab", name="Trouble").click()
    await page.get_by_label("Tap twice").check()
    await phone(page).get_by_role("button", name="Confirm").click()
    await expect(bubbles(page)).to_have_count(4)


async def test_a_list_opens_as_a_sheet_and_sends_the_chosen_row(stage: Stage, window: Window):
    await stage.say("rahul", "hi")
    await stage.send("rahul", rows("Pawna Lakeview Camp", "Mulshi Forest Camp"))
    page = await window.open()
    await phone(page).get_by_role("button", name="Choose a place").click()
    sheet = page.get_by_role("dialog")
    await expect(sheet.get_by_role("button", name="Send")).to_be_disabled()
    await sheet.get_by_role("radio", name="Mulshi").check()
    await sheet.get_by_role("button", name="Send").click()
    await expect(bubbles(page).last).to_contain_text("Mulshi Forest Camp")
    await stage.control("POST", "flush")
    assert stage.heard()[-1]["interactive"]["list_reply"]["id"] == "r1"


async def test_a_link_opens_beside_the_phones_360_pixels_wide(stage: Stage, window: Window):
    await stage.say("rahul", "hi")
    await stage.send("rahul", link("Open e-ticket", f"{stage.config.service_url}/eticket/1"))
    page = await window.open()
    await phone(page).get_by_role("button", name="Open e-ticket").click()
    frame = page.locator("#pane iframe")
    await expect(frame.content_frame.get_by_role("heading")).to_have_text("E-ticket")
    assert (await frame.bounding_box())["width"] == 360
    await page.get_by_role("button", name="Close the page").click()
    await expect(frame).to_have_count(0)


async def test_an_address_in_a_text_opens_beside_the_phones_too(stage: Stage, window: Window):
    await stage.say("admin", "hi")
    await stage.send("admin", text(f"E-ticket: {stage.config.service_url}/eticket/1"))
    page = await window.open()
    await phone(page, "admin").locator("a.link").click()
    await expect(page.locator("#pane iframe").content_frame.get_by_role("heading")).to_be_visible()
    assert page.url == stage.url


async def test_a_refused_send_is_a_notice_and_nothing_on_the_phone(stage: Stage, window: Window):
    await stage.say("rahul", "hi")
    page = await window.open()
    assert await stage.send("rahul", buttons("One", "Two", "Three", "Four")) == 400
    await expect(page.locator(".toast.problem")).to_contain_text("WhatsApp refused it")
    await expect(bubbles(page)).to_have_count(1)


async def test_a_reply_quotes_the_message(stage: Stage, window: Window):
    await stage.say("suresh", "start")
    await stage.send("suresh", text("LC-7K2M9X waits"))
    page = await window.open()
    await bubbles(page, "owner").last.hover()
    await bubbles(page, "owner").last.get_by_role("button", name="Reply").click()
    await write(page, "haan", "owner")
    await expect(bubbles(page, "owner").last.locator("blockquote")).to_contain_text("LC-7K2M9X")
    await stage.control("POST", "flush")
    assert stage.heard()[-1]["context"]["id"]


async def test_reload_shows_the_same(stage: Stage, window: Window):
    await stage.say("rahul", "hi")
    await stage.send("rahul", buttons("Confirm"))
    page = await window.open()
    await phone(page).get_by_role("button", name="Confirm").click()
    await expect(bubbles(page)).to_have_count(3)
    before = await phone(page).locator(".log").inner_text()
    await page.reload()
    await expect(bubbles(page)).to_have_count(3)
    assert await phone(page).locator(".log").inner_text() == before


async def test_two_tabs_stay_in_step(stage: Stage, window: Window):
    one, other = await window.open(), await window.open()
    await write(one, "hi")
    await expect(bubbles(other)).to_have_count(1)
    await stage.control("POST", "clock", {"advance_seconds": 86400})
    await stage.control("POST", "reset")
    await expect(bubbles(other)).to_have_count(0)
    await expect(bubbles(one)).to_have_count(0)


async def test_keys_press_buttons_and_bring_the_last_text_back(stage: Stage, window: Window):
    await stage.say("rahul", "25 dec")
    await stage.send("rahul", buttons("1 night", "2 nights"))
    page = await window.open()
    field = phone(page).get_by_role("textbox", name="Message")
    await field.press("ArrowUp")
    await expect(field).to_have_value("25 dec")
    await field.fill("")
    await phone(page).get_by_role("log").press("2")
    await expect(bubbles(page).last).to_contain_text("2 nights")


async def test_the_clock_moves_and_comes_back(stage: Stage, window: Window):
    page = await window.open()
    await stage.say("rahul", "hi")
    await expect(phone(page).locator(".chip")).to_contain_text("left")
    await page.get_by_role("button", name="+1 day").click()
    await expect(phone(page).locator(".chip")).to_contain_text("closed")
    assert (await stage.control("GET", "clock"))["offset_seconds"] == pytest.approx(86400, abs=1)
    await page.get_by_role("button", name="Now", exact=True).click()
    await expect(phone(page).locator(".chip")).to_contain_text("left")


async def test_a_trouble_switch_is_set_in_the_sandbox(stage: Stage, window: Window):
    page = await window.open()
    await page.get_by_role("tab", name="Trouble").click()
    await page.get_by_label("Sending fails").select_option("429")
    await expect(page.get_by_role("tab", name="Trouble (1)")).to_be_visible()
    assert (await stage.control("GET", "trouble"))["whatsapp"]["fail"] == "429"


async def test_the_inspector_shows_what_went_over_the_wire(stage: Stage, window: Window):
    await stage.say("rahul", "hi")
    await stage.send("rahul", text("Namaste"))
    page = await window.open()
    await bubbles(page).last.hover()
    await bubbles(page).last.get_by_role("button", name="Inspect").click()
    details = page.get_by_role("tabpanel", name="Message")
    await expect(details.locator("summary", has_text="API call")).to_contain_text("200")
    await expect(details.locator("summary", has_text="delivered").first).to_be_visible()


async def test_the_timeline_can_be_filtered_by_booking(stage: Stage, window: Window):
    for key, words in {"rahul": "Booking LC-7K2M9X", "suresh": "Booking LC-9QH4TD"}.items():
        await stage.say(key, "hi")
        await stage.send(key, text(words))
    page = await window.open()
    await expect(page.locator("#entries")).to_contain_text("LC-9QH4TD")
    await page.get_by_label("Filter the timeline").fill("LC7K2M9X")
    await expect(page.locator("#entries")).not_to_contain_text("LC-9QH4TD")
    await expect(page.locator("#entries li")).to_have_count(1)
    await expect(page.locator("#entries li")).to_contain_text("LC-7K2M9X")


async def test_a_guest_without_a_number_can_be_added(stage: Stage, window: Window):
    page = await window.open()
    await phone(page).get_by_label("which person").select_option("Add a person…")
    await page.get_by_role("button", name="No phone number").click()
    await page.get_by_role("button", name="Add", exact=True).click()
    await write(page, "hi")
    await expect(bubbles(page)).to_have_count(1)
    await stage.control("POST", "flush")
    assert "from" not in stage.heard()[-1] or not stage.heard()[-1]["from"]


async def test_other_things_than_text_can_be_sent(stage: Stage, window: Window):
    page = await window.open()
    for name in ("Voice note", "Sticker", "Photo", "Location", "Contact", "Unsupported kind"):
        await phone(page).get_by_role("button", name="Attach").click()
        await page.get_by_role("dialog").get_by_role("button", name=name).click()
    await expect(bubbles(page)).to_have_count(6)
    await stage.control("POST", "flush")
    kinds = {message["type"] for message in stage.heard()}
    assert kinds == {"audio", "sticker", "image", "location", "contacts", "unsupported"}


async def test_pictures_can_be_taken_without_the_tools(stage: Stage, window: Window):
    page = await window.open("?shot=1")
    await expect(page.locator("#toolbar")).to_be_hidden()
    await expect(page.locator("#tools")).to_be_hidden()
    await expect(phone(page, "admin")).to_be_visible()
