"""The cost of messages: in the admin's chat and on the command line."""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import asyncpg

from bot.service import Service
from db.pool import Connection
from db.sql import sql
from flows.admin.cost import Count, Month, Prices, UnknownPrice, lines, read_prices

PRICES = Path(__file__).parent / "prices.toml"


@cache
def prices() -> Prices:
    """The table of prices that stands beside this module."""
    return read_prices(tomllib.loads(PRICES.read_text("utf-8")))


async def month_of(
    service: Service, connection: Connection | asyncpg.Pool, first: date
) -> Month:  # fmt: skip
    """What was delivered in the month that begins on a day, in the house's zone."""
    zone = service.write.rules.zone
    after = (first + timedelta(days=31)).replace(day=1)
    start, end = (datetime.combine(day, time(), zone) for day in (first, after))
    admins = list(service.config.admin_phones)
    counts = await connection.fetch(sql("message_counts"), start, end, admins)
    booked = await connection.fetchrow(sql("bookings_and_messages"), start, end)
    return Month(first, tuple(Count(**dict(row)) for row in counts), *booked)


async def command(service: Service, month: str | None) -> int:
    """Print the cost of a month, by default of this one; 1 for a category without a price."""
    first = date.fromisoformat(f"{month}-01") if month else this_month(service)
    english = service.write.catalogues["en"]
    try:
        said = lines(english, await month_of(service, service.pool, first), prices())
    except UnknownPrice as category:
        print(f"bot/prices.toml has no price for {category} in {first:%Y-%m}")
        return 1
    print("\n".join(said))
    return 0


def this_month(service: Service) -> date:
    """The first day of the running month."""
    return service.clock.now().astimezone(service.write.rules.zone).date().replace(day=1)
