"""The control API below /sandbox: people and their phones, clock, trouble, journal, templates."""

from aiohttp import web

from sandbox.control import account, events, phones, world
from sandbox.control.desk import Desk


def routes(desk: Desk) -> list[web.RouteDef]:
    """All routes of the control API but Paytm's, with their full paths."""
    return [
        *phones.routes(desk),
        *world.routes(desk),
        *account.routes(desk),
        *events.routes(desk),
    ]
