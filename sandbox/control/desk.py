"""What all control calls share: the world at hand, JSON in and out, errors as {"error"}."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from aiohttp import web

from sandbox.config import SandboxConfig
from sandbox.whatsapp.account import Account
from sandbox.whatsapp.records import Json, Person
from sandbox.world import World

API = "/sandbox/api"


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that the control API moves."""

    world: World
    config: SandboxConfig
    account: Account


@dataclass(frozen=True, slots=True)
class Call:
    """One control call: the desk, its fields, its path's names and its query."""

    desk: Desk
    fields: Json
    names: dict[str, str]
    query: dict[str, str]

    @property
    def account(self) -> Account:
        """The WhatsApp account."""
        return self.desk.account

    @property
    def person(self) -> Person:
        """The person that the path names. Raises NobodyError."""
        return self.account.people.named(self.names["key"])

    def text(self, name: str) -> str:
        """A required text. Raises ValueError."""
        value = self.fields.get(name)
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise ValueError(f"{name} is required")
        return str(value)


Work = Callable[[Call], Json | Awaitable[Json]]


def handler(desk: Desk, work: Work) -> Callable[[web.Request], Awaitable[web.Response]]:
    """An aiohttp handler: LookupError becomes 404, ValueError 400, each as {"error"}."""

    async def handle(request: web.Request) -> web.Response:
        try:
            call = Call(desk, await _fields(request), dict(request.match_info), dict(request.query))
            done: Any = work(call)
            return web.json_response(await done if isawaitable(done) else done)
        except LookupError as error:
            return _error(404, error)
        except ValueError as error:
            return _error(400, error)

    return handle


async def _fields(request: web.Request) -> Json:
    if not request.body_exists:
        return {}
    try:
        fields = await request.json()
    except ValueError:
        raise ValueError("the body is not valid JSON") from None
    if not isinstance(fields, dict):
        raise ValueError("a JSON object is expected")
    return fields


def _error(status: int, error: Exception) -> web.Response:
    return web.json_response({"error": str(error.args[0] if error.args else error)}, status=status)
