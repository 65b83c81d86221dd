"""The pieces of the browser tests: messages to send, the running sandbox, one browser window."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web
from playwright.async_api import BrowserContext, Page

from sandbox.config import PersonSeed, SandboxConfig

PEOPLE = (
    PersonSeed("rahul", "Rahul Deshmukh", "guest", "+919822012345"),
    PersonSeed("priya", "Priya Shah", "guest", "+919822099999", "hi"),
    PersonSeed("suresh", "Suresh Patil", "owner", "+919766011111", "mr"),
    PersonSeed("admin", "Meera Joshi", "admin", "+919800000001"),
)


def buttons(*titles: str, body: str = "Which dates?") -> dict[str, Any]:
    replies = [
        {"type": "reply", "reply": {"id": f"b{n}", "title": title}}
        for n, title in enumerate(titles)
    ]
    return _interactive("button", body, {"buttons": replies})


def rows(*titles: str, body: str = "Choose a place below.") -> dict[str, Any]:
    found = [
        {"id": f"r{n}", "title": title, "description": "Tents"} for n, title in enumerate(titles)
    ]
    return _interactive("list", body, {"button": "Choose a place", "sections": [{"rows": found}]})


def link(text: str, url: str, body: str = "Confirmed") -> dict[str, Any]:
    parameters = {"display_text": text, "url": url}
    return _interactive("cta_url", body, {"name": "cta_url", "parameters": parameters})


def text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body}}


def _interactive(kind: str, body: str, action: dict[str, Any]) -> dict[str, Any]:
    parts = {"type": kind, "body": {"text": body}, "action": action}
    return {"type": "interactive", "interactive": parts}


@dataclass
class Stage:
    """The running sandbox with its service, as a test drives them over HTTP."""

    config: SandboxConfig
    http: ClientSession
    webhooks: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.config.own_url}/sandbox"

    async def send(self, key: str, message: dict[str, Any]) -> int:
        """Send a message as the service does; gives the HTTP status."""
        to = next(person.phone for person in PEOPLE if person.key == key)
        return await self.post({"to": to, **message})

    async def post(self, body: dict[str, Any]) -> int:
        """One call of the service to its number's messages; gives the HTTP status."""
        address = f"{self.config.own_url}/graph/v26.0/{self.config.phone_id}/messages"
        head = {"Authorization": f"Bearer {self.config.token}"}
        body = {"messaging_product": "whatsapp", **body}
        async with self.http.post(address, json=body, headers=head) as answer:
            return answer.status

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the control API; gives its JSON."""
        address = f"{self.config.own_url}/sandbox/api/{path}"
        async with self.http.request(method, address, json=body) as answer:
            return await answer.json()

    async def say(self, key: str, words: str) -> None:
        """Type on a phone, which also opens its 24-hour window; wait till the service has it."""
        await self.control("POST", f"people/{key}/say", {"text": words})
        await self.control("POST", "flush")

    def heard(self) -> list[dict[str, Any]]:
        """The messages of people that the service was told of."""
        values = [
            change["value"]
            for body in self.webhooks
            for entry in body["entry"]
            for change in entry["changes"]
        ]
        return [message for value in values for message in value.get("messages", ())]


def service(webhooks: list[Any]) -> web.Application:
    """A service that only listens: it keeps the webhooks and has one page."""

    async def webhook(request: web.Request) -> web.Response:
        webhooks.append(await request.json())
        return web.Response()

    async def challenge(request: web.Request) -> web.Response:
        return web.Response(text=request.query.get("hub.challenge", ""))

    async def ticket(_: web.Request) -> web.Response:
        return web.Response(text="<h1>E-ticket</h1>", content_type="text/html")

    async def clock(_: web.Request) -> web.Response:
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/whatsapp/webhook", challenge)
    app.router.add_post("/whatsapp/webhook", webhook)
    app.router.add_post("/sandbox/clock", clock)
    app.router.add_get("/eticket/1", ticket)
    return app


@dataclass
class Window:
    """One browser window; `complaints` are its console errors, CSP violations among them."""

    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, query: str = "") -> Page:
        """A tab with the page, when it has its state from the sandbox."""
        page = await self.context.new_page()
        page.on("console", lambda line: line.type in {"error", "warning"} and self.note(line.text))
        page.on("pageerror", lambda error: self.note(str(error)))
        await page.goto(self.address + query)
        await page.wait_for_selector("body[data-ready]")
        return page

    def note(self, complaint: str) -> None:
        self.complaints.append(complaint)
