import gzip
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from tests.tickets.hostile import SCRIPTS
from tests.tickets.samples import LONG, TICKET
from tickets import qr
from tickets.expiry import Standing, valid_until
from tickets.links import chat, spaced, web
from tickets.pages import gone_page, plain_page, ticket_page

ENDS = valid_until(TICKET.checkout, TICKET.zone, timedelta())
LANGUAGES = ["en", "hi", "mr"]


class Reading(HTMLParser):
    """The elements, attributes and texts of a page, as a browser takes them apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def live(texts, **changes) -> str:
    return ticket_page(replace(TICKET, **changes), texts, ENDS)


def shape(page):
    return [(tag, sorted(attributes)) for tag, attributes in Reading(page).elements]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ticket_says_everything_the_stay_needs(catalogues, language):
    page = live(catalogues[language], language=language)
    text = Reading(page).text
    for shown in (
        "Pawna Lakeview Camp",
        "LC-7K2M9X",
        "Rahul Deshmukh",
        "₹8,400",
        "₹3,600",
        "LoonCamp.shop",
        "+91 98000 00000",
        "20261202111212800110168",
        "2 pm",
        "11 am",
        "11:59 pm",
    ):
        assert shown in text
    assert Reading(page).all("html") == [{"lang": language}]
    assert catalogues[language]("ticket.due") in text


def test_times_are_marked_up_in_the_propertys_zone(catalogues):
    times = [found["datetime"] for found in Reading(live(catalogues["en"])).all("time")]
    assert times == ["2026-12-25T14:00+05:30", "2026-12-27T11:00+05:30", "2026-12-27T23:59+05:30"]


def test_a_grace_is_part_of_the_valid_until(catalogues):
    page = ticket_page(TICKET, catalogues["en"], ENDS + timedelta(hours=2))
    assert "Mon 28 Dec 2026, 1:59 am" in page


def test_the_buttons_lead_where_they_say(catalogues):
    links = [found["href"] for found in Reading(live(catalogues["en"])).all("a")]
    assert links == [
        "tel:+919800000000",
        "https://wa.me/919800000000?text=LC-7K2M9X",
        "https://maps.app.goo.gl/pawna",
        f"LC7K2M9X-{TICKET.token}.ics",
        "tel:+919800000000",
    ]


def test_what_is_not_known_is_left_out(catalogues):
    page = live(catalogues["en"], host_phone=None, map_url=None, bot_phone=None)
    assert [found["href"] for found in Reading(page).all("a")] == [f"LC7K2M9X-{TICKET.token}.ics"]
    assert "None" not in page


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil", "http://[", ""]
)
def test_a_map_link_is_a_web_address_or_nothing(catalogues, url):
    assert web(url) is None
    assert url == "" or url not in live(catalogues["en"], map_url=url)


def test_a_paid_stay_says_so_in_words(catalogues):
    page = live(catalogues["en"], due=0, status="CHECKED_IN", guests=1)
    for shown in ("Nothing left to pay", "₹0", "Checked in", "1 guest<"):
        assert shown in page
    assert "Pay at check-in" not in page


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_hostile_name_is_shown_as_text(catalogues, name):
    quiet = live(catalogues["en"])
    for field in ("guest_name", "property_name", "host_name", "txn_id"):
        page = live(catalogues["en"], **{field: name})
        assert shape(page) == shape(quiet), field
        assert name.replace("\x00", "") in Reading(page).text.replace("\x00", ""), field


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_hostile_name_is_text_on_the_expired_page_too(catalogues, name):
    texts = catalogues["en"]
    quiet = gone_page(TICKET, texts, Standing.EXPIRED)
    ticket = replace(TICKET, property_name=name, host_name=name)
    assert shape(gone_page(ticket, texts, Standing.EXPIRED)) == shape(quiet)


def test_names_are_isolated_from_the_direction_of_their_surroundings(catalogues):
    page = live(catalogues["en"], guest_name="\u202eevil", property_name="\u202ecamp")
    for name in ("\u202eevil", "\u202ecamp"):
        assert f"<bdi>{name}</bdi>" in page


def test_the_preview_tells_property_and_dates_and_nobodys_name(catalogues):
    page = live(catalogues["en"])
    og = {
        found["property"]: found["content"]
        for found in Reading(page).all("meta")
        if "property" in found
    }
    assert og["og:title"] == "Pawna Lakeview Camp"
    assert og["og:description"] == "E-ticket · 25–27 Dec"
    head = page[: page.index("</head>")]
    for personal in ("Rahul", "98000", "8,400", "3,600", TICKET.txn_id, TICKET.token):
        assert personal not in head


PERSONAL = ("Rahul", "Deshmukh", "8,400", "3,600", "98000", TICKET.txn_id, TICKET.token, "CHECKIN")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("worth", [Standing.EXPIRED, Standing.CANCELLED])
def test_a_ticket_that_is_over_shows_nothing_about_a_person(catalogues, language, worth):
    page = gone_page(TICKET, catalogues[language], worth)
    assert "Pawna Lakeview Camp" in page
    assert "LC-7K2M9X" in page
    assert Reading(page).all("a") == [{"class": "full", "href": chat("+919811111111", "Hi")}]
    for personal in PERSONAL:
        assert personal not in page
    assert "<svg" not in page


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("GUEST_CANCELLED", ""),
        ("REFUND_REQUIRED", "will be refunded"),
        ("REFUND_INITIATED", "on its way"),
        ("REFUNDED", "has been paid"),
    ],
)
def test_a_cancelled_ticket_says_how_the_refund_stands(catalogues, status, said):
    ticket = replace(TICKET, status=status, bot_phone=None)
    page = gone_page(ticket, catalogues["en"], Standing.CANCELLED)
    assert said in page
    assert ("refund" in page) == bool(said)
    assert "<a" not in page


def test_every_page_is_one_request_without_scripts(catalogues):
    for page in every_page(catalogues):
        reading = Reading(page)
        assert not reading.all("script")
        assert not reading.all("img")
        assert [link["href"] for link in reading.all("link")] == ["data:,"]
        assert not re.search(r"url\(|@import|style=|\son\w+=", page)
        assert len(reading.all("h1")) == 1
        assert {found.get("name"): found.get("content") for found in reading.all("meta")}[
            "robots"
        ] == "noindex, nofollow, noarchive"


def test_every_page_fits_in_six_kilobytes_gzipped(catalogues):
    for page in every_page(catalogues):
        assert len(gzip.compress(page.encode())) <= 6 * 1024


def every_page(catalogues):
    for texts in catalogues.values():
        yield live(texts)
        yield live(texts, **LONG)
        yield gone_page(replace(TICKET, **LONG), texts, Standing.EXPIRED)
    yield plain_page("unknown", catalogues.values())
    yield plain_page("busy", catalogues.values())


def test_the_code_opens_the_check_in_chat_with_room_around_it():
    assert qr.content("LC7K2M9X", "+919811111111") == (
        "https://wa.me/919811111111?text=CHECKIN%20LC7K2M9X"
    )
    assert qr.content("LC7K2M9X", None) == "CHECKIN LC7K2M9X"
    drawing = qr.svg("LC7K2M9X", "+919811111111")
    assert 'viewBox="0 0 41 41"' in drawing  # version 4: 33 modules and two borders of 4
    assert '<path fill="#fff" d="M0 0h41v41h-41z"/>' in drawing
    assert 'stroke="#000" d="M4 4.5' in drawing


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+919800000000", "+91 98000 00000"),
        ("+447400123456", "+44 7400 123456"),
        ("call us", "call us"),
    ],
)
def test_phones_are_written_as_people_read_them(phone, shown):
    assert spaced(phone) == shown
