"""What the sandbox may do to its service: move the clock, and begin anew. Nowhere else."""

from aiohttp import web

from bot.service import Service
from db import people
from db.pool import transaction
from db.sql import sql


def routes(service: Service) -> list[web.RouteDef]:
    """POST /sandbox/clock and /sandbox/reset; mounted in sandbox mode only."""

    async def clock(request: web.Request) -> web.Response:
        try:
            seconds = float((await request.json())["offset_seconds"])
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": "offset_seconds must be a number"}, status=400)
        await service.clock.move(service.pool, seconds)
        service.wakeup.ring()
        return web.json_response({"now": service.clock.now().isoformat()})

    async def reset(_: web.Request) -> web.Response:
        await empty(service)
        return web.json_response({"reset": True})

    return [web.post("/sandbox/clock", clock), web.post("/sandbox/reset", reset)]


async def empty(service: Service) -> None:
    """Forget people and bookings; what is published stays, owners and admins are known."""
    now = service.clock.now()
    async with transaction(service.pool) as connection:
        await connection.execute(sql("empty_everything"))
        await connection.execute(sql("empty_settings"))
        owners = await connection.fetch(sql("all_properties"))
        known = {row["owner_phone"]: row["owner_name"] for row in owners}
        known |= dict.fromkeys(service.config.admin_phones, "")
        await people.ensure(connection, sorted(known.items()), now)
    await service.clock.move(service.pool, 0)
