"""One signed question to Paytm and its answer, with every way that it can go wrong told apart."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import aiohttp

from db.crash import Moment, crossing
from flows.record import record
from payments.outcomes import OUT_OF_ORDER
from payments.protocol import BadSignature, NotJson, PaytmKey, envelope, open_answer

_NO_CONNECTION = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


class Ambiguous(Exception):
    """No answer to believe (time-out, reset, 5xx, HTML): perhaps done, ask before doing more."""


class OtherMerchant(Ambiguous):
    """An answer about somebody else's money: never to be acted on."""


class NotSent(Exception):
    """Paytm was not reached: certainly not done."""


class Refused(Exception):
    """A definite no, in Paytm's `code` and `message`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@record
class Answer:
    """A body with the three values of its resultInfo, however their keys were spelled."""

    body: dict[str, Any]
    status: str
    code: str
    message: str


class Wire:
    """Sends signed bodies of one merchant; never logs them and never quotes them in an error."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        key: PaytmKey,
        now: Callable[[], datetime],
        timeout: float,
    ) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._now = now
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def ask(self, path: str, **fields: Any) -> Answer:
        """Paytm's answer to `fields` with our merchant id, good or bad; Ambiguous, NotSent."""
        return await self._exchange(path, fields, link_call=False)

    async def ask_link(self, path: str, **fields: Any) -> Answer:
        """The same for the calls that demand a longer head (facts/paytm.md 3.1)."""
        return await self._exchange(path, fields, link_call=True)

    async def _exchange(self, path: str, fields: dict[str, Any], *, link_call: bool) -> Answer:
        body = {"mid": self._key.mid, **fields}
        data = envelope(self._key, body, timestamp=self._now(), link_call=link_call)
        with crossing(Moment(path)):
            raw = await self._send(path, data)
        try:
            answer = _answer(open_answer(self._key, raw))
        except (BadSignature, NotJson) as error:
            raise Ambiguous(f"{path}: {error}") from error
        self._check_merchant(path, answer.body)
        return answer

    async def _send(self, path: str, data: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "X-Request-ID": uuid.uuid4().hex}
        try:
            async with self._session.post(
                self._base_url + path,
                data=data,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                if response.status >= 500:
                    raise Ambiguous(f"{path}: HTTP {response.status}")
                return await response.read()
        except _NO_CONNECTION as error:
            raise NotSent(f"{path}: {type(error).__name__}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Ambiguous(f"{path}: {type(error).__name__}") from error

    def _check_merchant(self, path: str, body: dict[str, Any]) -> None:
        theirs = body.get("mid") or body.get("merchantId") or self._key.mid
        if theirs != self._key.mid:
            raise OtherMerchant(f"{path}: an answer about another merchant")


def accepted(answer: Answer) -> Answer:
    """The answer itself when it says success.

    Else raises Refused, or Ambiguous when Paytm was out of order. Only the status decides: the
    codes of links have several meanings (facts/paytm.md 3.7).
    """
    if answer.status in ("SUCCESS", "S"):
        return answer
    if answer.code in OUT_OF_ORDER:
        raise Ambiguous(f"Paytm is out of order: {answer.code}")
    raise Refused(answer.code, answer.message)


def _answer(body: dict[str, Any]) -> Answer:
    info = body.get("resultInfo")
    if not isinstance(info, dict):
        raise NotJson("no resultInfo")
    words = ("resultStatus", "resultCode")
    status, code = (str(info.get(word) or "") for word in words)
    message = str(info.get("resultMessage") or info.get("resultMsg") or "")
    return Answer(body, status, code, message)
