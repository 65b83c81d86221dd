"""The circuit: while WhatsApp refuses us as a whole, one probe a minute and nothing else."""

from datetime import datetime, timedelta

from bot import log
from bot.service import Service
from db.crash import Moment, crossing
from db.pool import Connection, Pool, transaction
from db.sql import sql

KEY = "circuit"
PROBE = timedelta(minutes=1)


async def allowance(service: Service, most: int) -> int:
    """How many messages may be claimed now: all, one probe, or none."""
    state = await service.pool.fetchval(sql("setting"), KEY)
    if state is None:
        return most
    now = service.clock.now()
    if now < datetime.fromisoformat(state["probe_at"]):
        return 0
    with crossing(Moment.CIRCUIT):
        await _put(service.pool, int(state["code"]), now)
    return 1


async def trip(service: Service, code: int) -> None:
    """Open the circuit and the alert; the queue is kept."""
    now, why = service.clock.now(), f"WhatsApp refuses all sends: {code}"
    async with transaction(service.pool, Moment.CIRCUIT) as connection:
        await connection.execute(sql("raise_alert"), KEY, None, why, now)
        await _put(connection, code, now)
    log.get().error("circuit_open", code=code)


async def close(service: Service) -> None:
    """A send went through: everything may flow again."""
    async with transaction(service.pool, Moment.CIRCUIT) as connection:
        if await connection.fetchval(sql("drop_setting"), KEY) is None:
            return
        await connection.execute(sql("close_alert"), KEY, service.clock.now())
    log.get().info("circuit_closed")
    service.wakeup.ring()


async def _put(connection: Pool | Connection, code: int, now: datetime) -> None:
    state = {"code": code, "probe_at": (now + PROBE).isoformat()}
    await connection.execute(sql("put_setting"), KEY, state)
