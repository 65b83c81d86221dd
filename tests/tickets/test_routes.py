import base64
import hashlib
import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from tests.tickets.samples import LONG, TICKET, TOKEN
from tickets.expiry import valid_until
from tickets.token import new_token, ticket_path

PATH = ticket_path("LC7K2M9X", TOKEN)
ENDS = valid_until(TICKET.checkout, TICKET.zone, timedelta())
SECOND = timedelta(seconds=1)
UNKNOWN = [
    ticket_path("LC7K2M9X", TOKEN[:-1] + "x"),
    ticket_path("LC7K2M9X", "A" + TOKEN[1:]),
    ticket_path("LC7K2M9X", TOKEN[:-1]),
    ticket_path("LC7K2M9X", TOKEN + "A"),
    ticket_path("LC000000", TOKEN),
    ticket_path("LC000000", "uBE6V-eAGfKFvcO7f7DKAg") + ".ics",
    ticket_path("LC-7K2M9X", TOKEN),
    ticket_path("lc7k2m9x", TOKEN),
    PATH + ".pdf",
    PATH + "/",
    "/eticket",
    "/eticket/",
    "/eticket/LC7K2M9X",
    "/eticket/LC7K2M9X-",
    "/eticket/LC7K2M9X-%00",
    "/eticket/LC7K2M9X-%ff",
    "/eticket/LC7K2M9X-%F0%9F%8F%95",
    "/eticket/..%2f..%2fetc%2fpasswd",
    "/eticket/LC7K2M9X-" + "a" * 4000,
]
EVER_DIFFERENT = {"Date"}


async def answer(client, path, method="GET"):
    response = await client.request(method, path)
    body = await response.read()
    kept = {name: value for name, value in response.headers.items() if name not in EVER_DIFFERENT}
    return response.status, kept, body


async def test_the_ticket_opens(client):
    response = await client.get(PATH)
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Rahul Deshmukh" in await response.text()


@pytest.mark.parametrize("language", ["en", "hi", "mr"])
async def test_the_ticket_speaks_the_guests_language(desk, client, language):
    page = await (await client.get(desk.put(language=language))).text()
    assert f'<html lang="{language}">' in page
    assert desk.catalogues[language]("ticket.due") in page


async def test_a_language_without_catalogue_is_shown_in_english(desk, client):
    page = await (await client.get(desk.put(language="ta"))).text()
    assert '<html lang="en">' in page


async def test_the_calendar_stands_beside_the_page(client):
    response = await client.get(PATH + ".ics")
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'inline; filename="LC7K2M9X.ics"'
    assert Calendar.from_ical(await response.read()).walk("VEVENT")[0]["UID"] == "LC7K2M9X"


@pytest.mark.parametrize("path", UNKNOWN)
async def test_every_wrong_link_gets_the_same_answer(client, path):
    status, headers, body = await answer(client, ticket_path("LC000000", "unknown"))
    assert status == 404
    assert (status, headers, body) == await answer(client, path)
    for told in (b"LC", b"Pawna", b"Rahul", TOKEN.encode()):
        assert told not in body.replace(b"LoonCamp", b"")


@pytest.mark.parametrize(
    "status",
    ["PAYMENT_SUCCESS", "BOOKING_REQUEST_SENT_TO_OWNER", "OWNER_CONFIRMED", "OWNER_CANCELLED"],
)
async def test_a_booking_without_ticket_is_as_good_as_unknown(desk, client, status):
    wanted = await answer(client, ticket_path("LC000000", "unknown"))
    assert await answer(client, desk.put(status=status)) == wanted
    assert await answer(client, desk.put(status=status) + ".ics") == wanted


async def test_the_booking_is_looked_up_and_compared_whether_it_exists_or_not(desk, client):
    await client.get(ticket_path("LC000000", TOKEN))
    await client.get(ticket_path("LC7K2M9X", new_token()))
    assert desk.asked == ["LC000000", "LC7K2M9X"]


@pytest.mark.parametrize("grace", [timedelta(), timedelta(minutes=90)])
@pytest.mark.parametrize("suffix", ["", ".ics"])
async def test_the_ticket_dies_with_the_check_out_day_and_its_grace(desk, grace, suffix):
    client = await desk.open(grace=grace)
    desk.now = ENDS + grace - SECOND
    assert (await client.get(PATH + suffix)).status == 200
    desk.now = ENDS + grace
    response = await client.get(PATH + suffix)
    assert response.status == 410
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    page = await response.text()
    assert "This e-ticket has expired" in page
    assert "Book again" in page
    assert "Rahul" not in page


@pytest.mark.parametrize("status", ["GUEST_CANCELLED", "REFUND_REQUIRED", "REFUNDED", "CLOSED"])
@pytest.mark.parametrize("suffix", ["", ".ics"])
async def test_a_cancelled_ticket_is_gone_at_once(desk, client, status, suffix):
    response = await client.get(desk.put(status=status) + suffix)
    assert response.status == 410
    page = await response.text()
    assert "This booking was cancelled" in page
    assert "Rahul" not in page


async def test_a_page_that_was_opened_before_says_what_is_true_now(desk, client):
    path = desk.put()
    assert "₹8,400" in await (await client.get(path)).text()
    paid_more = await (await client.get(desk.put(due=123_400))).text()
    assert "₹1,234" in paid_more and "₹8,400" not in paid_more
    assert "₹8,400" in await (await client.get(desk.put())).text()
    desk.put(status="GUEST_CANCELLED")
    assert (await client.get(path)).status == 410
    desk.put(token=new_token())
    assert (await client.get(path)).status == 404


async def test_a_live_page_is_one_small_answer_packed_where_the_browser_can(desk, client):
    path = desk.put(**LONG)
    packed = await client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) <= 6 * 1024
    assert "Content-Encoding" not in plain.headers
    assert await packed.read() == await plain.read()


async def test_a_closed_stay_is_expired(desk, client):
    desk.now = ENDS + SECOND
    response = await client.get(desk.put(status="CLOSED"))
    assert response.status == 410
    assert "expired" in await response.text()


async def test_an_altered_token_of_a_dead_ticket_is_still_unknown(desk, client):
    desk.put(status="GUEST_CANCELLED")
    assert (await client.get(UNKNOWN[0])).status == 404


@pytest.mark.parametrize("path", [PATH, PATH + ".ics", UNKNOWN[0]])
async def test_head_is_get_without_a_body(client, path):
    status, headers, body = await answer(client, path)
    assert body
    assert await answer(client, path, "HEAD") == (status, headers, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", [PATH, PATH + ".ics", UNKNOWN[0]])
async def test_other_methods_are_refused_and_ask_nobody(desk, client, method, path):
    response = await client.request(method, path)
    assert response.status == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert desk.asked == []


async def every_answer(desk, client):
    yield await client.get(PATH)
    yield await client.get(PATH + ".ics")
    yield await client.post(PATH)
    yield await client.get(UNKNOWN[0])
    yield await client.get(desk.put(booking_id="LC222222", status="GUEST_CANCELLED"))
    for _ in range(30):
        last = await client.get(UNKNOWN[0])
    assert last.status == 429
    yield last


async def test_every_answer_is_kept_from_caches_robots_and_frames(desk, client):
    statuses = []
    async for response in every_answer(desk, client):
        statuses.append(response.status)
        headers = response.headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Type"].endswith("; charset=utf-8")
        policy = headers["Content-Security-Policy"].split("; ")
        assert {
            "default-src 'none'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        } < set(policy)
        assert "unsafe" not in headers["Content-Security-Policy"]
    assert statuses == [200, 200, 405, 404, 410, 429]


async def test_the_style_is_allowed_by_its_own_hash(client):
    response = await client.get(PATH)
    (style,) = re.findall(r"<style>(.*?)</style>", await response.text(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in response.headers["Content-Security-Policy"]


async def test_a_page_may_be_framed_only_by_whom_the_service_names(desk):
    client = await desk.open(frame_ancestors="http://localhost:*")
    policy = (await client.get(PATH)).headers["Content-Security-Policy"]
    assert policy.endswith("; frame-ancestors http://localhost:*")


async def test_thirty_wrong_links_a_minute_are_answered_and_the_next_is_held_back(desk, client):
    for n in range(30):
        assert (await client.get(UNKNOWN[n % len(UNKNOWN)])).status == 404
        desk.seconds += 1
    response = await client.get(UNKNOWN[0])
    assert response.status == 429
    assert response.headers["Retry-After"] == "30"
    assert "wait a minute" in await response.text()
    desk.seconds += 30
    assert (await client.get(UNKNOWN[0])).status == 404


async def test_a_guest_behind_a_held_back_address_still_gets_the_ticket(client):
    for _ in range(31):
        response = await client.get(UNKNOWN[0])
    assert response.status == 429
    assert (await client.get(PATH)).status == 200


async def test_right_links_are_never_counted(client):
    for _ in range(40):
        assert (await client.get(PATH)).status == 200
    assert (await client.get(UNKNOWN[0])).status == 404


async def test_a_forwarded_address_does_not_get_around_the_limit(client):
    for n in range(31):
        response = await client.get(UNKNOWN[0], headers={"X-Forwarded-For": f"203.0.113.{n}"})
    assert response.status == 429


async def test_opening_a_ticket_changes_nothing(desk, client):
    before = dict(desk.tickets)
    for method in ("GET", "HEAD", "POST", "DELETE"):
        await client.request(method, PATH)
    assert desk.tickets == before
