"""The circuit: while WhatsApp refuses us as a whole, one probe a minute and nothing else."""

from datetime import datetime, timedelta
from typing import Any

from bot import log
from bot.service import Service
from db.crash import Moment, crossing
from db.pool import Connection, Pool, transaction
from db.sql import sql

KEY = "circuit"
PROBE = timedelta(minutes=1)
WORTH_A_WORD = timedelta(minutes=5)  # for so long an outage the admin hears of it, once it is over


async def allowance(service: Service, most: int) -> int:
    """How many messages may be claimed now: all, one probe, or none."""
    state = await service.pool.fetchval(sql("setting"), KEY)
    if state is None:
        return most
    now = service.clock.now()
    if now < datetime.fromisoformat(state["probe_at"]):
        return 0
    with crossing(Moment.CIRCUIT):
        await _put(service.pool, int(state["code"]), now, state["since"])
    return 1


async def trip(service: Service, code: int) -> None:
    """Open the circuit and the alert; the queue is kept."""
    now, why = service.clock.now(), f"WhatsApp refuses all sends: {code}"
    async with transaction(service.pool, Moment.CIRCUIT) as connection:
        before = await connection.fetchval(sql("setting"), KEY)
        await connection.execute(sql("raise_alert"), KEY, None, why, now)
        await _put(connection, code, now, before["since"] if before else now.isoformat())
    log.get().error("circuit_open", code=code)


async def close(service: Service) -> None:
    """A send went through: everything may flow again, and the admin can be told."""
    async with transaction(service.pool, Moment.CIRCUIT) as connection:
        state = await connection.fetchval(sql("drop_setting"), KEY)
        if state is None:
            return
        await connection.execute(sql("close_alert"), KEY, service.clock.now())
        await _tell(service, connection, state)
    log.get().info("circuit_closed")
    service.wakeup.ring()


async def _tell(service: Service, connection: Connection, state: dict[str, Any]) -> None:
    """Say how long WhatsApp took nothing: while it did, nobody could be told."""
    since, now = datetime.fromisoformat(state["since"]), service.clock.now()
    if now - since < WORTH_A_WORD:
        return
    zone = service.write.rules.zone
    times = {
        name: f"{at.astimezone(zone):%d/%m %H:%M}"
        for name, at in (("since", since), ("until", now))
    }
    values = times | {"code": str(state["code"])}
    await service.tell_admin(connection, f"circuit:{state['since']}", "admin.circuit", values)


async def _put(connection: Pool | Connection, code: int, now: datetime, since: str) -> None:
    state = {"code": code, "probe_at": (now + PROBE).isoformat(), "since": since}
    await connection.execute(sql("put_setting"), KEY, state)
