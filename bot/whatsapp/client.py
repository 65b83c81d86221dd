"""pywa, and everything about WhatsApp's API that the rest of the service must not know.

pywa 4.5.0 is pinned exactly: `api.send_message` and the session's base URL are used below its
public surface, because its public call takes a user id with letters for a group and cannot be
pointed at another host (facts/whatsapp.md 11.1, 11.3).
"""

import logging
from enum import StrEnum
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from pywa.errors import WhatsAppError
from pywa_async.client import WhatsApp

from bot.whatsapp import wire
from bot.whatsapp.graph_lines import trust
from bot.whatsapp.graph_session import GraphSession
from flows.messages import Message, TemplateCall
from flows.record import record

VERSION = "26.0"
TIMEOUT_SHARE = 0.4  # of a lease: a lost answer is noticed long before the lease ends
CONNECTIONS = 128

for _noisy in ("pywa", "httpx", "httpcore"):  # at DEBUG they print phones and texts
    logging.getLogger(_noisy).setLevel(logging.ERROR)


class Fate(StrEnum):
    """What a failed send means for its row (facts/whatsapp.md 6)."""

    UNKNOWN = "unknown"  # perhaps sent: wait for the proof
    RETRY = "retry"  # certainly not sent: try again
    WAIT_PAIR = "wait_pair"  # this recipient must wait
    CIRCUIT = "circuit"  # nothing can be sent: stop all sending, keep the queue
    WINDOW = "window"  # the 24-hour window is closed: send the template
    TEMPLATE = "template"  # the template is not to be had: send free-form if the window is open
    DEAD = "dead"  # will never work: park and raise


_FATES: dict[Fate, frozenset[int]] = {
    Fate.RETRY: frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131057, 133004, 133015}),
    Fate.WAIT_PAIR: frozenset({131056}),
    Fate.CIRCUIT: frozenset(
        {0, 3, 10, 190, 368, 131005, 131031, 131042, 131045, 131048, 131064, 133010, 131037, 33}
    ),
    Fate.WINDOW: frozenset({131047}),
    Fate.TEMPLATE: frozenset({132001, 132015, 132016}),
}
_FATE_OF = {code: fate for fate, codes in _FATES.items() for code in codes}


def fate_of(code: int) -> Fate:
    """What an error code means, whether it came at once or in a status webhook."""
    if 200 <= code <= 299:
        return Fate.CIRCUIT
    if 500 <= code <= 599:  # an answer that is no JSON: pywa gives the HTTP status as the code
        return Fate.UNKNOWN
    return _FATE_OF.get(code, Fate.DEAD)


class Refusal(Exception):
    """A send that did not end in an accepted message.

    `detail` is WhatsApp's own wording; it holds no personal data (facts/whatsapp.md 6).
    """

    def __init__(self, fate: Fate, code: int, detail: str) -> None:
        super().__init__(f"{fate} {code} {detail}")
        self.fate, self.code, self.detail = fate, code, detail


@record
class Recipient:
    """Whom to send to: by phone where it is known, else by the business-scoped user id."""

    phone: str | None
    user_id: str | None


class WhatsAppClient:
    """Sends messages and manages templates through one pywa client over aiohttp."""

    def __init__(
        self, api_url: str, token: str, phone_id: str, business_id: str, lease_seconds: float
    ) -> None:
        seconds = lease_seconds * TIMEOUT_SHARE
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=seconds),
        )
        transport = AiohttpTransport(client=self._http, verify=trust())
        session = GraphSession(transport, seconds)
        self.pywa = WhatsApp(
            phone_id=phone_id,
            token=token,
            waba_id=business_id,
            session=session,
            server=None,
            api_version=float(VERSION),
            validate_updates=False,
        )
        session.base_url = httpx.URL(f"{api_url}/v{VERSION}")
        self._session = session
        self._phone_id, self._business_id = phone_id, business_id

    async def close(self) -> None:
        """Close every connection."""
        await self._session.aclose()
        await self._http.close()

    async def send(
        self, to: Recipient, tracker: str, content: Message | TemplateCall, quote: str | None
    ) -> str:
        """Send one message and return its wamid; raises Refusal.

        `tracker` comes back in every status webhook as biz_opaque_callback_data.
        """
        if isinstance(content, TemplateCall):
            kind, body = "template", wire.template(content)
        else:
            kind, body = wire.free_form(content)
        answer = await self._call(
            self.pywa.api.send_message(
                sender=self._phone_id,
                to=to.phone,
                recipient=None if to.phone else to.user_id,
                recipient_type="individual",
                typ=kind,
                msg=body,
                reply_to_message_id=quote,
                biz_opaque_callback_data=tracker,
            )
        )
        try:
            return str(answer["messages"][0]["id"])
        except (KeyError, IndexError, TypeError):
            raise Refusal(Fate.UNKNOWN, -1, "no id in the answer") from None

    async def request(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """A management call below the API's version, such as /{WABA}/message_templates."""
        return await self._call(self.pywa.api._request(method, path, **options))  # noqa: SLF001  # pywa has no public call for these; pinned

    async def _call(self, pending: Any) -> dict[str, Any]:
        """Wait for an answer; every way to fail becomes a Refusal with its fate."""
        try:
            answer: dict[str, Any] = await pending
        except WhatsAppError as error:
            code = int(error.code or 0)
            raise Refusal(fate_of(code), code, _detail(error)) from None
        except httpx.ConnectError:
            raise Refusal(Fate.RETRY, -1, "connection refused") from None
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise Refusal(Fate.UNKNOWN, -1, type(error).__name__) from None
        return answer


def _detail(error: WhatsAppError) -> str:
    """What WhatsApp says in words; the details name a field, never a person."""
    return str(error.details or error.message)[:200]
