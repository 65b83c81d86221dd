"""What /metrics tells of the house, read from the database: queues, money, owners, cost.

Figures of "a day" are of the last 24 hours.
"""

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

from prometheus_client.core import GaugeMetricFamily

from bot import queues
from bot.desks import costs
from bot.rounds import books
from bot.service import Service
from bot.whatsapp import circuit
from db.sql import sql
from flows.admin.cost import CHARGED, UnknownPrice
from flows.booking import Status

DAY = timedelta(days=1)
OVER = {Status.CLOSED, Status.REFUNDED, Status.PAYMENT_EXPIRED}
OPEN = [str(status) for status in Status if status not in OVER]
SETTLED = ("booking", "surplus", "mismatch")
REFUNDS = ("due", "initiated", "stuck")
QUANTILES = ("0.5", "0.9", "0.99")
ANSWERS = ("confirmed", "cancelled", "unanswered")
TALK = timedelta(hours=6)  # so long before its payment a guest's talk belongs to a booking
Family = GaugeMetricFamily


def gauge(
    name: str, words: str, labels: tuple[str, ...] = (), rows: Iterable[tuple[str, float]] = ()
) -> Family:
    """A family of one label with a row for each of its values."""
    family = Family(f"looncamp_{name}", words, labels=labels)
    for value, number in rows:
        family.add_metric([value], number)
    return family


def single(name: str, words: str, number: float) -> Family:
    """A figure without a label."""
    return Family(f"looncamp_{name}", words, value=number)


async def quick(service: Service) -> list[Family]:
    """Figures that an alert rests on: cheap, and read at each look."""
    return [each for look in (_queues, _house) async for each in look(service)]


async def slow(service: Service) -> list[Family]:
    """Figures of bookings and money over a day: read once a minute at most."""
    return [each for look in (_money, _owners, _cost) async for each in look(service)]


async def _queues(service: Service) -> AsyncIterator[Family]:
    found = await queues.look(service.pool, service.clock.now())
    rows = Family("looncamp_queue_rows", "Rows that wait, by state", labels=("queue", "state"))
    age = Family("looncamp_queue_age_seconds", "Wait of the oldest due row", labels=("queue",))
    for name, queue in found.items():
        for state in ("due", "sending", "dead"):
            rows.add_metric([name, state], getattr(queue, state))
        age.add_metric([name], queue.waits.total_seconds())
    yield rows
    yield age


async def _house(service: Service) -> AsyncIterator[Family]:
    now = service.clock.now()
    kinds: dict[str, float] = {"circuit": 0}  # the alert that nobody hears of in the chat
    for row in await service.pool.fetch(sql("open_alerts")):
        kind = row["subject"].partition(":")[0]
        kinds[kind] = kinds.get(kind, 0) + 1
    yield gauge("open_alerts", "Open alerts by kind", ("kind",), kinds.items())
    closed = await service.pool.fetchval(sql("setting"), circuit.KEY) is not None
    yield single("circuit_open", "1 while WhatsApp refuses everything", closed)
    lost = len(await service.pool.fetch(sql("templates_lost")))
    yield single("templates_lost", "Templates that are not approved", lost)
    last = await service.pool.fetchval(sql("last_webhook"))
    if last is not None:
        age = (now - last).total_seconds()
        yield single("last_webhook_age_seconds", "Since WhatsApp last called", age)
    compared = await books.last(service)
    if compared is not None:
        age = (now - compared.at).total_seconds()
        yield single("books_compared_age_seconds", "Since the books were last compared", age)
        yield single("books_left", "Differences that were left for a human then", compared.left)


async def _money(service: Service) -> AsyncIterator[Family]:
    since = service.clock.now() - DAY
    rows = await service.pool.fetch(sql("booking_counts"), OPEN)
    counts = dict.fromkeys(OPEN, 0) | {row["status"]: row["rows"] for row in rows}
    yield gauge("bookings", "Bookings that are not over", ("status",), counts.items())
    rows = await service.pool.fetch(sql("payment_counts"), since)
    paid = {row["settled_as"]: row for row in rows}
    number = [(each, paid[each]["rows"] if each in paid else 0) for each in SETTLED]
    yield gauge("payments_day", "Payments of a day", ("settled_as",), number)
    rupees = [(each, paid[each]["amount"] / 100 if each in paid else 0) for each in SETTLED]
    yield gauge("paid_rupees_day", "Rupees paid in a day", ("settled_as",), rupees)
    rows = await service.pool.fetch(sql("refund_counts"))
    back = dict.fromkeys(REFUNDS, 0) | {row["state"]: row["rows"] for row in rows}
    yield gauge("refunds_open", "Refunds on their way", ("state",), back.items())


async def _owners(service: Service) -> AsyncIterator[Family]:
    row = await service.pool.fetchrow(sql("owner_answers"), service.clock.now() - DAY)
    answers = [(each, row[each]) for each in ANSWERS]
    yield gauge("owner_answers_day", "How owners' requests ended", ("answer",), answers)
    seconds = zip(QUANTILES, row["seconds"] or (), strict=False)
    words = "How long owners took, of those who answered in a day"
    yield gauge("owner_answer_seconds", words, ("quantile",), seconds)


async def _cost(service: Service) -> AsyncIterator[Family]:
    """Messages and rupees of a booking; Meta's free ones of a month are counted as charged."""
    now = service.clock.now()
    rows = await service.pool.fetch(sql("messages_of_bookings"), now - DAY, TALK)
    bookings = next(row["rows"] for row in rows if row["category"] is None)
    if not bookings:
        return
    told = [row for row in rows if row["category"] is not None]
    messages = sum(row["rows"] for row in told)
    yield single("messages_per_booking", "Delivered, of a day's bookings", messages / bookings)
    try:
        rupees = sum(
            row["rows"] * costs.prices().on(row["category"], now.date()).rupees
            for row in told
            if row["kind"] == CHARGED
        )
    except UnknownPrice:
        return
    words = "What the messages of a day's bookings cost"
    yield single("rupees_per_booking", words, float(rupees) / bookings)
