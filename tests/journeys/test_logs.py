"""Whatever goes wrong, no log line holds a person's number, name or words, nor a secret."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
import structlog

from bot import log
from tests.journeys.town import Town

SAID = (
    "Pawna Lakeview, 25 to 27 dec, 4 people", "zanzibar quokka", "my name is Ottoline Fernsby",
    "98220 99887",
)  # fmt: skip


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, also what is usually left out."""
    log.configure(level=logging.DEBUG, to=(lines := io.StringIO()))
    yield lines
    structlog.reset_defaults()


async def stumble(town: Town) -> None:
    """Every kind of fault that is logged, with people's data close by."""
    await town.trouble(whatsapp={"fail": "500", "fail_next": 2})
    for text in SAID:
        await town.say("rahul", text)
    await town.service.pool.execute("ALTER TABLE chat RENAME TO away")
    await town.say("rahul", "zanzibar quokka")
    await town.service.pool.execute("ALTER TABLE away RENAME TO chat")
    await town.clock("+1m")
    await town.clock("+5m")
    for raw in (b'{"name": "Ottoline Fernsby"}', b"Ottoline +919822099887", b"[" * 9000):
        await town.deliver(raw)
        await town.deliver(raw, "sha256=00")
    await town.http.get(f"{town.base}/eticket/LC7K2M9X-Ottoline+919822099887")
    await town.http.post(f"{town.base}/paytm/callback/zanzibar", data={"NAME": "Ottoline"})
    await town.http.get(f"{town.base}/Ottoline?phone=9822099887")
    port = int(town.base.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /Ottoline HTTP/1.1\r\nX-Name Ottoline: 9822099887\r\n\r\n")
    await writer.drain()
    writer.close()
    await town.trouble(paytm={"down": True})
    await town.say("asha", SAID[0])
    await town.trouble(paytm={"down": False})
    await town.trouble(whatsapp={"unreachable": ["+919766011111"]})
    await town.pay("rahul")
    await town.trouble(whatsapp={"unreachable": [], "fail": "token_revoked"})
    await town.clock("+16m")
    await town.trouble(whatsapp={"fail": None})
    await town.clock("+2m")
    await town.clock("+10m")


async def personal(town: Town) -> set[str]:
    """Whatever may not be logged: of people, of tickets, of callbacks, of the settings."""
    people = await town.service.pool.fetch("SELECT phone, user_id, name FROM person")
    secrets = await town.service.pool.fetch(
        "SELECT callback_secret, link_url FROM checkout UNION SELECT token, wamid FROM ticket, message"
    )
    config = town.service.config
    own = {config.whatsapp_token, config.whatsapp_app_secret, config.paytm_merchant_key}
    found = own | {str(value) for row in [*people, *secrets] for value in row if value}
    found |= {number[-10:] for number in found if re.fullmatch(r"\+\d{11,13}", number)}
    words = {word for each in found for word in each.split() if len(word) > 3}
    return found | words | {"zanzibar", "quokka", "ottoline", "fernsby", "9822099887"}


async def test_a_booking_full_of_faults_logs_nobody(
    town: Town, logged: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    await stumble(town)
    lines = logged.getvalue().splitlines()
    events = {json.loads(line)["event"] for line in lines}  # each line is one JSON value
    assert events >= {
        "send_failed", "event_failed", "webhook_malformed", "callback_refused", "job_waits",
        "message_undelivered", "circuit_open", "circuit_closed",
    }  # fmt: skip
    everything = "\n".join(lines).casefold()
    for secret in await personal(town):
        assert secret.casefold() not in everything, secret
    assert not re.search(r"(?<![\d.:-])\+?\d{10,13}(?![\d.])", everything)
    assert "".join(capfd.readouterr()) == ""  # nothing goes past the log
