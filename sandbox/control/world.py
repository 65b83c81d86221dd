"""Control of what all phones share: state, clock, trouble, flush, journal, reset."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from sandbox import trouble
from sandbox.control.desk import API, Call, Desk, handler
from sandbox.whatsapp import pacing, statuses
from sandbox.whatsapp.records import Json

SERVICE_ANSWERS_WITHIN = 5.0


def routes(desk: Desk) -> list[web.RouteDef]:
    """The routes below /sandbox/api that are about no one in particular."""
    return [
        web.get(f"{API}/state", handler(desk, _state)),
        web.post(f"{API}/flush", handler(desk, _flush)),
        web.get(f"{API}/clock", handler(desk, _clock)),
        web.post(f"{API}/clock", handler(desk, _move_clock)),
        web.get(f"{API}/trouble", handler(desk, _trouble)),
        web.put(f"{API}/trouble", handler(desk, _change_trouble)),
        web.get(f"{API}/journal", handler(desk, _journal)),
        web.post(f"{API}/reset", handler(desk, _reset)),
    ]


async def tell_clock(desk: Desk) -> str | None:
    """POST the clock's offset to the service; None, or why it did not hear of it."""
    async with desk.world.telling:
        offset = desk.world.clock.offset.total_seconds()
        return await _tell(desk, "clock", {"offset_seconds": offset})


async def _tell(desk: Desk, what: str, body: Json) -> str | None:
    url = f"{desk.config.service_url}/sandbox/{what}"
    timeout = ClientTimeout(total=SERVICE_ANSWERS_WITHIN)
    try:
        async with (
            ClientSession(timeout=timeout) as session,
            session.post(url, json=body) as answer,
        ):
            return None if answer.status < 400 else f"{url} answered {answer.status}"
    except (ClientError, TimeoutError, OSError) as error:
        return f"{url}: {type(error).__name__}"


def _state(call: Call) -> Json:
    account, world = call.account, call.desk.world
    return {
        "clock": _now(call),
        "people": [account.shown(person) for person in account.people.by_key.values()],
        "service_url": call.desk.config.service_url,
        "business_phone": call.desk.config.business_phone,
        "trouble": world.trouble,
        "last_event": world.journal.last,
    }


async def _flush(call: Call) -> Json:
    call.account.hooks.send_waiting()
    return {"pending": await call.desk.world.deliveries.flush()}


def _now(call: Call) -> Json:
    clock = call.desk.world.clock
    return {"now": clock.now().isoformat(), "offset_seconds": clock.offset.total_seconds()}


def _clock(call: Call) -> Json:
    return _now(call)


async def _move_clock(call: Call) -> Json:
    call.desk.world.move_clock(_offset(call))
    return await _told(call)


async def _told(call: Call) -> Json:
    error = await tell_clock(call.desk)
    return _now(call) | {"told": error is None} | ({"error": error} if error else {})


def _offset(call: Call) -> timedelta:
    """The new distance from real time. Raises ValueError."""
    clock, fields = call.desk.world.clock, call.fields
    if fields.get("reset"):
        return timedelta()
    try:
        if "to" in fields:
            wanted = datetime.fromisoformat(str(fields["to"]))
            return clock.offset + (wanted - clock.now())
        return clock.offset + timedelta(seconds=float(fields["advance_seconds"]))
    except (TypeError, KeyError, OverflowError):
        raise ValueError("advance_seconds, to (with an offset from UTC) or reset") from None


def _trouble(call: Call) -> Json:
    return call.desk.world.trouble


def _change_trouble(call: Call) -> Json:
    world = call.desk.world
    trouble.switch(world.trouble, call.fields)
    world.journal.add("trouble", **call.fields)
    statuses.release(call.account)
    pacing.release(call.account)
    return world.trouble


def _journal(call: Call) -> Json:
    after = call.query.get("after", "0")
    if not after.isdecimal():
        raise ValueError("after must be the number of an entry")
    entries: list[Any] = [asdict(entry) for entry in call.desk.world.journal.after(int(after))]
    return {"entries": entries}


async def _reset(call: Call) -> Json:
    world = call.desk.world
    trouble.still(world.trouble)
    world.deliveries.forget()
    world.clock.offset = timedelta()
    for forget in world.on_reset:
        forget()
    world.journal.forget()
    world.journal.add("reset")
    await _tell(call.desk, "reset", {})
    return await _told(call)
