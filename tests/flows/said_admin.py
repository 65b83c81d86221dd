"""What the admin's desk says, with the longest of everything."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.desks.costs import prices
from flows.admin import card, desk, lists
from flows.admin.card import ASKS, Asked, Happened
from flows.admin.cost import Count, Month, report
from flows.admin.digest import Health, News, health, summary
from flows.admin.lists import Alert
from flows.booking import Event, Status
from flows.facts import Booking, Person
from flows.inbound import Inbound, What
from flows.messages import Kind, Message, Outgoing
from flows.notices import Writer
from flows.templates import TEMPLATES
from flows.texts import Texts
from tests.flows.make import LONG_NAME, NOW, TODAY

PRICES = prices()
# Lines that the desk says by themselves, or as the head of a list or a card.
LINES = (
    "admin.please_write", "admin.not_now", "admin.first", "admin.overrule.late",
    "admin.sent.cancelled", "admin.sent.ticket", "admin.sent.link", "admin.sent.to_guest",
    "admin.sent.to_owner", "admin.sent.note", "admin.pending", "admin.pending.none",
    "admin.refunds", "admin.refunds.none", "admin.arrivals", "admin.arrivals.none",
    "admin.search.found", "admin.others", "admin.others.none", "admin.alert.closed",
    "admin.alert.gone", "admin.data.body",
)  # fmt: skip
VALUES = {
    "booking": "LC-7K2M9X", "guest": LONG_NAME, "owner": LONG_NAME, "amount": "₹99,99,999.99",
    "n": 99, "when": "30 Dec – 2 Jan", "what": "no answer in time", "who": LONG_NAME,
    "time": "Wed 30 Dec, 11:30 pm", "subject": "s" * 80, "count": "99", "list": "x" * 900,
}  # fmt: skip


def admin_desk(booking: Booking, write: Writer) -> Iterator[tuple[str, Message]]:
    """Every message of the desk, by a name."""
    reader, texts = booking.admin, write.texts(booking.admin)
    for key in LINES:
        yield key, Message(Kind.TEXT, texts(key, **VALUES))
    yield from _cards(booking, write)
    yield from _lists(booking, texts)
    yield from _talks(write, booking)
    yield from _house(write, reader, texts)
    yield "home", lists.home(texts, reader)
    for verb in ASKS:
        yield verb, card.ask_words(verb, booking, texts)
    yield "more", card.more(booking, texts)
    for back in (booking.advance, 0):
        yield "cancel", card.ask_cancel(booking, back, texts)
    yield "overrule", card.ask_overrule(booking, texts)
    lines = [Happened(NOW, each, "admin", "", LONG_NAME) for each in Event]
    yield "history", card.history(booking, lines, write, reader)
    yield "history", card.history(booking, lines[:1], write, reader)
    yield "note", card.history(booking, [Happened(NOW, "note", "admin", "w" * 4000)], write, reader)
    for what in ("booking", "surplus", "mismatch"):
        words = texts(f"admin.money.{what}")
        paid = texts("admin.money.paid", amount="₹99,99,999.99", txn="9" * 64, what=words)
        yield "money", Message(Kind.TEXT, paid)


def _cards(booking: Booking, write: Writer) -> Iterator[tuple[str, Message]]:
    times = tuple(NOW + timedelta(minutes=15 * each) for each in range(6))
    by_hand = replace(write, rules=replace(write.rules, refunds_auto=False))
    leads = ("", write.texts(booking.admin)("admin.not_now"))
    for status in Status:
        if status is Status.NONE:
            continue
        made = replace(booking, status=status, deadline=NOW)
        for asked in (Asked(), Asked(times[:1]), Asked(times, seen=True, others=99)):
            for writer in (write, by_hand):
                for lead in leads:
                    yield status, card.card(made, asked, writer, made.admin, lead)


def _lists(booking: Booking, texts: Texts) -> Iterator[tuple[str, Message]]:
    many = [replace(booking, booking_id=f"LC7K2M{n:02d}") for n in range(12)]
    yield "list", lists.bookings(texts, "h" * 900, many, 112)
    yield "few", lists.bookings(texts, "h", many[:2], 2)
    yield "many", lists.too_many(texts, "100+")
    yield "none", lists.nothing(texts, "w" * 4096)
    alerts = [Alert(10**9 + n, "refund:" + "s" * 80, "LC7K2M9X", "d" * 300) for n in range(12)]
    for shown in ([], alerts):
        yield "alerts", lists.alerts(texts, shown)
    for one in (alerts[0], replace(alerts[0], booking_id=None, detail="")):
        yield "alert", lists.alert(texts, one)


def _house(write: Writer, reader: Person, texts: Texts) -> Iterator[tuple[str, Message]]:
    ids = tuple(f"LC7K2M{n:02d}" for n in range(12))
    full = News(*[9999] * 6, "p" * 60, *[9999] * 8, ids)
    for news in (full, News(alerts=1)):
        for day in (TODAY, TODAY + timedelta(days=1)):
            said = summary(news, TODAY, day, write, reader)
            assert said
            yield "digest", said.message
    for closed, moment, names in ((False, None, []), (True, NOW, sorted(TEMPLATES) * 3)):
        state = Health(9999, 9999, 9999, 9999, 9999, moment, moment, closed, names, 99)
        yield "health", health(state, texts, write.rules)
    yield "health", health(Health(0, 0, 0, 0, 0, None, None, False, [], 0), texts, write.rules)
    counts = tuple(Count(each, "regular", "guest", 10**7) for each in ("utility", "marketing"))
    for bookings in (0, 12):
        month = Month(TODAY.replace(day=1), counts, bookings, 72)
        yield "cost", report(texts, month, PRICES)
    for key in ("admin.cost.unknown", "admin.digest.nothing"):
        yield key, Message(Kind.TEXT, texts(key, category="general_purpose_ai"))


def digest_of(write: Writer, reader: Person) -> Outgoing:
    """The longest summary, with its template."""
    said = summary(
        News(waiting=1, booked=9999, urgent=("LC7K2M9X",) * 9), TODAY, TODAY, write, reader
    )
    assert said
    return said


def desk_talk(write: Writer, booking: Booking) -> Iterator[Outgoing]:
    """Guest and admin through the desk."""
    guest, reader = booking.guest, booking.admin
    for lines in ((), ["w" * 120] * 6):
        yield desk.card(guest, lines, write, reader)
    yield desk.card(replace(guest, phone=None, name=""), (), write, reader)
    for what in (What.TEXT, What.VOICE):
        yield desk.passed_on(guest, Inbound("w", what, NOW, "w" * 4096), write, reader)
    yield desk.to_guest(guest, "desk.joined", write, time="Wed 30 Dec, 11:30 pm")
    yield desk.to_guest(guest, "desk.says", write, words="w" * 4096)
    yield desk.to_guest(guest, "desk.closed", write)


def _talks(write: Writer, booking: Booking) -> Iterator[tuple[str, Message]]:
    guest, reader = booking.guest, booking.admin
    for key in ("taken", "first", "closed", "over", "left", "sent"):
        values = {"who": LONG_NAME, "time": "Wed 30 Dec, 11:30 pm"} if key == "first" else {}
        yield key, desk.with_guest(f"admin.human.{key}", guest, write, reader, **values)
    for guests in ([], [guest] * 12):
        many = [replace(each, person_id=n) for n, each in enumerate(guests)]
        yield "asking", desk.asking(many, write, reader)
    yield "bot", Message(Kind.TEXT, write.texts(guest)("desk.bot"))
