"""Places, people and bookings for the pure tests, and the longest of each that can exist."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.catalogues import load
from flows.booking import Status
from flows.facts import Booking, Person
from flows.notices import Writer
from flows.property import Property, price_of
from flows.rules import INDIA, Rules

CATALOGUES = load()
TEXTS = CATALOGUES["en"]
RULES = Rules(host_phone="+919800000000", public_url="https://looncamp.shop")
WRITE = Writer(CATALOGUES, RULES)
NOW = datetime(2026, 12, 2, 6, 0, tzinfo=UTC)  # Wednesday 2 December, 11:30 in India
TODAY = date(2026, 12, 2)
FIRST = date(2026, 12, 25)

PAWNA = Property(
    "pawna-lakeview", "Pawna Lakeview Camp", "Pawna", "camp", "Suresh Patil", "+919766011111",
    units=10, guests_per_unit=3, price=150_000, price_per_unit=None, advance_percent=30,
    checkin=time(14), checkout=time(11), map_url="https://maps.app.goo.gl/x", about="Lake tents",
)  # fmt: skip
MULSHI = replace(
    PAWNA, property_id="mulshi-forest", name="Mulshi Forest Camp", area="Mulshi",
    about="Forest tents",
)  # fmt: skip
VILLA = replace(
    PAWNA, property_id="lonavala-pool", name="Lonavala Pool Villa", area="Lonavala", kind="villa",
    units=1, guests_per_unit=12, price=None, price_per_unit=1_400_000, advance_percent=40,
    about="Villa for 12, pool",
)  # fmt: skip
PLACES = (PAWNA, MULSHI, VILLA)


def many(count: int, **changes: Any) -> tuple[Property, ...]:
    """So many places, each with a name and an area of its own."""
    return tuple(
        replace(
            PAWNA, property_id=f"p-{n}", area=f"Area{n}", **({"name": f"Camp {n:02d}"} | changes)
        )
        for n in range(count)
    )


GUEST = Person(1, "Rahul Deshmukh", "+919822012345")
OWNER = Person(2, "Suresh Patil", PAWNA.owner_phone)
ADMIN = Person(3, "Asha", "+919800000009")


def booking(place: Property = PAWNA, guests: int = 4, nights: int = 2, **changes: Any) -> Booking:
    """A booking of two nights for four from 25 December, waiting for its owner."""
    last = FIRST + timedelta(days=nights)
    price = price_of(place, guests, nights)
    usual = Booking(
        booking_id="LC7K2M9X", status=Status.BOOKING_REQUEST_SENT_TO_OWNER, place=place,
        guest=GUEST, owner=OWNER, admin=ADMIN, guest_name=GUEST.name, guest_phone=str(GUEST.phone),
        checkin=place.starts(FIRST, INDIA), checkout=place.ends(last, INDIA), nights=nights,
        first=FIRST, last=last, guests=guests, units=place.units_for(guests), total=price.total,
        advance=price.advance, hold_until=NOW + timedelta(minutes=15),
        link_url="https://paytm.me/x", txn_id="20261202111212800110168",
        asked_at=NOW, answer_by=NOW + timedelta(minutes=60), deadline=NOW + timedelta(minutes=360),
        refund_due=price.advance, refund_id="RF0123456789ABCDEF", token="a" * 22,
        decided_at=NOW, decided_by="owner",
    )  # fmt: skip
    return replace(usual, **changes)


def _filled(start: str) -> str:
    """A name of exactly sixty characters."""
    return (start * 60)[:60]


# As long as the import of properties, WhatsApp and the database allow, or as people make it.
LONG_NAME = _filled("श्रीमती क्षमा 👩‍👩‍👧 ")
LONG_PLACE = replace(
    PAWNA, property_id="p" * 60, name=_filled("Pawna Lakeview 🏕️ तलाव "), area="A" * 40,
    about="B" * 40, owner_name=LONG_NAME, owner_phone="+" + "9" * 15, units=500,
    guests_per_unit=100, price=999_999_900, checkin=time(14, 30), checkout=time(11, 45),
    map_url="https://maps.app.goo.gl/" + "m" * 470,
)  # fmt: skip
LONG_VILLA = replace(LONG_PLACE, price=None, price_per_unit=999_999_900)
LONG_GUEST = Person(1, LONG_NAME, "+" + "9" * 15)


def longest(**changes: Any) -> Booking:
    """Thirty nights over the turn of the year for five hundred, with the longest of everything."""
    first = date(2026, 12, 30)
    last = first + timedelta(days=30)
    seven_digits = 999_999_999  # ₹99,99,999.99
    return booking(
        LONG_PLACE, 500, 30,
        guest=LONG_GUEST, owner=replace(OWNER, name=LONG_NAME),
        admin=replace(ADMIN, name=LONG_NAME),
        guest_name=LONG_NAME, guest_phone="+" + "9" * 15,
        checkin=LONG_PLACE.starts(first, INDIA), checkout=LONG_PLACE.ends(last, INDIA),
        first=first, last=last, total=2 * seven_digits, advance=seven_digits,
        answer_by=datetime(2026, 12, 30, 17, 29, tzinfo=UTC), txn_id="9" * 64,
        refund_due=seven_digits, refund_id="R" * 50, bank_reference="B" * 64, token="t" * 22,
        link_url="https://paytm.me/" + "l" * 200,
        **changes,
    )  # fmt: skip
