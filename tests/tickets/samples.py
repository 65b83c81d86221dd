from datetime import UTC, datetime

from tickets.model import Ticket

TOKEN = "Zx81kQ-3_mB7tY0pLr5vEw"
TICKET = Ticket(
    booking_id="LC7K2M9X",
    token=TOKEN,
    status="TICKET_GENERATED",
    property_name="Pawna Lakeview Camp",
    guest_name="Rahul Deshmukh",
    guests=4,
    checkin=datetime(2026, 12, 25, 8, 30, tzinfo=UTC),
    checkout=datetime(2026, 12, 27, 5, 30, tzinfo=UTC),
    zone="Asia/Kolkata",
    advance_paid=360_000,
    due=840_000,
    host_name="LoonCamp.shop",
    host_phone="+919800000000",
    map_url="https://maps.app.goo.gl/pawna",
    txn_id="20261202111212800110168",
    language="en",
    bot_phone="+919811111111",
)
BEFORE = datetime(2026, 12, 20, 6, 0, tzinfo=UTC)
LONG = {
    "property_name": "पवना तलाव निसर्गरम्य कौटुंबिक कॅम्प आणि व्हिला, कामशेत",
    "guest_name": "लक्ष्मीकांत पांडुरंगशास्त्री देशपांडे-कुलकर्णी",
    "guests": 24,
    "due": 42_000_000,
    "advance_paid": 18_000_000,
    "language": "mr",
    "map_url": "https://www.google.com/maps/search/?api=1&query=18.6571230%2C73.4837120&id="
    + "x" * 90,
}
