"""What messages cost, from what Meta says of each: by category, by recipient, for one booking."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from flows.messages import Kind, Message
from flows.record import record
from flows.texts import Texts

ROLES = ("guest", "owner", "admin")
CHARGED = "regular"  # Meta's type of a message that is paid for; the others are free
SHOWN = Decimal("0.001")


class UnknownPrice(LookupError):
    """Meta charges by a category that the table of prices does not have."""


@record
class Price:
    """What one category costs from a day on, in rupees; exact."""

    category: str
    since: date
    rupees: Decimal
    free_a_month: int = 0


@record
class Prices:
    """The table of prices with the days from which they hold."""

    rows: tuple[Price, ...]
    target: Decimal  # rupees for one booking

    def on(self, category: str, day: date) -> Price:
        """The price of a category on a day; raises UnknownPrice."""
        fit = [each for each in self.rows if each.category == category and each.since <= day]
        if not fit:
            raise UnknownPrice(category)
        return max(fit, key=lambda each: each.since)


def read_prices(data: Mapping[str, Any]) -> Prices:
    """The table from its TOML; amounts are written as text, so that they stay exact."""
    rows = tuple(
        Price(row["category"], row["since"], Decimal(row["rupees"]), row.get("free_a_month", 0))
        for row in data["price"]
    )
    return Prices(rows, Decimal(data["target"]))


@record
class Count:
    """So many delivered messages of a category and type went to one kind of recipient."""

    category: str
    kind: str
    role: str
    messages: int


@record
class Month:
    """One month's messages and the bookings that were paid in it."""

    first: date
    counts: tuple[Count, ...]
    bookings: int
    after_pay_link: int  # messages about those bookings from the payment to the decision


@record
class Cost:
    """What a month cost: exact rupees by category, and billed messages by category and role."""

    rupees: Mapping[str, Decimal]
    billed: Mapping[str, int]
    roles: Mapping[str, int]
    free: int

    @property
    def total(self) -> Decimal:
        """All of it, in rupees."""
        return sum(self.rupees.values(), Decimal())

    @property
    def messages(self) -> int:
        """Billed messages."""
        return sum(self.billed.values())


def cost_of(month: Month, prices: Prices) -> Cost:
    """The cost of a month; raises UnknownPrice.

    Free messages of a category are those that Meta calls free, and beside them whatever is left
    of its free ones.
    """
    charged = [each for each in month.counts if each.kind == CHARGED]
    rupees: dict[str, Decimal] = {}
    billed: dict[str, int] = {}
    for category in sorted({each.category for each in charged}):
        price = prices.on(category, month.first)
        sent = _sum(each for each in charged if each.category == category)
        given = _sum(e for e in month.counts if e.category == category and e.kind != CHARGED)
        billed[category] = max(0, sent - max(0, price.free_a_month - given))
        rupees[category] = billed[category] * price.rupees
    roles = {role: _sum(each for each in charged if each.role == role) for role in ROLES}
    free = _sum(month.counts) - sum(billed.values())
    return Cost(rupees, billed, roles, free)


def _sum(counts: Iterable[Count]) -> int:
    return sum(each.messages for each in counts)


def shown(amount: Decimal) -> str:
    """Rupees with the half paisa that a message costs, where there is one: ₹0.345, ₹0.69."""
    return f"₹{amount.quantize(SHOWN, ROUND_HALF_EVEN):,}".removesuffix("0")


def report(texts: Texts, month: Month, prices: Prices) -> Message:
    """The month's cost in a few lines."""
    return Message(Kind.TEXT, "\n".join(lines(texts, month, prices)))


def lines(texts: Texts, month: Month, prices: Prices) -> Sequence[str]:
    """The report line by line, for the chat and for the command line."""
    cost = cost_of(month, prices)
    name = texts("date.months").split()[month.first.month - 1]
    said = [
        texts("admin.cost.head", month=f"{name} {month.first.year}"),
        texts("admin.cost.total", n=cost.messages, free=cost.free, amount=shown(cost.total)),
    ]
    said += [
        texts("admin.cost.category", category=category, n=cost.billed[category],
              amount=shown(cost.rupees[category]))
        for category in cost.billed
    ]  # fmt: skip
    said.append(texts("admin.cost.roles", **{role: cost.roles[role] for role in ROLES}))
    if not month.bookings:
        return [*said, texts("admin.cost.no_booking")]
    each = cost.total / month.bookings
    said.append(texts("admin.cost.booking", n=month.bookings, amount=shown(each),
                      target=shown(prices.target)))  # fmt: skip
    average = (Decimal(month.after_pay_link) / month.bookings).quantize(Decimal("0.1"))
    return [*said, texts("admin.cost.after_pay_link", count=str(average))]
